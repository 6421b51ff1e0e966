"""Features to areas: grouping, repair within one per cent, refusals with their spot, real files."""

import pytest
import shapely

from neighbours.geo.areas import draft_areas
from neighbours.geo.geojson import BadFile, read_features
from neighbours.geo.planar import area_m2
from tests.geo.material import PARISHES, REAL_LAYERS, collection, draft_of, feature, real_draft, real_file, square

BOW_TIE = [[[9.9, 56.1], [9.91, 56.11], [9.91, 56.1], [9.9, 56.11], [9.9, 56.1]]]


def with_a_knot(size: float) -> list[list[list[float]]]:
    """A square whose corner crosses itself in a loop of this size."""
    east, north = 9.91, 56.11
    loop = [[east, north - size], [east - size, north], [east, north], [east - size, north - size]]
    return [[[9.9, 56.1], [east, 56.1], *loop, [9.9, north], [9.9, 56.1]]]


def test_features_of_one_key_become_one_area():
    draft = draft_of(
        feature(square(9.9, 56.1), code="0746", name="Veng"),
        feature(square(9.95, 56.1), code="0746", name="Veng"),
        feature(square(9.92, 56.1), code="0012", name="Sminge"),
    )
    assert [(area.key, area.name, area.features) for area in draft.areas] == [
        ("0012", "Sminge", (3,)),
        ("0746", "Veng", (1, 2)),
    ]
    assert draft.areas[1].polygon.geom_type == "MultiPolygon"
    assert len(draft.areas[1].polygon.geoms) == 2
    assert not (draft.repairs or draft.refused or draft.missing or draft.notes)


def test_without_a_key_each_feature_is_an_area_with_its_number():
    draft = draft_of(*[feature(square(9.0 + at / 50, 56.1)) for at in range(11)], key=None, name=None)
    assert [area.key for area in draft.areas] == [str(number) for number in range(1, 12)]
    assert draft.areas[0].name == "1"


@pytest.mark.parametrize(("value", "key"), [("007", "007"), (7, "7"), (7.0, "7"), (7.5, "7.5"), (" 7", " 7")])
def test_a_key_is_its_text_as_it_stands(value, key):
    assert draft_of(feature(square(9.9, 56.1), code=value, name="Veng")).areas[0].key == key


@pytest.mark.parametrize("value", ["", "  ", None, True, ["7"], {"a": 1}, "x" * 81, "a\nb", "a\x00b", "\ud800"])
def test_a_feature_without_a_usable_key_is_refused_by_its_name(value):
    good = feature(square(9.9, 56.1), code="1", name="Veng")
    draft = draft_of(good, feature(square(9.8, 56.1), code=value, name="Sminge"))
    assert [area.key for area in draft.areas] == ["1"]
    assert draft.refused[0].sentence.startswith("Feature 2 (Sminge) has ")
    assert '"code"' in draft.refused[0].sentence


def test_a_feature_without_the_key_or_the_name_is_refused_by_its_number():
    good = feature(square(9.9, 56.1), code="1", name="Veng")
    draft = draft_of(good, feature(square(9.8, 56.1), name="Sminge"), feature(square(9.7, 56.1), code="3"))
    assert [found.sentence for found in draft.refused] == [
        'Feature 2 (Sminge) has no text in the field "code".',
        'Feature 3 has no text in the field "name".',
    ]


def test_a_field_that_no_feature_has_refuses_the_file_and_says_which_there_are():
    with pytest.raises(BadFile, match=r'No feature has the field "kode"\. The file has: "code", "name"\.'):
        draft_of(feature(square(9.9, 56.1), code="1", name="Veng"), key="kode")
    with pytest.raises(BadFile, match="The file has no fields"):
        draft_of(feature(square(9.9, 56.1)), key="kode", name=None)


def test_the_same_feature_twice_is_taken_once_and_told():
    veng = feature(square(9.9, 56.1), code="1", name="Veng")
    backwards = feature([square(9.9, 56.1)[0][::-1]], code="1", name="Veng")
    draft = draft_of(veng, backwards)
    assert draft.areas[0].features == (1,)
    assert draft.notes == ["Feature 2 (Veng) is the same as feature 1; it is taken once."]
    assert not draft.repairs


def test_two_names_of_one_key_are_told():
    draft = draft_of(
        feature(square(9.9, 56.1), code="1", name="Veng"), feature(square(9.8, 56.1), code="1", name="Wenge")
    )
    assert draft.areas[0].name == "Veng"
    assert draft.notes == ['The key "1" has more than one name; Veng is kept, not "Wenge".']


def test_features_of_one_key_that_lie_over_each_other_are_refused_above_one_per_cent():
    veng = feature(square(9.9, 56.1), code="1", name="Veng")
    much = draft_of(veng, feature(square(9.905, 56.1), code="1", name="Veng"))
    little = draft_of(veng, feature(square(9.90995, 56.1), code="1", name="Veng"))
    assert not much.areas and "25 %" in much.refused[0].sentence
    assert little.areas and "0.25 %" in little.repairs[0].sentence


def test_features_without_a_geometry_are_missing_and_make_no_area():
    draft = draft_of(feature(square(9.9, 56.1), code="1", name="Veng"), feature(None, code="2", name="Sminge"))
    assert [found.sentence for found in draft.missing] == ["Feature 2 (Sminge) has no geometry."]
    assert [area.key for area in draft.areas] == ["1"]


def test_clockwise_and_repeated_points_are_put_in_order_without_a_word():
    ring = square(9.9, 56.1)[0]
    draft = draft_of(feature([[ring[0], *ring[::-1]]], code="1", name="Veng"))
    assert draft.areas[0].polygon.geoms[0].exterior.is_ccw
    assert shapely.get_num_coordinates(draft.areas[0].polygon) == 5
    assert not draft.repairs


def test_a_bow_tie_is_refused_with_its_spot():
    draft = draft_of(feature(BOW_TIE, code="1", name="Veng"))
    assert not draft.areas
    assert draft.refused[0].spot == pytest.approx((9.905, 56.105))
    assert "Feature 1 (Veng) crosses itself near 9.90500, 56.10500" in draft.refused[0].sentence


def test_a_small_knot_is_repaired_and_told_with_its_share():
    draft = draft_of(feature(with_a_knot(0.0005), code="1", name="Veng"))
    assert draft.areas[0].polygon.is_valid
    assert 0 < draft.repairs[0].percent <= 1
    assert "the repair changes its area by" in draft.repairs[0].sentence
    assert draft.repairs[0].spot is not None


def test_a_knot_of_more_than_one_per_cent_is_refused():
    draft = draft_of(feature(with_a_knot(0.003), code="1", name="Veng"))
    assert not draft.areas
    assert draft.refused[0].percent > 1


def test_an_open_ring_is_a_repair_to_be_accepted():
    draft = draft_of(feature([square(9.9, 56.1)[0][:-1]], code="1", name="Veng"))
    assert draft.areas and "not closed" in draft.repairs[0].sentence


def test_a_polygon_without_area_is_refused():
    draft = draft_of(feature([[[9.9, 56.1], [9.91, 56.1], [9.92, 56.1], [9.9, 56.1]]], code="1", name="Veng"))
    assert not draft.areas and draft.refused


def test_a_hole_stays_a_hole():
    hole = square(9.903, 56.103, 0.002)[0]
    draft = draft_of(feature([square(9.9, 56.1)[0], hole], code="1", name="Veng"))
    assert not draft.areas[0].polygon.covers(shapely.Point(9.904, 56.104))


@pytest.mark.parametrize("name", REAL_LAYERS)
def test_real_layers_draft_cleanly(name):
    draft = real_draft(name)
    assert len(draft.areas) == REAL_LAYERS[name][2]
    assert not (draft.repairs or draft.refused or draft.missing or draft.notes)
    assert all(area.polygon.is_valid and area_m2(area.polygon) > 1e5 for area in draft.areas)


def test_311_features_are_99_municipalities():
    draft = draft_areas(read_features(real_file("boundaries/dk_kommuner_2014.geojson")), "KOMKODE", "KOMNAVN")
    assert len(draft.areas) == 99
    assert ("0746", "Skanderborg") in {(area.key, area.name) for area in draft.areas}
    assert not draft.refused


def test_every_parish_twice_is_26_parishes_and_26_notes():
    twice = read_features(real_file("hard_polygons/dk_every_parish_twice.geojson"))
    draft = draft_areas(twice, "SOGNEKODE", "SOGNENAVN")
    assert (len(draft.areas), len(draft.notes)) == (26, 26)
    assert [area.polygon for area in draft.areas] == [area.polygon for area in real_draft(PARISHES).areas]


HARD = {  # file: areas, repairs, refused, missing
    "invalid_exterior_not_ccw.geojson": (1, 0, 0, 0),
    "invalid_unclosed.geojson": (1, 1, 0, 0),
    "problematic_3d_coordinates.geojson": (1, 0, 0, 0),
    "problematic_duplicate_nodes.geojson": (1, 0, 0, 0),
    "problematic_excessive_vertices.geojson": (1, 0, 0, 0),
    "problematic_holes.geojson": (1, 0, 0, 0),
    "problematic_inner_and_exterior_ring_intersect.geojson": (0, 0, 1, 0),
    "problematic_self_intersection_large.geojson": (0, 0, 1, 0),
    "turf_hourglass.geojson": (0, 0, 1, 0),
    "turf_issue-2627.geojson": (1, 1, 0, 0),
    "mapshaper_ex12_ogc.geojson": (1, 1, 0, 0),
    "mapshaper_ex22_three_ia_precincts.json": (3, 0, 0, 0),
    "mapshaper_six_counties_three_null.json": (3, 1, 0, 3),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_polygons_are_accepted_repaired_or_refused_as_their_list_expects(name):
    draft = draft_areas(read_features(real_file(f"hard_polygons/{name}")))
    found = (len(draft.areas), len(draft.repairs), len(draft.refused), len(draft.missing))
    assert found == HARD[name]
    assert all(area.polygon.is_valid for area in draft.areas)


def test_a_draft_of_the_same_bytes_is_the_same():
    data = collection(feature(with_a_knot(0.0005), code="1", name="Veng"), feature(square(9.8, 56), code="2", name="S"))
    one, two = (draft_areas(read_features(data), "code", "name") for _ in range(2))
    assert [area.polygon.wkb for area in one.areas] == [area.polygon.wkb for area in two.areas]
