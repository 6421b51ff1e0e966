"""The outbox: messages claimed by a worker with a lease, and recorded as sent or not.

Written are they in telling.py; nothing is sent here and no text is made here, that is mail.py's, sms.py's and
worker.py's. A dispatch is not a thing of the MOVES table: it goes from due to sent or failed, and only the functions of
this file say so.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, update

from models import Dispatch
from neighbours.database import writing

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_TRIES = 10
CODE_LASTS = timedelta(minutes=10)


def claim_due(worker: str, now: datetime, limit: int, lasts: timedelta = LEASE) -> list[Row[*tuple[Any, ...]]]:
    """Lease up to `limit` due messages to this worker, oldest first; no two hold the same one. `lasts`: so long.

    Rows of id, ref, kind, channel, language, sealed, tries, created_at, leased_until. One conditional UPDATE: SQLite
    has one writer at a time, PostgreSQL skips what another worker holds locked. An expired lease may be claimed anew.
    """
    free = or_(Dispatch.leased_until.is_(None), Dispatch.leased_until <= now)
    due = select(Dispatch.id).where(Dispatch.status == "due", Dispatch.due_at <= now, free)
    oldest = due.order_by(Dispatch.due_at, Dispatch.id).limit(limit).with_for_update(skip_locked=True).cte("oldest")
    lease = {"leased_by": worker, "leased_until": now + lasts, "tries": Dispatch.tries + 1}
    told = (Dispatch.id, Dispatch.ref, Dispatch.kind, Dispatch.channel, Dispatch.language, Dispatch.sealed)
    claimed = update(Dispatch).where(Dispatch.id.in_(select(oldest.c.id))).values(**lease)
    with writing() as session:
        options = {"synchronize_session": False}
        rows = session.execute(
            claimed.returning(*told, Dispatch.tries, Dispatch.created_at, Dispatch.leased_until),
            execution_options=options,
        ).all()
    return sorted(rows, key=lambda row: row.id)


def record_sent(worker: str, dispatch_id: int, now: datetime) -> None:
    """It went out: what was sealed is emptied. Another worker's message is left alone."""
    _record(worker, dispatch_id, {"status": "sent", "sent_at": now, "sealed": None, "error": None})


def record_failed(worker: str, row: Any, error: str, now: datetime, *, for_good: bool = False) -> None:
    """It did not go out: try again later, each pause four times the last; for good after MOST_TRIES tries.

    `row`: as claimed. `error`: a few words without name or address. A code that is too old is not tried again.
    """
    again_at = now + pause_after(row.tries)
    too_old = row.kind == "code" and again_at > row.created_at + CODE_LASTS
    if for_good or too_old or row.tries >= MOST_TRIES:
        _record(worker, row.id, {"status": "failed", "sealed": None, "error": error[:200]})
    else:
        _record(worker, row.id, {"due_at": again_at, "error": error[:200]})


def pause_after(tries: int) -> timedelta:
    """1, 4, 16, 64, 256 minutes, then 6 hours."""
    longer: int = 4 ** min(tries - 1, 8)
    return min(FIRST_PAUSE * longer, LONGEST_PAUSE)


def release(worker: str, *, but: int | None = None) -> None:
    """Give back what this worker holds and did not try: due again at once. `but`: the one it was in the middle of."""
    with writing() as session:
        held = update(Dispatch).where(Dispatch.leased_by == worker, Dispatch.status == "due", Dispatch.id != (but or 0))
        session.execute(held.values(leased_by=None, leased_until=None, tries=Dispatch.tries - 1))


def _record(worker: str, dispatch_id: int, outcome: dict[str, Any]) -> None:
    mine = (Dispatch.id == dispatch_id, Dispatch.leased_by == worker, Dispatch.status == "due")
    with writing() as session:
        session.execute(update(Dispatch).where(*mine).values(leased_by=None, leased_until=None, **outcome))
