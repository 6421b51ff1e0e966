"""Joining in short pages, one question each: the area, the name, how to reach me, help, the code.

What was typed on the way is kept in the signed cookie (the address as a ref only): errors and Back lose nothing.
"""

from itertools import takewhile
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.people.joining import Newcomer, join
from neighbours.actions.people.one_time_codes import Proof
from neighbours.actions.people.signing_in import sign_in_as
from neighbours.clock import now
from neighbours.language import _, current_language
from neighbours.queries.people.themselves import people_sharing
from neighbours.queries.places.areas import area_from_outside, area_of_address
from neighbours.rules.errors import NotHere
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask
from neighbours.rules.people.contact import Contact, shown_contact
from neighbours.rules.people.devices import device_label
from neighbours.web import doors
from neighbours.web.help.forms.questions import as_choices
from neighbours.web.people.code_page import asked, forget, proved, send_again, send_code, take_typed_code
from neighbours.web.people.forms.joining import (
    KindsForm,
    NameForm,
    ReachForm,
    ReachMeForm,
    TimesForm,
)
from neighbours.web.people.forms.signing_in import CodeForm, PersonForm

pages = Blueprint("joining", __name__, url_prefix="/join")

PURPOSE = "join"
ANOTHER = "another"
NOT_FAR = "0"
# What is asked, in order, and where to answer it: each page needs what stands before it.
NEEDED = (
    ("area", "public.start"),
    ("name", "joining.name"),
    ("languages", "joining.name"),
    ("address", "joining.contact"),
    ("kinds", "joining.help"),
    ("slots", "joining.times"),
    ("reach", "joining.reach"),
)


@pages.before_request
def lead_home() -> ResponseReturnValue | None:
    """Whoever is signed in has joined already."""
    return redirect(url_for("public.start"), 303) if g.who.signed_in else None


@pages.post("/home")
def choose() -> ResponseReturnValue:
    """Choose one's address among the suggestions; it leads to its area."""
    home = request.form.get("address", "")[:16]
    area = area_of_address(home) if home else None
    if area is None:
        flash(_("Please choose your address, or pick your village from the list."), "reason")
        return redirect(url_for("public.find", q=request.form.get("q", "")[:200] or None), 303)
    _keep(area=area, home=home)
    return redirect(url_for("public.area", ref=area), 303)


@pages.post("")
def begin() -> ResponseReturnValue:
    """Join this area; the address that was chosen stays if it lies in it."""
    draft = _draft()
    row = area_from_outside(request.form.get("area", "")[:16], draft.get("home"))
    if row is None:
        raise NotHere("area")
    _keep(area=row.ref, home=draft.get("home") if row.street else None, country=row.country)
    return redirect(url_for("joining.name"), 303)


@pages.route("/name", methods=["GET", "POST"])
def name() -> ResponseReturnValue:
    """What shall neighbours call you, what may they see of where you live, and which languages do you speak?"""
    draft = _draft()
    if page := _missing(draft):
        return page
    row = _area()
    if row is None:
        return _start_over()
    unasked = {"shown": "corner", "languages": [current_language()]}
    form = NameForm(data=unasked | _answered(draft, "name", "shown", "languages"))
    if not row.street:
        del form.shown
    if form.validate_on_submit():
        shown = form.shown.data if row.street else "village"
        _keep(name=form.name.data, shown=shown, languages=form.languages.data)
        return redirect(url_for("joining.contact"), 303)
    return render_template("joining/name.html", form=form, area=row), 422 if form.is_submitted() else 200


@pages.route("/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """How do we reach you?"""
    draft = _draft()
    if page := _missing(draft):
        return page
    form = ReachMeForm(data={"contact": _shown(draft)})
    form.contact.country = draft.get("country")
    if form.validate_on_submit() and (given := form.contact.contact):
        _keep(channel=given.channel, address=given.address)
        return redirect(url_for("joining.help"), 303)
    return _asked("contact", form)


@pages.route("/help", methods=["GET", "POST"])
def help() -> ResponseReturnValue:
    """What do you like to help with?"""
    draft = _draft()
    if page := _missing(draft):
        return page
    form = KindsForm(data=_answered(draft, "kinds"))
    if form.validate_on_submit():
        _keep(kinds=form.kinds.data or [])
        return redirect(url_for("joining.times"), 303) if form.kinds.data else _go_on_without_helping()
    return _asked("help", form)


@pages.route("/times", methods=["GET", "POST"])
def times() -> ResponseReturnValue:
    """When do you have time to help?"""
    draft = _draft()
    if page := _missing(draft):
        return page
    form = TimesForm(data=_answered(draft, "days", "parts"))
    if form.validate_on_submit():
        _keep(days=form.days.data or [], parts=form.parts.data or [], slots=form.slots())
        return redirect(url_for("joining.reach"), 303)
    return _asked("times", form)


@pages.route("/reach", methods=["GET", "POST"])
def reach() -> ResponseReturnValue:
    """How far do you go, and who may see your number? Then the code is sent."""
    draft = _draft()
    if page := _missing(draft):
        return page
    if not draft["kinds"] and draft["channel"] == "email":
        return redirect(url_for("joining.help"), 303)
    form = ReachForm(data=_answered(draft, "reach", "share_phone"))
    if draft["channel"] == "email":
        del form.share_phone
    if not draft["kinds"]:
        del form.reach
    if form.validate_on_submit():
        _keep(reach=form.data.get("reach", NOT_FAR), share_phone=bool(form.data.get("share_phone")))
        return _send_code()
    return _asked("reach", form)


def _go_on_without_helping() -> ResponseReturnValue:
    """Who does not help is not asked when and how far; only about the telephone, where there is one."""
    _keep(reach=NOT_FAR, slots=WHENEVER)
    return _send_code() if _draft()["channel"] == "email" else redirect(url_for("joining.reach"), 303)


def _send_code() -> ResponseReturnValue:
    draft = _draft()
    send_code(PURPOSE, Contact(draft["channel"], draft["address"]))
    return redirect(url_for("joining.code"), 303)


@pages.route("/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Type the code; it makes a neighbour who waits to be confirmed."""
    proof = asked(PURPOSE)
    if page := _missing(_draft()):
        return page
    if proof is None:
        return redirect(url_for("joining.reach"), 303)
    form = CodeForm()
    if form.is_submitted() and form.validate() and (right := take_typed_code(PURPOSE, proof, form)):
        return redirect(url_for("joining.known"), 303) if people_sharing(right.contact) else _finish(right)
    status = 422 if form.is_submitted() else 200
    return render_template("joining/code.html", form=form, shown=shown_contact(proof.contact)), status


@pages.post("/again")
def again() -> ResponseReturnValue:
    """Send another code to the same contact."""
    send_again(PURPOSE)
    return redirect(url_for("joining.code"), 303)


@pages.route("/known", methods=["GET", "POST"])
def known() -> ResponseReturnValue:
    """Somebody here has this contact already: sign in as that person, or join as another one."""
    proof = proved(PURPOSE)
    if page := _missing(_draft()):
        return page
    if proof is None:
        return redirect(url_for("joining.code"), 303)
    people = people_sharing(proof.contact)
    form = PersonForm()
    sign_in = {each.ref: _("Sign in as %(name)s", name=each.name) for each in people}
    form.person.choices = as_choices(sign_in | {ANOTHER: _("Join as another person")})
    if form.validate_on_submit():
        return _finish(proof) if form.person.data == ANOTHER else _sign_in(proof, form.person.data)
    hints = {each.ref: each.place for each in people if each.place}
    return render_template("joining/known.html", form=form, hints=hints), 422 if form.is_submitted() else 200


def _finish(proof: Proof) -> ResponseReturnValue:
    """The newcomer becomes a neighbour. An area that is gone meanwhile sends back to the start, with all kept."""
    device = device_label(request.user_agent.string)
    try:
        token = join(_newcomer(_draft()), proof, device, now())
    except NotHere:
        return _start_over()
    doors.sign_in(token)
    return redirect(url_for("public.start"), 303)


def _sign_in(proof: Proof, ref: str) -> ResponseReturnValue:
    device = device_label(request.user_agent.string)
    doors.sign_in(sign_in_as(proof, ref, device, now()))
    return redirect(url_for("public.start"), 303)


def _newcomer(draft: dict[str, Any]) -> Newcomer:
    return Newcomer(
        name=draft["name"],
        area_ref=draft["area"],
        address_ref=draft.get("home"),
        village_only=draft["shown"] == "village",
        language=current_language(),
        languages=language_mask(draft["languages"]),
        kinds=tuple(draft["kinds"]),
        slots=draft["slots"],
        reach=int(draft["reach"]),
        share_phone=bool(draft.get("share_phone")),
    )


def _asked(page: str, form: Any) -> ResponseReturnValue:
    """The question; again with what was typed when it cannot be taken."""
    return render_template(f"joining/{page}.html", form=form), 422 if form.is_submitted() else 200


def _area() -> Any:
    """The area that is joined, as strangers see it, read once for a page; None when it is gone."""
    if "joined_area" not in g:
        g.joined_area = area_from_outside(_draft().get("area", ""), _draft().get("home"))
    return g.joined_area


@pages.context_processor
def name_its_host() -> dict[str, Any]:
    """The foot of these pages names the host of the village that is joined."""
    return {} if (row := _area()) is None else {"to_ring": g.who.with_host_of(row)}


def _answered(draft: dict[str, Any], *names: str) -> dict[str, Any]:
    """What was answered before, of these."""
    return {name: draft[name] for name in names if name in draft}


def _draft() -> dict[str, Any]:
    return dict(session.get("join", {}))


def _keep(**answers: Any) -> None:
    session["join"] = {name: value for name, value in (_draft() | answers).items() if value is not None}


def _missing(draft: dict[str, Any]) -> ResponseReturnValue | None:
    """To the first of the pages before this one that was not answered yet."""
    for answer, endpoint in takewhile(lambda needed: needed[1] != request.endpoint, NEEDED):
        if answer not in draft:
            return _start_over() if answer == "area" else redirect(url_for(endpoint), 303)
    return None


def _start_over() -> ResponseReturnValue:
    forget(PURPOSE)
    flash(_("Please begin with your street or your village."), "reason")
    return redirect(url_for("public.start"), 303)


def _shown(draft: dict[str, Any]) -> str:
    return shown_contact(Contact(draft["channel"], draft["address"])) if "address" in draft else ""
