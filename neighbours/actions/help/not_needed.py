"""What becomes of those who wait for an answer when a request is full or has ended, and when it is open again.

They are told once, when the ten minutes of undo have passed; what is undone before that was never said. Who is in
reserve hears nothing while the request goes on: the place may still fall free. Inside the caller's transaction. Who is
told of their own yes or no is in yes.py and replying.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, literal, or_, select
from sqlalchemy.orm import Session

from models import Dispatch, HelpRequest, Moment, Reply
from neighbours.actions.telling import tell_each, untell
from neighbours.rules.help.showing import WAITS_FOR_AN_ANSWER
from neighbours.rules.moves import UNDO

GOES_ON = ("open", "agreed")
WAITS = Reply.status.in_(WAITS_FOR_AN_ANSWER)


def tell_not_needed(
    session: Session, help_request_ids: list[int], now: datetime, due_at: datetime | None = None
) -> None:
    """Those who wait are told; the askers need not be told of them any more. Two statements, however many requests.

    `due_at`: later than when undo is over, where it would be night.
    """
    waiting = _waits(help_request_ids)
    untell(session, "somebody_offered", thing="reply", ids=select(Reply.id).where(*waiting))
    tell_each(session, not_needed(help_request_ids, now, due_at), now=now)


def untell_not_needed(session: Session, help_request_id: int) -> None:
    """There is a place again: whoever was not told yet need not be."""
    untell(session, "declined", thing="reply", ids=select(Reply.id).where(*_waits([help_request_id])))


def not_needed(help_request_ids: list[int], now: datetime, due_at: datetime | None = None) -> Select[*tuple[Any, ...]]:
    """A notice, as telling.tell_each takes it, for who waits and was not told since offering, or since in reserve."""
    since = case((Reply.status == "reserve", Reply.reserve_at), else_=Reply.created_at)
    was_told = exists().where(
        Dispatch.kind == "declined", Dispatch.thing == "reply", Dispatch.thing_id == Reply.id,
        Dispatch.created_at >= since,
    )  # fmt: skip
    goes_on = exists().where(
        HelpRequest.id == Reply.help_request_id, HelpRequest.status.in_(GOES_ON), HelpRequest.expires_at > now
    )
    hears = or_(Reply.status != "reserve", ~goes_on)
    said = (literal("declined"), literal("reply"), Reply.id, literal(due_at or now + UNDO, Moment()))
    return select(Reply.helper_id, *said).where(*_waits(help_request_ids), ~was_told, hears)


def somebody_waits() -> ColumnElement[bool]:
    """Whether somebody waits for an answer to the help request of the statement."""
    return exists().where(Reply.help_request_id == HelpRequest.id, WAITS)


def _waits(help_request_ids: list[int]) -> tuple[ColumnElement[bool], ...]:
    return Reply.help_request_id.in_(help_request_ids), WAITS
