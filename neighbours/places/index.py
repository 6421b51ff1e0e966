"""What every process keeps in memory about areas: the index of points, and the list of villages to pick from.

Both are built when first wanted and again when `installation.areas_version` (who.areas_version) has changed. Kept on
the app, because tests have several. Not here: geometry (geo/index.py), statements (queries/places/areas.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import shapely
from flask import current_app

from neighbours.geo.folding import fold
from neighbours.geo.index import AreaIndex, IndexedArea
from neighbours.queries.places import areas

T = TypeVar("T")

AND = re.compile(r"\s+(?:&|og|en|and)\s+", re.IGNORECASE)

_lock = Lock()


class Village(NamedTuple):
    """An area by its own name, the ref of the main area it belongs to, and its folded name for looking it up."""

    name: str
    ref: str
    municipality: str
    folded: str


class Main(NamedTuple):
    """The area that one belongs to, after joining: its id inside, its ref for pages."""

    id: int
    ref: str


class PlacesIndex:
    """Point to area and cell. An area that is joined to another one answers as that main area."""

    def __init__(self, index: AreaIndex, mains: dict[int, Main]) -> None:
        self._index = index
        self._mains = mains

    def area_at(self, lon: float, lat: float) -> Main | None:
        """The main area that a point (degrees) lies in, or None."""
        area_id = self._index.area_at(lon, lat)
        return None if area_id is None else self._mains[area_id]

    def cell_at(self, lon: float, lat: float) -> tuple[int, int] | None:
        """(main area id, cell id) of a point (degrees), or None outside every area."""
        found = self._index.cell_at(lon, lat)
        return None if found is None else (self._mains[found[0]].id, found[1])


@dataclass(frozen=True)
class Kept:
    version: int
    value: Any


def places_index(version: int) -> PlacesIndex:
    """The index of points, as of this version of the areas."""
    return kept_until_areas_change("places_index", version, _build_index)


def villages(version: int) -> list[Village]:
    """All villages in the order of municipality and name, as of this version of the areas."""
    return kept_until_areas_change(
        "villages",
        version,
        lambda: [_village(row) for row in areas.villages()],
    )


def villages_called(text: str, version: int, most: int = 7) -> list[Village]:
    """The villages whose name is what was typed, else those whose name begins with it; spellings meet (geo/folding.py).

    Of two that are joined under one name, such as "Kirsebærsted & Tøvejrshøj", the first is looked for.
    """
    listed, whole = villages(version), text[:200].strip()
    names = (fold(name) for name in dict.fromkeys((whole, AND.split(whole)[0])))
    return next((found[:most] for name in names if (found := _called(name, listed))), [])


def _called(name: str, listed: list[Village]) -> list[Village]:
    exact = [village for village in listed if village.folded == name]
    return exact or [village for village in listed if name and village.folded.startswith(name)]


def kept_until_areas_change(name: str, version: int, build: Callable[[], T]) -> T:
    """What `build` gives, kept under this name in this process until the areas have another version."""
    kept = current_app.extensions.get(name)
    if kept is None or kept.version != version:
        # One thread builds; the others wait for it and find it ready.
        with _lock:
            kept = current_app.extensions.get(name)
            if kept is None or kept.version != version:
                kept = current_app.extensions[name] = Kept(version, build())
    value: T = kept.value
    return value


def _village(row: Any) -> Village:
    return Village(row.name, row.ref, row.municipality, fold(row.name))


def _build_index() -> PlacesIndex:
    """Cut cells where there are any, else the whole cell: its region is the area."""
    listed, mains = [], {}
    for (own_id, key), rows in groupby(areas.area_shapes(), lambda row: (row.own_id, row.key)):
        of_area = list(rows)
        mains[own_id] = Main(of_area[0].id, of_area[0].ref)
        polygon = shapely.from_wkb(of_area[0].polygon)
        cut = [(row.cell_id, shapely.from_wkb(row.region)) for row in of_area if row.region is not None]
        whole = [(row.cell_id, polygon) for row in of_area if row.cell_id is not None]
        listed.append(IndexedArea(own_id, key, polygon, cut or whole))
    return PlacesIndex(AreaIndex(listed), mains)
