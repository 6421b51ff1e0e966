"""Metres on a small piece of the earth: distances, a local plane, areas.

Equirectangular with the two radii of curvature of the WGS84 ellipsoid (a = 6,378,137 m, f = 1/298.257223563):
one degree of latitude is M(φ)·π/180 metres, one degree of longitude N(φ)·cos φ·π/180, with
N = a / √(1 − e² sin² φ) and M = a (1 − e²) / (1 − e² sin² φ)^1.5 (Snyder, Map Projections, 1987, 4-18 to 4-20).
Exact to a few centimetres under 20 km. Not here: projected coordinate systems, geodesics, anything over a pole
or over the date line.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

EQUATORIAL_RADIUS = 6_378_137.0
FLATTENING = 1 / 298.257223563
ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """A plane in metres that touches the earth at (lon, lat): x to the east, y to the north."""

    lon: float
    lat: float

    def to_metres(self, lon: float, lat: float) -> tuple[float, float]:
        """Degrees to (x, y) in metres."""
        east, north = metres_per_degree(self.lat)
        return (lon - self.lon) * east, (lat - self.lat) * north

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Metres of this plane back to (lon, lat)."""
        east, north = metres_per_degree(self.lat)
        return self.lon + x / east, self.lat + y / north

    def flatten(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry (degrees) in metres of this plane; Z is dropped."""
        origin, scale = np.array([self.lon, self.lat]), np.array(metres_per_degree(self.lat))
        flat: BaseGeometry = shapely.transform(geometry, lambda degrees: (degrees - origin) * scale)
        return flat

    def unflatten(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry (metres of this plane) back in degrees."""
        origin, scale = np.array([self.lon, self.lat]), np.array(metres_per_degree(self.lat))
        round_again: BaseGeometry = shapely.transform(geometry, lambda metres: metres / scale + origin)
        return round_again


def local_plane(geometry: BaseGeometry) -> Plane:
    """The plane that touches the earth in the middle of the geometry's box."""
    west, south, east, north = geometry.bounds
    return Plane((west + east) / 2, (south + north) / 2)


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in one degree of longitude and in one degree of latitude at this latitude."""
    sine = math.sin(math.radians(lat))
    bend = 1 - ECCENTRICITY2 * sine * sine
    across = EQUATORIAL_RADIUS / math.sqrt(bend) * math.cos(math.radians(lat))
    along = EQUATORIAL_RADIUS * (1 - ECCENTRICITY2) / bend**1.5
    return math.radians(across), math.radians(along)


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two points, by the radii at their middle latitude; good to centimetres under 20 km."""
    east, north = metres_per_degree((lat_a + lat_b) / 2)
    return math.hypot((lon_b - lon_a) * east, (lat_b - lat_a) * north)


def distances_m(lon_a: Any, lat_a: Any, lon_b: Any, lat_b: Any) -> Floats:
    """distance_m for arrays (broadcast against each other)."""
    lat_a, lat_b = np.asarray(lat_a, dtype=float), np.asarray(lat_b, dtype=float)
    east, north = _metres_per_degree((lat_a + lat_b) / 2)
    metres: Floats = np.hypot((np.asarray(lon_b) - np.asarray(lon_a)) * east, (lat_b - lat_a) * north)
    return metres


def area_m2(geometry: BaseGeometry) -> float:
    """Square metres of a polygon in degrees (shell less holes, also where it is not valid).

    Every point is laid out along its own parallel and meridian (the sinusoidal projection, which keeps areas), so
    that pieces add up to their whole, but for borders of many kilometres that are bent on the way.
    """
    if geometry.is_empty:
        return 0.0
    plane = local_plane(geometry)

    def lay_out(degrees: Floats) -> Floats:
        east = _metres_per_degree(degrees[:, 1])[0]
        north = _metres_per_degree((degrees[:, 1] + plane.lat) / 2)[1]
        return np.column_stack(((degrees[:, 0] - plane.lon) * east, (degrees[:, 1] - plane.lat) * north))

    return float(shapely.area(shapely.transform(geometry, lay_out)))


def _metres_per_degree(lat: Floats) -> tuple[Floats, Floats]:
    sine = np.sin(np.radians(lat))
    bend = 1 - ECCENTRICITY2 * sine * sine
    across = EQUATORIAL_RADIUS / np.sqrt(bend) * np.cos(np.radians(lat))
    along = EQUATORIAL_RADIUS * (1 - ECCENTRICITY2) / bend**1.5
    return np.radians(across), np.radians(along)
