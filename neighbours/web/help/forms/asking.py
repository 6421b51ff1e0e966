"""The questions of asking for help, page by page: what, when, where, and how on the page to check.

A form's `read…` gives the checked answer or None; then each refusal stands at its question, and all that was typed
stays in the fields. The browser's own limits are never relied on.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import g
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import NumberInput

from neighbours.clock import today
from neighbours.labels import KINDS, LANGUAGES, PARTS, SUBKINDS
from neighbours.language import _l
from neighbours.rules import typed
from neighbours.rules.errors import Refused
from neighbours.rules.help import asking
from neighbours.rules.help.asking import MOST_HELPERS, Days, How, What, When, Where
from neighbours.rules.help.slots import WHENEVER, weekdays_of
from neighbours.rules.languages import languages_of
from neighbours.web.help.forms.questions import (
    CIVIL_NUMBER,
    SAYS,
    Questions,
    TolerantDate,
    TolerantTime,
    as_choices,
    shown_parts,
    weekday_choices,
    weekday_numbers,
)

WHEN = {
    "day": _l("On a certain day"),
    "weekdays": _l("On some weekdays"),
    "whenever": _l("Whenever"),
}
PLACES = {
    "home": _l("At home"),
    "public": _l("At a public place"),
    "green": _l("On a green of the association"),
}
FIRST_YES = {"choose": _l("Let me choose who helps"), "first": _l("The first yes is fine")}
MINUTES = {
    "15": _l("A quarter of an hour"),
    "30": _l("Half an hour"),
    "60": _l("1 hour"),
    "120": _l("2 hours"),
    "180": _l("3 hours"),
    "240": _l("Half a day"),
    "480": _l("A whole day"),
    "": _l("I do not know"),
}


class WhatForm(Questions):
    """What: kind, one line, more if one likes, and which languages. `offer`: the ref of one that is asked about."""

    ref = HiddenField()
    offer = HiddenField()
    kind = RadioField(_l("What is it about?"), choices=as_choices(KINDS), validate_choice=False)
    subkind = RadioField(
        _l("What about it?"),
        choices=as_choices({**SUBKINDS, "": _l("Something else, or several")}),
        default="",
        validate_choice=False,
    )
    title = StringField(_l("Say it in one line"))
    text = TextAreaField(_l("Is there more to say?"))
    is_phone = BooleanField(_l("It is a telephone number. Keep it."))
    languages = SelectMultipleField(
        _l("Which languages do you speak?"), choices=as_choices(LANGUAGES), validate_choice=False
    )
    written_in = RadioField(
        _l("Which language did you write in?"), choices=as_choices(LANGUAGES), validate_choice=False
    )

    def fill(self, row: Any | None) -> None:
        """The answers so far, else the person's own languages."""
        own = languages_of(g.who.languages) or [g.who.language]
        self.languages.data = languages_of(row.languages) if row else own
        self.written_in.data = row.language if row else g.who.language if g.who.language in own else own[0]
        if row:
            self.kind.data, self.subkind.data = row.kind, row.subkind or ""
            self.title.data, self.text.data, self.version.data = row.title, row.text, str(row.version)

    def read_what(self) -> What | None:
        """The checked answers, or None with the refusals at their questions."""
        answer = self._read(self.kind.data)
        if answer is None and self.kind.errors:
            # The rest is read all the same, so that everything to mend is said at once.
            self._read("other")
        return answer

    def _read(self, kind: str | None) -> What | None:
        try:
            return asking.what(
                kind, self.subkind.data, self.title.data, self.text.data,
                self.written_in.data, self.languages.data or [], bool(self.is_phone.data),
            )  # fmt: skip
        except Refused as refused:
            self.refuse(refused.field, refused.message)
            return None

    @property
    def doubts_a_number(self) -> bool:
        """Whether the way on, "it is a telephone number", is to be shown."""
        errors = [*self.title.errors, *self.text.errors]
        return bool(self.is_phone.data) or any(words is CIVIL_NUMBER for words in errors)


class DaysForm(Questions):
    """A day, weekdays or whenever."""

    when_kind = RadioField(
        _l("When would it suit you?"),
        choices=as_choices(WHEN),
        validate_choice=False,
    )
    day = TolerantDate(_l("Which day?"))
    parts = SelectMultipleField(_l("Which part of the day?"), choices=as_choices(PARTS), validate_choice=False)
    at_time = TolerantTime(_l("Or at an exact time?"))
    weekdays = SelectMultipleField(_l("Which weekdays?"), choices=weekday_choices(), validate_choice=False)
    weekday_parts = SelectMultipleField(
        _l("Which part of those days?"), choices=as_choices(PARTS), validate_choice=False
    )

    def fill_days(self, row: Any) -> None:
        """The answers so far."""
        self.when_kind.data = row.when_kind
        if row.when_kind == "day":
            self.day.data = row.day.isoformat()
            self.at_time.data = row.at_time.strftime("%H:%M") if row.at_time else ""
            self.parts.data = [] if row.at_time else shown_parts(row.slots)
        if row.when_kind == "weekdays":
            self.weekdays.data = [str(day) for day in weekdays_of(row.slots)]
            self.weekday_parts.data = shown_parts(row.slots)

    def read_days(self, now: datetime, zone: str) -> Days | None:
        """The checked answer, or None with the refusals at their questions."""
        return self._tried(lambda: self._read_days(now, zone))  # type: ignore[no-any-return]

    def _tried(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except Refused as refused:
            self.refuse(refused.field, refused.message)
            return None

    def _read_days(self, now: datetime, zone: str) -> Days:
        kind = self.when_kind.data or ("day" if self.day.data else "weekdays" if self.weekdays.data else "")
        if kind == "whenever":
            return Days("whenever", None, None, WHENEVER)
        if kind == "weekdays":
            slots = asking.on_weekdays(weekday_numbers(self.weekdays.data), self.weekday_parts.data or [])
            return Days("weekdays", None, None, slots)
        if kind != "day":
            raise Refused("when_kind", "none")
        day = self._read("day", typed.read_day, self.day.data, today(zone))
        if day is None:
            raise Refused("day", "none")
        at_time = self._read("at_time", typed.read_clock, self.at_time.data)
        day, slots = asking.on_day(day, at_time, self.parts.data or [], now=now, zone=zone)
        return Days("day", day, at_time, slots)


class WhenForm(DaysForm):
    """When: a day, weekdays or whenever; how long; how many."""

    minutes = RadioField(_l("How long will it take?"), choices=as_choices(MINUTES), default="", validate_choice=False)
    places = StringField(_l("How many people do you need?"), default="1", widget=NumberInput(min=1, max=MOST_HELPERS))

    def fill(self, row: Any) -> None:
        """The answers so far."""
        self.version.data = str(row.version)
        self.minutes.data, self.places.data = str(row.minutes or ""), str(row.places)
        self.fill_days(row)

    def read_when(self, now: datetime, zone: str) -> When | None:
        """The checked answers, or None with the refusals at their questions: all of them at once."""
        when = self._tried(lambda: self._read_days(now, zone))
        size = self._tried(self._read_size)
        return When(*when, *size) if when and size else None

    def _read_size(self) -> tuple[int | None, int]:
        if (self.minutes.data or "") not in MINUTES:
            raise Refused("minutes", "range")
        try:
            places = typed.read_number(self.places.data or "")
        except ValueError:
            places = 0
        return asking.size(int(self.minutes.data) if self.minutes.data else None, places)


class WhereForm(Questions):
    """Where: at home, at a public place, on a green; known places as choices, others in one's own words."""

    place_kind = RadioField(
        _l("Where is it?"),
        choices=as_choices(PLACES),
        validate_choice=False,
    )
    public = RadioField(_l("Which public place?"), validate_choice=False)
    green = RadioField(_l("Which green?"), validate_choice=False)
    place_text = StringField(_l("Or another place, in your own words"))
    is_phone = BooleanField(_l("It is a telephone number. Keep it."))

    def offer_places(self, rows: Iterable[Any]) -> None:
        """The places to choose from: rows with choice_ref, choice_id, choice_name, choice_kind."""
        self.places = {row.choice_ref: row for row in rows if row.choice_ref}
        for field in (self.public, self.green):
            field.choices = [
                (ref, row.choice_name) for ref, row in self.places.items() if row.choice_kind == field.name
            ]

    def fill(self, row: Any) -> None:
        """The answers so far."""
        self.version.data, self.place_text.data = str(row.version), row.place_text
        self.place_kind.data = row.place_kind or ("home" if row.keeps_address else None)
        if row.place_kind in ("public", "green"):
            self._fields[row.place_kind].data = row.place_ref

    def read_where(self) -> Where | None:
        """The checked answers, or None with the refusals at their questions."""
        kind = self.place_kind.data or ""
        chosen = self.places.get(self._fields[kind].data) if kind in ("public", "green") else None
        place_id = chosen.choice_id if chosen is not None and chosen.choice_kind == kind else None
        try:
            return asking.where(kind, place_id, self.place_text.data, bool(self.is_phone.data))
        except Refused as refused:
            self.refuse_place(refused.field, refused.message)
            return None

    def refuse_place(self, question: str, code: str) -> None:
        """A place that was not named is asked for where it can be answered."""
        listed = kind if question == "place" and (kind := self.place_kind.data) and self._fields[kind].choices else None
        if listed is None:
            self.refuse("place_text" if question == "place" else question, code)
        else:
            self._fields[listed].errors = [SAYS[question, code]]

    @property
    def doubts_a_number(self) -> bool:
        """Whether the way on, "it is a telephone number", is to be shown."""
        return bool(self.is_phone.data) or any(words is CIVIL_NUMBER for words in self.place_text.errors)


class HowForm(Questions):
    """The last choices, on the page to check."""

    urgent = BooleanField(_l("It is urgent"))
    first_yes = RadioField(
        _l("When a neighbour says yes"),
        choices=as_choices(FIRST_YES),
        default="choose",
        validate_choice=False,
    )
    noticeboard = BooleanField(_l("The line may hang on the noticeboard"))

    def fill(self, row: Any) -> None:
        """The answers so far."""
        self.version.data = str(row.version)
        self.urgent.data, self.noticeboard.data = bool(row.urgent), bool(row.noticeboard)
        self.first_yes.data = "first" if row.first_yes else "choose"

    def read_how(self) -> How | None:
        """The checked answers, or None with the refusals at their questions."""
        if self.first_yes.data not in ("first", "choose"):
            self.refuse("first_yes", "none")
            return None
        return How(bool(self.urgent.data), self.first_yes.data == "first", bool(self.noticeboard.data))
