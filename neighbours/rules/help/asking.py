"""What a complete request for help or offer is: what, when, where and how, checked before anything is stored.

Every refusal is `Refused(question, code)`; their words are in web/help/forms/asking.py. Reading what was typed
is in typed.py and texts.py, who may move what in may.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from neighbours.rules.errors import Refused
from neighbours.rules.help.kinds import is_kind, is_subkind
from neighbours.rules.help.slots import FURTHEST_DAYS, PARTS, day_mask, end_of_day, is_skipped, part_of, slot_mask
from neighbours.rules.languages import LANGUAGES, language_mask
from neighbours.rules.texts import tidy_line, tidy_text

TITLE_MOST, TEXT_MOST, PLACE_MOST = 80, 1000, 120
MOST_HELPERS = 20
MINUTES = range(5, 12 * 60 + 1)
REQUEST_LASTS = timedelta(days=28)
OFFER_LASTS = timedelta(days=180)
PART_ENDS = {"morning": time(12), "afternoon": time(17)}
SCRIPTS = {"ar": ("ar", "fa"), "cyrillic": ("uk",)}


@dataclass(frozen=True)
class What:
    """What is asked for or offered, and in which languages. `language` is what the text is written in."""

    kind: str
    subkind: str | None
    title: str
    text: str | None
    language: str
    languages: int


class Days(NamedTuple):
    """A day, weekdays or whenever, and nothing else; `slots` says the same as a bit mask."""

    when_kind: str
    day: date | None
    at_time: time | None
    slots: int


@dataclass(frozen=True)
class When:
    """A day, weekdays or whenever; `slots` says the same as a bit mask. `minutes`: how long, if it is known."""

    when_kind: str
    day: date | None
    at_time: time | None
    slots: int
    minutes: int | None
    places: int


@dataclass(frozen=True)
class Where:
    """At home, at a public place or on a green: a known place, or one's own words for it."""

    place_kind: str
    place_id: int | None
    place_text: str | None


@dataclass(frozen=True)
class How:
    """How it is asked: urgent, the first yes is fine or the asker chooses, may hang on the noticeboard."""

    urgent: bool
    first_yes: bool
    noticeboard: bool


def what(
    kind: str | None,
    subkind: str | None,
    title: str | None,
    text: str | None,
    written_in: str | None,
    spoken: Iterable[str],
    may_hold_numbers: bool = False,
) -> What:
    """Check the first page. Refused: kind none; title, text empty, long or civil_number; languages none."""
    kind = kind or ""
    if not is_kind(kind):
        raise Refused("kind", "none")
    line = _tidied("title", tidy_line, title, TITLE_MOST, may_hold_numbers, optional=False)
    more = _tidied("text", tidy_text, text, TEXT_MOST, may_hold_numbers, optional=True)
    known = [code for code in spoken if code in LANGUAGES]
    if not known:
        raise Refused("languages", "none")
    language = written_language(f"{line} {more}", written_in if written_in in LANGUAGES else known[0], known)
    sub = subkind if subkind and is_subkind(kind, subkind) else None
    return What(kind, sub, line, more or None, language, language_mask(known))


def on_day(day: date, at_time: time | None, parts: Iterable[str], *, now: datetime, zone: str) -> tuple[date, int]:
    """Check a day and its parts or time; returns the day and its slots. `now` is aware UTC, the day is local.

    Refused: day past or far; parts past (the parts of today are over); at_time past, skipped by the clocks,
    or in no part (of those chosen).
    """
    local = now.astimezone(ZoneInfo(zone))
    wanted = [part for part in PARTS if part in set(parts)]
    if day < local.date():
        raise Refused("day", "past")
    if day > local.date() + timedelta(days=FURTHEST_DAYS):
        raise Refused("day", "far")
    if at_time is not None:
        if is_skipped(day, at_time, zone):
            raise Refused("at_time", "skipped")
        if datetime.combine(day, at_time, local.tzinfo) < local:
            raise Refused("at_time", "past")
        if wanted and part_of(at_time) not in wanted:
            raise Refused("at_time", "part")
        return day, day_mask(day, [part_of(at_time)])
    if day == local.date() and wanted and all(part in PART_ENDS and local.time() >= PART_ENDS[part] for part in wanted):
        raise Refused("parts", "past")
    return day, day_mask(day, wanted)


def on_weekdays(weekdays: Iterable[int], parts: Iterable[str]) -> int:
    """The slots of weekdays (Monday 0) and parts of the day. Refused: weekdays none."""
    known = [weekday for weekday in weekdays if 0 <= weekday < 7]
    if not known:
        raise Refused("weekdays", "none")
    return slot_mask(known, [part for part in parts if part in PARTS])


def offered_slots(weekdays: Iterable[int], parts: Iterable[str]) -> int:
    """The slots of an offer: no weekday at all means any day."""
    known = [weekday for weekday in weekdays if 0 <= weekday < 7] or list(range(7))
    return slot_mask(known, [part for part in parts if part in PARTS])


def size(minutes: int | None, places: int) -> tuple[int | None, int]:
    """Check how long (None: not known) and how many helpers. Refused: minutes or places range."""
    if minutes is not None and minutes not in MINUTES:
        raise Refused("minutes", "range")
    if not 1 <= places <= MOST_HELPERS:
        raise Refused("places", "range")
    return minutes, places


def where(place_kind: str | None, place_id: int | None, words: str | None, may_hold_numbers: bool = False) -> Where:
    """Check the place. Refused: place_kind none; place none (not chosen, not named); place_text long, civil_number."""
    if place_kind == "home":
        return Where("home", None, None)
    if place_kind not in ("public", "green"):
        raise Refused("place_kind", "none")
    named = _tidied("place_text", tidy_line, words, PLACE_MOST, may_hold_numbers, optional=True)
    if place_id is None and not named:
        raise Refused("place", "none")
    return Where(place_kind, place_id, named or None)


def missing_page(row: Any, answered: str = "") -> str | None:
    """The first question that a draft has not answered: what, when, where, or none. `answered`: one just answered."""
    answers = {"what": row.title, "when": row.when_kind, "where": row.place_kind}
    return next((page for page, answer in answers.items() if not answer and page != answered), None)


def is_day_over(row: Any, now: datetime, zone: str) -> bool:
    """Whether the day or the time of a draft, or of what was suggested, has passed since it was written."""
    if row.when_kind != "day":
        return False
    if now >= end_of_day(row.day, zone):
        return True
    return row.at_time is not None and datetime.combine(row.day, row.at_time, ZoneInfo(zone)) < now


def request_expires(when_kind: str, day: date | None, now: datetime, zone: str) -> datetime:
    """The end of the local day that was asked for, else 28 days from now."""
    return end_of_day(day, zone) if when_kind == "day" and day else now + REQUEST_LASTS


def written_language(text: str, chosen: str, spoken: list[str]) -> str:
    """The chosen language, unless most of the letters are of another script: then a spoken one of that script.

    Among letters of the Arabic block Arabic is taken when neither Arabic nor Persian is spoken; of the Cyrillic
    block Ukrainian, the only such language of the house. Latin letters leave the choice, or take the first spoken.
    """
    fitting = SCRIPTS.get(_script(text))
    if fitting is None:
        written_otherwise = any(chosen in codes for codes in SCRIPTS.values())
        latin = [code for code in spoken if not any(code in codes for codes in SCRIPTS.values())]
        return latin[0] if written_otherwise and latin and _script(text) == "latin" else chosen
    if chosen in fitting:
        return chosen
    return next((code for code in spoken if code in fitting), fitting[0])


def _tidied(question: str, tidy: Any, text: str | None, most: int, may_hold_numbers: bool, *, optional: bool) -> str:
    try:
        return str(tidy(text, most, optional=optional, may_hold_numbers=may_hold_numbers))
    except ValueError as error:
        raise Refused(question, str(error)) from error


def _script(text: str) -> str:
    """The script of most of the letters: ar, cyrillic, latin, or nothing when there are none."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return ""
    arabic = sum("\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u077f" for letter in letters)
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in letters)
    if 2 * arabic > len(letters):
        return "ar"
    return "cyrillic" if 2 * cyrillic > len(letters) else "latin"
