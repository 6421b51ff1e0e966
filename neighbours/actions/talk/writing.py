"""A message is written: the first one begins the conversation. And it is read.

Each form carries the ref of the message that it will become, so that sent twice it is one message. Words that smell of
fraud are marked, and the line comes before the host in the same transaction. What is told says nothing of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Dispatch, HelpRequest, Message, Resident, Thread, new_ref
from neighbours.actions.help.drafting import REF, home_of
from neighbours.actions.moving import Actor, record
from neighbours.actions.talk.ending import ended_at
from neighbours.actions.talk.newcomers import keep_newcomer_within
from neighbours.actions.telling import tell
from neighbours.actions.trust.reporting import put_before_host
from neighbours.database import apart_from_asker, writing
from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from neighbours.rules.talk.fraud import smells_of
from neighbours.rules.talk.threads import is_closed
from neighbours.rules.trust.reporting import BY_WORDS

# So long nobody is told who may be reading at this very moment.
MAY_BE_READING = timedelta(minutes=2)
SIDES = (HelpRequest.__table__.c.asker_id, HelpRequest.__table__.c.acted_by_id)


@dataclass(frozen=True)
class Said:
    """What somebody writes, its language, and the ref that the form gave it."""

    text: str
    language: str
    ref: str = ""


def begin(help_request_id: int, helper_id: int, said: Said, *, by: Actor, now: datetime) -> str:
    """Begin the conversation of these two about this request with a first message; returns its ref.

    Where they talk already it is one message more. Raises NotHere for an unknown request, and where one of the two
    blocked the other; NotAllowed to a third, and to who is not confirmed; TooLate when it is closed; Refused("text")
    as in newcomers.py.
    """
    with writing() as session:
        _come_in(session, said, (help_request_id, helper_id), by, now)
        about = _about(session, help_request_id, helper_id, by, now)
        thread_id = _thread(session, help_request_id, helper_id, by, now)
        _write(session, thread_id, about, said, by, now)
        return str(session.scalar(select(Thread.ref).where(Thread.id == thread_id)))


def write(thread_id: int, said: Said, *, by: Actor, now: datetime) -> None:
    """One message more. Raises as `begin`."""
    with writing() as session:
        _come_in(session, said, None, by, now)
        thread = session.execute(select(Thread.help_request_id, Thread.helper_id).where(Thread.id == thread_id)).one()
        about = _about(session, thread.help_request_id, thread.helper_id, by, now)
        _write(session, thread_id, about, said, by, now)


def note_read(thread_id: int, message_id: int, *, by: Actor, now: datetime) -> None:
    """One side has read up to this message: what is not told yet is told no more. Never goes back."""
    with writing() as session:
        row = session.execute(
            select(Thread.helper_id, HelpRequest.asker_id, HelpRequest.acted_by_id)
            .join(HelpRequest, HelpRequest.id == Thread.help_request_id)
            .where(Thread.id == thread_id)
        ).one()
        column = Thread.helper_seen if by.resident_id == row.helper_id else Thread.asker_seen
        seen = update(Thread).where(Thread.id == thread_id, column < message_id).values({column: message_id})
        session.execute(seen)
        side = {row.helper_id} if by.resident_id == row.helper_id else {row.asker_id, row.acted_by_id} - {None}
        about = (Dispatch.kind == "new_message", Dispatch.thing == "thread", Dispatch.thing_id == thread_id)
        untold = (Dispatch.status.in_(("due", "gathers")), Dispatch.resident_id.in_(side))
        session.execute(delete(Dispatch).where(*about, *untold))


def _come_in(session: Session, said: Said, with_whom: tuple[int, int] | None, by: Actor, now: datetime) -> None:
    """Whoever writes is confirmed still, and a newcomer within the limits."""
    if by.resident_id is None:
        raise NotAllowed
    keep_newcomer_within(session, by.resident_id, said.text, with_whom=with_whom, now=now)
    home_of(session, by.resident_id)


def _about(session: Session, help_request_id: int, helper_id: int, by: Actor, now: datetime) -> Row[Any]:
    """The request that they talk about, where both may still talk."""
    told = (HelpRequest.id, HelpRequest.asker_id, HelpRequest.acted_by_id, HelpRequest.area_id)
    posted = select(*told, ended_at().label("ended_at")).where(
        HelpRequest.id == help_request_id, HelpRequest.opened_at.is_not(None)
    )
    row = session.execute(posted.where(~apart_from_asker(helper_id))).one_or_none()
    if row is None:
        raise NotHere("help_request")
    if by.resident_id not in (helper_id, row.asker_id, row.acted_by_id) or helper_id in (row.asker_id, row.acted_by_id):
        raise NotAllowed("thread")
    if is_closed(row.ended_at, now):
        raise TooLate("closed")
    return row


def _thread(session: Session, help_request_id: int, helper_id: int, by: Actor, now: datetime) -> int:
    """The id of their conversation, begun now unless it was."""
    found = select(Thread.id).where(Thread.help_request_id == help_request_id, Thread.helper_id == helper_id)
    ident = session.scalar(found)
    if ident is not None:
        return ident
    try:
        with session.begin_nested():
            row = Thread(
                help_request_id=help_request_id, helper_id=helper_id, opened_by_id=by.resident_id, created_at=now
            )
            session.add(row)
            session.flush()
            record(session, "thread", [row.id], "begin", "open", by=by, now=now)
            return row.id
    except IntegrityError:  # the other one began at the same moment
        return session.scalars(found).one()


def _write(session: Session, thread_id: int, about: Row[Any], said: Said, by: Actor, now: datetime) -> None:
    # One after the other, so that whoever has read one message has seen all before it.
    helper_id = session.scalars(select(Thread.helper_id).where(Thread.id == thread_id).with_for_update()).one()
    ref = _ref_for(session, thread_id, said, by)
    if ref is None:
        return
    smells = smells_of(said.text)
    row = Message(
        ref=ref, thread_id=thread_id, by_id=by.resident_id, text=said.text, language=said.language,
        smells=",".join(smells), at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, thread_id, about, helper_id, by, now)
    if smells:
        what = {"thing": "message", "thing_id": row.id, "against_id": by.resident_id, "reason": BY_WORDS}
        put_before_host(session, **what, area_id=about.area_id, language=said.language, now=now)  # type: ignore[arg-type]


def _ref_for(session: Session, thread_id: int, said: Said, by: Actor) -> str | None:
    """The ref of a new message; None when the same form was sent before with the same words."""
    if not REF.fullmatch(said.ref):
        return new_ref()
    taken = session.execute(
        select(Message.thread_id, Message.by_id, Message.text).where(Message.ref == said.ref)
    ).one_or_none()
    if taken is None:
        return said.ref
    return None if tuple(taken) == (thread_id, by.resident_id, said.text) else new_ref()


def _tell(session: Session, thread_id: int, about: Row[Any], helper_id: int, by: Actor, now: datetime) -> None:
    """The other side, unless they have not heard of an earlier message yet."""
    other = (about.asker_id or about.acted_by_id) if by.resident_id == helper_id else helper_id
    of_it = (Dispatch.kind == "new_message", Dispatch.thing == "thread", Dispatch.thing_id == thread_id)
    untold = exists().where(*of_it, Dispatch.status.in_(("due", "gathers")), Dispatch.resident_id == other)
    to: Select[Any] = select(Resident.id).where(Resident.id == other, ~untold)
    tell(session, "new_message", to, thing="thread", thing_id=thread_id, now=now, due_at=now + MAY_BE_READING)
