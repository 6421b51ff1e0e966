"""Blocks as one's own pages read them: whom one blocked. The condition of every list and page is in database.py."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models import Moment, db

MINE = text(
    """
    SELECT other.ref, other.name, b.at, municipality.zone
      FROM block b
      JOIN resident other ON other.id = b.other_id
      JOIN resident me ON me.id = b.by_id
      JOIN area ON area.id = me.area_id
      JOIN municipality ON municipality.id = area.municipality_id
     WHERE b.by_id = :me
     ORDER BY b.at DESC, other.name
    """
).columns(at=Moment())

THERE = text(
    """
    SELECT 1 FROM block b
     WHERE b.by_id = :me AND b.other_id IN (
           SELECT h.asker_id FROM help_request h WHERE h.ref = :ref UNION ALL
           SELECT h.acted_by_id FROM help_request h WHERE h.ref = :ref UNION ALL
           SELECT o.resident_id FROM offer o WHERE o.ref = :ref UNION ALL
           SELECT r.helper_id FROM reply r WHERE r.ref = :ref UNION ALL
           SELECT a.helper_id FROM agreement a WHERE a.ref = :ref UNION ALL
           SELECT coalesce(h.asker_id, h.acted_by_id) FROM agreement a JOIN help_request h ON h.id = a.help_request_id
            WHERE a.ref = :ref UNION ALL
           SELECT t.helper_id FROM thread t WHERE t.ref = :ref UNION ALL
           SELECT coalesce(h.asker_id, h.acted_by_id) FROM thread t JOIN help_request h ON h.id = t.help_request_id
            WHERE t.ref = :ref)
    """
)


def blocked_by_me(resident_id: int) -> Sequence[Row[Any]]:
    """Whom this person blocked, the newest first: ref and name of the other, at (UTC), the person's own zone."""
    return db.session.execute(MINE, {"me": resident_id}).all()


def has_blocked_there(resident_id: int, ref: str) -> bool:
    """Whether this person blocked somebody whose thing has this ref: the same click came twice."""
    return db.session.scalar(THERE, {"me": resident_id, "ref": ref}) is not None
