"""The private calendar address of one person. Made and revoked is it in actions/people/calendar.py."""

from typing import Any

from sqlalchemy import Row, select

from models import CalendarAddress, db


def own_calendar(resident_id: int) -> Row[Any] | None:
    """token_hash, sealed and since; None where there is none. One statement."""
    table = CalendarAddress.__table__.c
    found = select(table.token_hash, table.sealed, table.since).where(table.resident_id == resident_id)
    return db.session.execute(found).one_or_none()
