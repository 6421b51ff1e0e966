""" "I can help": a short line, and whether the asker may see one's telephone."""

from wtforms import BooleanField

from neighbours.language import _l
from neighbours.web.forms import Form, LineField


class ReplyForm(Form):
    """What a helper says beside "I can help"; `line` holds the tidied line once it is valid."""

    line = LineField(
        _l("A few words, if you like"),
        description=_l("For example: I can come on Friday at 10."),
        most=300,
        long=_l("The line is too long. It has room for 300 letters."),
    )
    share_phone = BooleanField(_l("Show my telephone number if we agree"))
