"""Tell us what is hard to read or use: how to ring and write, and a short form that needs no account."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField, TextAreaField, ValidationError

from neighbours.actions.feedback import give_feedback
from neighbours.clock import now
from neighbours.language import _, _l
from neighbours.queries.people.attempts import is_spent
from neighbours.rules.people.codes import FEEDBACK_BY_VISITOR, FEEDBACK_IN_ALL
from neighbours.rules.texts import tidy_line, tidy_text
from neighbours.web.doors import is_own_path
from neighbours.web.forms import Form

pages = Blueprint("feedback", __name__)

MOST_TEXT, MOST_CONTACT, MOST_PATH = 2000, 200, 200
SAYS = {
    "empty": _l("Please write a few words."),
    "long": _l("This is too long. Please make it shorter."),
    "civil_number": _l("This looks like a civil registration number. Please leave it out: nobody needs it here."),
}


class FeedbackForm(Form):
    """Once it is valid, both texts are tidied; `page` is a path of our own, or empty."""

    text = TextAreaField(_l("What is hard to read or use?"), description=_l("A few words are enough."))
    contact = StringField(_l("Your telephone number or e-mail"), description=_l("Only if you would like an answer."))
    page = HiddenField()

    def validate_text(self, field: TextAreaField) -> None:
        try:
            field.data = tidy_text(field.data, MOST_TEXT)
        except ValueError as error:
            raise ValidationError(SAYS[str(error)]) from error

    def validate_contact(self, field: StringField) -> None:
        try:
            field.data = tidy_line(field.data, MOST_CONTACT, optional=True)
        except ValueError as error:
            raise ValidationError(SAYS[str(error)]) from error


@pages.route("/feedback", methods=["GET", "POST"])
def write() -> ResponseReturnValue:
    """The form. `page` in the address is the page that the person comes from."""
    form = FeedbackForm()
    form.page.data = own_path(form.page.data if form.is_submitted() else request.args.get("page"))
    if not form.validate_on_submit():
        return render_template("feedback/write.html", form=form), 422 if form.is_submitted() else 200
    said = {"text": form.text.data or "", "contact": form.contact.data or "", "page": form.page.data or ""}
    if give_feedback(said, request.remote_addr or "", now()):
        return redirect(url_for("feedback.thanks"), 303)
    return _too_much(form)


@pages.get("/feedback/thanks")
def thanks() -> ResponseReturnValue:
    """It is on its way."""
    return render_template("feedback/thanks.html")


def _too_much(form: FeedbackForm) -> ResponseReturnValue:
    """Why nothing more is taken, and for how long: of all people together, or from this place."""
    if is_spent(FEEDBACK_IN_ALL, "all", now()):
        limit, why = FEEDBACK_IN_ALL, _("Very much was sent to us today. Please wait a day, or ring.")
    else:
        limit, why = FEEDBACK_BY_VISITOR, _("Much was sent from here in the last hour. Please wait an hour, or ring.")
    form.text.errors = [why]
    return render_template("feedback/write.html", form=form), 429, {"Retry-After": str(limit.pause)}


def own_path(text: str | None) -> str:
    """A path of our own without query, else nothing."""
    path = (text or "").partition("?")[0].partition("#")[0]
    return path if is_own_path(path) and len(path) <= MOST_PATH else ""
