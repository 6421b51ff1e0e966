"""Tell us what is hard to read or use: how to ring and write, and a short form that needs no account."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from neighbours.actions.feedback import give_feedback
from neighbours.clock import now
from neighbours.language import _, _l
from neighbours.queries.people.attempts import is_spent
from neighbours.rules.people.codes import FEEDBACK_BY_VISITOR, FEEDBACK_IN_ALL
from neighbours.web.doors import is_own_path
from neighbours.web.forms import Form, LineField, TextField

pages = Blueprint("feedback", __name__)

MOST_PATH = 200
LONG = _l("This is too long. Please make it shorter.")


class FeedbackForm(Form):
    """Once it is valid, both texts are tidied; `page` is a path of our own, or empty."""

    text = TextField(
        _l("What is hard to read or use?"),
        description=_l("A few words are enough."),
        most=2000,
        empty=_l("Please write a few words."),
        long=LONG,
    )
    contact = LineField(
        _l("Your telephone number or e-mail"),
        description=_l("Only if you would like an answer."),
        most=200,
        long=LONG,
    )
    page = HiddenField()


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
