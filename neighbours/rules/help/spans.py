"""From when until when something lasts, for a calendar. Pure; rows carry day, at_time, slots, minutes and zone.

Where a time was said it begins then, in the area's own zone. Where only parts of the day were said it is as long as
they are; where nothing was said, or parts that do not follow each other, it is the whole day.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from neighbours.rules.help.slots import PARTS, parts_of

HOURS = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 21)}
USUAL = timedelta(hours=1)
WHOLE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """`start`: an aware local time, or a date where it is the whole day. `is_exact`: a time was said."""

    start: date | datetime
    lasts: timedelta
    is_exact: bool


def span_of(row: Any) -> Span:
    """When an agreement of a day is. Without minutes an agreed time lasts for an hour."""
    if row.at_time is not None:
        start = datetime.combine(row.day, row.at_time, ZoneInfo(row.zone))
        return Span(start, timedelta(minutes=row.minutes) if row.minutes else USUAL, True)
    parts = parts_of(row.slots or 0)
    if not _follow_each_other(parts):
        return Span(row.day, WHOLE_DAY, False)
    first, last = HOURS[parts[0]][0], HOURS[parts[-1]][1]
    return Span(datetime.combine(row.day, time(first), ZoneInfo(row.zone)), timedelta(hours=last - first), False)


def _follow_each_other(parts: list[str]) -> bool:
    """Some of the day, and not all of it."""
    return 0 < len(parts) < len(PARTS) and PARTS.index(parts[-1]) - PARTS.index(parts[0]) == len(parts) - 1
