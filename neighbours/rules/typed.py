"""Days, times and numbers as people type them, in Danish, English and Dutch; any format that has one meaning.

Read here, judged elsewhere: whether a day is too early or too far ahead is in help/asking.py.
"""

import re
from collections.abc import Callable
from datetime import date, time, timedelta

MONTHS = (
    ("jan",),
    ("feb",),
    ("mar", "maa", "mrt"),
    ("apr",),
    ("maj", "may", "mei"),
    ("jun",),
    ("jul",),
    ("aug",),
    ("sep",),
    ("okt", "oct"),
    ("nov",),
    ("dec",),
)
WEEKDAYS = (
    ("man", "mon", "maa"),
    ("tir", "tue", "din"),
    ("ons", "wed", "woe"),
    ("tor", "thu", "don"),
    ("fre", "fri", "vri"),
    ("lør", "loe", "lor", "sat", "zat"),
    ("søn", "soe", "son", "sun", "zon"),
)
NEAR_DAYS = {
    "i dag": 0, "idag": 0, "today": 0, "vandaag": 0,
    "i morgen": 1, "imorgen": 1, "tomorrow": 1, "morgen": 1,
    "i overmorgen": 2, "overmorgen": 2,
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2})(?: ?[-/. ] ?(\d{4}|\d{2}))?\.?")
_WORDS = re.compile(
    r"(?:den |the |d\. ?)?(\d{1,2})(?:\.|st|nd|rd|th|e)? ?(?:of )?([^\W\d_]{3,10})\.?,?(?: (\d{4}|\d{2}))?"
)
_WEEKDAY = re.compile(
    r"(?:på |on |op |nu |komende |(next |næste |volgende ))?([^\W\d_]{3,10})\.?,? ?(?:d\. |den |the )?(.*)"
)
_CLOCK = re.compile(
    r"(?:kl\.? ?|at |om )?(\d{1,2})(?: ?[:.h] ?(\d{2})|(?<=\d\d)(\d{2}))? ?(am|pm|a\.m\.|p\.m\.|uur|u)?"
)


def read_day(text: str, today: date) -> date:
    """A day from "24/12", "24.12.2026", "24. december", "2026-12-24", "i morgen", "fredag", "fredag den 12. juni".

    Without a year it is the next such day, today included; "next Friday" is never today.
    Raises ValueError for anything else.
    """
    plain = " ".join(text.casefold().split())
    if plain in NEAR_DAYS:
        return today + timedelta(days=NEAR_DAYS[plain])
    if day := _read_date(plain, today):
        return day
    if found := _WEEKDAY.fullmatch(plain):
        return _from_weekday(_place(found[2], WEEKDAYS), found[3], today + timedelta(days=bool(found[1])))
    raise ValueError(text)


def read_clock(text: str) -> time:
    """A time from "14:30", "14.30", "1430", "kl. 14", "2 pm". Raises ValueError for anything else."""
    found = _CLOCK.fullmatch(" ".join(text.casefold().split()))
    if not found:
        raise ValueError(text)
    hour, half = int(found[1]), found[4] or ""
    if half[:1] in ("a", "p"):
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return time(hour, int(found[2] or found[3] or 0))


def read_number(text: str) -> int:
    """A whole number of at most four digits. Raises ValueError for anything else."""
    plain = text.strip()
    if not re.fullmatch(r"\d{1,4}", plain):
        raise ValueError(text)
    return int(plain)


def _read_date(plain: str, today: date) -> date | None:
    """The day of a date in numbers, or with its month in words; None for what is no date."""
    if found := _ISO.fullmatch(plain):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(plain):
        return _next_such(int(found[1]), int(found[2]), found[3], today)
    if found := _WORDS.fullmatch(plain):
        return _next_such(int(found[1]), _place(found[2], MONTHS) + 1, found[3], today)
    return None


def _next_such(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    return _first(lambda ahead: date(today.year + ahead, month, day), today)


def _first(make: Callable[[int], date], today: date) -> date:
    """The first that is not past; 29 February waits for its leap year, at most eight years."""
    for ahead in range(9):
        try:
            day = make(ahead)
        except ValueError:
            continue
        if day >= today:
            return day
    raise ValueError("no such day")


def _from_weekday(weekday: int, rest: str, today: date) -> date:
    """The next such weekday; with a date behind it the date decides, and the two must agree."""
    if not rest:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    day = _read_date(rest, today)
    if day is None or day.weekday() != weekday:
        raise ValueError(rest)
    return day


def _place(word: str, names: tuple[tuple[str, ...], ...]) -> int:
    """Which of the names the word begins with; a Danish ø or a Dutch spelling counts as written."""
    for place, beginnings in enumerate(names):
        if word.startswith(beginnings):
            return place
    raise ValueError(word)
