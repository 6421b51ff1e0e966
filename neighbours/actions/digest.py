"""The daily letter: what waits for it becomes one dispatch for each person, and what is over by then is let go.

A message that waits has status `gathers` until the letter that took it along (`digest_id`) is sent or has failed; it is
then what the letter is (actions/outbox.py). So it may be taken back until the letter has gone out, and whoever looks
for what never arrived finds it. What is over when the letter is written is deleted, as what `untell` takes back is: it
was not told, and will not be. A letter with nothing left in it is deleted too, because nothing of it was sent.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from models import Dispatch, Invitation, Moment, Resident, db
from neighbours.actions.help.inviting import has_not_answered
from neighbours.actions.telling import CHANNEL, RandomRef
from neighbours.database import one_at_a_time, writing
from neighbours.rules.notices import LETTER

# One worker at a time gathers, so that nobody gets two letters.
ONE_GATHERS = 20_260_005
TWO_DAYS = timedelta(days=2)


def gather_due(now: datetime) -> int:
    """Make one letter for each person for whom something waits whose time has come. Returns how many letters.

    Costs one statement, by an index, while nothing is due.
    """
    is_due = select(Dispatch.id).where(*_due(now)).limit(1)
    found = db.session.scalar(is_due)
    db.session.rollback()
    return 0 if found is None else _gather(now)


def let_go(worker: str, gone: list[int], empty: list[int]) -> None:
    """Delete what is over (`gone`: ids of what waits) and the letters of this worker in which nothing is left."""
    with writing() as session:
        _never_asked(session, gone)
        session.execute(delete(Dispatch).where(Dispatch.id.in_(gone), Dispatch.status == "gathers"))
        held = aliased(Dispatch)
        mine = (Dispatch.leased_by == worker, Dispatch.status == "due")
        nothing_left = ~select(held.id).where(held.digest_id == Dispatch.id).exists()
        session.execute(delete(Dispatch).where(Dispatch.id.in_(empty), *mine, nothing_left))


def _never_asked(session: Session, gone: list[int]) -> None:
    """Whoever was chosen and never read of it was not asked: it counts for nothing, and may be asked anew."""
    told = (Dispatch.id.in_(gone), Dispatch.status == "gathers", Dispatch.kind == "asked")
    of_it = (Dispatch.thing_id == Invitation.help_request_id, Dispatch.resident_id == Invitation.resident_id)
    unread = select(Dispatch.id).where(*told, *of_it).exists()
    session.execute(delete(Invitation).where(unread, has_not_answered()))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Whose letter is due; or the clock went back since: no letter is ever two days away."""
    is_time = or_(Dispatch.due_at <= now, Dispatch.due_at > now + TWO_DAYS)
    return Dispatch.status == "gathers", is_time, Dispatch.digest_id.is_(None)


def _gather(now: datetime) -> int:
    with writing() as session:
        one_at_a_time(session, ONE_GATHERS)
        _send_alone(session, now)
        letters = _write_letters(session, now)
        letter = aliased(Dispatch)
        # Of this round: what came in meanwhile waits for the next, and never for a letter that has gone.
        own = (letter.resident_id == Dispatch.resident_id, letter.kind == LETTER, letter.created_at == now)
        newest = select(func.max(letter.id)).where(*own).scalar_subquery()
        _update(session, update(Dispatch).where(*_due(now)).values(digest_id=newest))
        return letters


def _send_alone(session: Session, now: datetime) -> None:
    """What goes out by itself after all: it missed the letter of its day, or its reader is told by the host now."""
    other = aliased(Dispatch)
    same_day = (other.resident_id == Dispatch.resident_id, other.due_at == Dispatch.due_at)
    missed = select(other.id).where(*same_day, other.digest_id.is_not(None)).exists()
    channel = select(CHANNEL).where(Resident.id == Dispatch.resident_id).scalar_subquery()
    alone = update(Dispatch).where(*_due(now), or_(missed, channel == "host"))
    _update(session, alone.values(status="due", channel=channel))


def _write_letters(session: Session, now: datetime) -> int:
    """One dispatch for each person, by the way and in the language that are theirs now."""
    columns: dict[str, Any] = {
        "ref": RandomRef(),
        "kind": literal(LETTER),
        "channel": CHANNEL,
        "resident_id": Resident.id,
        "language": Resident.language,
        "status": literal("due"),
        "tries": literal(0),
        "created_at": literal(now, Moment()),
        "due_at": literal(now, Moment()),
    }
    whose = Resident.id.in_(select(Dispatch.resident_id).where(*_due(now)))
    letters = insert(Dispatch).from_select(
        list(columns), select(*columns.values()).where(whose), include_defaults=False
    )
    return len(session.scalars(letters.returning(Dispatch.id)).all())


def _update(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
