"""Asking for help: what, when, where, check; what happens now; take back, change, withdraw, ask again.

A draft is a row from the first page on, so that Back, an error or a lost session loses nothing. An open request is
changed on the same pages. How a request looks to others is in wanted.py.
"""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import new_ref
from neighbours.actions.help import asking
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.help.asking import own_request, unfinished
from neighbours.queries.help.offers import one_offer
from neighbours.rules.errors import NotHere, Refused
from neighbours.rules.help.asking import missing_page
from neighbours.rules.help.kinds import is_kind
from neighbours.rules.may import is_still_undoable, may_ask_directly
from neighbours.web.help.drafts import Room, keep_what_was_typed, lend_sentences
from neighbours.web.help.forms.asking import HowForm, WhatForm, WhenForm, WhereForm
from neighbours.web.help.nearby import viewer

pages = Blueprint("ask", __name__, url_prefix="/ask")
room = Room("ask", lambda ref: _own(ref)[0], missing_page)
lend_sentences(pages)
keep_what_was_typed(pages, "begin", "what", "when", "where", "check")


@pages.get("")
def start() -> ResponseReturnValue:
    """The first page of a new request, and drafts to go on with. An offer leads here: its giver is asked first."""
    form = WhatForm()
    form.fill(None)
    kind = request.args.get("kind", "")
    form.kind.data = kind if is_kind(kind) else None
    form.ref.data, form.offer.data = new_ref(), request.args.get("offer", "")
    return _first_page(form)


@pages.post("")
def begin() -> ResponseReturnValue:
    """Keep the first page as a draft."""
    form = WhatForm()
    me, ref, offer = g.who.resident_id, form.ref.data or "", form.offer.data or ""
    return room.begin(form, lambda answer: asking.begin_request(me, ref, answer, now(), offer), _first_page)


@pages.route("/<ref>/what", methods=["GET", "POST"])
def what(ref: str) -> ResponseReturnValue:
    """What it is about, once more."""
    row, form = room.changeable(ref), WhatForm()
    return room.question("what", form, row, form.read_what, asking.say_what)


@pages.route("/<ref>/when", methods=["GET", "POST"])
def when(ref: str) -> ResponseReturnValue:
    """When, how long and how many."""
    row, form = room.changeable(ref), WhenForm()
    return room.question("when", form, row, lambda: form.read_when(now(), g.who.zone), asking.say_when)


@pages.route("/<ref>/where", methods=["GET", "POST"])
def where(ref: str) -> ResponseReturnValue:
    """Where."""
    rows = _own(ref)
    row = room.changeable(ref, rows[0])
    form = WhereForm()
    form.offer_places(rows)
    return room.question("where", form, row, form.read_where, asking.say_where)


@pages.route("/<ref>/check", methods=["GET", "POST"])
def check(ref: str) -> ResponseReturnValue:
    """Everything in plain sentences; a draft is opened here, an open request changed."""
    if request.method == "POST":
        return _checked(ref)
    row = room.changeable(ref)
    if row.status == "draft" and (page := missing_page(row)):
        return room.to(page, ref)
    form = HowForm()
    form.fill(row)
    return room.page("check", form, row)


@pages.get("/<ref>/posted")
def posted(ref: str) -> ResponseReturnValue:
    """What happens now."""
    row = _own(ref)[0]
    if row.status in ("draft", "withdrawn"):
        return room.to("check" if row.status == "draft" else "withdrawn", ref)
    may_take_back = row.status == "open" and not row.replies and is_still_undoable(row.opened_at, now())
    # By the clock alone: what the neighbour asked first has answered is not to be read from it.
    is_new = is_still_undoable(row.opened_at, now())
    return render_template("ask/posted.html", row=row, may_take_back=may_take_back, is_new=is_new, zone=g.who.zone)


@pages.get("/<ref>/withdrawn")
def withdrawn(ref: str) -> ResponseReturnValue:
    """It is withdrawn: undo for ten minutes, or ask again."""
    row = _own(ref)[0]
    if row.status != "withdrawn":
        return room.to("posted", ref)
    still = row.opened_at is not None and row.expires_at > now() and not row.cancelled
    may_undo = still and is_still_undoable(row.withdrawn_at, now())
    return render_template("ask/withdrawn.html", row=row, may_undo=may_undo)


@pages.post("/<ref>/drop")
def drop(ref: str) -> ResponseReturnValue:
    """Let a draft go; the first page offers to bring it back."""
    asking.drop_request(g.who.resident_id, ref, now())
    return redirect(url_for("ask.start"), 303)


@pages.post("/<ref>/undo-drop")
def undo_drop(ref: str) -> ResponseReturnValue:
    """Bring the draft back."""
    asking.undo_drop_request(g.who.resident_id, ref, now())
    return room.to("check", ref)


@pages.post("/<ref>/take-back")
def take_back(ref: str) -> ResponseReturnValue:
    """Nobody has replied yet: make it a draft again."""
    asking.take_back(g.who.resident_id, ref, now())
    flash(_("You took it back. Nobody sees it now."), "done")
    return room.to("check", ref)


@pages.post("/<ref>/withdraw")
def withdraw(ref: str) -> ResponseReturnValue:
    """End the request."""
    asking.withdraw_request(g.who.resident_id, ref, now())
    return room.to("withdrawn", ref)


@pages.post("/<ref>/undo-withdraw")
def undo_withdraw(ref: str) -> ResponseReturnValue:
    """Open it again."""
    asking.undo_withdraw_request(g.who.resident_id, ref, now())
    return room.to("posted", ref)


@pages.post("/<ref>/again")
def again(ref: str) -> ResponseReturnValue:
    """A new draft with the same words."""
    return room.to("check", asking.ask_again(g.who.resident_id, ref, now()))


def _own(ref: str) -> list[Any]:
    """One's own request, once for each place to choose from; 404 for anybody else's."""
    rows = own_request(g.who.resident_id, ref)
    if not rows:
        raise NotHere
    return rows


def _checked(ref: str) -> ResponseReturnValue:
    row = _own(ref)[0]
    form = HowForm()
    answer = form.read_how() if form.is_sent_well() else None
    if answer is None:
        return room.page("check", form, row), 422
    if request.form.get("act") != "open":
        return room.keep("check", form, row, asking.say_how, answer)
    try:
        asking.open_request(g.who.resident_id, ref, answer, now())
    except Refused as refused:
        if refused.message == "missing":
            return room.to(refused.field, ref)
        form.refuse(refused.field, refused.message)
        return room.page("check", form, row), 422
    return room.to("posted", ref)


def _first_page(form: WhatForm) -> str:
    offer = one_offer(viewer(), form.offer.data) if form.offer.data else None
    if offer is None or not may_ask_directly(g.who, offer):
        form.offer.data = ""
        drafts = unfinished("help_request", g.who.resident_id, now())
        return render_template("ask/what.html", form=form, row=None, drafts=drafts)
    if form.kind.data is None:
        form.kind.data, form.subkind.data = offer.kind, offer.subkind or ""
    return render_template("ask/what.html", form=form, row=None, drafts=[], first=offer.giver_name)
