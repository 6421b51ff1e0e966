"""How far is said: the distance bands between cells, and the pairs of cells that are near each other.

A band is all that one neighbour learns about how far another one is. It depends on the two cells alone.
Not here: the words of a band (templates) and the table `near_cell` (actions).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from neighbours.geo.planar import distances_m

CORNER = 0  # both live in the same cut cell
VILLAGE = 1  # same area, and one of the two shows the village only
ABOUT_1_KM = 2
UP_TO_3_KM = 3
UP_TO_10_KM = 4
FURTHER = 5

BAND_LIMITS_M = (1_000, 3_000, 10_000)  # a distance of exactly the limit belongs to the further band


class NearCell(NamedTuple):
    """A cell as the bands need it: its area, its centre in degrees, and whether it is its area's whole cell."""

    id: int
    area_id: int
    lon: float
    lat: float
    whole: bool


NearPair: TypeAlias = tuple[int, int, int, int, int]  # a, band, b, area_b, metres (whole), as seen from cell a


def band(metres: float, same_cell: bool, same_area: bool, either_whole: bool) -> int:
    """The band between two cells whose centres are `metres` apart.

    The same whole cell is the village, not a corner: nobody in it has said which corner.
    """
    if same_area and either_whole:
        return VILLAGE
    if same_cell:
        return CORNER
    return ABOUT_1_KM + sum(metres >= limit for limit in BAND_LIMITS_M)


def near_pairs(cells: Sequence[NearCell], adjacent: Mapping[int, Collection[int]]) -> Iterator[NearPair]:
    """All ordered pairs of cells (also each with itself) whose areas are the same or adjacent.

    Each as the plain tuple (a, band, b, area_b, metres): seen from cell `a`, cell `b` of `area_b` lies in `band`.
    `adjacent` maps an area's id to the ids of the areas next to it. The order is fixed by (area, cell) ids.
    """
    of_area: dict[int, list[NearCell]] = {}
    for cell in sorted(cells, key=lambda cell: (cell.area_id, cell.id)):
        of_area.setdefault(cell.area_id, []).append(cell)
    for area_a, ours in of_area.items():
        for area_b in sorted({area_a, *adjacent.get(area_a, ())}):
            if area_b in of_area:
                yield from _pairs_between(ours, of_area[area_b], area_a == area_b)


def _pairs_between(ours: list[NearCell], theirs: list[NearCell], same_area: bool) -> Iterator[NearPair]:
    lon_a, lat_a, whole_a, id_a = _columns(ours)
    lon_b, lat_b, whole_b, id_b = _columns(theirs)
    metres = np.rint(distances_m(lon_a[:, None], lat_a[:, None], lon_b, lat_b)).astype(np.int64)
    bands = ABOUT_1_KM + np.searchsorted(BAND_LIMITS_M, metres, side="right")
    if same_area:
        bands[id_a[:, None] == id_b] = CORNER
        bands[whole_a[:, None] | whole_b] = VILLAGE
    area_b = theirs[0].area_id
    for a, row, far in zip(id_a.tolist(), bands.tolist(), metres.tolist(), strict=True):
        yield from zip(repeat(a), row, id_b.tolist(), repeat(area_b), far, strict=False)


def _columns(
    cells: list[NearCell],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    return (
        np.array([cell.lon for cell in cells], dtype=np.float64),
        np.array([cell.lat for cell in cells], dtype=np.float64),
        np.array([cell.whole for cell in cells], dtype=np.bool_),
        np.array([cell.id for cell in cells], dtype=np.int64),
    )
