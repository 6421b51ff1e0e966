"""The outbox: messages written beside the act that they tell of, claimed by a worker with a lease, and recorded.

Nothing is sent here and no text is made here; that is mail.py's, sms.py's and worker.py's. A dispatch is not a thing
of the MOVES table: it goes from due to sent or failed, and only the functions of this file say so.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    String,
    case,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import GenericFunction

from models import Dispatch, Moment, Resident, new_ref
from neighbours.database import writing
from neighbours.rules.people.contact import Contact
from neighbours.sealing import seal

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_TRIES = 10
CODE_LASTS = timedelta(minutes=10)


# Who is told, as a select of resident ids; what is told, as a select of five columns.
People = Select[int]
Notices = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class RandomRef(GenericFunction[str]):
    """Sixteen random hex characters made by the database, anew for each row of a set-based INSERT."""

    name = "random_ref"
    type = String()
    inherit_cache = True


@compiles(RandomRef, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return "lower(hex(randomblob(8)))"


@compiles(RandomRef, "postgresql")
def _of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    # The first eight characters of a UUID are all chance; later ones hold its version and variant.
    eight = "substr(CAST(gen_random_uuid() AS varchar), 1, 8)"
    return f"{eight} || {eight}"


def tell(
    session: Session,
    kind: str,
    to: People,
    *,
    thing: str,
    thing_id: int,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """One message to each resident whose id `to` finds, in the caller's transaction and in one statement.

    By e-mail where the resident has one, else by text message; somebody with neither is passed over.
    """
    found = to.subquery()
    what = [literal(kind), literal(thing), literal(thing_id), literal(due_at or now, Moment())]
    tell_each(session, select(found.c[0], *what), now=now)


def tell_each(session: Session, notices: Notices, *, now: datetime) -> None:
    """As `tell`, for notices of several kinds: `notices` selects resident id, kind, thing, thing id, due at."""
    what = notices.subquery()
    resident_id, kind, thing, thing_id, due_at = what.c
    columns: dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
        "ref": RandomRef(),
        "kind": kind,
        "channel": case((Resident.email.is_not(None), "email"), else_="text"),
        "resident_id": Resident.id,
        "language": Resident.language,
        "thing": thing,
        "thing_id": thing_id,
        "status": literal("due"),
        "tries": literal(0),
        "created_at": literal(now, Moment()),
        "due_at": due_at,
    }
    source = select(*columns.values()).select_from(what).join(Resident, Resident.id == resident_id)
    reachable = or_(Resident.email.is_not(None), Resident.phone.is_not(None))
    session.execute(insert(Dispatch).from_select(list(columns), source.where(reachable), include_defaults=False))


def untell(session: Session, kind: str, *, thing: str, ids: People | list[int]) -> bool:
    """Take back what has not gone out yet about these things: the act it tells of was undone.

    Returns whether a worker had some of it in hand: then it may go out all the same.
    """
    about = (Dispatch.kind == kind, Dispatch.thing == thing, Dispatch.thing_id.in_(ids))
    taken_back = delete(Dispatch).where(Dispatch.status == "due", *about).returning(Dispatch.leased_until)
    return any(leased_until is not None for leased_until in session.scalars(taken_back).all())


def last_told(session: Session, kinds: tuple[str, ...], to: People, *, thing: str, thing_id: int) -> str | None:
    """Which of these kinds the resident whom `to` finds was told of last, or is about to be; None: of none."""
    about = (Dispatch.thing == thing, Dispatch.thing_id == thing_id, Dispatch.resident_id.in_(to))
    told = select(Dispatch.kind).where(Dispatch.kind.in_(kinds), Dispatch.status != "failed", *about)
    return session.scalar(told.order_by(Dispatch.id.desc()).limit(1))


def tell_contact(
    session: Session, kind: str, contact: Contact, said: dict[str, str], language: str, now: datetime
) -> None:
    """A sealed message to an address that need not be a resident's."""
    ref = new_ref()
    row = {"ref": ref, "kind": kind, "channel": contact.channel, "language": language}
    sealed = seal(f"dispatch:{ref}", {"to": contact.address, **said})
    session.execute(insert(Dispatch).values(**row, sealed=sealed, status="due", tries=0, created_at=now, due_at=now))


def claim_due(worker: str, now: datetime, limit: int) -> list[Row[*tuple[Any, ...]]]:
    """Lease up to `limit` due messages to this worker, oldest first; no two workers hold the same one.

    Rows of id, ref, kind, channel, language, sealed, tries, created_at, leased_until. One conditional UPDATE: SQLite
    has one writer at a time, PostgreSQL skips what another worker holds locked. An expired lease may be claimed anew.
    """
    free = or_(Dispatch.leased_until.is_(None), Dispatch.leased_until <= now)
    due = select(Dispatch.id).where(Dispatch.status == "due", Dispatch.due_at <= now, free)
    oldest = due.order_by(Dispatch.due_at, Dispatch.id).limit(limit).with_for_update(skip_locked=True).cte("oldest")
    lease = {"leased_by": worker, "leased_until": now + LEASE, "tries": Dispatch.tries + 1}
    told = (Dispatch.id, Dispatch.ref, Dispatch.kind, Dispatch.channel, Dispatch.language, Dispatch.sealed)
    claimed = update(Dispatch).where(Dispatch.id.in_(select(oldest.c.id))).values(**lease)
    with writing() as session:
        options = {"synchronize_session": False}
        rows = session.execute(
            claimed.returning(*told, Dispatch.tries, Dispatch.created_at, Dispatch.leased_until),
            execution_options=options,
        ).all()
    return sorted(rows, key=lambda row: row.id)


def record_sent(worker: str, dispatch_id: int, now: datetime) -> None:
    """It went out: what was sealed is emptied. Another worker's message is left alone."""
    _record(worker, dispatch_id, {"status": "sent", "sent_at": now, "sealed": None, "error": None})


def record_failed(worker: str, row: Any, error: str, now: datetime, *, for_good: bool = False) -> None:
    """It did not go out: try again later, each pause four times the last; for good after MOST_TRIES tries.

    `row`: as claimed. `error`: a few words without name or address. A code that is too old is not tried again.
    """
    again_at = now + pause_after(row.tries)
    too_old = row.kind == "code" and again_at > row.created_at + CODE_LASTS
    if for_good or too_old or row.tries >= MOST_TRIES:
        _record(worker, row.id, {"status": "failed", "sealed": None, "error": error[:200]})
    else:
        _record(worker, row.id, {"due_at": again_at, "error": error[:200]})


def pause_after(tries: int) -> timedelta:
    """1, 4, 16, 64, 256 minutes, then 6 hours."""
    longer: int = 4 ** min(tries - 1, 8)
    return min(FIRST_PAUSE * longer, LONGEST_PAUSE)


def release(worker: str, *, but: int | None = None) -> None:
    """Give back what this worker holds and did not try: due again at once. `but`: the one it was in the middle of."""
    with writing() as session:
        held = update(Dispatch).where(Dispatch.leased_by == worker, Dispatch.status == "due", Dispatch.id != (but or 0))
        session.execute(held.values(leased_by=None, leased_until=None, tries=Dispatch.tries - 1))


def _record(worker: str, dispatch_id: int, outcome: dict[str, Any]) -> None:
    mine = (Dispatch.id == dispatch_id, Dispatch.leased_by == worker, Dispatch.status == "due")
    with writing() as session:
        session.execute(update(Dispatch).where(*mine).values(leased_by=None, leased_until=None, **outcome))
