"""Signing in by a one-time code, and out again. Known and unknown contacts see the same pages."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.people.one_time_codes import Proof
from neighbours.actions.people.sessions import end_session
from neighbours.actions.people.signing_in import sign_in_as
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.people.themselves import people_sharing
from neighbours.rules.people.contact import shown_contact
from neighbours.rules.people.devices import device_label
from neighbours.web import doors
from neighbours.web.help.forms.questions import as_choices
from neighbours.web.people.code_page import asked, forget, proved, send_again, send_code, take_typed_code
from neighbours.web.people.forms.signing_in import CodeForm, PersonForm, SignInForm

pages = Blueprint("signing_in", __name__)

PURPOSE = "sign_in"


@pages.before_request
def lead_home() -> ResponseReturnValue | None:
    """Whoever is signed in already has nothing to do here but to leave."""
    is_done = g.who.signed_in and request.endpoint != "signing_in.leave"
    return redirect(doors.next_page(url_for("public.start")), 303) if is_done else None


@pages.route("/sign-in", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """Where shall the code go?"""
    form = SignInForm()
    if not form.is_submitted():
        return render_template("signing_in/contact.html", form=form, next=_next())
    if not form.validate() or form.contact.contact is None:
        return render_template("signing_in/contact.html", form=form, next=_next()), 422
    send_code(PURPOSE, form.contact.contact, known_only=True)
    return redirect(_on("signing_in.code"), 303)


@pages.route("/sign-in/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Type the code."""
    proof = asked(PURPOSE)
    if proof is None:
        return redirect(_on("signing_in.contact"), 303)
    form = CodeForm()
    if form.is_submitted() and form.validate() and (right := take_typed_code(PURPOSE, proof, form)):
        return _come_in(right)
    status = 422 if form.is_submitted() else 200
    shown = shown_contact(proof.contact)
    return render_template("signing_in/code.html", form=form, shown=shown, next=_next()), status


@pages.post("/sign-in/again")
def again() -> ResponseReturnValue:
    """Send another code to the same contact."""
    send_again(PURPOSE, known_only=True)
    return redirect(_on("signing_in.code"), 303)


@pages.route("/sign-in/who", methods=["GET", "POST"])
def person() -> ResponseReturnValue:
    """Who are you? For people who share an e-mail address or a telephone."""
    proof = proved(PURPOSE)
    if proof is None:
        return redirect(_on("signing_in.contact"), 303)
    people = people_sharing(proof.contact)
    form = PersonForm()
    form.person.choices = as_choices({each.ref: each.name for each in people})
    if form.validate_on_submit():
        return _begin(proof, form.person.data)
    hints = {each.ref: each.place for each in people if each.place}
    page = render_template("signing_in/person.html", form=form, hints=hints, next=_next())
    return page, 422 if form.is_submitted() else 200


@pages.post("/sign-out")
def leave() -> ResponseReturnValue:
    """Sign out here; a copy of the cookie is dead too."""
    end_session(g.who.session_id, now())
    doors.sign_out()
    flash(_("You are signed out."), "done")
    return redirect(url_for("public.start"), 303)


def _come_in(proof: Proof) -> ResponseReturnValue:
    """One person comes in at once; several are asked who they are."""
    people = people_sharing(proof.contact)
    if len(people) == 1:
        return _begin(proof, people[0].ref)
    return redirect(_on("signing_in.person"), 303)


def _begin(proof: Proof, ref: str) -> ResponseReturnValue:
    device = device_label(request.user_agent.string)
    doors.sign_in(sign_in_as(proof, ref, device, now()))
    forget(PURPOSE)
    return redirect(doors.next_page(url_for("public.start")), 303)


def _next() -> str:
    """Where to go afterwards, carried along from page to page; nothing when it is the start page."""
    return doors.next_page("")


def _on(endpoint: str) -> str:
    return url_for(endpoint, next=_next() or None)
