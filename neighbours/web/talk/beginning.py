"""How a conversation begins: a neighbour asks a question about a request; whoever asked writes to one who replied.

Where the two talk already, both lead to their conversation.
"""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import new_ref
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import begin
from neighbours.clock import now
from neighbours.queries.help.wanted import one_request
from neighbours.queries.talk.threads import talk_of_reply
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.help import showing
from neighbours.rules.may import is_asker
from neighbours.rules.talk.threads import is_closed, may_ask, may_write_to_helper
from neighbours.web.help.changed import changed_page, words_of_request
from neighbours.web.help.nearby import viewer
from neighbours.web.talk.forms import MessageForm
from neighbours.web.talk.threads import closed_page, said

pages = Blueprint("beginning", __name__)


@pages.route("/help/<ref>/question", methods=["GET", "POST"])
def question(ref: str) -> ResponseReturnValue:
    """A neighbour who sees the request asks about it, before or after "I can help"."""
    row, view = _request_seen(ref)
    back = url_for("help.one", ref=ref)
    if row.thread_ref is None and not may_ask(g.who, row, view, now()):
        return changed_page(words_of_request(row.status), back)
    return _begun(row, row.id, g.who.resident_id, row.asker_name, helps=True)


@pages.route("/replies/<ref>/message", methods=["GET", "POST"])
def to_helper(ref: str) -> ResponseReturnValue:
    """Whoever asked writes to a neighbour who replied."""
    row = talk_of_reply(ref, g.who.resident_id)
    if row is None:
        raise NotHere(ref)
    if not is_asker(g.who, row):
        raise NotAllowed(ref)
    if row.thread_ref is None and (is_closed(row.ended_at, now()) or not may_write_to_helper(g.who, row)):
        return closed_page(url_for("help.one", ref=row.help_ref))
    return _begun(row, row.help_request_id, row.helper_id, row.helper_name, helps=False)


def _request_seen(ref: str) -> tuple[Any, str]:
    """The request, when this person sees it (else 404) and is not its asker (else 403)."""
    rows = one_request(viewer(), ref)
    view = showing.view_of_request(g.who, rows[0], now()) if rows else None
    if view is None:
        raise NotHere(ref)
    if view == showing.ASKER or (view == showing.HOST and rows[0].band is None):
        raise NotAllowed(ref)
    return rows[0], view


def _begun(row: Any, help_request_id: int, helper_id: int, other: str, *, helps: bool) -> ResponseReturnValue:
    """The page with the form; sent well, the conversation."""
    if request.method == "GET" and row.thread_ref:
        return redirect(url_for("talk.one", ref=row.thread_ref, _anchor="newest"), 303)
    form = MessageForm()
    if form.validate_on_submit():
        try:
            ref = begin(help_request_id, helper_id, said(form), by=Actor(g.who.resident_id), now=now())
            return redirect(url_for("talk.one", ref=ref, _anchor="newest"), 303)
        except Refused as refused:
            form.refuse(refused.message)
        except TooLate:
            return closed_page(url_for("help.one", ref=row.help_ref if not helps else row.ref))
    form.ref.data = form.ref.data or new_ref()
    page = render_template("talk/begin.html", row=row, form=form, other=other, helps=helps)
    return page, 422 if request.method == "POST" else 200
