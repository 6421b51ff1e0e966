""" "I can help": a short line, and whether the asker may see one's telephone."""

from wtforms import BooleanField, StringField, ValidationError

from neighbours.language import _l
from neighbours.rules.texts import tidy_line
from neighbours.web.forms import Form

MOST_LINE = 300

LINE_WORDS = {
    "long": _l("The line is too long. It has room for 300 letters."),
    "civil_number": _l("This looks like a civil registration number. Please leave it out: nobody needs it here."),
}


class ReplyForm(Form):
    """What a helper says beside "I can help"; `line` holds the tidied line once it is valid."""

    line = StringField(_l("A few words, if you like"), description=_l("For example: I can come on Friday at 10."))
    share_phone = BooleanField(_l("Show my telephone number if we agree"))

    def validate_line(self, field: StringField) -> None:
        try:
            field.data = tidy_line(field.data, MOST_LINE, optional=True)
        except ValueError as error:
            raise ValidationError(LINE_WORDS[str(error)]) from error
