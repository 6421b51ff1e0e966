"""Somebody has looked at what was told: it is let go, or it stays hidden. Either closes every report about it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Report
from neighbours.actions.moving import Actor, move_all
from neighbours.actions.trust.holding import hold, let_go
from neighbours.database import writing


def release(report_id: int, *, by: Actor, now: datetime) -> None:
    """It is fine: others see it again. Twice is harmless."""
    with writing() as session:
        if row := _close(session, report_id, "release", by, now):
            let_go(session, *row, by, now)


def keep(report_id: int, *, by: Actor, now: datetime) -> None:
    """It stays hidden, or is hidden now where nothing held it. Twice is harmless."""
    with writing() as session:
        if row := _close(session, report_id, "keep", by, now):
            hold(session, *row, by.resident_id, now)


def _close(session: Session, report_id: int, name: str, by: Actor, now: datetime) -> tuple[str, int] | None:
    """Close this report and all others about the same thing. The thing and its id; None when it was closed before."""
    about = session.execute(select(Report.thing, Report.thing_id).where(Report.id == report_id)).one()
    same = (Report.thing == about.thing, Report.thing_id == about.thing_id)
    closed = move_all(session, Report, name, *same, by=by, now=now, also={"closed_at": now})
    return (about.thing, about.thing_id) if closed else None
