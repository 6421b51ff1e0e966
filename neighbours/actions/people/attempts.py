"""Counting what is limited, in the table `attempt`: never in a process's memory.

Called inside the transaction of another action, which must not be rolled back when the limit is reached.
"""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from models import Attempt
from neighbours.database import one_at_a_time
from neighbours.rules.people.codes import Limit
from neighbours.sealing import keyed_hash


def is_within(session: Session, limit: Limit, key: str, now: datetime) -> bool:
    """Note one attempt by `key` (a contact, an address of a visitor) unless it would be one too many.

    An attempt that is refused is not counted, so that waiting helps. Two that come at once stand in line.
    """
    key_hash = keyed_hash(f"attempt:{limit.scope}", key)
    one_at_a_time(session, int(key_hash[:15], 16))
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
