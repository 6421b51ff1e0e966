"""The one question of a conversation: what to write. And what is said to a newcomer who may not write it yet."""

from wtforms import HiddenField

from neighbours.language import _l
from neighbours.rules.talk.newcomers import FULL, LINK
from neighbours.rules.talk.threads import MOST_LETTERS
from neighbours.web.forms import Form, TextField

NEWCOMER_SAYS = {
    LINK: _l("In your first days here you cannot send links. Please say it without the link."),
    FULL: _l("In your first days you can write to 5 new neighbours a day. Please send this tomorrow."),
}


class MessageForm(Form):
    """`text` holds the tidied words once it is valid; `ref` is that of the message which the form will become."""

    ref = HiddenField()
    text = TextField(
        _l("Write a message"),
        description=_l("The two of you read it. A local host looks only if something is wrong."),
        most=MOST_LETTERS,
        empty=_l("Write a few words first."),
        long=_l("The message is too long. It has room for %(most)s letters.", most=MOST_LETTERS),
    )

    def refuse(self, code: str) -> None:
        """Say why a newcomer's words cannot be taken."""
        self.text.errors = [*self.text.errors, NEWCOMER_SAYS[code]]
