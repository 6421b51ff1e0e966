"""One-time codes: asked for, tried, used. Known and unknown contacts run the same statements.

A code that was typed rightly stays good for ten more minutes, and is used up in the transaction of what it allows:
beginning a session, joining, changing a contact. Not here: those three; the message itself (outbox.py).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from models import Official, OneTimeCode, Resident
from neighbours.actions.people.attempts import is_within
from neighbours.actions.telling import tell_contact
from neighbours.database import writing
from neighbours.rules.errors import TooLate
from neighbours.rules.people.codes import (
    CODE_LASTS,
    CODE_TRIES,
    CODES_ASKED,
    CODES_ASKED_BY_VISITOR,
    TRIES_BY_CONTACT,
    TRIES_BY_VISITOR,
    Limit,
    Trial,
    network_of,
    read_code,
)
from neighbours.rules.people.contact import Contact
from neighbours.sealing import is_same, keyed_hash, new_code

# As long as a code, so that the sealed rows of known and unknown contacts are of one size.
NO_CODE = " " * 6

HERE = ("waiting", "confirmed")


@dataclass(frozen=True)
class Proof:
    """A contact, the refs of the codes that this browser asked for, and the code that was typed."""

    contact: Contact
    refs: tuple[str, ...]
    code: str


def ask_code(contact: Contact, *, known_only: bool, visitor: str, language: str, now: datetime) -> str | None:
    """Send a code to the contact; returns the ref of its row, or None when too many were asked for.

    `visitor`: the address of the browser. `known_only` (signing in): a contact that nobody here has gets a message
    without a code, by the same statements.
    """
    with writing() as session:
        if not _may_go_on(session, (CODES_ASKED_BY_VISITOR, CODES_ASKED), visitor, contact, now):
            return None
        code = new_code()
        row = OneTimeCode(
            contact_hash=_contact_hash(contact),
            code_hash=_code_hash(contact, code),
            created_at=now,
            expires_at=now + CODE_LASTS,
        )
        session.add(row)
        session.flush()
        is_sent = _is_known(session, contact) or not known_only
        tell_contact(session, "code", contact, {"code": code if is_sent else NO_CODE}, language, now)
        return row.ref


def try_code(proof: Proof, visitor: str, now: datetime) -> Trial:
    """Count one try, by contact and by `visitor` (the address of the browser), and say what came of it."""
    with writing() as session:
        if not _may_go_on(session, (TRIES_BY_VISITOR, TRIES_BY_CONTACT), visitor, proof.contact, now):
            return Trial.OFTEN
        return _judge(session, proof, now)


def use_code(session: Session, proof: Proof, now: datetime) -> None:
    """Use the code up inside the caller's transaction. Raises TooLate when it was used or is late meanwhile."""
    wanted = OneTimeCode.code_hash == _code_hash(proof.contact, read_code(proof.code))
    used = session.execute(
        update(OneTimeCode)
        .where(
            *_asked_here(proof),
            wanted,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(OneTimeCode.id)
    )
    if used.first() is None:
        raise TooLate("code")


def _may_go_on(session: Session, limits: tuple[Limit, Limit], visitor: str, contact: Contact, now: datetime) -> bool:
    """The visitor's limit first: whoever has used it up shall not use up that of other people's contacts too."""
    by_visitor, by_contact = limits
    if not is_within(session, by_visitor, network_of(visitor), now):
        return False
    return is_within(session, by_contact, contact.address, now)


def _judge(session: Session, proof: Proof, now: datetime) -> Trial:
    live = (
        OneTimeCode.used_at.is_(None),
        OneTimeCode.tries < CODE_TRIES,
        OneTimeCode.expires_at > now,
    )
    counted = session.execute(
        update(OneTimeCode)
        .where(*_asked_here(proof), *live)
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode.id, OneTimeCode.code_hash, OneTimeCode.tries)
    ).all()
    typed = _code_hash(proof.contact, read_code(proof.code))
    right = [row.id for row in counted if is_same(row.code_hash, typed)]
    if right:
        longer = update(OneTimeCode).where(OneTimeCode.id == right[0]).values(expires_at=now + CODE_LASTS)
        session.execute(longer)
        return Trial.RIGHT
    if counted:
        return Trial.WRONG if any(row.tries < CODE_TRIES for row in counted) else Trial.SPENT
    return _why_not(session, proof)


def _why_not(session: Session, proof: Proof) -> Trial:
    """Why none of the codes is live any more: the newest one decides."""
    newest = select(OneTimeCode.used_at, OneTimeCode.tries).where(*_asked_here(proof))
    row = session.execute(newest.order_by(OneTimeCode.id.desc()).limit(1)).first()
    if row is not None and row.used_at is not None:
        return Trial.USED
    return Trial.SPENT if row is not None and row.tries >= CODE_TRIES else Trial.LATE


def _is_known(session: Session, contact: Contact) -> bool:
    """Whether a neighbour (waiting or confirmed) or an official has this contact."""
    resident = exists().where(has_contact(Resident, contact), Resident.status.in_(HERE))
    official = exists().where(has_contact(Official, contact))
    return bool(session.execute(select(or_(resident, official))).scalar_one())


def has_contact(table: type[Resident] | type[Official], contact: Contact) -> ColumnElement[bool]:
    """The condition that a row of the table has this contact."""
    return (table.email if contact.channel == "email" else table.phone) == contact.address


def _asked_here(proof: Proof) -> tuple[ColumnElement[bool], ...]:
    return OneTimeCode.ref.in_(proof.refs), OneTimeCode.contact_hash == _contact_hash(proof.contact)


def _contact_hash(contact: Contact) -> str:
    return keyed_hash("contact", contact.address)


def _code_hash(contact: Contact, code: str) -> str:
    return keyed_hash(f"code:{contact.address}", code)
