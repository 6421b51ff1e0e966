"""Distance bands and the pairs of near cells, the fast way beside the plain one."""

import random

import pytest

from neighbours.geo.bands import (
    ABOUT_1_KM,
    CORNER,
    FURTHER,
    UP_TO_3_KM,
    UP_TO_10_KM,
    VILLAGE,
    NearCell,
    band,
    near_pairs,
)
from neighbours.geo.planar import distance_m, metres_per_degree


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, ABOUT_1_KM), (999, ABOUT_1_KM), (1_000, UP_TO_3_KM), (2_999, UP_TO_3_KM),
        (3_000, UP_TO_10_KM), (9_999, UP_TO_10_KM), (10_000, FURTHER),
    ],
)  # fmt: skip
def test_between_cells_the_distance_decides(metres, said):
    assert band(metres, same_cell=False, same_area=True, either_whole=False) == said
    assert band(metres, same_cell=False, same_area=False, either_whole=True) == said


def test_one_cut_cell_is_the_own_corner():
    assert band(0, same_cell=True, same_area=True, either_whole=False) == CORNER


def test_whoever_shows_the_village_only_is_in_the_village_and_in_no_corner():
    assert band(2_500, same_cell=False, same_area=True, either_whole=True) == VILLAGE
    assert band(0, same_cell=True, same_area=True, either_whole=True) == VILLAGE


def test_near_pairs_are_what_the_plain_way_finds():
    chance = random.Random(7)
    cells = [NearCell(at, at % 6, 9.8 + chance.random() * 0.3, 56 + chance.random() * 0.2, at < 6) for at in range(60)]
    adjacent = {0: {1, 2}, 1: {0}, 2: {0, 3}, 3: {2}, 5: {99}}
    plain = set()
    for a in cells:
        for b in cells:
            if a.area_id == b.area_id or b.area_id in adjacent.get(a.area_id, ()):
                metres = round(distance_m(a.lon, a.lat, b.lon, b.lat))
                said = band(metres, a.id == b.id, a.area_id == b.area_id, a.whole or b.whole)
                plain.add((a.id, said, b.id, b.area_id, metres))
    found = list(near_pairs(cells, adjacent))
    assert set(found) == plain
    assert len(found) == len(plain)
    assert all(type(value) is int for pair in found for value in pair)


def test_near_pairs_do_not_depend_on_the_order_of_cells():
    cells = [NearCell(at, at % 2, 9.8 + at / 100, 56.0, False) for at in range(9)]
    assert list(near_pairs(cells, {0: {1}})) == list(near_pairs(cells[::-1], {0: {1}}))


def test_an_area_beside_one_without_cells_is_no_trouble():
    assert list(near_pairs([NearCell(1, 1, 9.8, 56.0, True)], {1: {2}})) == [(1, VILLAGE, 1, 1, 0)]
    assert list(near_pairs([], {})) == []


@pytest.mark.parametrize("metres", [999, 1_000, 2_999, 3_000, 9_999, 10_000])
def test_near_pairs_say_at_the_limits_what_the_band_says(metres):
    north = metres / metres_per_degree(56.0)[1]
    cells = [NearCell(1, 1, 9.8, 56.0 - north / 2, False), NearCell(2, 1, 9.8, 56.0 + north / 2, False)]
    expected = band(metres, same_cell=False, same_area=True, either_whole=False)
    assert (1, expected, 2, 1, metres) in list(near_pairs(cells, {}))
