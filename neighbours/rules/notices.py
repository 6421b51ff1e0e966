"""Which notice each message belongs to, how a neighbour may wish to be told of it, and when the daily letter goes.

What a person may wish about is a notice; a dispatch has a finer kind. Each kind stands in NOTICE_OF, or in ALWAYS with
the reason why nobody may wish it away. The same in SQL is in actions/telling.py.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"

# How one is told of each notice who never said otherwise.
USUAL: Mapping[str, str] = {
    "suggestions": DAILY,
    "answers": AT_ONCE,
    "agreements": AT_ONCE,
    "messages": AT_ONCE,
    "reminders": AT_ONCE,
    "two_hours": NEVER,
}

# The daily letter: its kind, and what the link in it stops, which is everything that comes by it.
LETTER = "digest"
LETTER_AT = time(17)

NOTICE_OF: Mapping[str, str] = {
    "asked": "suggestions",
    "asked_directly": "suggestions",
    "somebody_offered": "answers",
    "declined": "answers",
    "agreed": "agreements",
    "cancelled": "agreements",
    "suggested": "agreements",
    "suggestion_answered": "agreements",
    "in_reserve": "answers",
    "moved_up": "agreements",
    "takes_over": "agreements",
    "tomorrow": "reminders",
    "in_two_hours": "two_hours",
    "is_it_done": "reminders",
    "runs_out": "reminders",
    "nudge": "reminders",
    "new_message": "messages",
    LETTER: LETTER,
}

ALWAYS: Mapping[str, str] = {
    "code": "The person asked for it a moment ago, and waits for it.",
    "confirmed": "It comes once, before anybody could have wished anything.",
    "reported": "Somebody needs the host, or whoever runs the house, to look.",
    "feedback": "It goes to whoever runs the house, not to a neighbour.",
}

# Bound to its hour, or asked of one person alone: at once, or never.
CANNOT_WAIT = ("asked_directly", "tomorrow", "in_two_hours")

# To these an answer is wanted, which a person gives who has signed in.
ASKS_FOR_ANSWER = ("asked", "asked_directly", "somebody_offered", "suggested", "nudge", "new_message", "is_it_done")

# By which a daily letter sees that something is over: whoever was asked has answered, or the thing has moved on.
ASKING = ("asked", "asked_directly")
STILL: Mapping[str, tuple[str, str]] = {
    "somebody_offered": ("reply_status", "offered"),
    "agreed": ("agreement_status", "agreed"),
    "in_reserve": ("reply_status", "reserve"),
    "moved_up": ("agreement_status", "agreed"),
    "takes_over": ("agreement_status", "agreed"),
    "suggested": ("suggestion_status", "proposed"),
    "is_it_done": ("agreement_status", "agreed"),
    "runs_out": ("help_status", "open"),
}


def choices_of(notice: str) -> tuple[str, ...]:
    """How one may wish to be told of it. What is said two hours before cannot be gathered."""
    return (AT_ONCE, NEVER) if notice == "two_hours" else (AT_ONCE, DAILY, NEVER)


def next_letter_at(moment: datetime, zone: str) -> datetime:
    """When the first daily letter after this moment goes, in UTC: at 17:00 of the area's own clock."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=local.time() >= LETTER_AT)
    return datetime.combine(day, LETTER_AT, ZoneInfo(zone)).astimezone(UTC)


def waits_for_letter(
    kind: str, how: str, *, urgent: bool, day: date | None, expires_at: datetime | None, at: datetime, zone: str
) -> bool:
    """Whether what is due `at` this moment may wait for the daily letter of somebody who wishes it so.

    Not what is urgent, and not what would come too late: its day has begun by then, or it has run out.
    """
    letter_at = next_letter_at(at, zone)
    is_soon = day is not None and at.astimezone(ZoneInfo(zone)).date() <= day <= local_day(letter_at, zone)
    runs_out = expires_at is not None and at <= expires_at <= letter_at
    return how == DAILY and kind not in CANNOT_WAIT and not (urgent or is_soon or runs_out)


def local_day(moment: datetime, zone: str) -> date:
    """The day that it is then, by the area's own clock."""
    return moment.astimezone(ZoneInfo(zone)).date()


def is_still_so(kind: str, thing: Any) -> bool:
    """Whether a daily letter should still tell of it when it is written, hours after it happened.

    `thing`: a row with help_status, reply_status, agreement_status, suggestion_status, not_now_at, has_replied and
    is_apart, each of them None where there is none.
    """
    if thing.is_apart:
        return kind == "cancelled"
    if kind in ASKING:
        return bool(thing.help_status == "open" and not (thing.has_replied or thing.not_now_at))
    column, status = STILL.get(kind, ("", ""))
    return not column or getattr(thing, column) == status
