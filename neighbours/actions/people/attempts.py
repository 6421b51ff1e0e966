"""Counting what is limited, in the table `attempt`: never in a process's memory.

Called inside the transaction of another action, which must not be rolled back when the limit is reached.
"""

from datetime import datetime

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from models import Attempt
from neighbours.rules.people.codes import Limit
from neighbours.sealing import keyed_hash


def is_within(session: Session, limit: Limit, key: str, now: datetime) -> bool:
    """Note one attempt by `key` (a contact, an address of a visitor) unless it would be one too many.

    An attempt that is refused is not counted, so that waiting helps. Two that come at once stand in line.
    """
    key_hash = keyed_hash(f"attempt:{limit.scope}", key)
    _stand_in_line(session, key_hash)
    recent = (
        Attempt.scope == limit.scope,
        Attempt.key_hash == key_hash,
        Attempt.at > now - limit.within,
        Attempt.at < now + limit.within,  # else the clock went back, and nobody is locked out until it is there again
    )
    if session.execute(select(func.count()).select_from(Attempt).where(*recent)).scalar_one() >= limit.most:
        return False
    session.execute(insert(Attempt).values(scope=limit.scope, key_hash=key_hash, at=now))
    return True


def _stand_in_line(session: Session, key_hash: str) -> None:
    """SQLite has one writer at a time; PostgreSQL waits on a lock of this key until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(key_hash[:15], 16)})
