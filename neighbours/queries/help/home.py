"""The start page of somebody signed in: news, our agreements, what is nearby, what I offered. One statement."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.sql.selectable import TextualSelect

from neighbours.queries.help import mine
from neighbours.queries.help.nearby import Viewer
from neighbours.queries.help.nearest import nearest, order_of
from neighbours.queries.reading import engine_name

NEAREST = 5

NEARBY = """
    SELECT 'nearby' AS part, row_number() OVER (ORDER BY {order}) AS place,
           thing.ref, thing.status, thing.status AS help_status, thing.ref AS help_ref,
           thing.kind, thing.title, thing.language, thing.when_kind, thing.day, thing.at_time, thing.slots,
           thing.minutes, thing.places, thing.taken, thing.place_kind, p.name AS place_name, thing.place_text,
           thing.urgent, near.band, area.label AS area_name,
           mine.status AS reply_status, 0 AS replies, FALSE AS helps, NULL AS for_whom, NULL AS who, NULL AS phone,
           NULL AS news
      FROM ({nearest}) near
      JOIN help_request thing ON thing.id = near.id
      JOIN area ON area.id = near.area_b
      LEFT JOIN place p ON p.id = thing.place_id
      LEFT JOIN reply mine ON mine.help_request_id = thing.id AND mine.helper_id = :me
    """

INVITED = """
    SELECT 'invited' AS part, row_number() OVER (ORDER BY i.asked_at DESC, i.id) AS place,
           h.ref, h.status, h.status AS help_status, h.ref AS help_ref, h.kind, h.title, h.language,
           h.when_kind, h.day, h.at_time, h.slots, h.minutes, h.places, h.taken, h.place_kind, NULL AS place_name,
           h.place_text, h.urgent, 0 AS band, '' AS area_name, NULL AS reply_status,
           0 AS replies, TRUE AS helps, NULL AS for_whom, coalesce(asker.name, assisted.name) AS who, NULL AS phone,
           CASE WHEN i.wave = 0 THEN 'asked_directly' ELSE 'asked' END AS news
      FROM invitation i
      JOIN help_request h ON h.id = i.help_request_id AND h.status = 'open'
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE i.resident_id = :me AND i.not_now_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM reply r WHERE r.help_request_id = h.id AND r.helper_id = :me)
       AND {askers_are_there}
    """.replace("{askers_are_there}", mine.ASKERS_ARE_THERE)
AGREEMENTS = "SELECT * FROM ({own}) own WHERE status = 'agreed' OR news IS NOT NULL".replace("{own}", mine.AGREEMENTS)
ANSWERED = "SELECT * FROM ({own}) own WHERE news IS NOT NULL".replace("{own}", mine.REQUESTS)
WAITING_REPLIES = (
    "SELECT * FROM ({own}) own WHERE status = 'reserve' OR (status <> 'declined' AND help_status = 'open')".replace(
        "{own}", mine.REPLIES
    )
)
OPEN_OFFERS = mine.OFFERS + " AND o.status = 'open'"


def home(viewer: Viewer, now: datetime) -> dict[str, list[Any]]:
    """The parts `agreement` (standing, or with news), `nearby` (five), `reply` (waiting for an answer), `offer` (open),
    `request` (with news), `invited` (one was asked to help and has not answered),
    `suggestion` (all news).

    Columns as in mine.py; of `nearby` also band and area_name (how far) and reply_status (of one's own reply).
    """
    given = {"me": viewer.resident_id, "cell": viewer.cell_id, "skip": 0, "nearest": NEAREST, "most": mine.MOST}
    return mine.parts_of(_statement(engine_name(), viewer.by_time), given | mine.moments(now))


@cache
def _statement(engine: str, by_time: bool) -> TextualSelect:
    found = nearest("help_request", engine, by_time=by_time).replace(":most", ":nearest")
    near = NEARBY.format(nearest=found, order=order_of("help_request", by_time=by_time))
    return mine.in_parts(AGREEMENTS, mine.SUGGESTIONS, near, WAITING_REPLIES, OPEN_OFFERS, ANSWERED, INVITED)
