"""How areas lie to each other: overlaps refused, slivers cut by a fixed rule, gaps shown."""

import pytest
import shapely

from neighbours.geo.areas import DraftArea
from neighbours.geo.layers import ExistingArea, check_layer, compare_with_known, is_same_polygon
from neighbours.geo.planar import area_m2
from tests.geo.material import PARISHES, POSTCODES, REAL_LAYERS, real_draft


def area(key: str, west: float, side: float = 0.01, south: float = 56.1) -> DraftArea:
    box = shapely.MultiPolygon([shapely.box(west, south, west + side, south + side)])
    return DraftArea(key, f"Village {key}", box, (1,))


def existing(*areas: DraftArea) -> list[ExistingArea]:
    return [ExistingArea(each.key, each.name, each.polygon) for each in areas]


def test_neighbours_with_a_shared_border_pass_unchanged():
    drafts = [area("2", 9.9), area("1", 9.91)]
    report = check_layer(drafts, [])
    assert report.areas == drafts
    assert not (report.refused or report.slivers or report.gaps)


def test_an_overlap_of_more_than_one_per_cent_is_refused_naming_both():
    report = check_layer([area("1", 9.9), area("2", 9.9098)], [])
    assert report.refused == ["Village 1 and Village 2 overlap by 2 % of the smaller; at most 1 % is allowed."]
    assert not report.areas


def test_the_share_is_that_of_the_smaller_area():
    report = check_layer([area("1", 9.9, side=0.1), area("2", 9.995, side=0.01)], [])
    assert "50 % of the smaller" in report.refused[0]


def test_a_sliver_stays_with_the_smaller_key_and_is_told():
    report = check_layer([area("2", 9.9), area("1", 9.90995)], [])
    second, first = report.areas
    assert (second.key, first.key) == ("2", "1")
    assert first.polygon == area("1", 9.90995).polygon
    assert area_m2(shapely.intersection(first.polygon, second.polygon)) < 0.01
    cut = area_m2(area("2", 9.9).polygon) - area_m2(second.polygon)
    assert report.slivers[0].square_metres == pytest.approx(cut, rel=1e-3)
    assert report.slivers[0].sentence == "Village 1 and Village 2 overlap by 3,464 m²; it stays with Village 1."


def test_a_sliver_over_an_area_that_is_here_already_stays_with_that_area():
    report = check_layer([area("1", 9.9)], existing(area("2", 9.90995)))
    assert (report.slivers[0].keeper, report.slivers[0].loser) == ("Village 2", "Village 1")
    assert report.areas[0].polygon.bounds[2] == pytest.approx(9.90995)


def test_what_was_cut_stays_the_same_when_it_is_checked_again():
    once = check_layer([area("2", 9.9), area("1", 9.90995)], []).areas
    again = check_layer([area("2", 9.9), area("1", 9.90995)], []).areas
    assert [each.polygon.wkb for each in once] == [each.polygon.wkb for each in again]
    assert not check_layer(once, []).slivers


def test_an_overlap_with_an_area_that_is_here_already_is_refused():
    assert "Village 9 and Village 1 overlap" in check_layer([area("1", 9.9)], existing(area("9", 9.905))).refused[0]


def test_areas_that_are_here_already_are_not_checked_among_themselves():
    assert not check_layer([area("1", 9.5)], existing(area("8", 9.9), area("9", 9.905))).refused


def test_a_whole_layer_over_another_is_refused_in_one_sentence():
    here = existing(*[area(str(at), 9 + at / 100) for at in range(20)])
    report = check_layer([area(f"n{at}", 9.005 + at / 100) for at in range(20)], here)
    assert len(report.refused) == 1
    assert report.refused[0].startswith("This file lies over areas that are here already: 20 of 20, for example ")


def test_two_layers_in_one_file_are_refused_in_one_sentence():
    drafts = [area(str(at), 9 + at / 100) for at in range(10)] + [area(f"n{at}", 9 + at / 100) for at in range(10)]
    (refused,) = check_layer(drafts, []).refused
    assert refused.startswith("Half or more of the areas in this file lie over each other: 10 of 20")


def test_a_gap_is_shown_with_its_width_and_spot():
    report = check_layer([area("1", 9.9), area("2", 9.9101)], [])
    (gap,) = report.gaps
    assert (gap.area, gap.other) == ("Village 1", "Village 2")
    assert gap.width_m == pytest.approx(6.2, abs=0.1)
    assert gap.spot[0] == pytest.approx(9.91, abs=0.0002)
    assert "gap of up to 6.2 m near 9.91" in gap.sentence


def test_a_field_between_two_areas_is_no_gap():
    assert not check_layer([area("1", 9.9), area("2", 9.912)], []).gaps


def test_polygons_that_differ_by_less_than_a_square_metre_are_the_same():
    one = area("1", 9.9).polygon
    assert is_same_polygon(one, shapely.remove_repeated_points(shapely.segmentize(one, 0.001)))
    assert not is_same_polygon(one, area("1", 9.9001).polygon)


@pytest.mark.parametrize("name", REAL_LAYERS)
def test_real_layers_pass_as_they_are(name):
    drafts = real_draft(name).areas
    report = check_layer(drafts, [])
    assert report.areas == drafts
    assert not (report.refused or report.slivers or report.gaps)


def test_the_postcodes_over_the_parishes_are_refused_in_one_sentence():
    (refused,) = check_layer(real_draft(POSTCODES).areas, existing(*real_draft(PARISHES).areas)).refused
    assert "6 of 6" in refused


def test_a_file_beside_nothing_is_all_new():
    arrival = compare_with_known([area("1", 9.9), area("2", 9.91)], {}, [])
    assert [each.key for each in arrival.new] == ["1", "2"]
    assert not (arrival.refused or arrival.unchanged)


def known(*areas: DraftArea) -> dict[str, ExistingArea]:
    return {each.key: each for each in existing(*areas)}


def test_the_same_again_is_unchanged_also_where_a_sliver_was_cut():
    drafts = [area("2", 9.9), area("1", 9.90995)]
    stored = compare_with_known(drafts, {}, []).new
    again = compare_with_known(drafts, known(*stored), [])
    assert [each.key for each in again.unchanged] == ["2", "1"]
    assert not (again.new or again.refused or again.slivers)


def test_the_same_again_is_unchanged_also_where_another_municipality_kept_the_sliver():
    stored = compare_with_known([area("1", 9.9)], {}, existing(area("2", 9.90995))).new
    again = compare_with_known([area("1", 9.9)], known(*stored), existing(area("2", 9.90995)))
    assert len(again.unchanged) == 1 and not again.refused


def test_a_changed_polygon_of_a_known_key_is_refused_and_named():
    changed = compare_with_known([area("1", 9.9, side=0.0099), area("3", 9.7)], known(area("1", 9.9)), [])
    assert changed.refused == [
        "Village 1 (key 1) is here already with another polygon; a border cannot be changed by importing a file."
    ]


def test_a_new_area_beside_known_ones_is_new_and_gives_up_its_sliver():
    arrival = compare_with_known([area("2", 9.9), area("1", 9.90995)], known(area("2", 9.9)), [])
    assert [each.key for each in arrival.new] == ["1"]
    assert [(sliver.keeper, sliver.loser) for sliver in arrival.slivers] == [("Village 2", "Village 1")]


def test_a_new_area_over_a_known_one_that_the_file_leaves_out_is_refused():
    arrival = compare_with_known([area("2", 9.905)], known(area("1", 9.9)), [])
    assert "Village 1 and Village 2 overlap by 50 %" in arrival.refused[0]


def test_a_known_area_keeps_its_name_and_that_is_told():
    other_name = DraftArea("1", "Wenge", area("1", 9.9).polygon, (1,))
    arrival = compare_with_known([other_name], known(area("1", 9.9)), [])
    assert arrival.notes == ["The area with the key 1 stays Village 1; the file says Wenge."]
    assert arrival.unchanged and not arrival.refused


def test_the_width_of_a_gap_is_not_measured_past_its_end():
    tall = DraftArea("1", "Tall", shapely.MultiPolygon([shapely.box(9.9, 56.1, 9.91, 56.13)]), (1,))
    (gap,) = check_layer([tall, area("2", 9.9101)], []).gaps
    assert 6 < gap.width_m <= 25
