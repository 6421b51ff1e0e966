"""The one form that all others are made from, and the fields for people's own words.

What each form asks is in help/forms and people/forms.
"""

from typing import Any

from flask import g
from flask_wtf import FlaskForm
from wtforms import Form as AnyForm
from wtforms import StringField, ValidationError
from wtforms.widgets import TextArea

from neighbours.language import _l
from neighbours.rules.texts import tidy_line, tidy_text

CIVIL_NUMBER = _l("This looks like a civil registration number. Please leave it out: nobody needs it here.")


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose answers are judged, unless only the language is changed: then it is shown as it was typed."""

    def validate(self, extra_validators: Any = None) -> bool:
        """As WTForms does; never while the page is only looked at in another language (doors.py)."""
        return not g.get("only_looks") and bool(super().validate(extra_validators))


class LineField(StringField):
    """One line in somebody's own words, tidied into `data`.

    `most`: letters. `long`, `empty`, `civil_number`: what is said of a line that cannot be taken; without `empty` it
    may be left empty.
    """

    tidy = staticmethod(tidy_line)

    def __init__(
        self, label: Any, *, most: int, long: Any, empty: Any = None, civil_number: Any = CIVIL_NUMBER, **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.most = most
        self.is_optional = empty is None
        self.says = {"long": long, "empty": empty, "civil_number": civil_number}

    def pre_validate(self, form: AnyForm) -> None:
        try:
            self.data = self.tidy(self.data, self.most, optional=self.is_optional)
        except ValueError as error:
            raise ValidationError(self.says[str(error)]) from error


class TextField(LineField):
    """Like LineField for several lines."""

    widget = TextArea()
    tidy = staticmethod(tidy_text)
