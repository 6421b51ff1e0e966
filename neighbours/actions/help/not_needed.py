"""What becomes of those who wait for an answer when a request is full, done or withdrawn, and when it is open again.

They are told once, when the ten minutes of undo have passed; what is undone before that was never said. Inside the
caller's transaction. Who is told of their own yes or no is in agreeing.py and replying.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Dispatch, HelpRequest, Moment, Reply
from neighbours.actions.outbox import tell_each, untell
from neighbours.rules.help.showing import WAITS_FOR_AN_ANSWER
from neighbours.rules.moves import UNDO


def tell_not_needed(session: Session, help_request_id: int, now: datetime) -> None:
    """Those who wait are told; the asker need not be told of them any more. Two statements."""
    untell(session, "somebody_offered", thing="reply", ids=_waiting(help_request_id))
    tell_each(session, not_needed(help_request_id, now), now=now)


def untell_not_needed(session: Session, help_request_id: int) -> None:
    """There is a place again: whoever was not told yet need not be."""
    untell(session, "declined", thing="reply", ids=_waiting(help_request_id))


def not_needed(help_request_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """A notice, as outbox.tell_each takes it, for each who waits and was not told since offering."""
    was_told = exists().where(
        Dispatch.kind == "declined", Dispatch.thing == "reply", Dispatch.thing_id == Reply.id,
        Dispatch.created_at >= Reply.created_at,
    )  # fmt: skip
    said = (literal("declined"), literal("reply"), Reply.id, literal(now + UNDO, Moment()))
    return select(Reply.helper_id, *said).where(*_waits(help_request_id), ~was_told)


def somebody_waits() -> ColumnElement[bool]:
    """Whether somebody waits for an answer to the help request of the statement."""
    return exists().where(*_waits(HelpRequest.id))


def _waiting(help_request_id: int) -> Select[int]:
    return select(Reply.id).where(*_waits(help_request_id))


def _waits(help_request_id: int | InstrumentedAttribute[int]) -> tuple[Any, ...]:
    return Reply.help_request_id == help_request_id, Reply.status.in_(WAITS_FOR_AN_ANSWER)
