"""The sign-ins of one person that are still good; and whose one was that has ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models import AuthSession, Official, Resident, db


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


def whose_session_it_was(token_hash: str) -> str | None:
    """The ref of the person of this session, also after it has ended; None when nobody knows it any more."""
    found = (
        select(func.coalesce(Resident.ref, Official.ref))
        .select_from(AuthSession)
        .outerjoin(Resident, Resident.id == AuthSession.resident_id)
        .outerjoin(Official, Official.id == AuthSession.official_id)
        .where(AuthSession.token_hash == token_hash)
    )
    return db.session.scalar(found)
