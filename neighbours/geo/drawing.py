"""Maps of areas and cells for the eye: GeoJSON for a map that moves, paths of an SVG for one that stands still.

Neighbouring polygons are simplified together, so that no gap opens between them (`shapely.coverage_simplify`). Plain
ground, no tiles, no third party. Not here: which cells somebody may see (queries/places/maps.py), colours and words.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from neighbours.geo.outline import HEIGHT, MARGIN, WIDTH, path_of
from neighbours.geo.planar import Plane, local_plane

PIXELS = 2.0  # what a simplified border may be off, on a map of 640 by 400
DIGITS = 5  # of a degree: about a metre
LETTER = 21.5  # about as wide, in pixels, as a letter of a name of 38 pixels, which a phone shows at 16
LINE = 42  # from one line of a name to the next, in pixels
MOST_NAMED = 40  # more areas than that are drawn as one shape


class Piece(NamedTuple):
    """A polygon (WKB in degrees) of the area `ref` called `name`; `band`: as geo/bands.py, seen from one's own cell."""

    ref: str
    name: str
    band: int | None
    polygon: bytes


class Shape(NamedTuple):
    """A path of an SVG; `x`, `y` is where its name may stand, inside it, in as many `lines` as its width wants."""

    ref: str
    lines: tuple[str, ...]
    band: int | None
    d: str
    x: int
    y: int

    def width_of(self, line: str) -> int:
        """How wide a line of the name is taken to be, in pixels, whatever the letters of a device."""
        return round(len(line) * LETTER)


class Box(NamedTuple):
    """Where something stands, in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Drawing:
    """Cells below, areas with their names above; in whole pixels, north up."""

    width: int
    height: int
    cells: Sequence[Shape]
    areas: Sequence[Shape]


def simplified(pieces: Sequence[Piece]) -> list[tuple[Piece, BaseGeometry]]:
    """The pieces with their polygons (degrees) as simple as the eye allows; borders that were shared still are."""
    if not pieces:
        return []
    flat, plane = _simplified(pieces)
    return [(piece, plane.unflatten(shape)) for piece, shape in flat]


def outlines(parts: Sequence[tuple[Piece, BaseGeometry]]) -> list[tuple[Piece, BaseGeometry]]:
    """One shape an area, in the order of names; more than forty areas become a single nameless one."""
    if len({piece.ref for piece, _ in parts}) > MOST_NAMED:
        parts = [(Piece("", "", None, b""), shape) for _, shape in parts]
    by_area = sorted(parts, key=lambda part: (part[0].name, part[0].ref))
    grouped = [list(group) for _, group in groupby(by_area, key=lambda part: part[0].ref)]
    return [(group[0][0]._replace(band=None), shapely.union_all([shape for _, shape in group])) for group in grouped]


def feature_collection(pieces: Sequence[Piece]) -> str:
    """GeoJSON (RFC 7946): a feature a cell with `area` and `band`, then one an area with `area` and `name`."""
    parts = simplified(pieces)
    cells = [_feature(shape, {"area": piece.ref, "band": piece.band}) for piece, shape in parts]
    areas = [_feature(shape, {"area": piece.ref, "name": piece.name}) for piece, shape in outlines(parts)]
    found = {"type": "FeatureCollection", "features": (cells if _has_bands(pieces) else []) + areas}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def drawing(pieces: Sequence[Piece]) -> Drawing:
    """The same as paths. Without pieces a drawing without shapes."""
    if not pieces:
        return Drawing(WIDTH, HEIGHT, (), ())
    flat, _ = _simplified(pieces)
    west, south, east, north = shapely.total_bounds([shape for _, shape in flat])
    scale = min((WIDTH - 2 * MARGIN) / (east - west), (HEIGHT - 2 * MARGIN) / (north - south))
    width, height = (round(side * scale) + 2 * MARGIN for side in (east - west, north - south))

    def placed(metres: Any) -> Any:
        return (metres - (west, north)) * (scale, -scale) + MARGIN

    parts = [(piece, shapely.transform(shape, placed)) for piece, shape in flat]
    cells = [_shape(*part) for part in parts] if _has_bands(pieces) else []
    areas = [_kept_inside(_shape(*part), width) for part in outlines(parts)]
    return Drawing(width, height, cells, _apart(areas, height))


def _simplified(pieces: Sequence[Piece]) -> tuple[list[tuple[Piece, BaseGeometry]], Plane]:
    """The pieces with their simple polygons in metres, and the plane that these lie in."""
    shapes = [shapely.from_wkb(piece.polygon) for piece in pieces]
    plane = local_plane(shapely.box(*shapely.total_bounds(shapes)))
    flat = [plane.flatten(shape) for shape in shapes]
    west, south, east, north = shapely.total_bounds(flat)
    coarse = PIXELS * max((east - west) / WIDTH, (north - south) / HEIGHT)
    return list(zip(pieces, shapely.coverage_simplify(flat, coarse), strict=True)), plane


def _has_bands(pieces: Sequence[Piece]) -> bool:
    return any(piece.band is not None for piece in pieces)


def _shape(piece: Piece, pixels: BaseGeometry) -> Shape:
    spot = shapely.point_on_surface(pixels)
    return Shape(piece.ref, (piece.name,), piece.band, path_of(pixels), round(spot.x), round(spot.y))


def _kept_inside(shape: Shape, width: int) -> Shape:
    """The name in lines that the drawing has room for, moved sideways where they would stick out."""
    lines = tuple(wrap(shape.lines[0], max(int(width / LETTER), 1)))
    half = round(max(map(len, lines), default=0) * LETTER / 2)
    return shape._replace(lines=lines, x=max(min(shape.x, width - half), half))


def _apart(areas: Sequence[Shape], height: int) -> list[Shape]:
    """Each name as near to its place as the names before it allow; where there is no room at all it stays."""
    steps = sorted(range(-height, height, 4), key=abs)
    found: list[Shape] = []
    taken: list[Box] = []
    for area in areas:
        moved = (area._replace(y=area.y + step) for step in steps)
        found.append(next((spot for spot in moved if _is_free(_box(spot), taken, height)), area))
        taken.append(_box(found[-1]))
    return found


def _is_free(name: Box, taken: Sequence[Box], height: int) -> bool:
    """Inside the drawing, and touching no other name."""
    touches = (
        name.left <= other.right and other.left <= name.right and name.top <= other.bottom and other.top <= name.bottom
        for other in taken
    )
    return name.top >= 0 and name.bottom <= height and not any(touches)


def _box(area: Shape) -> Box:
    """Where the name is written, y being the line that its first words stand on."""
    half = (max(map(len, area.lines), default=0) + 1) * LETTER / 2
    return Box(area.x - half, area.y - LINE, area.x + half, area.y + (len(area.lines) - 0.7) * LINE)


def _feature(shape: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    # Single digits may meet and make a ring thinner than it can be drawn; for the eye that is fine.
    rings = [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(shape)]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }


def _ring(ring: Any) -> list[list[float]]:
    return [[round(lon, DIGITS), round(lat, DIGITS)] for lon, lat in ring.coords]
