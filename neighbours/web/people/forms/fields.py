"""What several rooms' forms share in joining, signing in and the account: contacts, names, choices, in words.

Each check turns the one-word codes of the rules into a sentence that says how to mend it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import Field, Form, SelectMultipleField, StringField, ValidationError
from wtforms.validators import AnyOf

from neighbours.language import _l
from neighbours.rules.people.contact import Contact, read_contact
from neighbours.web.forms import LineField

MOST_NAME = 80
CONTACT_WORDS = {
    "empty": _l("Please type your e-mail address or telephone number."),
    "long": _l("This is too long. Please type one e-mail address or one telephone number."),
    "email": _l("This e-mail address is not complete. It looks like anna@example.dk."),
    "phone": _l("Please type an e-mail address, or a telephone number with all its digits."),
}


class ContactField(StringField):
    """An e-mail address or telephone number in any format; `contact` once it is read."""

    contact: Contact | None = None
    country: str | None = None

    def pre_validate(self, form: Form) -> None:
        try:
            self.contact = read_contact(self.data or "", self.country)
        except ValueError as error:
            raise ValidationError(CONTACT_WORDS[str(error)]) from error


class NameField(LineField):
    """The name to be shown."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(
            label,
            most=MOST_NAME,
            empty=_l("Please type the name that neighbours may see."),
            long=_l("The name is too long. It has room for %(most)s letters.", most=MOST_NAME),
            civil_number=_l("This looks like a civil registration number. Please type a name instead."),
            **more,
        )


def one_of(values: Iterable[str], words: Any) -> AnyOf:
    """The answer must be one of the values; nothing, or something else, says `words`."""
    return AnyOf(list(values), message=words)


def all_of(values: Iterable[str], words: Any, least: int = 0) -> Callable[[Form, Field], None]:
    """Every answer must be one of the values, and there must be at least `least`; else it says `words`.

    An answer that came twice counts once.
    """
    known = set(values)

    def check(form: Form, field: SelectMultipleField) -> None:
        chosen = set(field.data or [])
        if not chosen <= known or len(chosen) < least:
            raise ValidationError(words)
        field.data = list(dict.fromkeys(field.data or []))

    return check
