"""Who is asked to help with a request, in which order, and when: pure rules over plain facts.

A request asks few people at a time, in waves, until somebody says yes. All that decides is a constant of this file, so
that the public page "How neighbours are chosen" can be written from it. Nobody's name, age or number of good deeds is
a fact here, and how far somebody lives is known between the centres of two cells only.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from neighbours.rules.help.reasons import YOU_LIKE_IT, Reason, place_reason
from neighbours.rules.help.slots import WHENEVER


@dataclass(frozen=True)
class Wave:
    """At most `most` people; with `next_areas` also those who live in the areas next to the request's own."""

    most: int
    next_areas: bool


WAVES = (Wave(5, False), Wave(10, False), Wave(20, True), Wave(40, True))
PAUSE, URGENT_PAUSE = timedelta(hours=3), timedelta(minutes=15)
QUIET_FROM, QUIET_TO = time(21), time(8)
WEEK = timedelta(days=7)
MOST_A_WEEK = 3  # unless the person says another number; 0 is never
NOT_ASKED = "not_asked"
ASKED_DIRECTLY = "asked_directly"  # the asker chose them, because they offered this kind of help
NEVER = datetime.min.replace(tzinfo=UTC)


class Wanted(NamedTuple):
    """What a request asks of a helper: the kind of help, when (bits of slots.py), and languages (bits)."""

    kind: str
    slots: int
    languages: int


class Helper(NamedTuple):
    """What is known of a confirmed neighbour, as seen from one request.

    `metres`: between the centres of the two cells. `reach`: how far the person goes beyond the own area, in metres.
    `suggestions`: neither the person nor the host of their area has switched them off. `was_asked`: about this
    request, or the person offered by themselves. `break_until`: the last day of a break.
    `wishes_none`: never wants to be told of such a request, so that asking them would be in vain.
    """

    ref: str
    kinds: frozenset[str]
    slots: int
    languages: int
    metres: int
    is_next_area: bool
    reach: int
    asked_at: datetime | None
    asked_this_week: int
    most_a_week: int
    suggestions: bool
    is_blocked: bool
    was_asked: bool
    break_until: date | None
    wishes_none: bool = False


def fits(helper: Helper, wanted: Wanted, today: date) -> bool:
    """Whether somebody may be asked: willing, in time, with a language in common, within reach, and not too often."""
    return (
        helper.suggestions
        and not (helper.is_blocked or helper.was_asked or helper.wishes_none)
        and wanted.kind in helper.kinds
        and bool((helper.slots or WHENEVER) & (wanted.slots or WHENEVER))
        and bool(helper.languages & wanted.languages)
        and (not helper.is_next_area or helper.metres <= helper.reach)
        and (helper.break_until is None or helper.break_until < today)
        and helper.asked_this_week < helper.most_a_week
    )


def rank(helper: Helper) -> tuple[bool, datetime, int, str]:
    """The order among those who fit: the own area first, then who was asked least lately, then who lives nearest.

    The ref breaks a tie: it was drawn by chance when the person joined.
    """
    return helper.is_next_area, helper.asked_at or NEVER, helper.metres, helper.ref


def chosen(helpers: Iterable[Helper], wanted: Wanted, wave: Wave, today: date) -> list[Helper]:
    """Those whom this wave asks, in order."""
    found = [each for each in helpers if fits(each, wanted, today) and (wave.next_areas or not each.is_next_area)]
    return sorted(found, key=rank)[: wave.most]


def is_enough(places: int, taken: int, waiting: int) -> bool:
    """Whether nobody more need be asked: each place is taken, or somebody waits for the asker's yes to it."""
    return taken + waiting >= places


def next_wave_at(now: datetime, *, urgent: bool, zone: str) -> datetime:
    """When the wave after one that went out now is due, in UTC."""
    return out_of_quiet(now + (URGENT_PAUSE if urgent else PAUSE), zone)


def out_of_quiet(moment: datetime, zone: str) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into, in the area's own zone. In UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    if QUIET_TO <= local.time() < QUIET_FROM:
        return moment.astimezone(UTC)
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_TO, ZoneInfo(zone)).astimezone(UTC)


def asking_reasons(kind: str, helper: Any, now: datetime) -> list[Reason]:
    """Why this helper is asked: the place first, the kind they like, how long nobody asked them (in days, None: ever).

    `helper`: a row with band, is_next_area and asked_at.
    """
    waited = None if helper.asked_at is None else (now - helper.asked_at).days
    place = place_reason(helper.band, in_own_area=not helper.is_next_area)
    return [place, Reason(YOU_LIKE_IT, kind), Reason(NOT_ASKED, waited)]


def kept_reasons(reasons: Iterable[Reason]) -> str:
    """The reasons as an invitation keeps them."""
    return json.dumps([tuple(reason) for reason in reasons], separators=(",", ":"))


def read_reasons(kept: str) -> list[Reason]:
    """The reasons that an invitation kept."""
    return [Reason(*each) for each in json.loads(kept)]
