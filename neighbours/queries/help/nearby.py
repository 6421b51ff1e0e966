"""What is open nearby: help wanted and offers of help, as seen from one cell. One statement each.

Order: band, then urgent, then longest waiting, then id; newest first for who switched suggestions off. Nothing here
depends on a home but through its cell, and nothing of near_cell but its band is used. Not here: the words of a band,
and why somebody sees something.

Which rows these are is found in nearest.py by the index alone; only those of a page meet the tables with the words.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Time, text
from sqlalchemy.sql.selectable import TextualSelect

from models import Moment
from neighbours.queries.help.nearest import nearest, order_of
from neighbours.queries.reading import engine_name, read

A_PAGE = 20


@dataclass(frozen=True)
class Viewer:
    """From where one looks: the cell that others may depend on, whose own things are left out, in which order."""

    resident_id: int
    cell_id: int
    by_time: bool = False


@dataclass(frozen=True)
class Wishes:
    """What the list is narrowed to. None or 0: not at all. `slots`, `languages`: bit masks that must share a bit."""

    kind: str | None = None
    slots: int = 0
    languages: int = 0
    own_village: bool = False


EVERYTHING = Wishes()

CONDITIONS = {
    "kind": "thing.kind = :kind",
    "slots": "(thing.slots = 0 OR (thing.slots & :slots) <> 0)",
    "languages": "(thing.languages & :languages) <> 0",
    "own_village": "n.area_b = (SELECT own.area_id FROM cell own WHERE own.id = :cell)",
}

REQUESTS = """
    SELECT thing.id, thing.ref, thing.kind, thing.title, thing.language, thing.when_kind, thing.day, thing.at_time,
           thing.slots, thing.minutes, thing.places, thing.taken, thing.place_kind, thing.place_text, thing.urgent,
           thing.opened_at, near.band, area.label AS area_name, place.name AS place_name, mine.status AS reply_status
      FROM ({nearest}) near
      JOIN help_request thing ON thing.id = near.id
      JOIN area ON area.id = near.area_b
      LEFT JOIN place ON place.id = thing.place_id
      LEFT JOIN reply mine ON mine.help_request_id = thing.id AND mine.helper_id = :me
     ORDER BY {order}
    """

OFFERS = """
    SELECT thing.id, thing.ref, thing.kind, thing.title, thing.language, thing.slots, thing.opened_at,
           near.band, area.label AS area_name, giver.name AS giver_name
      FROM ({nearest}) near
      JOIN offer thing ON thing.id = near.id
      JOIN area ON area.id = near.area_b
      JOIN resident giver ON giver.id = thing.resident_id
     ORDER BY {order}
    """


def open_requests(viewer: Viewer, wishes: Wishes = EVERYTHING, *, skip: int = 0, most: int = A_PAGE + 1) -> list[Any]:
    """Help wanted near the viewer's cell that is not the viewer's own, in order; `most` rows after the first `skip`.

    Rows: id, ref, kind, title, language, when_kind, day, at_time, slots, minutes, places, taken, place_kind,
    place_name, place_text, urgent, opened_at (UTC), band, area_name, reply_status (the viewer's own reply).
    """
    return _rows("help_request", viewer, wishes, skip, most)


def open_offers(viewer: Viewer, wishes: Wishes = EVERYTHING, *, skip: int = 0, most: int = A_PAGE + 1) -> list[Any]:
    """Offers of help near the viewer's cell that are not the viewer's own, in order; `most` rows after `skip`.

    Rows: id, ref, kind, title, language, slots, opened_at (UTC), band, area_name, giver_name.
    """
    return _rows("offer", viewer, wishes, skip, most)


def _rows(table: str, viewer: Viewer, wishes: Wishes, skip: int, most: int) -> list[Any]:
    wished = tuple(name for name in CONDITIONS if getattr(wishes, name))
    given = {name: getattr(wishes, name) for name in wished if name != "own_village"}
    where = {"me": viewer.resident_id, "cell": viewer.cell_id, "most": most, "skip": skip}
    return read(_statement(table, engine_name(), wished, viewer.by_time), given | where)


@cache
def _statement(table: str, engine: str, wished: tuple[str, ...], by_time: bool) -> TextualSelect:
    """The one statement of a list with these wishes; there are 2 × 16 × 2 of them on an engine."""
    template = REQUESTS if table == "help_request" else OFFERS
    conditions = "".join(f" AND {CONDITIONS[name]}" for name in wished)
    types = {"opened_at": Moment(), "day": Date(), "at_time": Time(), "urgent": Boolean()}
    named = {name: kind for name, kind in types.items() if name in template}
    near = nearest(table, engine, conditions, by_time=by_time)
    return text(template.format(nearest=near, order=order_of(table, by_time=by_time))).columns(**named)
