"""From the features of a file to drafts of areas: grouped by key, repaired within bounds, or refused with a spot.

The house rule of repair: keep the polygon parts of what `make_valid` makes, if the area changes by at most 1 %, and
say so; otherwise refuse and show where. Not here: reading the file (geojson.py), how areas lie to each other
(layers.py), storing them (actions).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from neighbours.geo.geojson import BadFile, Feature, Rings, Spot, shown
from neighbours.geo.planar import area_m2

MOST_REPAIR = 0.01  # of the area
LEAST_PERCENT = 0.0001  # below it nothing changed but the last digits
KEY_LENGTH = 80
NAME_LENGTH = 120

_SPOT = re.compile(r"\[(\S+) (\S+)\]")


@dataclass(frozen=True)
class DraftArea:
    """An area that a file proposes: its key, its name, its polygon, and the numbers of the features it is made of."""

    key: str
    name: str
    polygon: MultiPolygon
    features: tuple[int, ...]


@dataclass(frozen=True)
class Finding:
    """Something to tell about a feature or an area, as one sentence; `percent` of area changed, `spot` on the map."""

    where: str
    sentence: str
    percent: float | None = None
    spot: Spot | None = None


@dataclass
class Draft:
    """What a file gives: areas (by key), repairs to be accepted, refusals, features without geometry, notes."""

    areas: list[DraftArea] = field(default_factory=list)
    repairs: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Part:
    number: int
    key: str
    name: str
    polygon: BaseGeometry

    @property
    def where(self) -> str:
        return _where(self.number, self.name)


def draft_areas(
    features: Sequence[Feature],
    key: str | None = None,
    name: str | None = None,
    tick: Callable[[int], object] = lambda count: None,
) -> Draft:
    """Groups features by the property `key` into areas; without it each feature is an area, numbered "1", "2", …

    A key is text as it stands (leading zeros kept); a number becomes its text. The name comes from the property
    `name`, else it is the key. A feature without geometry is in `missing` and makes no area. `tick(1)` is called for
    each feature that is done. Raises BadFile when no feature has the named property.
    """
    draft = Draft()
    for wanted in (key, name):
        _check_property(features, wanted)
    groups: dict[str, list[_Part]] = {}
    for feature in features:
        part = _part(feature, key, name, draft)
        if part is not None:
            groups.setdefault(part.key, []).append(part)
        tick(1)
    for parts in groups.values() if key is None else [groups[each] for each in sorted(groups)]:
        area = _area(parts, draft)
        if area is not None:
            draft.areas.append(area)
    return draft


def _check_property(features: Sequence[Feature], wanted: str | None) -> None:
    if wanted is None or any(wanted in feature.properties for feature in features):
        return
    names = sorted({str(name) for feature in features for name in feature.properties})
    there = f"The file has: {', '.join(shown(name) for name in names[:12])}." if names else "The file has no fields."
    raise BadFile(f"No feature has the field {shown(wanted)}. {there}")


def _part(feature: Feature, key: str | None, name: str | None, draft: Draft) -> _Part | None:
    label = _text(feature.properties.get(name)) if name is not None else None
    where = _where(feature.number, label)
    identity = str(feature.number) if key is None else _text(feature.properties.get(key))
    wrong = _wrong_text(key, identity, KEY_LENGTH) or (name and _wrong_text(name, label, NAME_LENGTH))
    if wrong:
        draft.refused.append(Finding(where, f"{where} {wrong}."))
        return None
    assert identity is not None
    if feature.polygons is None:
        draft.missing.append(Finding(where, f"{where} has no geometry."))
        return None
    draft.repairs.extend(Finding(where, f"{where}: {told} (0 %).", 0.0, spot) for told, spot in feature.mended)
    polygon = _valid(where, feature.polygons, draft)
    return None if polygon is None else _Part(feature.number, identity, label or identity, polygon)


def _text(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _wrong_text(field_name: str | None, text: str | None, longest: int) -> str | None:
    quoted = shown(field_name)
    if text is None or not text.strip():
        return f"has no text in the field {quoted}"
    if len(text) > longest:
        return f"has more than {longest} letters in the field {quoted}"
    if any(not letter.isprintable() for letter in text):
        return f"has an unprintable letter in the field {quoted}"
    return None


def _where(number: int, label: str | None) -> str:
    return f"Feature {number} ({shown(label)[1:-1]})" if label and label != str(number) else f"Feature {number}"


def _valid(where: str, polygons: list[Rings], draft: Draft) -> BaseGeometry | None:
    raw = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons])
    if raw.is_valid:
        polygon: BaseGeometry = raw
    else:
        spot = _spot(raw)
        repaired = _polygon_parts(shapely.make_valid(raw))
        percent = _change(area_m2(raw), area_m2(repaired))
        if percent > 100 * MOST_REPAIR:
            told = f"crosses itself{_near(spot)}; a repair would change its area by {_percent(percent)}"
            draft.refused.append(Finding(where, f"{where} {told}.", percent, spot))
            return None
        told = f"touches or crosses itself{_near(spot)}; the repair changes its area by {_percent(percent)}"
        draft.repairs.append(Finding(where, f"{where} {told}.", percent, spot))
        polygon = repaired
    if area_m2(polygon) < 1:
        draft.refused.append(Finding(where, f"{where} has no area.", None, polygons[0][0][0]))
        return None
    return _tidy(polygon)


def _spot(polygon: BaseGeometry) -> Spot | None:
    found = _SPOT.search(shapely.is_valid_reason(polygon))
    return (float(found[1]), float(found[2])) if found else None


def _near(spot: Spot | None) -> str:
    return f" near {spot[0]:.5f}, {spot[1]:.5f}" if spot else ""


def _percent(percent: float) -> str:
    if percent > 1000:
        return "more than 1,000 %"
    if percent >= 10:
        return f"{percent:.0f} %"
    return f"{percent:.2g} %" if percent >= LEAST_PERCENT else "0 %"


def _change(before: float, after: float) -> float:
    return 100 * abs(after - before) / before if before > 0 else float("inf")


def _polygon_parts(geometry: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(geometry, return_index=False)
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    return shapely.union_all([piece for piece in flat if piece.geom_type == "Polygon"])


def _tidy(polygon: BaseGeometry) -> MultiPolygon:
    tidy = shapely.orient_polygons(shapely.remove_repeated_points(polygon))
    parts = sorted(shapely.get_parts(tidy), key=lambda part: (part.bounds, part.wkb))
    return MultiPolygon(parts)


def _area(parts: list[_Part], draft: Draft) -> DraftArea | None:
    parts = _once(parts, draft)
    first = parts[0]
    others = sorted({part.name for part in parts} - {first.name})
    if others:
        named = ", ".join(shown(other) for other in others[:5])
        draft.notes.append(f"The key {shown(first.key)} has more than one name; {first.name} is kept, not {named}.")
    together = shapely.union_all([part.polygon for part in parts])
    one_by_one = MultiPolygon([piece for part in parts for piece in shapely.get_parts(part.polygon)])
    percent = _change(area_m2(one_by_one), area_m2(together))
    if len(parts) > 1 and percent > 100 * MOST_REPAIR:
        told = f"Features of the key {shown(first.key)} lie over each other by {_percent(percent)} of their area"
        draft.refused.append(Finding(first.where, f"{told}, the first is {first.where}.", percent))
        return None
    if len(parts) > 1 and percent > LEAST_PERCENT:
        told = f"Features of the key {shown(first.key)} lie over each other; joining them changes the area"
        draft.repairs.append(Finding(first.where, f"{told} by {_percent(percent)}.", percent))
    return DraftArea(first.key, first.name, _tidy(together), tuple(part.number for part in parts))


def _once(parts: list[_Part], draft: Draft) -> list[_Part]:
    kept: dict[bytes, _Part] = {}
    for part in parts:
        first = kept.setdefault(shapely.normalize(part.polygon).wkb, part)
        if first is not part:
            draft.notes.append(f"{part.where} is the same as feature {first.number}; it is taken once.")
    return list(kept.values())
