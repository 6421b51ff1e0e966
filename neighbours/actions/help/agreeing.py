"""From "yes please" to "it is done": an agreement is made (yes.py), cancelled, finished, missed, and taken back.

When the last place is filled the other replies stay offered, because a place may fall free again; their helpers read
that somebody else helps this time. Whoever moves any of it stands in line at the help request first (moving.py).
Who may do it is asked in web; the address is in opening.py, the thank you in thanking.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from models import Agreement, HelpRequest, Moment, Reply, Resident, Step
from neighbours.actions.help.free_places import (
    asker_is_there,
    has_agreement,
    has_wanted_place,
    keep_to_places,
    leave_place,
    take_place_again,
)
from neighbours.actions.help.not_needed import tell_not_needed
from neighbours.actions.help.proposing import fall_with
from neighbours.actions.help.yes import agree, standing_agreement
from neighbours.actions.moving import (
    Actor,
    Steps,
    asked_for,
    move,
    move_all,
    stand_in_line,
    write_steps,
)
from neighbours.actions.telling import People, last_told, tell, tell_each, untell
from neighbours.database import writing
from neighbours.rules.errors import TooLate
from neighbours.rules.moves import UNDO

ENDED = (Agreement.help_request_id, Agreement.reply_id, Agreement.helper_id)


def accept(reply_id: int, *, share_phone: bool, by: Actor, now: datetime) -> str:
    """ "Yes please": the reply is accepted, a place taken, the agreement made; returns its ref. Five statements.

    A second click gives the same ref. Raises TooLate when the reply was withdrawn or declined, or every place is taken.
    """
    try:
        with writing() as session:
            return agree(session, reply_id, asker_shares=literal(share_phone), by=by, now=now)
    except TooLate:
        ref = standing_agreement(reply_id)
        if ref is None:
            raise
        return ref


def cancel(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """Either of the two cancels: the place falls free, the other is told. Raises TooLate when it does not stand.

    When the helper cancels, who is in reserve moves up. When the asker's side does, perhaps no help is needed any more:
    then who is in reserve waits for their answer.
    """
    with writing() as session:
        stand_in_line(session, asked_for(agreement_id))
        cancel_one(session, agreement_id, by=by, now=now)


def cancel_one(session: Session, agreement_id: int, *, by: Actor, now: datetime) -> None:
    """The heart of `cancel`, inside the transaction of a caller who stands in line at the request."""
    steps: Steps = []
    this = Agreement.id == agreement_id
    also = {"ended_at": now}
    ended = move(session, Agreement, "cancel", this, by=by, now=now, also=also, returning=ENDED, steps=steps)
    move_all(session, Reply, "fall", Reply.id == ended.reply_id, by=by, now=now, steps=steps)
    fall_with(session, [agreement_id], by=by, now=now)
    by_helper = by.resident_id == ended.helper_id
    leave_place(session, ended.help_request_id, by=by, now=now, steps=steps, moves_up=by_helper)
    write_steps(session, steps)
    tell(session, "cancelled", _the_other(ended, by), thing="agreement", thing_id=agreement_id, now=now)


def undo_cancel(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """Take a cancelling back within ten minutes; the other, if told already, is told that it stands again.

    Raises TooLate afterwards, when the place was given away, and when the helper has offered anew, even if that was
    taken back. An address that was open stays closed until the asker opens it, unless it is the asker who undoes it.
    """
    with writing() as session:
        stand_in_line(session, asked_for(agreement_id))
        also = {"address_opened_at": case((Agreement.helper_id != by.resident_id, Agreement.address_opened_at))}
        back = _take_back(session, "undo_cancel", agreement_id, by, now, also)
        move(session, Reply, "undo_fall", Reply.id == back.reply_id, *_nothing_since(agreement_id), by=by, now=now)
        take_place_again(session, back.help_request_id, by, now)
        _tell_that_it_stands(session, agreement_id, _the_other(back, by), now)


def cancel_all(session: Session, help_request_id: int, *, by: Actor, now: datetime) -> None:
    """Cancel every agreement that stands of a request that ends: its reply and its place fall, its helper is told.

    Inside the caller's transaction. What was done, or missed, stays as it was, and its reply too.
    """
    of_it = Agreement.help_request_id == help_request_id
    rows = move_all(session, Agreement, "cancel", of_it, by=by, now=now, also={"ended_at": now}, returning=ENDED)
    if not rows:
        return
    move_all(session, Reply, "fall", Reply.id.in_([row.reply_id for row in rows]), by=by, now=now)
    fall_with(session, [row.id for row in rows], by=by, now=now)
    fewer = {"taken": HelpRequest.taken - len(rows)}
    session.execute(update(HelpRequest).where(HelpRequest.id == help_request_id).values(fewer))
    what = (literal("cancelled"), literal("agreement"), Agreement.id, literal(now, Moment()))
    tell_each(session, select(Agreement.helper_id, *what).where(Agreement.id.in_([row.id for row in rows])), now=now)


def finish(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """ "It is done": with its last agreement the help request is done too. Raises TooLate when it does not stand.

    But while somebody waits for a place that is free it stays open, whether the yes or the done comes first: until the
    last agreement after that, until the asker makes the places fewer or withdraws it, or until its day has passed.
    """
    with writing() as session:
        # Two who finish the last two agreements at once must see each other.
        stand_in_line(session, asked_for(agreement_id))
        this = Agreement.id == agreement_id
        ended = move(session, Agreement, "finish", this, by=by, now=now, also={"ended_at": now}, returning=ENDED)
        fall_with(session, [agreement_id], by=by, now=now)
        of_it = (HelpRequest.id == ended.help_request_id, ~has_agreement("agreed"), ~has_wanted_place(now))
        if move_all(session, HelpRequest, "finish", *of_it, by=by, now=now):
            tell_not_needed(session, [ended.help_request_id], now)


def miss(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """ "Did not come": nobody is told but the host, who finds it on the desk; the place falls free.

    Who is in reserve stays so: the asker may say yes to them. Raises TooLate when the agreement does not stand.
    """
    with writing() as session:
        stand_in_line(session, asked_for(agreement_id))
        steps: Steps = []
        this = Agreement.id == agreement_id
        also = {"ended_at": now}
        ended = move(session, Agreement, "miss", this, by=by, now=now, also=also, returning=ENDED, steps=steps)
        fall_with(session, [agreement_id], by=by, now=now)
        leave_place(session, ended.help_request_id, by=by, now=now, steps=steps, moves_up=False)
        write_steps(session, steps)


def undo_finish(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """Take "it is done" back within ten minutes. Raises TooLate afterwards, and when the request was withdrawn.

    When the asker said it and the helper takes it back, the address stays closed until the asker opens it anew.
    """
    with writing() as session:
        stand_in_line(session, asked_for(agreement_id))
        also = {"address_opened_at": case((_may_stay_open(by), Agreement.address_opened_at), else_=None)}
        taken_back = _take_back(session, "undo_finish", agreement_id, by, now, also)
        _stand_by_its_reply(session, agreement_id)
        keep_to_places(session, taken_back.help_request_id, by, now)


def undo_miss(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """Take "did not come" back within ten minutes. Raises TooLate afterwards, and when the place was given away."""
    with writing() as session:
        stand_in_line(session, asked_for(agreement_id))
        taken_back = _take_back(session, "undo_miss", agreement_id, by, now)
        _stand_by_its_reply(session, agreement_id)
        take_place_again(session, taken_back.help_request_id, by, now)


def _the_other(ended: Row[Any], by: Actor) -> People:
    """Who is told: the asker (or who acted for them) when the helper cancelled, else the helper."""
    if by.resident_id != ended.helper_id:
        return select(Resident.id).where(Resident.id == ended.helper_id)
    asker = func.coalesce(HelpRequest.asker_id, HelpRequest.acted_by_id)
    return select(asker).where(HelpRequest.id == ended.help_request_id)


def _tell_that_it_stands(session: Session, agreement_id: int, other: People, now: datetime) -> None:
    """Only to somebody who has heard that it is cancelled, and since then nothing else."""
    about: Any = {"thing": "agreement", "thing_id": agreement_id}
    may_be_out = untell(session, "cancelled", thing="agreement", ids=[agreement_id])
    if may_be_out or last_told(session, ("agreed", "cancelled"), other, **about) == "cancelled":
        tell(session, "agreed", other, **about, now=now)


def _take_back(
    session: Session, name: str, agreement_id: int, by: Actor, now: datetime, also: dict[str, Any] | None = None
) -> Row[Any]:
    there = asker_is_there(Agreement.helper_id, Agreement.help_request_id)
    still = (Agreement.id == agreement_id, Agreement.ended_at >= now - UNDO, there)
    also = {"ended_at": None} | (also or {})
    return move(session, Agreement, name, *still, by=by, now=now, also=also, returning=ENDED)


def _may_stay_open(by: Actor) -> ColumnElement[bool]:
    """The asker takes it back, or the helper what the helper had said: nobody opens another one's address."""
    of_it = (Step.thing == "agreement", Step.thing_id == Agreement.id, Step.move == "finish")
    said_by = select(Step.resident_id).where(*of_it).order_by(Step.id.desc()).limit(1).scalar_subquery()
    return or_(Agreement.helper_id != by.resident_id, said_by == by.resident_id)


def _nothing_since(agreement_id: int) -> tuple[ColumnElement[bool], ...]:
    """The reply stands as this agreement left it: its helper has not offered since, nor agreed anew."""
    of_it = (Step.thing == "reply", Step.thing_id == Reply.id)
    last = select(Step.move).where(*of_it).order_by(Step.id.desc()).limit(1).scalar_subquery()
    return last == "fall", _newest_agreement() == agreement_id


def _stand_by_its_reply(session: Session, agreement_id: int) -> None:
    """Raise TooLate when the helper agreed anew since, or the request was withdrawn: nothing is left to go back to."""
    asked = select(Reply.id).join(HelpRequest, HelpRequest.id == Reply.help_request_id)
    stands = (Reply.status == "accepted", HelpRequest.status != "withdrawn", _newest_agreement() == agreement_id)
    if session.scalar(asked.where(*stands)) is None:
        raise TooLate("ended")


def _newest_agreement() -> ScalarSelect[int]:
    """The id of the last agreement made on the reply of the statement."""
    return select(func.max(Agreement.id)).where(Agreement.reply_id == Reply.id).scalar_subquery()
