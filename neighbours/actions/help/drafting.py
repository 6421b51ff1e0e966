"""What requests for help and standing offers share: a draft that is put once, changed, dropped and brought back.

Every function works inside the caller's transaction and on the person's own rows alone; another's is NotHere.
Opening, withdrawing and expiry differ and are in asking.py and offering.py.
"""

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import HelpRequest, Offer, Resident, new_ref
from neighbours.actions.moving import Actor, move, new_row, record
from neighbours.actions.talk.newcomers import keep_texts_without_links
from neighbours.actions.trust.reporting import put_before_host
from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from neighbours.rules.help.asking import What
from neighbours.rules.moves import UNDO
from neighbours.rules.talk.fraud import smells_of
from neighbours.rules.trust.reporting import BY_WORDS

Draftable = type[HelpRequest] | type[Offer]
WORDS = ("title", "text", "place_text")  # of one's own, read by neighbours
REF = re.compile(r"[A-Za-z0-9_-]{12}")


def belongs_to(thing: Draftable, resident_id: int) -> ColumnElement[bool]:
    """Rows of this person: their own, and requests that they made on behalf of somebody."""
    if thing is Offer:
        return Offer.resident_id == resident_id
    return or_(HelpRequest.asker_id == resident_id, HelpRequest.acted_by_id == resident_id)


def own_row(session: Session, thing: Draftable, resident_id: int, ref: str) -> Row[*tuple[Any, ...]]:
    """All columns of this person's row, locked until the transaction ends. NotHere when it is not theirs."""
    wanted = select(*thing.__table__.columns).where(thing.ref == ref, belongs_to(thing, resident_id))
    row = session.execute(wanted.with_for_update(of=thing)).first()
    if row is None:
        raise NotHere
    return row


def put_draft(session: Session, thing: Draftable, resident_id: int, ref: str, what: What, now: datetime) -> str:
    """Keep the first page as a draft under the ref that its form was given; returns the ref it has.

    The same form sent twice, also at the same moment, is one draft. A form sent again after its draft was opened
    changes nothing when the words are the same, and begins a new draft when they are others.
    """
    home = home_of(session, resident_id)
    if not REF.fullmatch(ref):
        ref = new_ref()
    taken = _holder_of(session, thing, resident_id, ref)
    if taken is None:
        try:
            with session.begin_nested():
                return _new_draft(session, thing, resident_id, home, ref, what, now)
        except IntegrityError:
            taken = _holder_of(session, thing, resident_id, ref)
    if taken is not None and taken.mine:
        if taken.status == "draft":
            change(session, thing, resident_id, ref, asdict(what), None, now)
            return ref
        if taken.status != "withdrawn" and is_the_same(taken, asdict(what)):
            return ref
    return _new_draft(session, thing, resident_id, home, new_ref(), what, now)


def change(
    session: Session,
    thing: Draftable,
    resident_id: int,
    ref: str,
    values: dict[str, Any],
    version: int | None,
    now: datetime,
    *where: ColumnElement[bool],
) -> Row[*tuple[Any, ...]]:
    """Change a draft, or an open row whose `version` is still the one that the page showed. Returns the row before.

    The same values once more are harmless. TooLate when it was changed or moved meanwhile, or `where` fails. Refused
    to a newcomer who would show a link.
    """
    _keep_newcomer_within(session, resident_id, values, now)
    row = own_row(session, thing, resident_id, ref)
    if is_the_same(row, values):
        return row
    if row.status not in ("draft", "open"):
        raise TooLate("change")
    if row.status == "open" and row.version != version:
        raise TooLate("change")
    changed = update(thing).where(thing.id == row.id, thing.version == row.version, thing.status == row.status, *where)
    if session.execute(changed.values(version=thing.version + 1, **values).returning(thing.id)).first() is None:
        raise TooLate("change")
    if row.status == "open":
        by = Actor(resident_id)
        record(session, thing.__tablename__, [row.id], "change", "open", by=by, now=now)
        if any(getattr(row, name) != values[name] for name in WORDS if name in values):
            _put_before_host(session, thing, row, values, by, now)
    return row


def _keep_newcomer_within(session: Session, resident_id: int, values: dict[str, Any], now: datetime) -> None:
    keep_texts_without_links(session, resident_id, now, **{name: values[name] for name in WORDS if name in values})


def advance(
    session: Session,
    thing: Draftable,
    row: Row[*tuple[Any, ...]],
    name: str,
    resident_id: int,
    now: datetime,
    also: dict[str, Any],
    *where: ColumnElement[bool],
) -> None:
    """Move one's own row and count its version up, so that a page shown before is stale. TooLate as in moving.move."""
    also = also | {"version": thing.version + 1}
    move(session, thing, name, thing.id == row.id, *where, by=Actor(resident_id), now=now, also=also)
    if name == "open":
        _put_before_host(session, thing, row, also, Actor(resident_id), now)


def is_the_same(row: Row[*tuple[Any, ...]], values: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _put_before_host(
    session: Session, thing: Draftable, row: Row[*tuple[Any, ...]], values: dict[str, Any], by: Actor, now: datetime
) -> None:
    """What neighbours read from now on smells of fraud: a host looks at it."""
    said = row._asdict() | values
    if by.resident_id and smells_of("\n".join(said.get(name) or "" for name in WORDS)):
        about = {name: said[name] for name in ("area_id", "language")}
        what = {"thing": thing.__tablename__, "thing_id": row.id, "against_id": by.resident_id, "reason": BY_WORDS}
        put_before_host(session, **what, **about, now=now)


def drop_draft(session: Session, thing: Draftable, resident_id: int, ref: str, now: datetime) -> None:
    """Let an unfinished draft go; it can be brought back for ten minutes. Twice is harmless."""
    row = own_row(session, thing, resident_id, ref)
    if row.status == "withdrawn" and row.opened_at is None:
        return
    move(session, thing, "drop", thing.id == row.id, by=Actor(resident_id), now=now, also={"withdrawn_at": now})


def undo_drop_draft(session: Session, thing: Draftable, resident_id: int, ref: str, now: datetime) -> None:
    """Bring a dropped draft back within ten minutes, else TooLate. Twice is harmless."""
    row = own_row(session, thing, resident_id, ref)
    if row.status == "draft":
        return
    fresh = (thing.opened_at.is_(None), thing.withdrawn_at >= now - UNDO)
    move(
        session, thing, "undo_drop", thing.id == row.id, *fresh,
        by=Actor(resident_id), now=now, also={"withdrawn_at": None},
    )  # fmt: skip


def home_of(session: Session, resident_id: int) -> Row[*tuple[Any, ...]]:
    """Area and cell of a confirmed neighbour, never an address. NotAllowed for everybody else.

    On PostgreSQL it stays so until the transaction ends. Taken before any request or offer, so that nobody who holds
    the person (people/profile.py) and wants the request waits for somebody who holds the request and wants the person.
    """
    confirmed = (Resident.id == resident_id, Resident.status == "confirmed")
    wanted = select(Resident.area_id, Resident.cell_id).where(*confirmed).with_for_update(read=True)
    row: Row[*tuple[Any, ...]] | None = session.execute(wanted).first()
    if row is None:
        raise NotAllowed
    return row


def _holder_of(session: Session, thing: Draftable, resident_id: int, ref: str) -> Row[*tuple[Any, ...]] | None:
    """Whatever row has the ref; `mine` says whether it is this person's."""
    mine = belongs_to(thing, resident_id).label("mine")
    return session.execute(select(*thing.__table__.columns, mine).where(thing.ref == ref)).first()


def _new_draft(
    session: Session,
    thing: Draftable,
    resident_id: int,
    home: Row[*tuple[Any, ...]],
    ref: str,
    what: What,
    now: datetime,
) -> str:
    _keep_newcomer_within(session, resident_id, asdict(what), now)
    owner = {"resident_id": resident_id} if thing is Offer else {"asker_id": resident_id}
    row = thing(
        ref=ref, area_id=home.area_id, cell_id=home.cell_id, status="draft", created_at=now, **owner, **asdict(what)
    )
    new_row(session, row, "draft", by=Actor(resident_id), now=now)
    return ref
