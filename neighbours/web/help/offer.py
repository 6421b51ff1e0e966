"""Offering help: what, when, check; what happens now; take back, change, withdraw.

Like ask.py, with fewer questions. How an offer looks to others is in offers.py.
"""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import new_ref
from neighbours.actions.help import offering
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.help.asking import own_offer, unfinished
from neighbours.rules.errors import NotHere, Refused
from neighbours.rules.may import is_still_undoable
from neighbours.web.help.drafts import Room, keep_what_was_typed, lend_sentences
from neighbours.web.help.forms.asking import WhatForm
from neighbours.web.help.forms.offering import AgreeForm, SlotsForm

pages = Blueprint("offer", __name__, url_prefix="/offer")
room = Room("offer", lambda ref: _own(ref), lambda row, answered: None if row.slots or answered == "when" else "when")
lend_sentences(pages)
keep_what_was_typed(pages, "begin", "what", "when", "check")


@pages.get("")
def start() -> ResponseReturnValue:
    """The first page of a new offer, and drafts to go on with."""
    form = WhatForm()
    form.fill(None)
    form.ref.data = new_ref()
    return _first_page(form)


@pages.post("")
def begin() -> ResponseReturnValue:
    """Keep the first page as a draft."""
    form = WhatForm()
    me, ref = g.who.resident_id, form.ref.data or ""
    return room.begin(form, lambda answer: offering.begin_offer(me, ref, answer, now()), _first_page)


@pages.route("/<ref>/what", methods=["GET", "POST"])
def what(ref: str) -> ResponseReturnValue:
    """What is offered, once more."""
    row, form = room.changeable(ref), WhatForm()
    return room.question("what", form, row, form.read_what, offering.say_offer)


@pages.route("/<ref>/when", methods=["GET", "POST"])
def when(ref: str) -> ResponseReturnValue:
    """On which days."""
    row, form = room.changeable(ref), SlotsForm()
    return room.question("when", form, row, form.read_slots, offering.say_slots)


@pages.route("/<ref>/check", methods=["GET", "POST"])
def check(ref: str) -> ResponseReturnValue:
    """Everything in plain sentences; a draft is opened here."""
    form = AgreeForm()
    if request.method == "POST":
        return _checked(ref, form)
    row = room.changeable(ref)
    if not row.slots:
        return room.to("when", ref)
    return room.page("check", form, row)


@pages.get("/<ref>/posted")
def posted(ref: str) -> ResponseReturnValue:
    """What happens now."""
    row = _own(ref)
    if row.status in ("draft", "withdrawn"):
        return room.to("check" if row.status == "draft" else "withdrawn", ref)
    may_take_back = row.status == "open" and is_still_undoable(row.opened_at, now())
    return render_template("offer/posted.html", row=row, may_take_back=may_take_back, zone=g.who.zone)


@pages.get("/<ref>/withdrawn")
def withdrawn(ref: str) -> ResponseReturnValue:
    """It is withdrawn: undo for ten minutes."""
    row = _own(ref)
    if row.status != "withdrawn":
        return room.to("posted", ref)
    still = row.opened_at is not None and row.expires_at > now()
    may_undo = still and is_still_undoable(row.withdrawn_at, now())
    return render_template("offer/withdrawn.html", row=row, may_undo=may_undo)


@pages.post("/<ref>/drop")
def drop(ref: str) -> ResponseReturnValue:
    """Let a draft go; the first page offers to bring it back."""
    offering.drop_offer(g.who.resident_id, ref, now())
    return redirect(url_for("offer.start"), 303)


@pages.post("/<ref>/undo-drop")
def undo_drop(ref: str) -> ResponseReturnValue:
    """Bring the draft back."""
    offering.undo_drop_offer(g.who.resident_id, ref, now())
    return room.to("check", ref)


@pages.post("/<ref>/take-back")
def take_back(ref: str) -> ResponseReturnValue:
    """Make it a draft again."""
    offering.take_back_offer(g.who.resident_id, ref, now())
    flash(_("You took it back. Nobody sees it now."), "done")
    return room.to("check", ref)


@pages.post("/<ref>/withdraw")
def withdraw(ref: str) -> ResponseReturnValue:
    """End the offer."""
    offering.withdraw_offer(g.who.resident_id, ref, now())
    return room.to("withdrawn", ref)


@pages.post("/<ref>/undo-withdraw")
def undo_withdraw(ref: str) -> ResponseReturnValue:
    """Open it again."""
    offering.undo_withdraw_offer(g.who.resident_id, ref, now())
    return room.to("posted", ref)


def _own(ref: str) -> Any:
    """One's own offer; 404 for anybody else's."""
    row = own_offer(g.who.resident_id, ref)
    if row is None:
        raise NotHere
    return row


def _checked(ref: str, form: AgreeForm) -> ResponseReturnValue:
    row = _own(ref)
    if not form.is_sent_well():
        return room.page("check", form, row), 422
    if request.form.get("act") == "later":
        return room.onwards(row, "check")
    try:
        offering.open_offer(g.who.resident_id, ref, now())
    except Refused as refused:
        return room.to(refused.field, ref)
    return room.to("posted", ref)


def _first_page(form: WhatForm) -> str:
    drafts = unfinished("offer", g.who.resident_id, now())
    return render_template("offer/what.html", form=form, row=None, drafts=drafts)
