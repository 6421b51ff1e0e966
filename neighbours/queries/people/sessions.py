"""The sign-ins of one person that are still good: on which device, since when, last seen on which day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models import AuthSession, db


def own_sessions(resident_id: int | None, official_id: int | None, now: datetime) -> Sequence[Any]:
    """Rows of id, ref, device, created_at, seen_on; the one used last comes first. One statement."""
    own = AuthSession.resident_id == resident_id if resident_id else AuthSession.official_id == official_id
    found = (
        select(
            AuthSession.id,
            AuthSession.ref,
            AuthSession.device,
            AuthSession.created_at,
            AuthSession.seen_on,
        )
        .where(own, AuthSession.ended_at.is_(None), AuthSession.expires_at > now)
        .order_by(AuthSession.seen_on.desc(), AuthSession.id.desc())
        .limit(100)
    )
    return db.session.execute(found).all()
