"""What every page of asking and offering shares: its version, refusals at their question, fields that bear any answer.

`SAYS` holds the words for what rules/help/asking.py refuses. The questions themselves are in asking.py and offering.py.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any

from flask import g
from wtforms import HiddenField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput, TextInput, TimeInput

from neighbours.labels import PARTS, WEEKDAYS
from neighbours.language import _l
from neighbours.rules import typed
from neighbours.rules.errors import Refused
from neighbours.rules.help.asking import MOST_HELPERS, PLACE_MOST, TEXT_MOST, TITLE_MOST
from neighbours.rules.help.slots import parts_of
from neighbours.rules.talk.newcomers import FULL, LINK
from neighbours.web.forms import CIVIL_NUMBER, Form
from neighbours.web.talk.forms import NEWCOMER_SAYS

NAMES_NO_PLACE = _l("Say where: choose a place, or write its name.")

SAYS = {
    ("kind", "none"): _l("Choose what it is about."),
    ("kind", "replied"): _l("Somebody has replied, so it stays about the same thing. You can ask anew for another."),
    ("title", "empty"): _l("Say it in one line, in your own words."),
    ("title", "long"): _l("The line is too long. It has room for %(most)s letters.", most=TITLE_MOST),
    ("title", "civil_number"): CIVIL_NUMBER,
    ("text", "long"): _l("This is too long. There is room for %(most)s letters.", most=TEXT_MOST),
    ("text", "civil_number"): CIVIL_NUMBER,
    ("title", LINK): NEWCOMER_SAYS[LINK],
    ("text", LINK): NEWCOMER_SAYS[LINK],
    ("text", FULL): NEWCOMER_SAYS[FULL],
    ("place_text", LINK): NEWCOMER_SAYS[LINK],
    ("languages", "none"): _l("Choose at least one language that you speak."),
    ("when_kind", "none"): _l("Choose when: a day, some weekdays, or whenever."),
    ("when_kind", "same"): _l("You agreed on this already. Choose another day or time."),
    ("when_kind", "theirs"): _l("This is what was suggested to you. Go back and say yes to it."),
    ("day", "none"): _l("Say which day, for example 24 December."),
    ("day", "unread"): _l("We cannot read this day. Write it like 24.12.2026 or 24 December."),
    ("day", "past"): _l("This day has passed. Choose today or a later day."),
    ("day", "far"): _l("This day is more than a year ahead. Choose an earlier one."),
    ("at_time", "unread"): _l("We cannot read this time. Write it like 14:30."),
    ("at_time", "past"): _l("This time has passed today. Choose a later time or another day."),
    ("at_time", "part"): _l("This time is not in the part of the day that you chose. Change the time, or the part."),
    ("at_time", "skipped"): _l("The clocks jump over this time on that day. Choose a time an hour later."),
    ("parts", "past"): _l("This part of today is over. Choose a later part or another day."),
    ("weekdays", "none"): _l("Choose at least one weekday."),
    ("minutes", "range"): _l("Choose how long it takes."),
    ("places", "range"): _l("Say how many people you need, from 1 to %(most)s.", most=MOST_HELPERS),
    ("places", "taken"): _l("More neighbours than that have said yes. Choose a higher number."),
    ("place_kind", "none"): _l("Choose where: at home, at a public place, or on a green."),
    ("place", "none"): NAMES_NO_PLACE,
    ("place_text", "none"): NAMES_NO_PLACE,
    ("place_text", "long"): _l("The place is too long. It has room for %(most)s letters.", most=PLACE_MOST),
    ("place_text", "civil_number"): CIVIL_NUMBER,
    ("first_yes", "none"): _l("Choose whether the first yes is fine, or you choose."),
}
STALE_PAGE = _l("The page had been open for long. Please press the button once more.")
CHANGED_MEANWHILE = _l("This was changed in another window meanwhile. Below is what you typed. Press again to keep it.")


class Questions(Form):
    """What every page of a draft has: its version, and refusals put at their question."""

    version = HiddenField()

    def is_sent_well(self) -> bool:
        """Whether the form token is good; else all stays as typed, with a word to press again."""
        if self.validate():
            return True
        if not g.get("only_looks"):
            self.csrf_token.errors = []
            self.form_errors = [STALE_PAGE]
        return False

    def refuse(self, question: str, code: str) -> None:
        """Put the words for a refusal at its question, or above the form when it has no field of its own."""
        words = SAYS[question, code]
        field = self._fields.get(question)
        if field is None:
            self.form_errors = [*self.form_errors, words]
        else:
            field.errors = [*field.errors, words]

    def known_version(self) -> int | None:
        """The version that the page showed."""
        try:
            return typed.read_number(self.version.data or "")
        except ValueError:
            return None

    def _read(self, question: str, read: Callable[..., Any], text: str | None, *more: Any) -> Any:
        """The typed answer, or None for nothing typed; Refused(question, "unread") when it has no one meaning."""
        if not (text or "").strip():
            return None
        try:
            return read(text, *more)
        except (ValueError, OverflowError) as error:
            raise Refused(question, "unread") from error


class TolerantInput:
    """The browser's own calendar or clock, unless the answer is something that it cannot hold: then a line of text."""

    def __init__(self, read: Callable[[str], Any], native: Any) -> None:
        self.read = read
        self.native = native

    def __call__(self, field: StringField, **html: Any) -> Any:
        return self._widget_for(field.data or "")(field, **html)

    def _widget_for(self, words: str) -> Any:
        try:
            self.read(words)
        except ValueError:
            return TextInput() if words else self.native
        return self.native


class TolerantDate(StringField):
    """A day, in any format."""

    widget = TolerantInput(date.fromisoformat, DateInput())


class TolerantTime(StringField):
    """A time, in any format."""

    widget = TolerantInput(time.fromisoformat, TimeInput())


def as_choices(words: Mapping[str, Any]) -> list[SelectChoice]:
    """The choices of a field, from codes and their words."""
    return [SelectChoice(code, label) for code, label in words.items()]


def weekday_choices() -> list[SelectChoice]:
    """The seven days, by their numbers."""
    return as_choices({str(number): words for number, words in enumerate(WEEKDAYS)})


def weekday_numbers(texts: Iterable[str] | None) -> list[int]:
    """The weekdays that were ticked; anything else is passed over."""
    return [int(text) for text in texts or () if text in set("0123456")]


def shown_parts(slots: int) -> list[str]:
    """The parts to be ticked: none when it is the whole day."""
    parts = parts_of(slots)
    return [] if len(parts) == len(PARTS) else parts
