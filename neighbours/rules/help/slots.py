"""When: days of the week and parts of the day as one bit mask of 21 bits.

Bit 3 * weekday + part; Monday is 0; morning 0, afternoon 1, evening 2. A request and a helper fit in time when
their masks share a bit. Which local day it is, is decided in the area's own zone by the caller.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARTS = ("morning", "afternoon", "evening")
WHENEVER = (1 << 21) - 1
FURTHEST_DAYS = 365


def slot(weekday: int, part: str) -> int:
    """The one bit of a weekday (Monday 0) and a part of the day."""
    return 1 << 3 * weekday + PARTS.index(part)


def slot_mask(weekdays: Iterable[int], parts: Iterable[str]) -> int:
    """All the weekdays crossed with all the parts; no part means the whole day."""
    wanted = list(parts) or list(PARTS)
    return sum(slot(weekday, part) for weekday in set(weekdays) for part in set(wanted))


def day_mask(day: date, parts: Iterable[str]) -> int:
    """The bits of one day and its parts."""
    return slot_mask([day.weekday()], parts)


def weekdays_of(mask: int) -> list[int]:
    """The weekdays that have at least one bit."""
    return [weekday for weekday in range(7) if mask >> 3 * weekday & 0b111]


def parts_of(mask: int) -> list[str]:
    """The parts of the day that have a bit on any weekday."""
    return [part for place, part in enumerate(PARTS) if any(mask >> 3 * weekday + place & 1 for weekday in range(7))]


def part_of(moment: time) -> str:
    """Before 12 morning, before 17 afternoon, then evening."""
    return "morning" if moment.hour < 12 else "afternoon" if moment.hour < 17 else "evening"


def end_of_day(day: date, zone: str) -> datetime:
    """The first moment after the local day, as an aware time."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))


def is_skipped(day: date, moment: time, zone: str) -> bool:
    """Whether the clocks jump over that local time on that day (PEP 495: it does not survive a round trip)."""
    local = datetime.combine(day, moment, ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(
        tzinfo=None
    )
