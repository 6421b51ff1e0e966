"""Point to area and cell: holes, shared borders, bulk; areas beside each other."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from neighbours.geo.index import AreaIndex, IndexedArea, adjacent, longest_common_border
from tests.geo.material import PARISHES, REAL_LAYERS, real_doors, real_draft

WEST = IndexedArea(7, "b", shapely.box(9.90, 56.1, 9.91, 56.11))
EAST = IndexedArea(3, "c", shapely.box(9.91, 56.1, 9.92, 56.11))
NORTH = IndexedArea(5, "a", shapely.box(9.90, 56.11, 9.92, 56.12))
THREE = [WEST, EAST, NORTH]


def test_a_point_inside_is_in_its_area_and_one_outside_in_none():
    index = AreaIndex(THREE)
    assert index.area_at(9.905, 56.105) == 7
    assert index.area_at(9.95, 56.105) is None
    assert index.area_at(float("nan"), 56.105) is None


def test_a_point_on_a_shared_border_belongs_to_the_area_with_the_smallest_key():
    for order in (THREE, THREE[::-1]):
        index = AreaIndex(order)
        assert index.area_at(9.91, 56.105) == 7
        assert index.area_at(9.91, 56.11) == 5
        assert index.areas_at([(9.91, 56.105), (9.91, 56.11)]) == [7, 5]


def test_a_hole_is_outside_and_its_border_inside():
    ring = shapely.box(9.9, 56.1, 9.91, 56.11).difference(shapely.box(9.904, 56.104, 9.906, 56.106))
    index = AreaIndex([IndexedArea(1, "1", ring)])
    assert index.area_at(9.905, 56.105) is None
    assert index.area_at(9.904, 56.105) == 1


def test_an_index_without_areas_finds_nothing():
    index = AreaIndex([])
    assert index.area_at(9.9, 56.1) is None
    assert index.areas_at([(9.9, 56.1)]) == [None]
    assert index.areas_at([]) == []
    assert AreaIndex(THREE).areas_at([]) == []


def test_a_cell_is_found_with_its_area():
    halves = [(11, shapely.box(9.90, 56.1, 9.905, 56.11)), (12, shapely.box(9.905, 56.1, 9.91, 56.11))]
    index = AreaIndex([WEST._replace(cells=halves), EAST._replace(cells=[(13, EAST.polygon)]), NORTH])
    assert index.cell_at(9.901, 56.105) == (7, 11)
    assert index.cell_at(9.909, 56.105) == (7, 12)
    assert index.cell_at(9.905, 56.105) == (7, 11)
    assert index.cell_at(9.915, 56.105) == (3, 13)
    assert index.cell_at(9.915, 56.115) is None
    assert index.cell_at(9.99, 56.115) is None


grid = st.tuples(st.integers(-2, 24), st.integers(-2, 24)).map(lambda at: (9.9 + at[0] / 1000, 56.1 + at[1] / 1000))


@given(st.lists(grid, max_size=40))
def test_bulk_and_single_agree_with_the_plain_rule(points):
    index = AreaIndex(THREE)
    by_key = sorted(THREE, key=lambda area: area.key)
    plain = [next((a.id for a in by_key if a.polygon.covers(shapely.Point(at))), None) for at in points]
    assert index.areas_at(points) == plain
    assert [index.area_at(*at) for at in points] == plain


def test_areas_are_beside_each_other_within_the_tolerance():
    near = IndexedArea(9, "d", shapely.box(9.9203, 56.1, 9.93, 56.11))  # 19 m east of EAST
    far = IndexedArea(8, "e", shapely.box(9.9305, 56.1, 9.94, 56.11))  # 31 m east of near
    assert adjacent([*THREE, near, far]) == {7: {3, 5}, 3: {7, 5, 9}, 5: {7, 3, 9}, 9: {3, 5}, 8: set()}
    assert adjacent([near, far], tolerance=35) == {9: {8}, 8: {9}}
    assert adjacent([near]) == {9: set()}
    assert adjacent([]) == {}


def test_a_small_area_joins_the_neighbour_with_the_longest_common_border():
    assert longest_common_border(NORTH, [WEST, EAST._replace(polygon=shapely.box(9.905, 56.1, 9.92, 56.11))]) == 3
    assert longest_common_border(WEST, [EAST, NORTH]) == 3  # 1,110 m against 620 m
    assert longest_common_border(WEST, []) is None
    assert longest_common_border(WEST, [IndexedArea(1, "z", shapely.box(8, 55, 8.1, 55.1))]) is None


def test_equal_borders_go_to_the_neighbour_whose_key_comes_first():
    assert longest_common_border(NORTH, [EAST, WEST]) == 7


@pytest.mark.parametrize("name", REAL_LAYERS)
def test_every_real_area_is_found_at_a_point_inside_it(name):
    areas = real_draft(name).areas
    index = AreaIndex(IndexedArea(at, area.key, area.polygon) for at, area in enumerate(areas))
    inside = [area.polygon.representative_point() for area in areas]
    assert index.areas_at([(at.x, at.y) for at in inside]) == list(range(len(areas)))


def test_the_register_lies_in_the_parishes_but_for_what_was_made_wrong_on_purpose():
    areas = real_draft(PARISHES).areas
    index = AreaIndex(IndexedArea(at, area.key, area.polygon) for at, area in enumerate(areas))
    doors = real_doors()
    found = index.areas_at(np.array(doors))
    assert found.count(None) == 11  # 8 swapped, 3 outside
    assert found[::97] == [index.area_at(*door) for door in doors[::97]]


def test_each_parish_has_neighbours_and_they_agree():
    areas = real_draft(PARISHES).areas
    beside = adjacent([IndexedArea(at, area.key, area.polygon) for at, area in enumerate(areas)])
    assert all(beside[at] for at in beside)
    assert all(a in beside[b] for a in beside for b in beside[a])
