"""The forms of joining: the name and languages, how to reach somebody, what one likes to help with.

The page of one's own details asks the same questions with the same forms' parts (forms/account.py).
"""

from wtforms import BooleanField, RadioField, SelectMultipleField

from neighbours.labels import KINDS, LANGUAGES, PARTS, WEEKDAYS
from neighbours.language import PAGE_LANGUAGES, _l
from neighbours.rules.help.slots import parts_of, slot_mask, weekdays_of
from neighbours.web.forms import Form
from neighbours.web.help.forms.questions import as_choices
from neighbours.web.people.forms.fields import ContactField, NameField, all_of, one_of

REACHES = {
    "0": _l("Only in my own village"),
    "3000": _l("Up to 3 km"),
    "10000": _l("Up to 10 km"),
    "25000": _l("Up to 25 km"),
}
OFTEN = {
    "0": _l("Never"),
    "1": _l("At most once a week"),
    "3": _l("At most 3 times a week"),
    "7": _l("At most 7 times a week"),
}
SHOWN = {
    "corner": _l("My corner of the village"),
    "village": _l("My village only"),
}
WHERE_CODES_GO = _l("We send a code there. Neighbours see neither, unless you show your number yourself.")
CHOOSE = _l("Please choose one of the answers.")
CHOOSE_FROM_LIST = _l("Please choose from the list only.")


def shown_field(default: str | None = None) -> RadioField:
    """How much of where one lives is shown."""
    return RadioField(
        _l("What may neighbours see of where you live?"),
        description=_l(
            "Neighbours do not see your address. Only your host does, while you wait to be let in."
            " Your corner is the houses around yours, at least 50."
        ),
        choices=as_choices(SHOWN),
        default=default,
        validate_choice=False,
        validators=[one_of(SHOWN, CHOOSE)],
    )


def languages_field() -> SelectMultipleField:
    """The languages that one speaks."""
    return SelectMultipleField(
        _l("Which languages do you speak?"),
        choices=as_choices(LANGUAGES),
        validate_choice=False,
        validators=[all_of(LANGUAGES, _l("Choose at least one language that you speak."), least=1)],
    )


def language_field() -> RadioField:
    """The language of pages and letters."""
    return RadioField(
        _l("Which language shall pages and letters have?"),
        choices=as_choices(PAGE_LANGUAGES),
        validate_choice=False,
        validators=[one_of(PAGE_LANGUAGES, CHOOSE)],
    )


class ReachMeForm(Form):
    """How to reach somebody."""

    contact = ContactField(
        _l("Your e-mail address or telephone number"),
        description=WHERE_CODES_GO,
    )


class NameForm(Form):
    """The name to be shown, how much of where one lives, and the languages that one speaks."""

    name = NameField(
        _l("The name your neighbours see"), description=_l("You choose it yourself. A first name is enough.")
    )
    shown = shown_field(default="corner")
    languages = languages_field()


class KindsForm(Form):
    """What one likes to help with; it may stay empty."""

    kinds = SelectMultipleField(
        _l("What do you like to help with?"),
        description=_l("Choose as many as you like, or none."),
        choices=as_choices(KINDS),
        validate_choice=False,
        validators=[all_of(KINDS, CHOOSE_FROM_LIST)],
    )


class TimesForm(Form):
    """When one has time to help; none is any time."""

    days = SelectMultipleField(
        _l("On which days?"),
        description=_l("Choose none if any day is fine."),
        choices=as_choices({str(number): day for number, day in enumerate(WEEKDAYS)}),
        validate_choice=False,
        validators=[all_of(map(str, range(7)), CHOOSE_FROM_LIST)],
    )
    parts = SelectMultipleField(
        _l("Which part of the day?"),
        description=_l("Choose none if any time is fine."),
        choices=as_choices(PARTS),
        validate_choice=False,
        validators=[all_of(PARTS, CHOOSE_FROM_LIST)],
    )

    def slots(self) -> int:
        """The days and parts as one mask; no day means every day."""
        days = [int(day) for day in self.days.data or []] or range(7)
        return slot_mask(days, self.parts.data or [])

    def show_slots(self, mask: int) -> None:
        """Tick the days and parts of a mask; every day, or the whole day, is shown as none chosen."""
        days, parts = weekdays_of(mask), parts_of(mask)
        self.days.data = [] if len(days) == 7 else [str(day) for day in days]
        self.parts.data = [] if len(parts) == len(PARTS) else parts


class ReachForm(Form):
    """How far one goes, and whether the telephone is shown then."""

    reach = RadioField(
        _l("How far do you go to help?"),
        choices=as_choices(REACHES),
        default="0",
        validate_choice=False,
        validators=[one_of(REACHES, CHOOSE)],
    )
    share_phone = BooleanField(
        _l("Show my telephone number to a neighbour I have an agreement with"),
        description=_l("Only while the agreement lasts. You can change this later."),
    )


class HelpForm(KindsForm, TimesForm, ReachForm):
    """All of it on one page, to change what was said when joining: there each thing is changed on purpose."""

    most_a_week = RadioField(
        _l("How often may we ask you to help?"),
        description=_l("We ask few neighbours at a time. No is always fine."),
        choices=as_choices(OFTEN),
        validate_choice=False,
        validators=[one_of(OFTEN, CHOOSE)],
    )
