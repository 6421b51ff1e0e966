"""Holding what somebody told of, until somebody has looked; and letting it go again. Inside the caller's transaction.

A help request or an offer leaves every list and is seen by its owner and the host alone. One that is agreed, or has
ended, is held as soon as it would open again. A message is hidden from its reader.
What one neighbour said to one other beside "I can help", and what they agreed, is read by nobody else: nothing is held.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session

from models import Dispatch, HelpRequest, Invitation, Message, Moment, Offer, Step
from neighbours.actions.moving import THE_CLOCK, Actor, Held, Steps, move_all, record, stand_in_line
from neighbours.rules.notices import ASKING

# Steps after which it is not to be shown: moved, or noted where it was not open below. And their opposite.
HELD_BY = ("hold", "hold_later")
LET_GO_BY = ("release", "let_go")
MOVED: Mapping[str, Held] = {"help_request": HelpRequest, "offer": Offer}


def was_let_go(thing: type[HelpRequest] | type[Offer]) -> ColumnElement[bool]:
    """Nobody told of a problem with it, or it was looked at and is fine: what is held is not opened by a detour."""
    of_it = (Step.thing == thing.__tablename__, Step.thing_id == thing.id, Step.move.in_((*HELD_BY, *LET_GO_BY)))
    last = select(Step.move).where(*of_it).order_by(Step.id.desc()).limit(1).scalar_subquery()
    return func.coalesce(last, LET_GO_BY[0]).in_(LET_GO_BY)


def hold(session: Session, thing: str, thing_id: int, by_id: int | None, now: datetime) -> None:
    """Nobody else sees it from now on. Harmless where it is held already, or not shown to others anyway."""
    if thing == "message":
        shown = update(Message).where(Message.id == thing_id, Message.held_at.is_(None))
        session.execute(shown.values(held_at=literal(now, Moment())))
    elif thing in MOVED and not _move(session, thing, thing_id, "hold", Actor(by_id), now):
        _note(session, thing, thing_id, "hold_later", Actor(by_id), now)
    if thing == "help_request":
        _ask_nobody(session, thing_id)


def let_go(session: Session, thing: str, thing_id: int, by: Actor, now: datetime) -> None:
    """It is seen again by whoever saw it before. Harmless where nothing is held."""
    if thing == "message":
        session.execute(update(Message).where(Message.id == thing_id).values(held_at=None))
    elif thing in MOVED and not _move(session, thing, thing_id, "release", by, now):
        _note(session, thing, thing_id, "let_go", by, now)
    elif thing == "help_request":
        _ask_again(session, thing_id, now)


def _ask_again(session: Session, help_request_id: int, now: datetime) -> None:
    """The waves go on after the last one that anybody heard of."""
    heard = select(func.coalesce(func.max(Invitation.wave), 0)).where(Invitation.help_request_id == help_request_id)
    this = update(HelpRequest).where(HelpRequest.id == help_request_id, HelpRequest.status == "open")
    session.execute(this.values(wave=heard.scalar_subquery(), wave_at=now))


def hold_again(session: Session, help_request_id: int, now: datetime, steps: Steps | None = None) -> bool:
    """A request that is open again is held at once where a report about it was made meanwhile; whether it is."""
    this = (HelpRequest.id == help_request_id, ~was_let_go(HelpRequest))
    also = {"version": HelpRequest.version + 1}
    held = move_all(session, HelpRequest, "hold", *this, by=THE_CLOCK, now=now, also=also, steps=steps)
    if held:
        _ask_nobody(session, help_request_id)
    return bool(held)


def _note(session: Session, thing: str, thing_id: int, name: str, by: Actor, now: datetime) -> None:
    """It is not open, so nothing moves; should it open again, its steps say whether it is to be held (was_let_go)."""
    moved = MOVED[thing]
    status = session.scalar(select(moved.status).where(moved.id == thing_id, moved.status != "held"))
    if status is not None:
        record(session, thing, [thing_id], name, status, by=by, now=now)


def _move(session: Session, thing: str, thing_id: int, name: str, by: Actor, now: datetime) -> bool:
    moved = MOVED[thing]
    if moved is HelpRequest:
        stand_in_line(session, thing_id)
    # A page that was shown before is stale.
    also = {"version": moved.version + 1}
    return bool(move_all(session, moved, name, moved.id == thing_id, by=by, now=now, also=also))


def _ask_nobody(session: Session, help_request_id: int) -> None:
    """Who was asked and has not heard of it yet was not asked: the rules may choose them once it is open again."""
    untold = and_(
        Dispatch.kind.in_(ASKING), Dispatch.thing == "help_request", Dispatch.thing_id == help_request_id,
        Dispatch.status.in_(("due", "gathers")),
    )  # fmt: skip
    of_it = (Invitation.help_request_id == help_request_id, Invitation.how == "message")
    not_heard = exists().where(untold, Dispatch.resident_id == Invitation.resident_id)
    session.execute(delete(Invitation).where(*of_it, not_heard).execution_options(synchronize_session=False))
    session.execute(delete(Dispatch).where(untold))
