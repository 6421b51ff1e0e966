"""Sign-in sessions: begun, seen once a day, ended. Whether somebody may begin one is decided in signing_in.py."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import AuthSession
from neighbours.database import NO_PATIENCE, writing
from neighbours.rules.errors import NotHere
from neighbours.sealing import new_token, token_hash

LASTS = timedelta(days=90)


def begin_session(
    session: Session, *, resident_id: int | None = None, official_id: int | None = None, device: str, now: datetime
) -> str:
    """Add a session row inside the caller's transaction; returns the token, of which only the hash is kept."""
    token = new_token()
    session.add(
        AuthSession(
            token_hash=token_hash(token),
            resident_id=resident_id,
            official_id=official_id,
            device=device[:80],
            created_at=now,
            seen_on=now.date(),
            expires_at=now + LASTS,
        )
    )
    return token


def touch_session(session_id: int | None, seen_on: date | None, now: datetime) -> bool:
    """Once a day: note that the session was used, and let it last another 90 days. Whether it was noted now.

    Where nothing can be written now the next page notes it: who only reads shall not wait.
    """
    if session_id is None or seen_on == now.date():
        return False
    seen = update(AuthSession).where(AuthSession.id == session_id)
    with suppress(OperationalError), writing(NO_PATIENCE) as session:
        session.execute(seen.values(seen_on=now.date(), expires_at=now + LASTS))
        return True
    return False


def end_session(session_id: int, now: datetime) -> None:
    """Sign out here: the token is dead at once, also in a copied cookie."""
    with writing() as session:
        _end(session, AuthSession.id == session_id, now=now)


def end_one_of(resident_id: int | None, official_id: int | None, ref: str, now: datetime) -> None:
    """Sign out one of a person's own sessions; twice is harmless. Raises NotHere for a ref that is not one of them."""
    own = _own(resident_id, official_id), AuthSession.ref == ref
    with writing() as session:
        if session.scalar(select(AuthSession.id).where(*own)) is None:
            raise NotHere("session")
        _end(session, *own, now=now)


def end_all_of(resident_id: int | None, official_id: int | None, now: datetime) -> None:
    """Sign out everywhere."""
    with writing() as session:
        _end(session, _own(resident_id, official_id), now=now)


def _own(resident_id: int | None, official_id: int | None) -> ColumnElement[bool]:
    return AuthSession.resident_id == resident_id if resident_id else AuthSession.official_id == official_id


def _end(session: Session, *where: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(AuthSession).where(AuthSession.ended_at.is_(None), *where).values(ended_at=now))
