"""Suggest another day for an agreement; say yes or no to it, or take it back. It is shown on the agreement's page."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.help import proposing
from neighbours.actions.moving import Actor
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.help.agreements import one_suggestion
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.may import is_helper, may_ever, may_suggest
from neighbours.web.help.agreements import the_agreement, waits_for_my_answer
from neighbours.web.help.changed import OF_AGREEMENT, changed_page
from neighbours.web.help.forms.agreements import AnotherDayForm
from neighbours.wording import suggested_words, when_words

pages = Blueprint("suggestions", __name__)


@pages.route("/agreements/<ref>/another-day", methods=["GET", "POST"])
def another_day(ref: str) -> ResponseReturnValue:
    """Suggest another day, or the time that was not settled yet; ?instead=, of the one that waits for my answer."""
    row, form, instead = the_agreement(ref), AnotherDayForm(), request.args.get("instead", "")
    if not may_suggest(g.who, row) or (waits_for_my_answer(row) and row.suggested_ref != instead):
        return _cannot_suggest(row)
    if request.method == "GET":
        form.fill(row)
        return _page(row, form)
    form.prefer_part(row.at_time)
    days = form.read_days(now(), row.zone) if form.is_sent_well() else None
    if days is None:
        return _page(row, form), 422
    try:
        proposing.suggest(row.id, days, by=Actor(g.who.resident_id), now=now(), instead=instead)
    except Refused as refused:
        form.refuse(refused.field, refused.message)
        return _page(row, form), 422
    except TooLate:
        return _cannot_suggest(the_agreement(ref))
    flash(_("%(name)s is told what you suggest.", name=_other(row)), "done")
    return _back(ref)


@pages.post("/suggestions/<ref>/yes")
def yes(ref: str) -> ResponseReturnValue:
    """Yes, that day suits me."""
    row = _suggestion(ref, "accept")
    said = _("Agreed: %(when)s.", when=when_words(row))
    return _answer(row, "accepted", proposing.say_yes, said)


@pages.post("/suggestions/<ref>/no")
def no(ref: str) -> ResponseReturnValue:
    """No, keep it as agreed; no reason is asked."""
    said = _("It stays as agreed. %(name)s is told.", name=_other(_suggestion(ref, "decline")))
    return _answer(_suggestion(ref, "decline"), "declined", proposing.say_no, said)


@pages.post("/suggestions/<ref>/take-back")
def take_back(ref: str) -> ResponseReturnValue:
    """I take my suggestion back."""
    said = _("You took your suggestion back. It stays as agreed.")
    return _answer(_suggestion(ref, "withdraw"), "withdrawn", proposing.take_back, said)


def _suggestion(ref: str, move: str) -> Any:
    """What is suggested, for one of the two (else 404) whose move it is (else 403)."""
    row = one_suggestion(ref, g.who.resident_id)
    if row is None:
        raise NotHere(ref)
    if not may_ever(g.who, "proposal", move, row):
        raise NotAllowed(ref)
    return row


def _answer(row: Any, wanted: str, act: Callable[..., None], said: str) -> ResponseReturnValue:
    """Answer it unless it was answered like that; when something else came first, say what."""
    if row.status != wanted:
        try:
            act(row.id, by=Actor(g.who.resident_id), now=now())
            flash(said, "done")
        except TooLate:
            fresh = one_suggestion(row.ref, g.who.resident_id)
            if fresh is not None and fresh.status != wanted:
                return changed_page(_became(fresh), url_for("agreements.one", ref=row.agreement_ref))
    return _back(row.agreement_ref)


def _became(row: Any) -> str:
    """Why it cannot be answered, or taken back, any more."""
    words = {
        "proposed": _("The day that was suggested has passed."),
        "accepted": _("It was answered with yes already."),
        "declined": _("It was answered with no already."),
    }
    if row.agreement_status != "agreed":
        return str(OF_AGREEMENT[row.agreement_status])
    return words.get(row.status) or _("This suggestion does not stand any more.")


def _cannot_suggest(row: Any) -> ResponseReturnValue:
    """It has ended; or the other one suggests a day, which is to be answered first."""
    words = OF_AGREEMENT.get(row.status) or _(
        "%(name)s suggests another day too. Please answer that first.", name=_other(row)
    )
    return changed_page(words, url_for("agreements.one", ref=row.ref))


def _other(row: Any) -> str:
    return str(row.asker_name if is_helper(g.who, row) else row.helper_name)


def _back(ref: str) -> ResponseReturnValue:
    return redirect(url_for("agreements.one", ref=ref), 303)


def _page(row: Any, form: AnotherDayForm) -> str:
    suggested = suggested_words(row) if row.suggested_ref else ""
    return render_template(
        "agreements/another_day.html",
        row=row,
        form=form,
        other=_other(row),
        when=when_words(row),
        suggested=suggested,
        answers=waits_for_my_answer(row),
    )
