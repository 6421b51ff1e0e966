"""Small shapes for the tests of the pure floor, and the way to real files where they lie beside the project."""

import csv
import json
import pathlib
from typing import Any

import pytest

from neighbours.geo.areas import Draft, draft_areas
from neighbours.geo.geojson import read_features

DATA = pathlib.Path(__file__).resolve().parents[2].parent / "shared" / "data"
PARISHES = "boundaries/dk_skanderborg_sogne.geojson"
POSTCODES = "boundaries/dk_skanderborg_postnumre.geojson"
WIJKEN = "boundaries/nl_utrecht_wijken_2013.geojson"
REAL_LAYERS = {  # file: key, name, how many areas
    PARISHES: ("SOGNEKODE", "SOGNENAVN", 26),
    POSTCODES: ("POSTNR_TXT", "POSTBYNAVN", 6),
    WIJKEN: ("name", "name", 10),
}


def real_file(name: str) -> bytes:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not here")
    return path.read_bytes()


def real_draft(name: str) -> Draft:
    key, field, _ = REAL_LAYERS[name]
    return draft_areas(read_features(real_file(name)), key, field)


def real_doors() -> list[tuple[float, float]]:
    """The invented register's coordinates, as they stand, without the rows that have none."""
    rows = csv.DictReader(real_file("addresses/invented_skanderborg.csv").decode("utf-8-sig").splitlines())
    return [(float(row["LON"]), float(row["LAT"])) for row in rows if row["LON"] and row["LAT"]]


def square(west: float, south: float, side: float = 0.01, height: float | None = None) -> list[list[list[float]]]:
    """The coordinates of a polygon, anticlockwise and closed."""
    east, north = west + side, south + (height or side)
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    geometry = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()


def draft_of(*features: Any, key: str | None = "code", name: str | None = "name") -> Draft:
    return draft_areas(read_features(collection(*features)), key, name)
