"""How areas lie to each other: overlaps are refused, slivers cut and told, gaps shown.

An area is compared with the areas of the same file and with those of the installation. Not here: whether one polygon
is valid (areas.py), which areas a resident can reach (index.py `adjacent`), storing them (actions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from neighbours.geo.areas import DraftArea
from neighbours.geo.geojson import Spot
from neighbours.geo.planar import Plane, area_m2, local_plane

MOST_OVERLAP = 0.01  # of the smaller of two areas
LEAST_SLIVER_M2 = 0.01  # less is the dust of floating point
MOST_GAP_M = 25.0
LEAST_GAP_M = 0.05
SAME_AREA_M2 = 1.0  # two polygons that differ by less are the same


class ExistingArea(NamedTuple):
    """An area of the installation, as the layer check needs it."""

    key: str
    name: str
    polygon: BaseGeometry


@dataclass(frozen=True)
class Sliver:
    """A narrow overlap that was cut from `loser` and stays with `keeper` (names), square metres."""

    keeper: str
    loser: str
    square_metres: float

    @property
    def sentence(self) -> str:
        """What happened, for the command's report."""
        size = f"{self.square_metres:,.0f}" if self.square_metres >= 1 else f"{self.square_metres:.2f}"
        return f"{self.keeper} and {self.loser} overlap by {size} m²; it stays with {self.keeper}."


@dataclass(frozen=True)
class Gap:
    """A narrow gap between two areas (names), its greatest width in metres, and a spot (lon, lat) in it."""

    area: str
    other: str
    width_m: float
    spot: Spot

    @property
    def sentence(self) -> str:
        """Where to look, for the command's report."""
        lon, lat = self.spot
        return f"Between {self.area} and {self.other} is a gap of up to {self.width_m:.1f} m near {lon:.5f}, {lat:.5f}."


@dataclass
class LayerReport:
    """The areas with slivers cut, refusals (sentences; any of them refuses the file), slivers and gaps to tell."""

    areas: list[DraftArea] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    slivers: list[Sliver] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@dataclass
class Arrival:
    """A file beside what is here: `new` areas to store, `unchanged` ones, refusals, slivers, gaps and notes to tell."""

    new: list[DraftArea] = field(default_factory=list)
    unchanged: list[DraftArea] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    slivers: list[Sliver] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Overlap(NamedTuple):
    first: int  # keeps what both claim
    second: int
    share: float  # of the smaller
    square_metres: float


def check_layer(drafts: Sequence[DraftArea], existing: Sequence[ExistingArea]) -> LayerReport:
    """Drafts against each other and against `existing`: the installation's areas other than the drafts' own.

    An overlap of more than 1 % of the smaller area is refused, naming both. A smaller one (a sliver) stays with the
    area that exists already, else with the one whose key comes first as text; it is cut from the other. Gaps up to
    25 m between drafts are shown, not mended.
    """
    ordered = sorted(drafts, key=lambda draft: draft.key)
    report = LayerReport()
    names = [area.name for area in existing] + [draft.name for draft in ordered]
    polygons: list[BaseGeometry] = [area.polygon for area in existing] + [draft.polygon for draft in ordered]
    overlaps = _overlaps(polygons, len(existing))
    too_large = [overlap for overlap in overlaps if overlap.share > MOST_OVERLAP]
    report.refused = _refusals(too_large, names, len(existing))
    if not report.refused:
        _cut_slivers(overlaps, polygons, names, report)
        left = dict(zip((draft.key for draft in ordered), polygons[len(existing) :], strict=True))
        report.areas = [_with(draft, left[draft.key]) for draft in drafts]
        report.gaps = _gaps(report.areas)
    return report


def compare_with_known(
    drafts: Sequence[DraftArea], known: Mapping[str, ExistingArea], others: Sequence[ExistingArea]
) -> Arrival:
    """Which drafts are new, which are known and unchanged; a changed polygon of a known key is refused.

    `known` are the areas of the drafts' own municipality by key, `others` those of all other municipalities. A known
    area that gave up a sliver when it was stored counts as unchanged.
    """
    ours = {draft.key for draft in drafts}
    report = check_layer(drafts, [*others, *(area for key, area in known.items() if key not in ours)])
    arrival = Arrival(refused=report.refused, gaps=report.gaps)
    stored = [*others, *known.values()]
    for draft in drafts:
        if draft.key not in known:
            arrival.new.append(draft)
        else:
            _compare_with(known[draft.key], draft, stored, arrival)
    if not arrival.refused:
        of_new = check_layer(arrival.new, stored)
        arrival.new, arrival.refused, arrival.slivers = of_new.areas, of_new.refused, of_new.slivers
    return arrival


def _compare_with(area: ExistingArea, draft: DraftArea, stored: list[ExistingArea], arrival: Arrival) -> None:
    neighbours = [
        other.polygon for other in stored if other is not area and shapely.intersects(other.polygon, draft.polygon)
    ]
    if not is_same_polygon(shapely.difference(draft.polygon, shapely.union_all(neighbours)), area.polygon):
        arrival.refused.append(
            f"{draft.name} (key {draft.key}) is here already with another polygon; a border cannot be changed by "
            "importing a file."
        )
        return
    arrival.unchanged.append(draft)
    if draft.name != area.name:
        arrival.notes.append(f"The area with the key {draft.key} stays {area.name}; the file says {draft.name}.")


def is_same_polygon(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two polygons (degrees) differ by less than a square metre."""
    return area_m2(shapely.symmetric_difference(one, other)) < SAME_AREA_M2


def _overlaps(polygons: list[BaseGeometry], known: int) -> list[_Overlap]:
    """Overlaps between polygons of which at least one is a draft; the earlier one is `first`."""
    if len(polygons) < 2:
        return []
    pairs = shapely.STRtree(polygons).query(polygons, predicate="intersects").T.tolist()
    found = []
    for first, second in sorted((a, b) for a, b in pairs if a < b and b >= known):
        square_metres = area_m2(_areal(shapely.intersection(polygons[first], polygons[second])))
        if square_metres > LEAST_SLIVER_M2:
            smaller = min(area_m2(polygons[first]), area_m2(polygons[second]))
            found.append(_Overlap(first, second, square_metres / smaller, square_metres))
    return found


def _refusals(overlaps: list[_Overlap], names: list[str], known: int) -> list[str]:
    among = [overlap for overlap in overlaps if overlap.first >= known]
    onto = [overlap for overlap in overlaps if overlap.first < known]
    drafts = len(names) - known
    return [
        *_refusal(among, names, drafts, "Half or more of the areas in this file lie over each other"),
        *_refusal(onto, names, drafts, "This file lies over areas that are here already"),
    ]


def _refusal(overlaps: list[_Overlap], names: list[str], drafts: int, whole_layer: str) -> list[str]:
    overlapped = len({overlap.second for overlap in overlaps})
    if overlapped >= 3 and 2 * overlapped >= drafts:
        worst = max(overlaps, key=lambda overlap: overlap.share)
        pair = f"{names[worst.second]} over {names[worst.first]} by {_percent(worst.share)} of the smaller"
        return [f"{whole_layer}: {overlapped} of {drafts}, for example {pair}."]
    return [
        f"{names[overlap.first]} and {names[overlap.second]} overlap by {_percent(overlap.share)} of the smaller; "
        f"at most {_percent(MOST_OVERLAP)} is allowed."
        for overlap in overlaps
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 or share == MOST_OVERLAP else f"{100 * share:.2g} %"


def _cut_slivers(overlaps: list[_Overlap], polygons: list[BaseGeometry], names: list[str], report: LayerReport) -> None:
    for overlap in overlaps:
        left = _areal(shapely.difference(polygons[overlap.second], polygons[overlap.first]))
        polygons[overlap.second] = left
        report.slivers.append(Sliver(names[overlap.first], names[overlap.second], overlap.square_metres))


def _with(draft: DraftArea, polygon: BaseGeometry) -> DraftArea:
    if polygon is draft.polygon:
        return draft
    tidy = shapely.orient_polygons(polygon)
    return replace(draft, polygon=MultiPolygon(sorted(shapely.get_parts(tidy), key=lambda part: part.bounds)))


def _areal(geometry: BaseGeometry) -> BaseGeometry:
    pieces = [piece for part in shapely.get_parts(geometry) for piece in shapely.get_parts(part)]
    return MultiPolygon([piece for piece in pieces if piece.geom_type == "Polygon"])


def _gaps(areas: list[DraftArea]) -> list[Gap]:
    if len(areas) < 2:
        return []
    plane = local_plane(shapely.box(*shapely.total_bounds([area.polygon for area in areas])))
    flat = [plane.flatten(area.polygon) for area in areas]
    if shapely.coverage_is_valid(flat, gap_width=MOST_GAP_M):
        return []
    edges = shapely.coverage_invalid_edges(flat, gap_width=MOST_GAP_M)
    tree = shapely.STRtree(flat)
    widest: dict[tuple[int, int], Gap] = {}
    for at, edge in enumerate(edges):
        for gap, pair in _gaps_along(at, edge, flat, tree, areas, plane):
            if pair not in widest or gap.width_m > widest[pair].width_m:
                widest[pair] = gap
    return [widest[pair] for pair in sorted(widest)]


def _gaps_along(
    at: int, edge: BaseGeometry, flat: list[BaseGeometry], tree: shapely.STRtree, areas: list[DraftArea], plane: Plane
) -> list[tuple[Gap, tuple[int, int]]]:
    """The widest place of the gap between area `at` and each area across its invalid edges."""
    found = []
    spots = shapely.points(shapely.get_coordinates(shapely.segmentize(edge, MOST_GAP_M)))
    for other in tree.query(edge, "dwithin", MOST_GAP_M).tolist():
        if other == at or not len(spots):
            continue
        metres = shapely.distance(spots, flat[other])
        metres[metres > MOST_GAP_M] = 0.0
        far = int(np.argmax(metres))
        if metres[far] >= LEAST_GAP_M:
            spot = plane.to_degrees(spots[far].x, spots[far].y)
            gap = Gap(areas[min(at, other)].name, areas[max(at, other)].name, float(metres[far]), spot)
            found.append((gap, (min(at, other), max(at, other))))
    return found
