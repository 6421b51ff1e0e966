"""The questions of a standing offer: what (as when asking), on which days, and the page to check."""

from typing import Any

from wtforms import SelectMultipleField

from neighbours.labels import PARTS
from neighbours.language import _l
from neighbours.rules.help.asking import offered_slots
from neighbours.rules.help.slots import WHENEVER, weekdays_of
from neighbours.web.help.forms.questions import Questions, as_choices, shown_parts, weekday_choices, weekday_numbers


class SlotsForm(Questions):
    """When somebody who offers has time: weekdays and parts of the day; none means any."""

    weekdays = SelectMultipleField(
        _l("Which weekdays suit you?"),
        choices=weekday_choices(),
        validate_choice=False,
    )
    parts = SelectMultipleField(_l("Which part of those days?"), choices=as_choices(PARTS), validate_choice=False)

    def fill(self, row: Any) -> None:
        """The answers so far."""
        self.version.data = str(row.version)
        if row.slots not in (0, WHENEVER):
            self.weekdays.data = [str(day) for day in weekdays_of(row.slots)]
            self.parts.data = shown_parts(row.slots)

    def read_slots(self) -> int:
        """The slots; always some."""
        return offered_slots(weekday_numbers(self.weekdays.data), self.parts.data or [])


class AgreeForm(Questions):
    """A page to check with nothing more to choose."""

    def fill(self, row: Any) -> None:
        """Nothing but the version."""
        self.version.data = str(row.version)
