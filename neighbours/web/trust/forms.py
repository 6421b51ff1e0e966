"""The form that tells of a problem."""

from wtforms import BooleanField, RadioField

from neighbours.labels import REPORT_REASONS
from neighbours.language import _l
from neighbours.rules.trust.reporting import MOST_LETTERS, REASONS
from neighbours.web.forms import Form, TextField
from neighbours.web.help.forms.questions import as_choices
from neighbours.web.people.forms.fields import one_of


class ReportForm(Form):
    """`text` holds the tidied words once it is valid."""

    reason = RadioField(
        _l("What is wrong?"),
        choices=as_choices({code: REPORT_REASONS[code] for code in REASONS}),
        validate_choice=False,
        validators=[one_of(REASONS, _l("Please choose what is wrong."))],
    )
    text = TextField(
        _l("What happened?"),
        description=_l("A few words help. Leave out illness and other private things."),
        most=MOST_LETTERS,
        long=_l("This is too long. It has room for %(most)s letters.", most=MOST_LETTERS),
    )
    block = BooleanField(_l("Block this person too"))
