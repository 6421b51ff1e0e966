"""Point to area and to cell in memory, and which areas lie beside each other.

One STRtree; candidates by their boxes, then exact on prepared polygons (three times faster than a predicate query).
Not here: when the index is built anew (whoever holds the areas' version), what "reach" means (rules).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from neighbours.geo.cells import locate_cell
from neighbours.geo.planar import Plane, local_plane

TOUCH_M = 25.0  # borders that come this near are beside each other: real files have gaps along roads and brooks


class IndexedArea(NamedTuple):
    """An area as the index needs it; `cells` are (cell id, region) in a fixed order, the whole cell alone if uncut."""

    id: int
    key: str
    polygon: BaseGeometry
    cells: Sequence[tuple[int, BaseGeometry]] = ()


class AreaIndex:
    """Finds the area, and the cell, that a point lies in.

    A point on a shared border belongs to the area whose key comes first as text (then the smaller id). A hole is
    outside. Points are longitude, latitude in degrees.
    """

    def __init__(self, areas: Iterable[IndexedArea]) -> None:
        self._areas = sorted(areas, key=lambda area: (area.key, area.id))
        self._ids = [area.id for area in self._areas]
        self._polygons = np.array([area.polygon for area in self._areas], dtype=object)
        self._cells = {area.id: ([cell for cell, _ in area.cells], _prepared(area.cells)) for area in self._areas}
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)

    def area_at(self, lon: float, lat: float) -> int | None:
        """The id of the area a point lies in, or None. Coordinates that are no numbers lie nowhere."""
        near = self._tree.query(shapely.Point(lon, lat))
        inside = near[shapely.intersects_xy(self._polygons[near], lon, lat)] if len(near) else near
        return self._ids[int(inside.min())] if len(inside) else None

    def areas_at(self, points: npt.ArrayLike) -> list[int | None]:
        """The ids of the areas of many points (an array of n rows: longitude, latitude), in bulk."""
        spots = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        of_point, of_area = self._tree.query(shapely.points(spots))
        hit = shapely.intersects_xy(self._polygons[of_area], spots[of_point, 0], spots[of_point, 1])
        first = np.full(len(spots), len(self._ids))
        np.minimum.at(first, of_point[hit], of_area[hit])
        ids: list[int | None] = [*self._ids, None]
        return [ids[at] for at in first.tolist()]

    def cell_at(self, lon: float, lat: float) -> tuple[int, int] | None:
        """(area id, cell id) of a point, or None outside every area or in an area without cells."""
        area_id = self.area_at(lon, lat)
        if area_id is None or not self._cells[area_id][0]:
            return None
        cell_ids, regions = self._cells[area_id]
        return area_id, cell_ids[locate_cell(regions, lon, lat)]


def adjacent(areas: Sequence[IndexedArea], tolerance: float = TOUCH_M) -> dict[int, set[int]]:
    """For each area's id the ids of the areas whose polygons come within `tolerance` metres of its own."""
    beside: dict[int, set[int]] = {area.id: set() for area in areas}
    if len(areas) < 2:
        return beside
    flat = _flattened(area.polygon for area in areas)
    for a, b in shapely.STRtree(flat).query(flat, predicate="dwithin", distance=tolerance).T.tolist():
        if a != b:
            beside[areas[a].id].add(areas[b].id)
    return beside


def longest_common_border(area: IndexedArea, neighbours: Sequence[IndexedArea]) -> int | None:
    """The id of the neighbour with the longest common border (metres of this area's border within 25 m of it).

    With equal lengths the neighbour whose key comes first; without any common border None.
    """
    if not neighbours:
        return None
    ours, *theirs = _flattened([area.polygon, *(each.polygon for each in neighbours)])
    border = shapely.boundary(ours)
    lengths = [shapely.length(shapely.intersection(border, shapely.buffer(other, TOUCH_M))) for other in theirs]
    ranked = sorted(zip(lengths, neighbours, strict=True), key=lambda pair: (-round(pair[0]), pair[1].key, pair[1].id))
    length, neighbour = ranked[0]
    return neighbour.id if length > 0 else None


def _prepared(cells: Sequence[tuple[int, BaseGeometry]]) -> list[BaseGeometry]:
    regions = [region for _, region in cells]
    shapely.prepare(regions)
    return regions


def _flattened(polygons: Iterable[BaseGeometry]) -> list[Any]:
    """The polygons in metres of one plane. Far from its middle a metre is some per cent off: enough to be beside."""
    listed = list(polygons)
    west, south, east, north = shapely.total_bounds(listed)
    plane: Plane = local_plane(shapely.box(west, south, east, north))
    return [plane.flatten(polygon) for polygon in listed]
