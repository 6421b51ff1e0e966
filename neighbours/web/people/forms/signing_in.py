"""The forms of signing in: a contact, the code, and who one is."""

from wtforms import RadioField, StringField
from wtforms.validators import ValidationError

from neighbours.language import _l
from neighbours.rules.people.codes import read_code
from neighbours.web.forms import Form
from neighbours.web.people.forms.fields import ContactField


class SignInForm(Form):
    """Where the code goes."""

    contact = ContactField(
        _l("Your e-mail address or telephone number"), description=_l("The one that you joined with.")
    )


class CodeForm(Form):
    """The six digits; whether they are right is asked of the database."""

    code = StringField(_l("The code"), description=_l("Six digits. They are good for 10 minutes."))

    def validate_code(self, field: StringField) -> None:
        if not read_code(field.data or ""):
            raise ValidationError(_l("The code has six digits. Please type all of them."))


class PersonForm(Form):
    """Which of the people who share a contact."""

    person = RadioField(_l("Who are you?"), validate_choice=False)

    def validate_person(self, field: RadioField) -> None:
        if field.data not in {choice.value for choice in field.choices or []}:
            raise ValidationError(_l("Please choose your name."))
