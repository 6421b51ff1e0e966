"""The private address of one's own calendar: made, made anew, switched off. Whoever has it reads the agreements.

The hash of the token is what is looked up, the sealed token lets its owner read it again.
"""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models import CalendarAddress, Resident
from neighbours.database import writing
from neighbours.sealing import new_token, seal, token_hash, unseal


def make_address(resident_id: int, now: datetime) -> None:
    """A first address. Where there is one already it stays: twice is harmless."""
    with writing() as session:
        if _standing(session, resident_id) is None:
            _insert(session, resident_id, now)


def renew_address(resident_id: int, old: str, now: datetime) -> None:
    """Another address in the place of the one whose hash is `old`, which stops at once. Twice is harmless."""
    with writing() as session:
        if _standing(session, resident_id) == old:
            session.execute(delete(CalendarAddress).where(CalendarAddress.resident_id == resident_id))
            _insert(session, resident_id, now)


def switch_off(resident_id: int) -> None:
    """No address any more. Twice is harmless."""
    with writing() as session:
        session.execute(delete(CalendarAddress).where(CalendarAddress.resident_id == resident_id))


def read_token(resident_id: int, sealed: bytes) -> str:
    """The token again, for its owner."""
    return str(unseal(_belongs_to(resident_id), sealed)["token"])


def _standing(session: Session, resident_id: int) -> str | None:
    """The hash of the address that there is. The person's row is locked first, so that two clicks make one address."""
    session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update(key_share=True))
    return session.scalar(select(CalendarAddress.token_hash).where(CalendarAddress.resident_id == resident_id))


def _insert(session: Session, resident_id: int, now: datetime) -> None:
    token = new_token()
    kept = {"token_hash": token_hash(token), "sealed": seal(_belongs_to(resident_id), {"token": token})}
    session.execute(insert(CalendarAddress).values(resident_id=resident_id, since=now, **kept))


def _belongs_to(resident_id: int) -> str:
    return f"calendar:{resident_id}"
