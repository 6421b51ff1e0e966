"""What is kept ready about nearness: which areas lie beside each other, and which cells are near which.

Both are renewed inside the caller's transaction whenever areas or cells were added. An area that is joined to
another counts as that other one. Not here: cutting cells (when a register is imported), the bands (geo/bands.py).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import shapely
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from models import AdjacentArea, Area, Cell, Installation, NearCell
from neighbours.geo import bands
from neighbours.geo.cells import K
from neighbours.geo.index import IndexedArea, adjacent

AT_ONCE = 20_000  # rows of one INSERT

Row = TypeVar("Row")


def renew_adjacency(session: Session) -> set[int]:
    """Compute anew which areas lie beside each other; returns the ids of the areas for which something changed."""
    areas = [
        IndexedArea(id_, key, shapely.from_wkb(polygon))
        for id_, key, polygon in session.execute(select(Area.id, Area.key, Area.polygon)).all()
    ]
    are = {(a, b) for a, others in adjacent(areas).items() for b in others}
    were = {(a, b) for a, b in session.execute(select(AdjacentArea.area_id, AdjacentArea.other_id)).all()}
    for a, b in sorted(were - are):
        session.execute(delete(AdjacentArea).where(AdjacentArea.area_id == a, AdjacentArea.other_id == b))
    for portion in _portions({"area_id": a, "other_id": b} for a, b in sorted(are - were)):
        session.execute(insert(AdjacentArea), portion)
    return {area for pair in are ^ were for area in pair}


def renew_near_cells(session: Session, areas: Collection[int]) -> int:
    """Compute anew the near pairs of all cells of these areas (ids), seen from either side; returns how many.

    Call it for the areas whose cells, neighbours or joining changed. The pairs between other areas stay untouched.
    """
    heads = {id_: joined or id_ for id_, joined in session.execute(select(Area.id, Area.joined_to_id)).all()}
    changed = {heads[area] for area in areas}
    members = [area for area, head in heads.items() if head in changed]
    old = select(Cell.id).where(Cell.area_id.in_(members))
    session.execute(delete(NearCell).where(or_(NearCell.a.in_(old), NearCell.b.in_(old))))
    count = 0
    for portion in _portions(_near_rows(session, heads, changed)):
        session.execute(insert(NearCell), portion)
        count += len(portion)
    return count


def bump_areas_version(session: Session) -> None:
    """Say that areas or cells changed, so that every process builds anew what it keeps in memory."""
    session.execute(update(Installation).values(areas_version=Installation.areas_version + 1))


def _near_rows(session: Session, heads: dict[int, int], changed: set[int]) -> Iterator[dict[str, int]]:
    """Rows of near_cell in which at least one of the two areas changed."""
    beside = _beside(session, heads)
    hidden = _too_small(session, heads)
    near = changed.union(*(beside.get(area, set()) for area in changed))
    cells = [
        bands.NearCell(id_, heads[area_id], lon, lat, whole)
        for id_, area_id, lon, lat, whole in session.execute(
            select(Cell.id, Cell.area_id, Cell.lon, Cell.lat, Cell.whole)
        ).all()
        if heads[area_id] in near - hidden
    ]
    area_of = {cell.id: cell.area_id for cell in cells}
    only_changed = {area: beside.get(area, set()) & (near if area in changed else changed) for area in near}
    for a, band, b, area_b, metres in bands.near_pairs(cells, only_changed):
        if area_b in changed or area_of[a] in changed:
            yield {"a": a, "band": band, "b": b, "area_b": area_b, "metres": metres}


def _too_small(session: Session, heads: dict[int, int]) -> set[int]:
    """Areas of fewer than K doors that found nobody to be joined to: they cannot open, so they are near to nobody.

    Being seen in one would name fewer than K doors. Without a register nobody knows how many there are.
    """
    doors: Counter[int] = Counter()
    for area, many in session.execute(select(Area.id, Area.doors)).all():
        doors[heads[area]] += many
    return {head for head, many in doors.items() if 0 < many < K}


def _beside(session: Session, heads: dict[int, int]) -> dict[int, set[int]]:
    """Adjacency between areas that stand for themselves: who is joined lends its neighbours to its head."""
    beside: dict[int, set[int]] = {}
    for area, other in session.execute(select(AdjacentArea.area_id, AdjacentArea.other_id)).all():
        if heads[area] != heads[other]:
            beside.setdefault(heads[area], set()).add(heads[other])
    return beside


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while portion := list(islice(left, AT_ONCE)):
        yield portion
