"""The first register of an area: areas too small to open alone are joined, then the cells are cut and frozen.

Called inside the import's transaction, after its doors fell into the whole cells. Not here: reading and storing the
register (actions/places/addresses.py), where a cut runs (geo/cells.py), cutting a frozen cell further.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models import (
    AdjacentArea,
    Area,
    AssistedPerson,
    Cell,
    Door,
    HelpRequest,
    LetterCode,
    NearCell,
    Offer,
    Place,
    Resident,
)
from neighbours.geo.cells import K, cut_cells, whole_cell
from neighbours.geo.index import IndexedArea, longest_common_border

AT_ONCE = 5_000  # doors of one UPDATE
LABEL_LENGTH = 250


@dataclass
class Cut:
    """What was done: areas joined (name, to whom), how many cells were cut, and the heads (ids) that changed."""

    joined: list[tuple[str, str]] = field(default_factory=list)
    cells: int = 0
    changed: set[int] = field(default_factory=set)


@dataclass
class _Group:
    """An area that stands for itself, with those joined to it."""

    head: Area
    members: list[Area]
    is_cut: bool

    @property
    def doors(self) -> int:
        return sum(area.doors for area in self.members)

    @property
    def polygon(self) -> BaseGeometry:
        polygons = [shapely.from_wkb(area.polygon) for area in self.members]
        return polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)

    @property
    def indexed(self) -> IndexedArea:
        return IndexedArea(self.head.id, self.head.key, self.polygon)


def indexed_areas(session: Session) -> list[IndexedArea]:
    """Every area with the cells its doors fall into: its head's cut cells, or its head's whole cell while uncut."""
    areas = session.execute(select(Area.id, Area.key, Area.polygon, Area.joined_to_id)).all()
    polygons = {id_: shapely.from_wkb(polygon) for id_, _, polygon, _ in areas}
    whole: dict[int, int] = {}
    cut: dict[int, list[tuple[int, BaseGeometry]]] = {}
    rows = session.execute(select(Cell.id, Cell.area_id, Cell.whole, Cell.region).order_by(Cell.id)).all()
    for cell_id, area_id, is_whole, region in rows:
        if is_whole:
            whole[area_id] = cell_id
        else:
            cut.setdefault(area_id, []).append((cell_id, shapely.from_wkb(region)))
    heads = {id_: joined or id_ for id_, _, _, joined in areas}
    return [
        IndexedArea(id_, key, polygons[id_], cut.get(heads[id_]) or [(whole[heads[id_]], polygons[id_])])
        for id_, key, _, _ in areas
    ]


def cut_first_cells(session: Session, now: datetime) -> Cut:
    """Join every uncut area that has doors but fewer than K, then cut each uncut area that has K.

    Returns what was done; near_cell is the caller's to renew, for `changed`. An area under K without any neighbour in
    its municipality stays uncut and is near to nobody: its doors wait in its whole cell.
    """
    groups, cut = _groups(session), Cut()
    for group in sorted(groups.values(), key=lambda each: (each.doors, each.head.key, each.head.id)):
        _join_while_small(session, group, groups, cut)
    for group in groups.values():
        if not group.is_cut and group.doors >= K:
            _cut_group(session, group, now, cut)
    return cut


def _groups(session: Session) -> dict[int, _Group]:
    are_cut = set(session.scalars(select(Cell.area_id).where(Cell.whole.is_(False)).distinct()))
    areas = list(session.scalars(select(Area).order_by(Area.id)))
    groups = {area.id: _Group(area, [area], area.id in are_cut) for area in areas if area.joined_to_id is None}
    for area in areas:
        if area.joined_to_id is not None:
            groups[area.joined_to_id].members.append(area)
    return groups


def _join_while_small(session: Session, group: _Group, groups: dict[int, _Group], cut: Cut) -> None:
    if group.is_cut or not 0 < group.doors < K or group.head.id not in groups:
        return
    chosen = longest_common_border(group.indexed, [other.indexed for other in _neighbours(session, group, groups)])
    if chosen is None:
        cut.changed.add(group.head.id)  # from now on it is known to be too small to be seen
        return
    into = groups[chosen]
    del groups[group.head.id]
    _join(session, group, into)
    cut.joined.append((group.head.name, into.head.name))
    cut.changed |= {group.head.id, into.head.id}
    _join_while_small(session, into, groups, cut)


def _neighbours(session: Session, group: _Group, groups: dict[int, _Group]) -> list[_Group]:
    """The groups beside it in the same municipality, in a fixed order."""
    members = [area.id for area in group.members]
    beside = set(session.scalars(select(AdjacentArea.other_id).where(AdjacentArea.area_id.in_(members))))
    return [
        other
        for other in groups.values()
        if other is not group
        and other.head.municipality_id == group.head.municipality_id
        and beside & {area.id for area in other.members}
    ]


def _join(session: Session, group: _Group, into: _Group) -> None:
    """One set of cells, one list, one name: whatever stood in the small one's whole cell moves to the other's."""
    old, new = _whole_cell_id(session, group.head.id), _whole_cell_id(session, into.head.id)
    _hand_over(session, group, into, old, new)
    session.execute(update(Door).where(Door.cell_id == old).values(cell_id=_annex(session, group, into) or new))
    session.execute(delete(NearCell).where(or_(NearCell.a == old, NearCell.b == old)))
    session.execute(delete(Cell).where(Cell.id == old))
    into.members += group.members
    for area in group.members:
        area.joined_to_id = into.head.id
    names = [into.head.name, *sorted(area.name for area in into.members if area is not into.head)]
    for area in into.members:
        area.label = " & ".join(names)[:LABEL_LENGTH]
    session.flush()


def _whole_cell_id(session: Session, area_id: int) -> int:
    return session.scalars(select(Cell.id).where(Cell.area_id == area_id, Cell.whole.is_(True))).one()


def _hand_over(session: Session, group: _Group, into: _Group, old: int, new: int) -> None:
    members = [area.id for area in group.members]
    for table in (Resident, AssistedPerson, HelpRequest, Offer):
        where = {"area_id": into.head.id, "cell_id": new}
        session.execute(update(table).where(table.cell_id == old).values(**where))
    for of_area in (Place, LetterCode):
        session.execute(update(of_area).where(of_area.area_id.in_(members)).values(area_id=into.head.id))


def _annex(session: Session, group: _Group, into: _Group) -> int | None:
    """The cell of an already cut area that takes the small one in, whole and for ever; None while it is uncut."""
    if not into.is_cut:
        return None
    cells = session.scalars(select(Cell).where(Cell.area_id == into.head.id, Cell.whole.is_(False)).order_by(Cell.id))
    middle = group.polygon.centroid
    nearest = min(cells, key=lambda cell: float(shapely.distance(shapely.from_wkb(cell.region), middle)))
    nearest.region = shapely.to_wkb(shapely.union(shapely.from_wkb(nearest.region), group.polygon))
    nearest.doors += group.doors
    return nearest.id


def _cut_group(session: Session, group: _Group, now: datetime, cut: Cut) -> None:
    whole_id, polygon = _whole_cell_id(session, group.head.id), group.polygon
    doors = session.execute(select(Door.id, Door.lon, Door.lat).where(Door.cell_id == whole_id).order_by(Door.id)).all()
    points = [(lon, lat) for _, lon, lat in doors]
    _settle_whole_cell(session, whole_id, polygon, points)
    for piece in cut_cells(polygon, points):
        cell = Cell(
            area_id=group.head.id,
            whole=False,
            lon=piece.lon,
            lat=piece.lat,
            doors=piece.doors,
            region=shapely.to_wkb(piece.region),
            created_at=now,
        )
        session.add(cell)
        session.flush()
        _move_doors(session, (doors[at].id for at in piece.members), cell.id)
        cut.cells += 1
    cut.changed.add(group.head.id)


def _settle_whole_cell(
    session: Session, cell_id: int, polygon: BaseGeometry, points: list[tuple[float, float]]
) -> None:
    """The whole cell gets its centre from the doors, once: with the first register."""
    whole = whole_cell(polygon, points)
    session.execute(update(Cell).where(Cell.id == cell_id).values(lon=whole.lon, lat=whole.lat, doors=whole.doors))


def _move_doors(session: Session, doors: Iterable[int], cell_id: int) -> None:
    ids = list(doors)
    for start in range(0, len(ids), AT_ONCE):
        session.execute(update(Door).where(Door.id.in_(ids[start : start + AT_ONCE])).values(cell_id=cell_id))
