"""The outline of an area as one path of an SVG, drawn on the server: plain ground, no tiles, no third party."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely

from neighbours.geo.planar import local_plane

WIDTH = 640
HEIGHT = 400
MARGIN = 16
COARSE = 1.5  # pixels that a simplified border may be off


@dataclass(frozen=True)
class Outline:
    """`d` is the path of an SVG of `width` times `height`, in whole pixels, north up."""

    width: int
    height: int
    d: str


def outline(polygons: Iterable[bytes]) -> Outline:
    """One outline around polygons (WKB in degrees) that belong together, in metres, scaled to fit. Holes stay holes."""
    shape = shapely.union_all([shapely.from_wkb(polygon) for polygon in polygons])
    flat = local_plane(shape).flatten(shape)
    west, south, east, north = flat.bounds
    scale = min((WIDTH - 2 * MARGIN) / (east - west), (HEIGHT - 2 * MARGIN) / (north - south))
    drawn = shapely.simplify(flat, COARSE / scale)
    width, height = round((east - west) * scale) + 2 * MARGIN, round((north - south) * scale) + 2 * MARGIN

    def place(metres: Any) -> Any:
        return (metres - (west, north)) * (scale, -scale) + MARGIN

    return Outline(width, height, path_of(shapely.transform(drawn, place)))


def path_of(pixels: Any) -> str:
    """The path of polygons (pixels): each ring in whole pixels."""
    return "".join(_path(ring) for part in shapely.get_parts(pixels) for ring in _rings(part))


def _rings(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors]


def _path(ring: Any) -> str:
    points = [f"{round(x)} {round(y)}" for x, y in ring.coords[:-1]]
    return f"M{'L'.join(points)}Z"
