"""Agreements as a calendar needs them: when, what, with whom, at which known place; no address, no telephone.

One statement each. Only what has a day can stand in a calendar.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Row, TextClause, Time, bindparam, text

from models import Moment, db
from neighbours.database import not_blocked

KEPT = timedelta(days=30)

OWN = "SELECT r.id, r.language FROM resident r WHERE r.id = :me"
OF_TOKEN = """
    SELECT r.id, r.language FROM calendar_address c
      JOIN resident r ON r.id = c.resident_id AND r.status = 'confirmed' WHERE c.token_hash = :token_hash"""

EVENTS = """
    WITH me AS ({me}),
    mine AS (
      SELECT a.id FROM me JOIN agreement a ON a.helper_id = me.id
      UNION
      SELECT a.id FROM me JOIN help_request h ON h.asker_id = me.id JOIN agreement a ON a.help_request_id = h.id
      UNION
      SELECT a.id FROM me JOIN help_request h ON h.acted_by_id = me.id JOIN agreement a ON a.help_request_id = h.id)
    SELECT me.language, e.*, e.helper_id = me.id AS is_helper, e.asker_id = me.id AS is_asker
      FROM me
      LEFT JOIN (
        SELECT a.ref, a.status, a.day, a.at_time, a.slots, a.created_at, a.helper_id, h.asker_id,
               h.kind, h.title, h.place_kind, place.name AS place_name, h.minutes, m.zone, helper.name AS helper_name,
               coalesce(asker.name, assisted.name) AS asker_name, a.id,
               (SELECT count(*) FROM step s WHERE s.thing = 'agreement' AND s.thing_id = a.id) AS moves,
               (SELECT max(s.at) FROM step s WHERE s.thing = 'agreement' AND s.thing_id = a.id) AS moved_at,
               (SELECT count(*) FROM proposal p WHERE p.agreement_id = a.id AND p.status = 'accepted') AS settled,
               (SELECT max(p.answered_at) FROM proposal p
                 WHERE p.agreement_id = a.id AND p.status = 'accepted') AS settled_at
          FROM mine
          JOIN agreement a ON a.id = mine.id
          JOIN help_request h ON h.id = a.help_request_id
          JOIN area ON area.id = h.area_id
          JOIN municipality m ON m.id = area.municipality_id
          JOIN resident helper ON helper.id = a.helper_id
          LEFT JOIN resident asker ON asker.id = h.asker_id
          LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
          LEFT JOIN place ON place.id = h.place_id
         WHERE a.day IS NOT NULL AND {which} AND {apart}) e ON TRUE
     ORDER BY e.day, e.id"""


def _events(me: str, which: str) -> Any:
    apart = not_blocked("a.helper_id", "coalesce(h.asker_id, h.acted_by_id)")
    return _typed(text(EVENTS.format(me=me, which=which, apart=apart)))


def _typed(statement: TextClause) -> Any:
    return statement.columns(
        day=Date(), at_time=Time(), created_at=Moment(), moved_at=Moment(), settled_at=Moment(), is_helper=Boolean(),
        is_asker=Boolean(),
    )  # fmt: skip


ONE = _events(OWN, "a.ref = :ref")
ALL = _events(OF_TOKEN, "(a.status = 'agreed' OR a.day >= :since_day OR a.ended_at >= :since)").bindparams(
    bindparam("since_day", type_=Date()), bindparam("since", type_=Moment())
)


def one_event(ref: str, resident_id: int) -> Row[Any] | None:
    """The agreement of one of the two; None for anybody else, and where no day was said.

    `moves`, `settled`: how often it was moved, and how often another day was agreed; `moved_at`, `settled_at`: last.
    """
    row: Row[Any] | None = db.session.execute(ONE, {"me": resident_id, "ref": ref}).first()
    return row if row is not None and row.ref is not None else None


def events_of(token_hash: str, now: datetime) -> tuple[str, list[Row[Any]]] | None:
    """The language of whose calendar address it is, and the agreements that stand or are no older than KEPT.

    None when there is no such address, or its neighbour is not confirmed any more.
    """
    since = now - KEPT
    values = {"token_hash": token_hash, "since": since, "since_day": since.date()}
    rows = list(db.session.execute(ALL, values).all())
    return (rows[0].language, [row for row in rows if row.ref is not None]) if rows else None
