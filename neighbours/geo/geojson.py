"""GeoJSON bytes to checked features: longitude and latitude, polygons only, limits on size, depth and points.

Everything is checked before anything is built: the JSON, the structure, every position, every ring. What cannot be
read safely is a `BadFile` with one plain sentence; nothing else is raised whatever the bytes are.
Not here: whether the polygons are valid, whether they overlap, what the properties mean (areas.py); nor KML,
Shapefile and other coordinate systems, which are refused.
"""

import codecs
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from neighbours.geo.positions import EUROPE, BadFile, Position, Spot, check_in_range, check_not_swapped

MAX_BYTES = 50_000_000
MAX_DEPTH = 12  # a MultiPolygon in a collection needs 8
MAX_POINTS_IN_FILE = 2_000_000
MAX_POINTS_IN_FEATURE = 200_000

Ring: TypeAlias = list[Position]
Rings: TypeAlias = list[Ring]  # of one polygon: the shell, then the holes

__all__ = ["EUROPE", "BadFile", "Feature", "Position", "Ring", "Rings", "Spot", "read_features"]

_LON_LAT = re.compile(r"(urn:ogc:def:crs:)?(OGC:[\d.]*:?CRS84|EPSG:[\d.]*:?4326)", re.IGNORECASE)


@dataclass(frozen=True)
class Feature:
    """One feature of a file: its number (from 1), properties, polygons (None without a geometry), and what was
    mended while reading it (one sentence and a spot each)."""

    number: int
    properties: dict[str, Any]
    polygons: list[Rings] | None
    mended: tuple[tuple[str, Spot], ...] = ()


def read_features(data: bytes) -> list[Feature]:
    """The checked features of a GeoJSON file (a FeatureCollection, a Feature, a Polygon or a MultiPolygon).

    Positions are (lon, lat) floats, Z dropped; rings are closed (an open one is closed and told in `mended`).
    Raises BadFile, and nothing else, with one sentence that names the feature where there is one.
    """
    tree = _parse(_decode(data))
    _check_crs(tree)
    features = [_feature(number, item) for number, item in enumerate(_items(tree), 1)]
    points = sum(len(ring) for feature in features for rings in feature.polygons or () for ring in rings)
    if points > MAX_POINTS_IN_FILE:
        raise BadFile(f"The file has {points:,} points; {MAX_POINTS_IN_FILE:,} is the most.")
    if not features:
        raise BadFile("The file has no features, so there is nothing to import.")
    return features


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise BadFile(f"The file is {len(data) / 1e6:,.1f} MB large; {MAX_BYTES // 1_000_000} MB is the most.")
    if not data.strip():
        raise BadFile("The file is empty.")
    _check_is_json_like(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(
            f"The file is not UTF-8 (byte {error.start + 1}, line {line}). Save it as UTF-8 and try again."
        ) from None


def _check_is_json_like(data: bytes) -> None:
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()[:200]
    if data.startswith(b"PK\x03\x04"):
        raise BadFile("This is a zip file (a Shapefile or KMZ?). Only GeoJSON in longitude and latitude is read.")
    if data.startswith(b"\x00\x00\x27\x0a"):
        raise BadFile("This is a Shapefile. Only GeoJSON in longitude and latitude is read.")
    if start.startswith(b"<"):
        kind = "a KML" if b"kml" in data[:2000].lower() else "an XML"
        raise BadFile(f"This is {kind} file. Only GeoJSON in longitude and latitude is read.")


def _parse(text: str) -> dict[str, Any]:
    try:
        tree = json.loads(text, object_pairs_hook=_members, parse_constant=_refuse_constant)
    except RecursionError:
        raise BadFile(f"The file is nested too deep; {MAX_DEPTH} levels is the most.") from None
    except json.JSONDecodeError as error:
        raise BadFile(f"The file is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except ValueError:  # an integer of more than 4,300 digits
        raise BadFile("The file has a number that is too long.") from None
    if not isinstance(tree, dict):
        raise BadFile("The file is JSON, but not GeoJSON: it does not start with an object.")
    _check_depth(tree)
    return tree


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadFile(f"The file has an object with the member {shown(twice)} twice.")
    return members


def _refuse_constant(word: str) -> NoReturn:
    raise BadFile(f"The file has {word} where a number must be.")


def _check_depth(tree: Any) -> None:
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node) if isinstance(child, list | dict)]
        if not level:
            return
    raise BadFile(f"The file is nested too deep; {MAX_DEPTH} levels is the most.")


def _children(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _check_crs(tree: dict[str, Any]) -> None:
    crs = tree.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise BadFile("The file names a coordinate system in a way that cannot be read. Only WGS84 is read.")
    if not _LON_LAT.fullmatch(re.sub(":+", ":", name.strip())):
        raise BadFile(f"The file is in {shown(name)}. Only longitude and latitude in WGS84 (EPSG:4326) are read.")


def _items(tree: dict[str, Any]) -> list[Any]:
    kind = tree.get("type")
    if kind == "FeatureCollection":
        features = tree.get("features")
        if not isinstance(features, list):
            raise BadFile('The member "features" of the file is not a list.')
        return features
    if kind == "Feature":
        return [tree]
    if kind in ("Polygon", "MultiPolygon"):
        return [{"type": "Feature", "properties": {}, "geometry": tree}]
    if kind == "Topology":
        raise BadFile("This is TopoJSON. Only GeoJSON in longitude and latitude is read.")
    raise BadFile(f"The file is not a FeatureCollection; its type is {shown(kind)}.")


def _feature(number: int, item: Any) -> Feature:
    where = f"Feature {number}"
    if not isinstance(item, dict) or item.get("type") != "Feature":
        raise BadFile(f"{where} is not a Feature.", where)
    properties = item.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise BadFile(f"The properties of feature {number} are not an object.", where)
    geometry = item.get("geometry")
    if geometry is None:
        return Feature(number, properties, None)
    if not isinstance(geometry, dict):
        raise BadFile(f"The geometry of feature {number} is not an object.", where)
    mended: list[tuple[str, Spot]] = []
    polygons = _polygons(where, geometry, mended)
    return Feature(number, properties, polygons, tuple(mended))


def _polygons(where: str, geometry: dict[str, Any], mended: list[tuple[str, Spot]]) -> list[Rings] | None:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadFile(f"{where} is a {shown(kind)}; only Polygon and MultiPolygon are areas.", where)
    if not isinstance(coordinates, list):
        raise BadFile(f"{where} has no list of coordinates.", where)
    if not coordinates:
        return None  # RFC 7946, 3.1: an empty list may be read as no geometry
    raw = [coordinates] if kind == "Polygon" else coordinates
    _check_points(where, raw)
    polygons = [_rings(where, rings, mended) for rings in raw]
    check_in_range(where, polygons)
    check_not_swapped(where, polygons)
    return polygons


def _check_points(where: str, raw: list[Any]) -> None:
    points = 0
    for rings in raw:
        if not isinstance(rings, list) or not rings:
            raise BadFile(f"{where} has a polygon without rings.", where)
        for ring in rings:
            if not isinstance(ring, list):
                raise BadFile(f"{where} has a ring that is not a list of positions.", where)
            points += len(ring)
    if points > MAX_POINTS_IN_FEATURE:
        raise BadFile(f"{where} has {points:,} points; {MAX_POINTS_IN_FEATURE:,} is the most.", where)


def _rings(where: str, rings: list[Any], mended: list[tuple[str, Spot]]) -> Rings:
    return [_ring(where, ring, mended) for ring in rings]


def _ring(where: str, raw: list[Any], mended: list[tuple[str, Spot]]) -> Ring:
    ring = [_position(where, position) for position in raw]
    if len(set(ring)) < 3:
        raise BadFile(f"{where} has a ring with fewer than three different points.", where)
    if ring[0] != ring[-1]:
        mended.append(("a ring was not closed; its last point is joined to its first", ring[-1]))
        ring.append(ring[0])
    return ring


def _position(where: str, raw: Any) -> Position:
    if not isinstance(raw, list) or not 2 <= len(raw) <= 4:
        raise BadFile(f"{where} has a position that is not a longitude and a latitude: {shown(raw)}.", where)
    lon, lat = raw[0], raw[1]
    if type(lon) not in (int, float) or type(lat) not in (int, float):
        raise BadFile(f"{where} has a position that is not two numbers: {shown(raw)}.", where)
    if not (abs(lon) < 1e300 and abs(lat) < 1e300):  # also what float() would turn into infinity
        raise BadFile(f"{where} has a number that is too large in a position.", where)
    return float(lon), float(lat)


def shown(value: Any) -> str:
    """A foreign value as it may stand in a sentence on a terminal: quoted, escaped, cut at 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 60 else text[:59] + "…"
