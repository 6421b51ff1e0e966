"""Blocking somebody, and taking the block back. What stands between the two ends with it, in the ordinary words.

A standing agreement is cancelled and the other is told so; a reply that waits is declined or withdrawn as if by hand;
what is due to be told between the two is not told any more. So between two who are apart nothing is open that could be
answered, counted or moved. What has ended stays in its rows, for totals; pages do not show it (queries ask
database.py). Of the block itself the other one is told nothing. Its row says who and when; taken back it is gone.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Agreement, Block, Dispatch, HelpRequest, Message, Proposal, Reply, Resident, Thread
from neighbours.actions.help.agreeing import cancel_one
from neighbours.actions.help.inviting import ONE_AT_A_TIME
from neighbours.actions.help.not_needed import WAITS
from neighbours.actions.help.replying import decline_one, withdraw_one
from neighbours.actions.moving import Actor, stand_in_line
from neighbours.database import one_at_a_time, writing
from neighbours.rules.errors import NotAllowed, NotHere

# What the other reads all the same: that it is over.
STILL_TOLD = ("cancelled", "declined")


def block(by_id: int, other_id: int, now: datetime) -> None:
    """Neither finds the other any more, whatever they had with each other. Twice is harmless.

    NotAllowed to oneself, NotHere for somebody unknown.
    """
    if by_id == other_id:
        raise NotAllowed("oneself")
    with writing() as session:
        _hold_both(session, by_id, other_id)
        if session.get(Block, (by_id, other_id)) is None:
            session.add(Block(by_id=by_id, other_id=other_id, at=now))
            session.flush()
            _end_what_stands(session, by_id, other_id, now)
            _tell_no_more(session, by_id, other_id)
            _ask_no_more(session, by_id, other_id)


def unblock(by_id: int, other_ref: str) -> None:
    """Take one's own block back; the other's, if there is one, stays. Twice is harmless.

    What was cancelled or declined stays so; what had ended is seen again by both. NotHere for somebody unknown.
    """
    with writing() as session:
        other_id = session.scalar(select(Resident.id).where(Resident.ref == other_ref))
        if other_id is None:
            raise NotHere("resident")
        session.execute(delete(Block).where(Block.by_id == by_id, Block.other_id == other_id))


def _hold_both(session: Session, by_id: int, other_id: int) -> None:
    """On PostgreSQL whoever offers help, or asks neighbours, at this moment is waited for, and then waits.

    Persons before requests (decision 8), the smaller id first, so that two who block each other do not wait for ever.
    Weaker than FOR UPDATE: rows may still be written that only name the two.
    """
    one_at_a_time(session, ONE_AT_A_TIME)
    both = select(Resident.id).where(Resident.id.in_((by_id, other_id))).order_by(Resident.id)
    if len(session.scalars(both.with_for_update(key_share=True)).all()) != 2:
        raise NotHere("resident")


def _end_what_stands(session: Session, by_id: int, other_id: int, now: datetime) -> None:
    """Cancel, decline and withdraw, request by request, each as its own page would."""
    by = Actor(by_id)
    _stand_in_every_line(session, by_id, other_id)
    open_ones = (_between(by_id, other_id, Reply.helper_id), or_(WAITS, Reply.status == "accepted"))
    replies = select(Reply.id, Reply.helper_id, Reply.help_request_id).join(HelpRequest).where(*open_ones)
    waiting_or_agreed = replies.order_by(Reply.help_request_id, Reply.id)
    for reply in session.execute(waiting_or_agreed).all():
        stand_in_line(session, reply.help_request_id)
        stands = select(Agreement.id).where(Agreement.reply_id == reply.id, Agreement.status == "agreed")
        for agreement_id in session.scalars(stands).all():
            cancel_one(session, agreement_id, by=by, now=now)
        if session.scalar(select(Reply.id).where(Reply.id == reply.id, WAITS)) is not None:
            end = withdraw_one if reply.helper_id == by_id else decline_one
            end(session, reply.id, by=by, now=now)


def _stand_in_every_line(session: Session, by_id: int, other_id: int) -> None:
    """Whoever takes something back between the two at this moment is waited for, and then finds the block."""
    if session.get_bind().dialect.name == "postgresql":
        between = select(Reply.help_request_id).join(HelpRequest).where(_between(by_id, other_id, Reply.helper_id))
        lines = select(HelpRequest.id).where(HelpRequest.id.in_(between)).order_by(HelpRequest.id)
        session.execute(lines.with_for_update())


def _tell_no_more(session: Session, by_id: int, other_id: int) -> None:
    """What is due between the two stays unsaid, but for the last words."""
    replies = select(Reply.id).join(HelpRequest).where(_between(by_id, other_id, Reply.helper_id))
    threads = select(Thread.id).join(HelpRequest).where(_between(by_id, other_id, Thread.helper_id))
    agreements = select(Agreement.id).where(Agreement.reply_id.in_(replies))
    between: Mapping[str, Select[int]] = {
        "reply": replies,
        "agreement": agreements,
        "proposal": select(Proposal.id).where(Proposal.agreement_id.in_(agreements)),
        "thread": threads,
        "message": select(Message.id).where(Message.thread_id.in_(threads)),
    }
    due = (Dispatch.status.in_(("due", "gathers")), Dispatch.resident_id.in_((by_id, other_id)))
    about = [and_(Dispatch.thing == thing, Dispatch.thing_id.in_(ids)) for thing, ids in between.items()]
    asked = [
        and_(Dispatch.resident_id == told, Dispatch.thing == "help_request", Dispatch.thing_id.in_(_requests_of(asker)))
        for told, asker in ((by_id, other_id), (other_id, by_id))
    ]
    session.execute(delete(Dispatch).where(*due, Dispatch.kind.not_in(STILL_TOLD), or_(*about, *asked)))


def _ask_no_more(session: Session, by_id: int, other_id: int) -> None:
    """A request that is to be asked of the other first is asked of everybody."""
    first = update(HelpRequest).values(first_asked_id=None)
    for asker, other in ((by_id, other_id), (other_id, by_id)):
        session.execute(first.where(_asked_by(asker), HelpRequest.first_asked_id == other))


def _requests_of(resident_id: int) -> Select[int]:
    return select(HelpRequest.id).where(_asked_by(resident_id))


def _between(one: int, other: int, helper: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """One of the two asked, the other is the helper."""
    return or_(and_(helper == one, _asked_by(other)), and_(helper == other, _asked_by(one)))


def _asked_by(resident_id: int) -> ColumnElement[bool]:
    return or_(HelpRequest.asker_id == resident_id, HelpRequest.acted_by_id == resident_id)
