""" "I can help" and its answers: yes please, no thank you, taken back. The pages themselves are in wanted.py."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.help import agreeing, inviting, replying, reserve
from neighbours.actions.moving import Actor
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.help.agreements import one_reply
from neighbours.queries.help.wanted import one_request
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.help import showing
from neighbours.rules.may import is_asker_themselves, is_one_of_the_two, may_ever, may_reply
from neighbours.web.help.changed import changed_page, words_of_reply, words_of_request
from neighbours.web.help.forms.replies import ReplyForm
from neighbours.web.help.nearby import viewer
from neighbours.web.help.wanted import help_page
from neighbours.web.talk.forms import NEWCOMER_SAYS
from neighbours.web.words import written_by

pages = Blueprint("replies", __name__)


@pages.post("/help/<ref>/reply")
def reply(ref: str) -> ResponseReturnValue:
    """I can help."""
    row, form = _help_request(ref), ReplyForm()
    if not form.validate():
        return help_page(ref, form, 422) if _is_asked(row) else _too_late(ref, _("You said that you can help."))
    words = replying.Words(form.line.data, written_by(g.who, form.line.data), form.share_phone.data)
    try:
        agreement = replying.offer_help(row.id, g.who.resident_id, words, now())
    except Refused as refused:
        form.line.errors = [*form.line.errors, NEWCOMER_SAYS[refused.message]]
        return help_page(ref, form, 422)
    except TooLate:
        return _too_late(ref)
    if agreement:
        return _see_agreement(agreement)
    flash(_thanks(ref), "done")
    return redirect(url_for("help.one", ref=ref), 303)


@pages.post("/help/<ref>/not-now")
def not_now(ref: str) -> ResponseReturnValue:
    """Not this time: who was asked need not say why."""
    inviting.not_now(_help_request(ref).id, g.who.resident_id, now())
    flash(_("That is fine. Nobody is told, and we ask somebody else."), "done")
    return redirect(url_for("public.start"), 303)


@pages.post("/replies/<ref>/accept")
def accept(ref: str) -> ResponseReturnValue:
    """Yes please."""
    row = _reply(ref, "accept")
    try:
        shares = "share_phone" in request.form and is_asker_themselves(g.who, row)
        agreement = agreeing.accept(row.id, share_phone=shares, by=Actor(g.who.resident_id), now=now())
    except TooLate:
        return _changed(ref)
    return _see_agreement(agreement)


@pages.post("/replies/<ref>/decline")
def decline(ref: str) -> ResponseReturnValue:
    """No thank you; no reason is asked."""
    return _answer(ref, "decline", replying.decline, _("You said no thank you. You can take it back for 10 minutes."))


@pages.post("/replies/<ref>/reserve")
def keep(ref: str) -> ResponseReturnValue:
    """Keep this neighbour in reserve."""
    name = _reply(ref, "keep_in_reserve").helper_name
    said = _("%(name)s is in reserve now, and is told.", name=name)
    return _answer(ref, "keep_in_reserve", reserve.keep_in_reserve, said)


@pages.post("/replies/<ref>/undo")
def undo(ref: str) -> ResponseReturnValue:
    """Take the no thank you back."""
    return _answer(ref, "undo_decline", replying.undo_decline, _("You took your no back."))


@pages.post("/replies/<ref>/withdraw")
def withdraw(ref: str) -> ResponseReturnValue:
    """I cannot help after all."""
    return _answer(ref, "withdraw", replying.withdraw_reply, _("You took your offer back. You can offer again."))


def _thanks(ref: str) -> str:
    """What is said to who offered: in reserve where the last place went to somebody else meanwhile."""
    row = _help_request(ref)
    if row.reply_status == "reserve":
        return _("Somebody was faster. You are in reserve now: thank you!")
    return _("Thank you! %(name)s is told that you can help.", name=row.asker_name)


def _answer(ref: str, move: str, act: Callable[..., None], done: str) -> ResponseReturnValue:
    row = _reply(ref, move)
    try:
        act(row.id, by=Actor(g.who.resident_id), now=now())
    except TooLate:
        return _changed(ref)
    flash(done, "done")
    return redirect(url_for("help.one", ref=row.help_ref), 303)


def _help_request(ref: str) -> Any:
    """The request, when this person may know of it (else 404) and may offer help to its asker (else 403)."""
    rows = one_request(viewer(), ref)
    view = showing.view_of_request(g.who, rows[0], now()) if rows else None
    if view is None:
        raise NotHere(ref)
    # A host within reach is a neighbour too, who may come too late like others.
    if view == showing.ASKER or (view == showing.HOST and (rows[0].band is None or rows[0].is_apart)):
        raise NotAllowed(ref)
    return rows[0]


def _is_asked(row: Any) -> bool:
    """Whether its page asks this person now: else what was typed there is shown where it says why."""
    view = showing.view_of_request(g.who, row, now())
    return view in (showing.NEIGHBOUR, showing.HOST) and may_reply(g.who, row)


def _too_late(ref: str, still_open: str = "") -> ResponseReturnValue:
    """What became of the request meanwhile; `still_open`: what is said where it still stands open."""
    status = _help_request(ref).status
    words = still_open if status == "open" and still_open else words_of_request(status)
    return changed_page(words, url_for("help.one", ref=ref))


def _reply(ref: str, move: str) -> Any:
    """The reply, when this person may know of its request (else 404) and the move is theirs to make (else 403)."""
    row = one_reply(ref, viewer())
    if row is None or not (row.within_reach or is_one_of_the_two(g.who, row)):
        raise NotHere(ref)
    if not may_ever(g.who, "reply", move, row):
        raise NotAllowed(ref)
    return row


def _changed(ref: str) -> ResponseReturnValue:
    row = one_reply(ref, viewer())
    if row is None:
        raise NotHere(ref)
    if row.agreement_ref:
        return changed_page(words_of_reply(row), url_for("agreements.one", ref=row.agreement_ref))
    return changed_page(words_of_reply(row), url_for("help.one", ref=row.help_ref))


def _see_agreement(ref: str) -> ResponseReturnValue:
    flash(_("You have an agreement."), "done")
    return redirect(url_for("agreements.one", ref=ref), 303)
