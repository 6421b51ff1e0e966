""" "I can help": a short line, and whether the asker may see one's telephone."""

from wtforms import BooleanField

from neighbours.language import _l
from neighbours.web.forms import Form, LineField

MOST_LINE = 300


class ReplyForm(Form):
    """What a helper says beside "I can help"; `line` holds the tidied line once it is valid."""

    line = LineField(
        _l("A few words, if you like"),
        description=_l("For example: I can come on Friday at 10."),
        most=MOST_LINE,
        long=_l("The line is too long. It has room for %(most)s letters.", most=MOST_LINE),
    )
    share_phone = BooleanField(_l("Show my telephone number if we agree"))
