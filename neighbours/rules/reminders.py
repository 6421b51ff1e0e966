"""What one is reminded of, and when: the bounds of each reminder at one moment in one time zone. Pure.

`due_bounds` says what may be said from now on; `true_bounds` what is still true of what was found due before, so that
nothing goes out that is past. Whatever lies within the bounds and was not said for that day yet is due: a clock that
jumps, or a worker that slept, doubles nothing and loses nothing that is still true.

- tomorrow: to both, from 18:00 on the evening before. Who slept through that evening reads it on the day itself,
  before the agreed time. What was agreed only that evening is still fresh.
- in_two_hours: to each who wished it, where a time was said.
- is_it_done: to the asker's side, from 10:00 on the day after. The helper is not written to: one answer is enough.
- runs_out: to the asker's side, from 10:00 on the last day but one of a request with nobody agreed.
- nudge: to the asker's side about an offer that waits for two days; about another day that was suggested, to the one
  who has not answered for a day.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from neighbours.rules.help.choosing import QUIET_FROM, out_of_quiet

REMINDERS = ("tomorrow", "in_two_hours", "is_it_done", "runs_out", "nudge")

EVENING, MORNING, NOON = time(18), time(10), time(12)
SOON = timedelta(hours=2)
# An agreed time so late that two hours before it is night is told before the night.
LAST_CALL = time(QUIET_FROM.hour - 1)
ASKED_WHETHER_DONE = timedelta(days=14)
OFFER_WAITS, PROPOSAL_WAITS = timedelta(days=2), timedelta(days=1)
# A request that was opened later than that before it runs out: who asked knows.
FRESH = timedelta(days=1)
DAY = timedelta(days=1)


class Bounds(NamedTuple):
    """All of one moment in one zone. Days and `clock` are local; the moments are UTC.

    `clock`: the local time. `last_day`: the last day of an agreement that one is reminded of. `settled_today`,
    `settled_tomorrow`: agreements of that day are told of when they were settled before. `last_time`: the last agreed
    time that is soon. `done_first`, `done_last`: the days about which is asked whether it is done. `midnight`: the end
    of today. `runs_out_by`: requests that run out by then are told of, if opened by `opened_by`. `offered_by`,
    `proposed_by`: what waits for an answer since then waits too long.
    """

    zone: str
    today: date
    tomorrow: date
    clock: time
    last_day: date
    settled_today: datetime
    settled_tomorrow: datetime
    last_time: time
    done_first: date
    done_last: date
    midnight: datetime
    runs_out_by: datetime
    opened_by: datetime
    offered_by: datetime
    proposed_by: datetime


def due_bounds(now: datetime, zone: str) -> Bounds:
    """What may be said from now on. Not asked in the quiet hours."""
    local = now.astimezone(ZoneInfo(zone))
    return _bounds(local, is_evening=local.time() >= EVENING, is_morning=local.time() >= MORNING)


def true_bounds(now: datetime, zone: str) -> Bounds:
    """What is still true, at any hour, of what was due before."""
    return _bounds(now.astimezone(ZoneInfo(zone)), is_evening=True, is_morning=True)


def is_quiet(now: datetime, zone: str) -> bool:
    """Whether nothing goes out now (rules/help/choosing.py)."""
    return out_of_quiet(now, zone) > now


def is_today(row: Any, now: datetime) -> bool:
    """Whether what is told is today and no longer tomorrow. `row`: day, or else expires_at, and zone."""
    day = row.day or last_day(row.expires_at, row.zone)
    return bool(day == now.astimezone(ZoneInfo(row.zone)).date())


def last_day(expires_at: datetime, zone: str) -> date:
    """The last local day of something that runs out then; at midnight it is the day that ends."""
    return (expires_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def _bounds(local: datetime, *, is_evening: bool, is_morning: bool) -> Bounds:
    today, zone = local.date(), str(local.tzinfo)
    return Bounds(
        zone=zone,
        today=today,
        tomorrow=today + DAY,
        clock=local.time(),
        last_day=today + DAY if is_evening else today,
        settled_today=_moment(today - DAY, EVENING, zone),
        settled_tomorrow=_moment(today, EVENING, zone),
        last_time=_soon(local.time()),
        done_first=today - ASKED_WHETHER_DONE,
        done_last=today - DAY if is_morning else today - 2 * DAY,
        midnight=_moment(today + DAY, time(), zone),
        runs_out_by=_moment(today + (2 * DAY if is_morning else DAY), time(), zone),
        opened_by=local.astimezone(UTC) - FRESH,
        offered_by=local.astimezone(UTC) - OFFER_WAITS,
        proposed_by=local.astimezone(UTC) - PROPOSAL_WAITS,
    )


def _moment(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def _soon(clock: time) -> time:
    if clock >= LAST_CALL:
        return time.max
    return (datetime.combine(date.min, clock) + SOON).time()
