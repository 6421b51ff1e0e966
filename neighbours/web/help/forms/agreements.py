"""The one question of an agreement's page: say thank you."""

from wtforms import TextAreaField, ValidationError

from neighbours.language import _l
from neighbours.rules.texts import tidy_text
from neighbours.web.forms import Form

MOST_THANKS = 500

THANKS_WORDS = {
    "empty": _l("Write a few words of thanks."),
    "long": _l("The thank you is too long. It has room for 500 letters."),
    "civil_number": _l("This looks like a civil registration number. Please leave it out: nobody needs it here."),
}


class ThanksForm(Form):
    """`text` holds the tidied words once it is valid."""

    text = TextAreaField(_l("Your thank you"), description=_l("Only the two of you can read it."))

    def validate_text(self, field: TextAreaField) -> None:
        try:
            field.data = tidy_text(field.data, MOST_THANKS)
        except ValueError as error:
            raise ValidationError(THANKS_WORDS[str(error)]) from error
