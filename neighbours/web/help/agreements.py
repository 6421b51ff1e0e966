"""Our agreement: who, what, when, where, and everything that the two of it can do.

Anybody else does not know that it exists: 404. The address is unsealed for the one helper for whom it was opened;
that page alone says more than two statements, because each look is logged.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.help import agreeing, opening, thanking
from neighbours.actions.moving import Actor
from neighbours.clock import now, today
from neighbours.language import _
from neighbours.queries.help.agenda import one_event
from neighbours.queries.help.agreements import one_agreement
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.help.asking import Days, is_day_over
from neighbours.rules.may import (
    is_asker_themselves,
    is_for_oneself,
    is_helper,
    is_one_of_the_two,
    is_still_undoable,
    is_who_answers,
    is_who_said_so,
    may_ever,
    may_open_address,
    may_say_missed,
    may_see_address,
    may_share_phone,
    may_thank,
)
from neighbours.web.help.changed import OF_AGREEMENT, changed_page
from neighbours.web.help.forms.agreements import ThanksForm
from neighbours.web.wire.ics import calendar_entry
from neighbours.web.words import where_ours, written_by
from neighbours.wording import how_long, suggested_words, when_words

pages = Blueprint("agreements", __name__, url_prefix="/agreements")

# How the reply stands while the end of its agreement can be taken back.
REPLY_OF_UNDOABLE = {"done": "accepted", "missed": "accepted", "cancelled": "withdrawn"}


@pages.get("/<ref>")
def one(ref: str) -> ResponseReturnValue:
    """Our agreement."""
    return _page(the_agreement(ref), ThanksForm(formdata=None))


@pages.get("/<ref>/calendar.ics")
def calendar(ref: str) -> ResponseReturnValue:
    """Our agreement as an entry for one's own calendar."""
    row = one_event(ref, g.who.resident_id)
    if row is None:
        raise NotHere(ref)
    name = _("agreement")
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    return Response(calendar_entry(row), content_type="text/calendar; charset=utf-8", headers=headers)


@pages.post("/<ref>/cancel")
def cancel(ref: str) -> ResponseReturnValue:
    """Cancel it."""
    row = the_agreement(ref)
    other = row.asker_name if is_helper(g.who, row) else row.helper_name
    said = _("The agreement is cancelled. %(name)s is told.", name=other)
    return _move(ref, "cancel", "cancelled", agreeing.cancel, said)


@pages.post("/<ref>/done")
def done(ref: str) -> ResponseReturnValue:
    """It is done."""
    return _move(ref, "finish", "done", agreeing.finish, _("How good! It is done."))


@pages.post("/<ref>/missed")
def missed(ref: str) -> ResponseReturnValue:
    """Did not come: only the host is told."""
    row = the_agreement(ref)
    is_said = row.status == "missed" and is_who_said_so(g.who, row)
    if not is_said and not may_say_missed(g.who, row, today(row.zone)):
        return _changed(row)
    return _move(ref, "miss", "missed", agreeing.miss, _("Your local host is told, and nobody else."))


@pages.post("/<ref>/undo")
def undo(ref: str) -> ResponseReturnValue:
    """Take "it is done", "did not come" or a cancelling back."""
    row, said = the_agreement(ref), _("You took it back. Your agreement stands.")
    if row.status == "cancelled" and is_who_said_so(g.who, row):
        return _move(ref, "undo_cancel", "agreed", agreeing.undo_cancel, said)
    if row.status == "missed" and is_who_said_so(g.who, row):
        return _move(ref, "undo_miss", "agreed", agreeing.undo_miss, said)
    return _move(ref, "undo_finish", "agreed", agreeing.undo_finish, said)


@pages.post("/<ref>/open-address")
def open_address(ref: str) -> ResponseReturnValue:
    """Open my address for this helper, or with open=no close it again."""
    row, opens = the_agreement(ref), request.form.get("open") != "no"
    if not is_asker_themselves(g.who, row):
        raise NotAllowed(ref)
    try:
        if not may_open_address(g.who, row):
            raise TooLate(ref)
        act = opening.open_address if opens else opening.close_address
        act(row.id, by=Actor(g.who.resident_id), now=now())
        flash(_opened_words(row.helper_name, opens), "done")
    except Refused:
        flash(_("We do not keep your address. Please tell it by telephone."), "reason")
    except TooLate:
        return _changed(the_agreement(ref))
    return _back(ref)


@pages.post("/<ref>/share-phone")
def share_phone(ref: str) -> ResponseReturnValue:
    """Show my telephone number to the other, or with share=no hide it again."""
    row, shares = the_agreement(ref), request.form.get("share") != "no"
    if not is_for_oneself(g.who, row):
        raise NotAllowed(ref)
    try:
        if not may_share_phone(g.who, row):
            raise TooLate(ref)
        by = Actor(g.who.resident_id)
        opening.share_phone(row.id, shares=shares, is_helper=is_helper(g.who, row), by=by, now=now())
        flash(_("Your number is shown now.") if shares else _("Your number is hidden again."), "done")
    except TooLate:
        return _changed(the_agreement(ref))
    return _back(ref)


@pages.post("/<ref>/thanks")
def thanks(ref: str) -> ResponseReturnValue:
    """Say thank you, once."""
    row, form = the_agreement(ref), ThanksForm()
    if not may_thank(g.who, row):
        return _changed(row)
    if row.my_thanks is None:
        if not form.validate():
            return _page(row, form), 422
        try:
            thanking.say_thanks(
                row.id, form.text.data, written_by(g.who, form.text.data), by=Actor(g.who.resident_id), now=now()
            )
        except TooLate:
            return _changed(the_agreement(ref))
        flash(_("Your thank you is on its way."), "done")
    return _back(ref)


def waits_for_my_answer(row: Any) -> bool:
    """Whether the other one suggests another day that has not passed."""
    return row.status == "agreed" and _waits_for_an_answer(row) and is_who_answers(g.who, row)


def _waits_for_an_answer(row: Any) -> bool:
    if row.suggested_ref is None:
        return False
    days = Days(row.suggested_kind, row.suggested_day, row.suggested_at, row.suggested_slots)
    return not is_day_over(days, now(), row.zone)


def _opened_words(helper: str, opens: bool) -> str:
    if opens:
        return _("%(name)s can see your address now.", name=helper)
    return _("Your address is closed again.")


def the_agreement(ref: str) -> Any:
    """The agreement, for one of its two; raises NotHere for anybody else."""
    row = one_agreement(ref, g.who.resident_id)
    if row is None or not is_one_of_the_two(g.who, row):
        raise NotHere(ref)
    return row


def _move(ref: str, move: str, wanted: str, act: Callable[..., None], said: str) -> ResponseReturnValue:
    """Make the move unless it was made already; when something else was made meanwhile, say what."""
    row = the_agreement(ref)
    if row.status != wanted:
        if not may_ever(g.who, "agreement", move, row):
            raise NotAllowed(ref)
        try:
            act(row.id, by=Actor(g.who.resident_id), now=now())
            flash(said, "done")
        except TooLate:
            row = the_agreement(ref)
            if row.status != wanted:
                return _changed(row)
    return _back(ref)


def _changed(row: Any) -> ResponseReturnValue:
    words = OF_AGREEMENT.get(row.status) or _("This cannot be done yet, or not any more.")
    return changed_page(words, url_for("agreements.one", ref=row.ref))


def _back(ref: str) -> ResponseReturnValue:
    return redirect(url_for("agreements.one", ref=ref), 303)


def _page(row: Any, form: ThanksForm) -> str:
    who, helps, moment = g.who, is_helper(g.who, row), now()
    address = opening.look_at_address(row.id, who.resident_id, moment) if may_see_address(who, row) else None
    may_open = may_open_address(who, row) and row.keeps_address
    answers = waits_for_my_answer(row)
    is_ahead = row.day is not None and row.day > today(row.zone)
    return render_template(
        "agreements/one.html",
        row=row,
        form=form,
        helps=helps,
        other=row.asker_name if helps else row.helper_name,
        address=address,
        when=when_words(row),
        where=where_ours(row),
        size=how_long(row.minutes),
        shares=row.helper_shares_phone if helps else row.asker_shares_phone,
        other_shares=row.asker_shares_phone if helps else row.helper_shares_phone,
        said_by_me=is_who_said_so(who, row),
        cancelled_by_other=row.last_by_id is not None and (row.last_by_id == row.helper_id) != helps,
        may_undo=_may_undo(row, moment),
        may_share=may_share_phone(who, row),
        may_miss=may_say_missed(who, row, today(row.zone)),
        is_ahead=is_ahead,
        needs_day=_needs_day(row),
        is_kept=row.status == "agreed" and row.kept_by_id is not None and (row.kept_by_id == row.helper_id) == helps,
        is_open_again=_is_open_again(row, helps),
        next_step="answer" if answers else _next_step(row, helps, may_open),
        suggested=suggested_words(row) if row.suggested_ref else "",
        answers=answers,
        may_open=may_open,
        may_thank=may_thank(who, row),
    )


def _may_undo(row: Any, moment: datetime) -> bool:
    """A "done" by each of the two; what oneself ended while its place is free. Nothing that came after is undone."""
    is_last = row.is_newest and row.help_status != "withdrawn" and REPLY_OF_UNDOABLE.get(row.status) == row.reply_status
    is_own = row.status == "done" or (is_who_said_so(g.who, row) and row.taken < row.places)
    return is_last and is_own and is_still_undoable(row.ended_at, moment)


def _needs_day(row: Any) -> bool:
    """Whether the two have agreed on no day, and nobody waits for an answer to one."""
    return row.status == "agreed" and row.day is None and not _waits_for_an_answer(row)


def _is_open_again(row: Any, helps: bool) -> bool:
    """Whether the asker cancelled it and somebody is in reserve, who does not move up by themselves then."""
    return row.status == "cancelled" and not helps and row.help_status == "open" and row.next_ref is not None


def _next_step(row: Any, helps: bool, may_open: bool) -> str:
    """What is best done first, by its own name: agree on a day, without which nobody comes; show the address, till the
    day is over; before it, reach each other."""
    if row.status != "agreed":
        return "reserve" if _is_open_again(row, helps) else ""
    if _needs_day(row):
        return "day"
    days_left = 1 if row.day is None else (row.day - today(row.zone)).days
    if may_open and row.place_kind == "home" and not row.address_opened_at and days_left >= 0:
        return "address"
    if days_left < 1 or not may_share_phone(g.who, row):
        return ""
    if row.other_phone:
        return "ring"
    shares = row.helper_shares_phone if helps else row.asker_shares_phone
    return "number" if not row.own_phone else "" if shares else "phone"
