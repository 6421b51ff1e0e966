"""Telling somebody: the messages that are written beside the act that they tell of, in its transaction.

Each is one set-based statement, however many people. How they go out is in outbox.py; what they say is in messages.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, case, delete, insert, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import GenericFunction

from models import Dispatch, Moment, Resident, new_ref
from neighbours.rules.people.contact import Contact
from neighbours.sealing import seal

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
