"""Cells: an area cut into pieces of at least K doors, so that a piece says nothing about a door inside it.

A k-d split by medians over distinct doors. The result depends on the doors of the register alone, not on their
order and not on who lives behind them. Not here: when cells may be cut again, storing them (actions), the distance
bands between them (bands.py).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from neighbours.geo.planar import Plane, local_plane

K = 50  # doors that every cut cell has at least

Door = tuple[float, float]  # longitude, latitude
_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class CutCell:
    """One cell: its centre in degrees, its number of distinct doors, the region it covers, and the positions of its
    doors in the sequence they came in (all of them, also those with equal coordinates)."""

    lon: float
    lat: float
    doors: int
    region: BaseGeometry
    members: tuple[int, ...]


def cut_cells(area: BaseGeometry, doors: Sequence[Door], k: int = K) -> list[CutCell]:
    """Cuts an area (polygon in degrees) by medians over distinct doors while both halves keep k of them.

    The longer side of the doors' box (in metres) is cut first, at the gap between two coordinates that is nearest to
    the median, in the middle of that gap: equal coordinates are never parted and no door lies on a cut. The regions
    partition the area. With fewer than 2k doors there is one cell; with none, whole_cell's. Centres are the means of
    the doors in whole metres of the area's plane.
    """
    members = _members(doors)
    if len(members) < 2 * k:
        return [whole_cell(area, doors)]
    plane = local_plane(area)
    pieces = _split(list(members), _wider(area.bounds), plane, k)
    return [_cell(inside, _clip(area, box), plane, members) for inside, box in pieces]


def whole_cell(area: BaseGeometry, doors: Sequence[Door]) -> CutCell:
    """The area as one cell: centre at the mean of its distinct doors, or at a point inside it without doors."""
    members = _members(doors)
    if not members:
        inside = shapely.point_on_surface(area)
        lon, lat = _in_whole_metres(local_plane(area), [(inside.x, inside.y)])
        return CutCell(lon, lat, 0, area, ())
    return _cell(list(members), area, local_plane(area), members)


def locate_cell(regions: Sequence[BaseGeometry], lon: float, lat: float) -> int:
    """The position of the region that covers a point; on a shared border the first, in a hairline the nearest.

    Raises ValueError when there is no region.
    """
    if not regions:
        raise ValueError("there is no region to look in")
    covering = np.flatnonzero(shapely.intersects_xy(np.array(regions, dtype=object), lon, lat))
    if len(covering):
        return int(covering[0])
    return int(np.argmin(shapely.distance(np.array(regions, dtype=object), shapely.Point(lon, lat))))


def _members(doors: Iterable[Door]) -> dict[Door, list[int]]:
    """Distinct doors, each with its positions."""
    members: dict[Door, list[int]] = {}
    for at, (lon, lat) in enumerate(doors):
        members.setdefault((float(lon), float(lat)), []).append(at)
    return members


def _split(doors: list[Door], box: _Box, plane: Plane, k: int) -> list[tuple[list[Door], _Box]]:
    for axis in _longer_side_first(doors, plane):
        cut = _cut(sorted(door[axis] for door in doors), k)
        if cut is None:
            continue
        low, high = list(box), list(box)
        low[axis + 2] = high[axis] = cut
        below = [door for door in doors if door[axis] < cut]
        above = [door for door in doors if door[axis] > cut]
        return _split(below, _box(low), plane, k) + _split(above, _box(high), plane, k)
    return [(doors, box)]


def _longer_side_first(doors: list[Door], plane: Plane) -> tuple[int, int]:
    lons, lats = zip(*doors, strict=True)
    west, south = plane.to_metres(min(lons), min(lats))
    east, north = plane.to_metres(max(lons), max(lats))
    return (0, 1) if east - west >= north - south else (1, 0)


def _cut(values: list[float], k: int) -> float | None:
    """Where to cut sorted coordinates: the middle of the gap nearest to the median that leaves k on both sides."""
    count = len(values)
    for at in sorted(range(k, count - k + 1), key=lambda at: (abs(2 * at - count), at)):
        middle = (values[at - 1] + values[at]) / 2
        if values[at - 1] < middle < values[at]:
            return middle
    return None


def _box(sides: list[float]) -> _Box:
    west, south, east, north = sides
    return west, south, east, north


def _wider(bounds: _Box) -> _Box:
    west, south, east, north = bounds
    return west - 1, south - 1, east + 1, north + 1  # a degree: no side of the box may run along the area's border


def _clip(area: BaseGeometry, box: _Box) -> BaseGeometry:
    clipped = shapely.intersection(area, shapely.box(*box))
    pieces = [piece for part in shapely.get_parts(clipped) for piece in shapely.get_parts(part)]
    flat = [shapely.orient_polygons(piece) for piece in pieces if piece.geom_type == "Polygon"]
    return flat[0] if len(flat) == 1 else MultiPolygon(flat)


def _cell(doors: list[Door], region: BaseGeometry, plane: Plane, members: dict[Door, list[int]]) -> CutCell:
    lon, lat = _in_whole_metres(plane, doors)
    positions = tuple(sorted(at for door in doors for at in members[door]))
    return CutCell(lon, lat, len(doors), region, positions)


def _in_whole_metres(plane: Plane, doors: Sequence[Door]) -> Door:
    """The mean of the doors, exact in any order, rounded to whole metres and then to six decimals."""
    lon = math.fsum(door[0] for door in doors) / len(doors)
    lat = math.fsum(door[1] for door in doors) / len(doors)
    x, y = plane.to_metres(lon, lat)
    lon, lat = plane.to_degrees(round(x), round(y))
    return round(lon, 6), round(lat, 6)
