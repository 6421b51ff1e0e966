"""The one question of an agreement's page: say thank you."""

from neighbours.language import _l
from neighbours.web.forms import Form, TextField

MOST_THANKS = 500


class ThanksForm(Form):
    """`text` holds the tidied words once it is valid."""

    text = TextField(
        _l("Your thank you"),
        description=_l("Only the two of you can read it."),
        most=MOST_THANKS,
        empty=_l("Write a few words of thanks."),
        long=_l("The thank you is too long. It has room for %(most)s letters.", most=MOST_THANKS),
    )
