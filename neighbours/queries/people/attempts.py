"""Which limit was hit, for a page that says how long to wait. Counting is in actions/people/attempts.py."""

from datetime import datetime

from sqlalchemy import func, select

from models import Attempt, db
from neighbours.rules.people.codes import Limit
from neighbours.sealing import keyed_hash


def is_spent(limit: Limit, key: str, now: datetime) -> bool:
    """Whether `key` (a contact, an address of a visitor) has no attempt left."""
    recent = (
        Attempt.scope == limit.scope,
        Attempt.key_hash == keyed_hash(f"attempt:{limit.scope}", key),
        Attempt.at > now - limit.within,
        Attempt.at < now + limit.within,  # else the clock went back, and nobody is locked out until it is there again
    )
    return db.session.execute(select(func.count()).select_from(Attempt).where(*recent)).scalar_one() >= limit.most
