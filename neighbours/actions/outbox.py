"""The outbox: messages claimed by a worker with a lease and recorded as sent or not, or told by a host.

Written are they in telling.py; nothing is sent here and no text is made here, that is mail.py's, sms.py's and
worker.py's. A dispatch is not a thing of the MOVES table: it goes from due to sent or failed, and only the functions of
this file say so.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from models import Area, Dispatch, Moment, Municipality, Report, Resident
from neighbours.database import writing
from neighbours.rules.errors import NotHere, TooLate
from neighbours.rules.help.choosing import out_of_quiet
from neighbours.rules.moves import UNDO
from neighbours.rules.notices import LETTER

LEASE = timedelta(minutes=5)
# After the first, second, third failure; after every later one, the last again.
PAUSES = (timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16), timedelta(hours=1))
GIVEN_UP_AFTER = timedelta(hours=72)
CODE_LASTS = timedelta(minutes=10)
A_JUMP = timedelta(minutes=5)  # more than the clocks of two machines differ by
BY_WORKER = ("email", "text")


def claim_due(worker: str, now: datetime, limit: int, lasts: timedelta = LEASE) -> list[Row[*tuple[Any, ...]]]:
    """Lease up to `limit` due messages to this worker for `lasts`: codes first, then the oldest; none to two workers.

    Rows of id, ref, kind, channel, language, sealed, tries, created_at, leased_until. One conditional UPDATE: SQLite
    has one writer at a time, PostgreSQL skips what another worker holds locked. An expired lease may be claimed anew:
    so what a dead worker held goes out too. What the local host tells is never claimed, and no text message while its
    reader sleeps: it waits for the morning, but for codes.
    """
    is_ours = (Dispatch.status == "due", Dispatch.channel.in_(BY_WORKER))
    # Who waits for a code waits at the page; a thousand letters before it would be longer than the code works.
    urgent_first = (case((Dispatch.kind == "code", 0), else_=1), Dispatch.due_at, Dispatch.id)
    lease = {"leased_by": worker, "leased_until": now + lasts, "tries": Dispatch.tries + 1}
    told = (Dispatch.id, Dispatch.ref, Dispatch.kind, Dispatch.channel, Dispatch.language, Dispatch.sealed)
    with writing() as session:
        due = select(Dispatch.id).where(*is_ours, _is_time(now), _is_free(now, lasts), *_wakes_nobody(session, now))
        oldest = due.order_by(*urgent_first).limit(limit).with_for_update(skip_locked=True).cte("oldest")
        claimed = update(Dispatch).where(Dispatch.id.in_(select(oldest.c.id))).values(**lease)
        options = {"synchronize_session": False}
        rows = session.execute(
            claimed.returning(*told, Dispatch.tries, Dispatch.created_at, Dispatch.leased_until),
            execution_options=options,
        ).all()
    return sorted(rows, key=lambda row: (row.kind != "code", row.id))


def _wakes_nobody(session: Session, now: datetime) -> list[ColumnElement[bool]]:
    """No text message in the quiet hours of the area where its reader lives; a code was asked for a moment ago."""
    zones = session.scalars(select(Municipality.zone).distinct()).all()
    quiet = [zone for zone in zones if out_of_quiet(now, zone) > now]
    if not quiet:
        return []
    lives = select(Resident.id).join(Area, Area.id == Resident.area_id).join(Municipality)
    sleeps = lives.where(Resident.id == Dispatch.resident_id, Municipality.zone.in_(quiet)).exists()
    return [or_(Dispatch.channel != "text", Dispatch.kind == "code", ~sleeps)]


def _is_time(now: datetime) -> ColumnElement[bool]:
    """Its time has come; or the clock went back since: nothing is made later than now, nor waits longer for a try."""
    is_of_the_future = Dispatch.created_at > now + A_JUMP
    return or_(
        Dispatch.due_at <= now, is_of_the_future, and_(Dispatch.tries > 0, Dispatch.due_at > now + PAUSES[-1] + A_JUMP)
    )


def _is_free(now: datetime, lasts: timedelta) -> ColumnElement[bool]:
    """No worker holds it; a lease that ends later than any could was given before the clock went back."""
    until = Dispatch.leased_until
    return or_(until.is_(None), until <= now, until > now + lasts + A_JUMP)


def record_sent(worker: str, dispatch_id: int, now: datetime) -> None:
    """It went out: what was sealed is emptied. Another worker's message is left alone."""
    _record(worker, dispatch_id, {"status": "sent", "sent_at": now, "sealed": None, "error": None})


def let_go(worker: str, ids: list[int]) -> None:
    """Delete what this worker holds and what is over: it was not told, and is not any more."""
    mine = (Dispatch.id.in_(ids), Dispatch.leased_by == worker, Dispatch.status == "due")
    with writing() as session:
        session.execute(delete(Dispatch).where(*mine), execution_options={"synchronize_session": False})


def record_failed(worker: str, row: Any, error: str, now: datetime, *, for_good: bool = False) -> None:
    """It did not go out: try again after a pause, until GIVEN_UP_AFTER; a code only while it works.

    `row`: as claimed. `error`: a few words without name or address. `for_good`: another try cannot help.
    """
    lasts_until = row.created_at + (CODE_LASTS if row.kind == "code" else GIVEN_UP_AFTER)
    again_at = now + pause_after(row.tries)
    if row.kind != "code":  # its last try comes when the time is up
        again_at = min(again_at, lasts_until)
    if for_good or now >= lasts_until or again_at > lasts_until:
        _record(worker, row.id, {"status": "failed", "sealed": None, "error": error[:200]})
    else:
        _record(worker, row.id, {"due_at": again_at, "error": error[:200]})


def pause_after(tries: int) -> timedelta:
    """1, 4, 16 minutes, then an hour each time."""
    return PAUSES[min(tries, len(PAUSES)) - 1]


def release(worker: str, *, but: int | None = None) -> None:
    """Give back what this worker holds and did not try: due again at once. `but`: the one it was in the middle of."""
    with writing() as session:
        held = update(Dispatch).where(Dispatch.leased_by == worker, Dispatch.status == "due", Dispatch.id != (but or 0))
        session.execute(held.values(leased_by=None, leased_until=None, tries=Dispatch.tries - 1))


def say_told(refs: list[str], association_id: int, host_id: int, now: datetime) -> None:
    """A host has told a neighbour what a worker does not send or could not: nobody needs to do it any more.

    Saying it again changes nothing. Raises NotHere when none of it is about a neighbour of the association's areas.
    """
    waits = or_(and_(Dispatch.channel == "host", Dispatch.status == "due"), Dispatch.status == "failed")
    by_host = {
        "status": case((Dispatch.channel == "host", "sent"), else_=Dispatch.status),
        "sent_at": case((Dispatch.channel == "host", literal(now, Moment())), else_=Dispatch.sent_at),
        # The desk finds by it, in the index, what was told just now.
        "due_at": now,
        "done_by_id": host_id,
        "done_at": now,
    }
    with writing() as session:
        ids = _of_neighbours(session, refs, association_id, host_id)
        session.execute(update(Dispatch).where(Dispatch.id.in_(ids), Dispatch.done_at.is_(None), waits).values(by_host))


def unsay_told(refs: list[str], association_id: int, host_id: int, now: datetime) -> None:
    """A host takes "I have told them" back within ten minutes. Raises NotHere as above, and TooLate afterwards."""
    again = {
        "status": case((Dispatch.channel == "host", "due"), else_=Dispatch.status),
        "sent_at": case((Dispatch.channel == "host", None), else_=Dispatch.sent_at),
        "done_by_id": None,
        "done_at": None,
    }
    with writing() as session:
        told = (Dispatch.id.in_(_of_neighbours(session, refs, association_id, host_id)), Dispatch.done_at.is_not(None))
        session.execute(update(Dispatch).where(*told, Dispatch.done_at >= now - UNDO).values(again))
        if session.scalar(select(Dispatch.id).where(*told).limit(1)) is not None:
            raise TooLate("dispatch")


def _of_neighbours(session: Session, refs: list[str], association_id: int, host_id: int) -> list[int]:
    """Ids of those that a host may tell: of a report by the host or against the host nothing is theirs to know."""
    of_host = or_(Report.against_id == host_id, Report.by_id == host_id)
    not_theirs = exists().where(Report.id == Dispatch.thing_id, of_host)
    ours = select(Resident.id).join(Area, Area.id == Resident.area_id).where(Area.association_id == association_id)
    named = (Dispatch.ref.in_(refs), Dispatch.kind.not_in(("code", LETTER)), Dispatch.resident_id.in_(ours))
    may_know = ~and_(Dispatch.thing == "report", not_theirs)
    ids = list(session.scalars(select(Dispatch.id).where(*named, may_know)))
    if not ids:
        raise NotHere("dispatch")
    return ids


def _record(worker: str, dispatch_id: int, outcome: dict[str, Any]) -> None:
    mine = (Dispatch.id == dispatch_id, Dispatch.leased_by == worker, Dispatch.status == "due")
    ours = update(Dispatch).where(*mine).values(leased_by=None, leased_until=None, **outcome)
    with writing() as session:
        kind = session.scalar(ours.returning(Dispatch.kind))
        if kind == LETTER and "status" in outcome:
            # What lies in a daily letter is told when the letter is, and failed when it did.
            held = update(Dispatch).where(Dispatch.digest_id == dispatch_id, Dispatch.status == "gathers")
            session.execute(held.values(outcome))
