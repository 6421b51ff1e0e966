"""The forms of one's own account: details, help, what is shown, a break, a new contact, the code from the letter."""

from datetime import date, timedelta

from wtforms import StringField
from wtforms.validators import ValidationError

from neighbours.language import _l
from neighbours.rules.people.codes import read_letter_code
from neighbours.rules.typed import read_day
from neighbours.web.forms import Form
from neighbours.web.people.forms.fields import ContactField, NameField
from neighbours.web.people.forms.joining import WHERE_CODES_GO, language_field, languages_field, shown_field

LONGEST_BREAK = timedelta(days=366)


class DetailsForm(Form):
    """The name and the languages."""

    name = NameField(
        _l("The name your neighbours see"), description=_l("You choose it yourself. A first name is enough.")
    )
    languages = languages_field()
    language = language_field()


class ShownForm(Form):
    """How much of where one lives is shown."""

    shown = shown_field()


class NewContactForm(Form):
    """A new e-mail address or telephone number."""

    contact = ContactField(
        _l("Your new e-mail address or telephone number"),
        description=WHERE_CODES_GO,
    )


class LetterForm(Form):
    """The code from the letter; whether it is right is asked of the database."""

    code = StringField(_l("The code from the letter"), description=_l("Eight letters and digits, such as BCDF-3479."))

    def validate_code(self, field: StringField) -> None:
        if not read_letter_code(field.data or ""):
            raise ValidationError(_l("The code has eight letters and digits. Please type it as on the letter."))


class BreakForm(Form):
    """Until which day, included. `today` is set by the page, in the area's own zone; `day` once it is read."""

    until = StringField(_l("Until which day?"), description=_l("For example 24/12, or next Friday."))
    today: date
    day: date | None = None

    def validate_until(self, field: StringField) -> None:
        try:
            self.day = read_day(field.data or "", self.today)
        except (ValueError, OverflowError) as error:
            raise ValidationError(_l("We cannot read this day. Write it like 24.12.2026 or 24 December.")) from error
        if not self.today <= self.day <= self.today + LONGEST_BREAK:
            raise ValidationError(_l("Please choose a day from today, and within a year."))
