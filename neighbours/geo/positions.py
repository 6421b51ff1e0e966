"""Are these positions longitude and latitude? Ranges, projected metres, swapped axes; and the error they raise.

Not here: reading the file (geojson.py); converting from another coordinate system (refused instead).
"""

from collections.abc import Iterator
from typing import TypeAlias

Position: TypeAlias = tuple[float, float]  # longitude, latitude in degrees
Spot: TypeAlias = tuple[float, float]  # longitude, latitude to look at on a map

EUROPE = (-32.0, 34.0, 45.0, 72.0)  # west, south, east, north, degrees

# What the national grids look like in metres: name, west, south, east, north.
_GRIDS = (
    ("EPSG:25832 metres (UTM zone 32, what Danish maps use)", 100_000, 5_900_000, 1_000_000, 6_600_000),
    ("EPSG:28992 metres (Rijksdriehoek, what Dutch maps use)", 0, 290_000, 300_000, 640_000),
    ("EPSG:3857 metres (web maps)", -3_600_000, 4_000_000, 5_100_000, 11_600_000),
)


class BadFile(Exception):
    """A file that is refused, with one plain sentence; `where` names the feature where there is one."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where


def check_in_range(where: str, polygons: list[list[list[Position]]]) -> None:
    """Raises BadFile when a position is no longitude and latitude; says which metres it looks like."""
    for x, y in _positions(polygons):
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise BadFile(f"{where} is not in longitude and latitude: {_looks_like(x, y)}", where)


def check_not_swapped(where: str, polygons: list[list[list[Position]]]) -> None:
    """Raises BadFile when all positions lie outside Europe, and inside it with the axes swapped."""
    if any(_in_europe(lon, lat) for lon, lat in _positions(polygons)):
        return
    if all(_in_europe(lat, lon) for lon, lat in _positions(polygons)):
        lon, lat = polygons[0][0][0]
        raise BadFile(
            f"{where} has its axes swapped: ({lon:.5f}, {lat:.5f}) is outside Europe, the other way round it is "
            "inside. GeoJSON has the longitude first.",
            where,
        )


def _positions(polygons: list[list[list[Position]]]) -> Iterator[Position]:
    return (position for rings in polygons for ring in rings for position in ring)


def _in_europe(lon: float, lat: float) -> bool:
    west, south, east, north = EUROPE
    return west <= lon <= east and south <= lat <= north


def _looks_like(x: float, y: float) -> str:
    spot = f"({x:.12g}, {y:.12g})"
    for name, west, south, east, north in _GRIDS:
        if west <= x <= east and south <= y <= north:
            return f"{spot} looks like {name}. Save it as WGS84 (EPSG:4326) and try again."
    return f"{spot} is out of range. Save it as WGS84 (EPSG:4326) and try again."
