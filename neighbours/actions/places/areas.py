"""Areas come in: a drafted file becomes areas, each with its whole cell, its neighbours and its near cells.

Not here: reading and drafting the file (geo), asking whether repairs are accepted (the command), changing the border
of an area that is here already.
"""

from collections.abc import Sequence
from datetime import datetime

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Area, Cell, Installation, Municipality
from neighbours.actions.moving import THE_CLOCK, record
from neighbours.actions.places.cells import bump_areas_version, renew_adjacency, renew_near_cells
from neighbours.database import writing
from neighbours.geo.areas import DraftArea
from neighbours.geo.cells import whole_cell
from neighbours.geo.layers import Arrival, ExistingArea, compare_with_known
from neighbours.rules.errors import Refused


def import_areas(drafts: Sequence[DraftArea], municipality: str, now: datetime) -> Arrival:
    """Stores the areas that are new to the municipality (by name), each with its whole cell; all of them or none.

    Known areas stay as they are: importing the same again changes nothing. Returns what is new, what was here, the
    slivers that were cut and the gaps. Raises Refused: field "municipality" for an unknown name, field "file" (one
    sentence a line) for overlaps and changed polygons, field "installation" before `flask setup`.
    """
    with writing() as session:
        if session.get(Installation, 1) is None:
            raise Refused("installation", "Nothing is set up here yet. Run `flask setup` first.")
        municipality_id = _municipality(session, municipality)
        known, others = _existing(session, municipality_id)
        arrival = compare_with_known(drafts, known, others)
        if arrival.refused:
            raise Refused("file", "\n".join(arrival.refused))
        if arrival.new:
            ids = [_add(session, draft, municipality_id, now) for draft in arrival.new]
            record(session, "area", ids, "import", "soon", by=THE_CLOCK, now=now)
            renew_near_cells(session, renew_adjacency(session) | set(ids))
            bump_areas_version(session)
        return arrival


def _municipality(session: Session, name: str) -> int:
    found = session.scalar(select(Municipality.id).where(Municipality.name == name))
    if found is None:
        there = ", ".join(session.scalars(select(Municipality.name).order_by(Municipality.name).limit(20)))
        raise Refused("municipality", f"There is no municipality called {name} here. There is: {there or 'none'}.")
    return found


def _existing(session: Session, municipality_id: int) -> tuple[dict[str, ExistingArea], list[ExistingArea]]:
    """The municipality's own areas by key, and those of all others, in a fixed order."""
    known, others = {}, []
    rows = session.execute(select(Area.municipality_id, Area.key, Area.name, Area.polygon).order_by(Area.id)).all()
    for of_municipality, key, name, polygon in rows:
        area = ExistingArea(key, name, shapely.from_wkb(polygon))
        if of_municipality == municipality_id:
            known[key] = area
        else:
            others.append(area)
    return known, others


def _add(session: Session, draft: DraftArea, municipality_id: int, now: datetime) -> int:
    area = Area(
        municipality_id=municipality_id,
        key=draft.key,
        name=draft.name,
        label=draft.name,
        polygon=shapely.to_wkb(draft.polygon),
        created_at=now,
    )
    session.add(area)
    session.flush()
    cell = whole_cell(draft.polygon, [])
    session.add(
        Cell(area_id=area.id, whole=True, lon=cell.lon, lat=cell.lat, doors=cell.doors, region=None, created_at=now)
    )
    session.flush()
    return area.id
