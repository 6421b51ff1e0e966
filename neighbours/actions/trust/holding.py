"""Holding what somebody told of, until somebody has looked; and letting it go again. Inside the caller's transaction.

A help request or an offer leaves every list and is seen by its owner and the host alone; a message is hidden from both.
What one neighbour said to one other beside "I can help", and what they agreed, is read by nobody else: nothing is held.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, delete, exists, literal, update
from sqlalchemy.orm import Session

from models import Dispatch, HelpRequest, Invitation, Message, Moment, Offer
from neighbours.actions.moving import Actor, Held, move_all, stand_in_line
from neighbours.rules.notices import ASKING

MOVED: Mapping[str, Held] = {"help_request": HelpRequest, "offer": Offer}


def hold(session: Session, thing: str, thing_id: int, by_id: int | None, now: datetime) -> None:
    """Nobody else sees it from now on. Harmless where it is held already, or not shown to others anyway."""
    if thing == "message":
        shown = update(Message).where(Message.id == thing_id, Message.held_at.is_(None))
        session.execute(shown.values(held_at=literal(now, Moment())))
    elif thing in MOVED:
        _move(session, thing, thing_id, "hold", Actor(by_id), now)
    if thing == "help_request":
        _ask_nobody(session, thing_id)


def let_go(session: Session, thing: str, thing_id: int, by: Actor, now: datetime) -> None:
    """It is seen again by whoever saw it before. Harmless where nothing is held."""
    if thing == "message":
        session.execute(update(Message).where(Message.id == thing_id).values(held_at=None))
    elif thing in MOVED:
        _move(session, thing, thing_id, "release", by, now)


def _move(session: Session, thing: str, thing_id: int, name: str, by: Actor, now: datetime) -> None:
    moved = MOVED[thing]
    if moved is HelpRequest:
        stand_in_line(session, thing_id)
    # A page that was shown before is stale.
    move_all(session, moved, name, moved.id == thing_id, by=by, now=now, also={"version": moved.version + 1})


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
