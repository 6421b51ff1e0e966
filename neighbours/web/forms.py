"""The one form that all others are made from. What each of them asks is in help/forms and people/forms."""

from typing import Any

from flask import g
from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose answers are judged, unless only the language is changed: then it is shown as it was typed."""

    def validate(self, extra_validators: Any = None) -> bool:
        """As WTForms does; never while the page is only looked at in another language (doors.py)."""
        return not g.get("only_looks") and bool(super().validate(extra_validators))
