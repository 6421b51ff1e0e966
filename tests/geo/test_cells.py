"""Cells: at least k distinct doors in each, an exact partition, no door on a cut, nothing but the register decides."""

import random
from collections import Counter

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from neighbours.geo.areas import DraftArea
from neighbours.geo.cells import K, cut_cells, locate_cell, whole_cell
from neighbours.geo.index import AreaIndex, IndexedArea
from neighbours.geo.planar import distance_m
from tests.geo.material import PARISHES, real_doors, real_draft

VENG = shapely.box(9.9, 56.1, 9.94, 56.11)


def some_doors(count: int, seed: int = 1) -> list[tuple[float, float]]:
    chance = random.Random(seed)
    return [(round(chance.uniform(9.9, 9.94), 6), round(chance.uniform(56.1, 56.11), 6)) for _ in range(count)]


@pytest.fixture(scope="module")
def parishes() -> list[tuple[DraftArea, list[tuple[float, float]]]]:
    areas = real_draft(PARISHES).areas
    index = AreaIndex(IndexedArea(at, area.key, area.polygon) for at, area in enumerate(areas))
    doors = real_doors()
    found = index.areas_at(doors)
    return [(area, [d for d, a in zip(doors, found, strict=True) if a == at]) for at, area in enumerate(areas)]


def test_fewer_than_twice_k_doors_are_one_cell():
    doors = some_doors(2 * K - 1)
    (cell,) = cut_cells(VENG, doors)
    assert (cell.doors, cell.region, cell.members) == (99, VENG, tuple(range(99)))


def test_twice_k_doors_are_two_cells():
    assert [cell.doors for cell in cut_cells(VENG, some_doors(2 * K))] == [50, 50]


def test_equal_coordinates_count_once():
    doors = some_doors(60)
    (cell,) = cut_cells(VENG, doors * 5)
    assert cell.doors == 60
    assert len(cell.members) == 300


def test_the_longer_side_is_cut_first():
    west, east = cut_cells(VENG, some_doors(100))
    assert west.region.bounds[2] == pytest.approx(east.region.bounds[0])
    assert west.lon < east.lon


def test_the_longer_side_is_measured_in_metres():
    square_in_degrees = [(9.9 + x / 1000, 56.1 + y / 1000) for x in range(10) for y in range(10)]
    south, north = cut_cells(shapely.box(9.89, 56.09, 9.92, 56.12), square_in_degrees)
    assert south.lat < north.lat
    assert south.lon == north.lon


def test_doors_of_one_coordinate_along_the_cut_are_not_parted():
    doors = [(9.91, 56.1 + at / 10_000) for at in range(40)] + [(9.93, 56.1 + at / 10_000) for at in range(60)]
    for cell in cut_cells(VENG, doors):
        inside = {doors[at] for at in cell.members}
        assert all((door in inside) == cell.region.covers(shapely.Point(door)) for door in doors)
    assert sum(cell.doors for cell in cut_cells(VENG, doors)) == 100


def test_a_street_that_cannot_be_parted_one_way_is_parted_the_other_way():
    doors = [(9.90 + 0.03 * (at % 2), 56.1 + at / 20_000) for at in range(98)] + [(9.93, 56.109), (9.93, 56.1095)]
    assert [cell.doors for cell in cut_cells(VENG, doors)] == [50, 50]


def test_the_cut_is_the_same_in_any_order_of_rows():
    doors = some_doors(437)
    mixed = doors[:]
    random.Random(3).shuffle(mixed)
    one, two = cut_cells(VENG, doors), cut_cells(VENG, mixed)
    assert [(c.lon, c.lat, c.doors, c.region.wkb) for c in one] == [(c.lon, c.lat, c.doors, c.region.wkb) for c in two]
    assert [{doors[at] for at in c.members} for c in one] == [{mixed[at] for at in c.members} for c in two]


def test_a_second_row_for_a_door_changes_nothing_that_is_seen():
    doors = some_doors(437)
    one, two = cut_cells(VENG, doors), cut_cells(VENG, doors + doors[:100])
    assert [(c.lon, c.lat, c.doors, c.region.wkb) for c in one] == [(c.lon, c.lat, c.doors, c.region.wkb) for c in two]


def test_the_centre_is_the_mean_of_the_doors_to_a_metre():
    for cell in cut_cells(VENG, doors := some_doors(437)):
        lons, lats = zip(*(doors[at] for at in cell.members), strict=True)
        mean = sum(lons) / len(lons), sum(lats) / len(lats)
        assert distance_m(cell.lon, cell.lat, *mean) < 0.8
        assert (round(cell.lon, 6), round(cell.lat, 6)) == (cell.lon, cell.lat)


def test_a_whole_cell_without_doors_has_its_centre_inside():
    ring = shapely.box(9.9, 56.1, 9.94, 56.14).difference(shapely.box(9.905, 56.105, 9.935, 56.135))
    cell = whole_cell(ring, [])
    assert (cell.doors, cell.members, cell.region) == (0, (), ring)
    assert ring.covers(shapely.Point(cell.lon, cell.lat))


def test_a_point_on_a_cut_belongs_to_the_first_and_a_point_outside_to_the_nearest():
    regions = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    assert locate_cell(regions, 1.0, 0.5) == 0
    assert locate_cell(regions[::-1], 1.0, 0.5) == 0
    assert locate_cell(regions, 2.0000001, 0.5) == 1
    with pytest.raises(ValueError, match="no region"):
        locate_cell([], 1, 1)


coordinates = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(
    lambda at: (9.9 + at[0] / 1000, 56.1 + at[1] / 1200)
)


@settings(deadline=None, max_examples=60)
@given(st.lists(coordinates, max_size=600), st.sampled_from([3, 10, 50]))
def test_any_doors_give_cells_of_at_least_k_that_partition_the_area(doors, k):
    cells = cut_cells(VENG, doors, k)
    assert sorted(at for cell in cells for at in cell.members) == list(range(len(doors)))
    assert sum(cell.doors for cell in cells) == len(set(doors))
    assert len(cells) == 1 or min(cell.doors for cell in cells) >= k
    assert sum(cell.region.area for cell in cells) == pytest.approx(VENG.area, rel=1e-9)
    regions = [cell.region for cell in cells]
    for at, cell in enumerate(cells):
        assert all(locate_cell(regions, *doors[door]) == at for door in cell.members)


def test_real_parishes_are_cut_into_cells_of_at_least_50_doors_that_partition_them(parishes):
    cut = 0
    for area, doors in parishes:
        cells = cut_cells(area.polygon, doors)
        cut += len(cells) > 1
        regions = [cell.region for cell in cells]
        assert min(cell.doors for cell in cells) >= K
        assert all(region.is_valid and not region.is_empty for region in regions)
        assert sum(region.area for region in regions) == pytest.approx(area.polygon.area, rel=1e-9)
        assert shapely.union_all(regions).symmetric_difference(area.polygon).area < 1e-12
    assert cut > 15


def test_every_door_of_the_register_is_found_in_the_cell_that_counted_it(parishes):
    for area, doors in parishes:
        cells = cut_cells(area.polygon, doors)
        regions = [cell.region for cell in cells]
        counted = {door: at for at, cell in enumerate(cells) for door in cell.members}
        assert all(locate_cell(regions, *door) == counted[at] for at, door in enumerate(doors))


def test_who_knows_register_and_cells_learns_nothing_beyond_the_cell(parishes):
    """The informed attacker, enumerated: every door that leads to what is seen is as likely as the next."""
    for area, doors in parishes:
        seen = {}
        distinct = sorted(set(doors))
        cells = cut_cells(area.polygon, distinct)
        regions = [cell.region for cell in cells]
        for door in distinct:
            cell = cells[locate_cell(regions, *door)]
            seen[door] = (cell.lon, cell.lat, cell.doors, cell.region.wkb)
        candidates = Counter(seen.values())
        assert min(candidates.values()) >= K
        assert all(what[2] == count for what, count in candidates.items())
        assert max(1 / candidates[what] for what in seen.values()) <= 0.02
