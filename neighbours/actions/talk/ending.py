"""When the help that a conversation is about has ended; and its texts are emptied 90 days later, once a day.

A clock that jumps empties nothing: a run comes only from a day to forty days after the last one, which the database
keeps. Outside that, and the very first time, nothing is emptied; after a longer rest, or with a clock that went back,
it waits until the operator says that the clock is right (`clock_is_right`), which counts as a run that empties nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from models import HelpRequest, Installation, Message, Report, Step, Thread
from neighbours.database import writing
from neighbours.rules.talk.threads import EMPTIED_AFTER, EMPTIED_EVERY, LONGEST_REST

ENDED = ("done", "withdrawn", "expired")
NOTED = ("hold_later", "let_go")  # by trust/holding.py, of what has ended already
NOT_OVER = ("open", "held")


def ended_at() -> ColumnElement[Any]:
    """When the HelpRequest of a statement came into the state in which it has ended; NULL while it has not."""
    of_it = (Step.thing == "help_request", Step.thing_id == HelpRequest.id, Step.after == HelpRequest.status)
    moved = select(func.max(Step.at)).where(*of_it, Step.move.not_in(NOTED)).scalar_subquery()
    moment = func.coalesce(moved, HelpRequest.withdrawn_at, HelpRequest.expires_at, type_=HelpRequest.expires_at.type)
    return case((HelpRequest.status.in_(ENDED), moment))


def empty_old_texts(now: datetime) -> int:
    """Empty the messages whose help ended 90 days ago, at most once a day; returns how many.

    Of help that nobody ended: 90 days after its day, what was written before that. What is held, or about which a
    report is open, stays until somebody has looked.
    """
    with writing() as session:
        if not _is_due(session, now):
            return 0
        over = select(Thread.id).join(HelpRequest, HelpRequest.id == Thread.help_request_id).where(_is_over(now))
        reported = exists().where(Report.thing == "message", Report.thing_id == Message.id, Report.status == "open")
        gone = update(Message).where(
            Message.text.is_not(None), Message.held_at.is_(None), Message.thread_id.in_(over), ~reported,
            Message.at <= now - EMPTIED_AFTER,
        )  # fmt: skip
        emptied = gone.values(text=None, smells="").returning(Message.id)
        return len(session.execute(emptied, execution_options={"synchronize_session": False}).all())


def clock_is_right(now: datetime) -> None:
    """The operator says so: texts are emptied again from a day from now on."""
    with writing() as session:
        session.execute(update(Installation).values(emptied_at=now))


def _is_due(session: Session, now: datetime) -> bool:
    """Whether it is time; noted by the one UPDATE, so that of two workers one empties."""
    first = update(Installation).where(Installation.emptied_at.is_(None)).values(emptied_at=now)
    if session.execute(first.returning(Installation.id)).first() is not None:
        return False
    between = (Installation.emptied_at <= now - EMPTIED_EVERY, Installation.emptied_at >= now - LONGEST_REST)
    due = update(Installation).where(*between).values(emptied_at=now)
    return session.execute(due.returning(Installation.id)).first() is not None


def _is_over(now: datetime) -> ColumnElement[bool]:
    before = now - EMPTIED_AFTER
    left_behind = and_(
        HelpRequest.status.not_in((*ENDED, *NOT_OVER)),
        or_(HelpRequest.expires_at.is_(None), HelpRequest.expires_at <= before),
    )
    return or_(ended_at() <= before, left_behind)
