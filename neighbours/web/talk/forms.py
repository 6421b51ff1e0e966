"""The one question of a conversation: what to write. And what is said to a newcomer who may not write it yet."""

from typing import Any

from wtforms import BooleanField, HiddenField, ValidationError

from neighbours.language import _l
from neighbours.rules.talk.newcomers import FULL, LINK
from neighbours.rules.talk.secrets import has_secret
from neighbours.rules.talk.threads import MOST_LETTERS
from neighbours.web.forms import Form, TextField

NEWCOMER_SAYS = {
    LINK: _l("In your first days here you cannot send links. Please say it without the link."),
    FULL: _l("In your first days you can write to 5 new neighbours a day. Please send this tomorrow."),
}

SECRET = _l("This looks like a code, a password or an account number. Tell it to nobody.")


class MessageForm(Form):
    """`text` holds the tidied words once it is valid; `ref` is that of the message which the form will become.

    `is_warned`: whether the other side asked for a code or an account just before (rules/talk/secrets.py).
    """

    ref = HiddenField()
    is_no_code = BooleanField(_l("It is not a code. Send it."))
    text = TextField(
        _l("Write a message"),
        description=_l("The two of you read it. A local host looks only if something is wrong."),
        most=MOST_LETTERS,
        empty=_l("Write a few words first."),
        long=_l("The message is too long. It has room for %(most)s letters.", most=MOST_LETTERS),
    )

    def __init__(self, *, is_warned: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self.is_warned = is_warned
        self.asks_on = False  # whether the way on, "it is not a code", is to be shown

    def validate_text(self, field: TextField) -> None:
        """A secret is stopped before anybody reads it."""
        self.asks_on = not field.errors and has_secret(field.data, is_warned=self.is_warned)
        if self.asks_on and not self.is_no_code.data:
            raise ValidationError(SECRET)

    def refuse(self, code: str) -> None:
        """Say why a newcomer's words cannot be taken."""
        self.text.errors = [*self.text.errors, NEWCOMER_SAYS[code]]
