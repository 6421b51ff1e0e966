"""Reading GeoJSON bytes: what is taken, what is refused in one sentence, and that nothing else ever comes out."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neighbours.geo import geojson
from neighbours.geo.geojson import BadFile, read_features
from tests.geo.material import collection, feature, real_file, square

VENG = square(9.9, 56.1)


def refusal(data: bytes) -> str:
    with pytest.raises(BadFile) as caught:
        read_features(data)
    assert "\n" not in caught.value.message
    assert caught.value.message.endswith((".", "…"))
    return caught.value.message


def test_a_collection_becomes_numbered_features_with_their_properties():
    one, two = read_features(collection(feature(VENG, code="0746"), feature(None, code="0751")))
    assert (one.number, one.properties, two.number) == (1, {"code": "0746"}, 2)
    assert one.polygons == [[[(9.9, 56.1), (9.91, 56.1), (9.91, 56.11), (9.9, 56.11), (9.9, 56.1)]]]
    assert two.polygons is None


def test_a_byte_order_mark_is_accepted():
    assert len(read_features(b"\xef\xbb\xbf" + collection(feature(VENG)))) == 1


def test_heights_are_dropped():
    flat = read_features(collection(feature([[[*spot, -999.0] for spot in VENG[0]]])))
    assert flat[0].polygons == read_features(collection(feature(VENG)))[0].polygons


def test_a_single_feature_and_a_bare_polygon_are_files_too():
    assert len(read_features(json.dumps(feature(VENG, name="Veng")).encode())) == 1
    assert read_features(json.dumps({"type": "Polygon", "coordinates": VENG}).encode())[0].properties == {}


def test_an_empty_list_of_coordinates_is_no_geometry():
    assert read_features(collection(feature([], kind="MultiPolygon")))[0].polygons is None


def test_an_open_ring_is_closed_and_told():
    (open_ring,) = read_features(collection(feature([VENG[0][:-1]])))
    assert open_ring.polygons is not None
    assert open_ring.polygons[0][0][0] == open_ring.polygons[0][0][-1]
    assert "not closed" in open_ring.mended[0][0]
    assert open_ring.mended[0][1] == (9.9, 56.11)
    assert read_features(collection(feature(VENG)))[0].mended == ()


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_a_crs_member_that_says_longitude_and_latitude_is_accepted(name):
    assert read_features(collection(feature(VENG), crs={"type": "name", "properties": {"name": name}}))


@pytest.mark.parametrize(
    "crs", [{"properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}, {"type": "link"}, "EPSG:4326", {"properties": []}]
)
def test_any_other_crs_member_is_refused(crs):
    assert "WGS84" in refusal(collection(feature(VENG), crs=crs))


REFUSED = {
    "is empty": b"  \n",
    "not UTF-8 (byte 4, line 2)": b'{\n"\xe6": 1}',
    "not UTF-8 (byte 1, line 1)": "{}".encode("utf-16"),
    "is a zip file": b"PK\x03\x04....",
    "is a Shapefile": b"\x00\x00\x27\x0a\x00\x00",
    "is a KML file": b'<?xml version="1.0"?><kml></kml>',
    "is an XML file": b"<gml></gml>",
    "is TopoJSON": b'{"type":"Topology"}',
    "is not JSON: Expecting value in line 2, column 1": b'{"type":\n}',
    "has NaN": b'{"type":"FeatureCollection","features":[NaN]}',
    "has -Infinity": b"[-Infinity]",
    "does not start with an object": b"[]",
    'type is "featurecollection"': b'{"type":"featurecollection"}',
    'member "type" twice': b'{"type":"FeatureCollection","type":"Feature"}',
    '"features" of the file is not a list': b'{"type":"FeatureCollection","features":{}}',
    "no features": b'{"type":"FeatureCollection","features":[]}',
    "nested too deep; 12": b"[" * 100_000,
    "deep; 12 levels": b'{"type":"FeatureCollection","x":' + b"[" * 12 + b"]" * 12 + b"}",
    "number that is too long": b'{"x":' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("says", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(says):
    assert says in refusal(REFUSED[says])


REFUSED_FEATURES = {
    "Feature 2 is not a Feature": {"type": "Thing"},
    "properties of feature 2 are not an object": {"type": "Feature", "properties": [], "geometry": None},
    "geometry of feature 2 is not an object": {"type": "Feature", "geometry": "POLYGON"},
    'Feature 2 is a "Point"; only Polygon': feature([9.9, 56.1], kind="Point"),
    "Feature 2 has no list of coordinates": feature({}),
    "Feature 2 has a polygon without rings": feature([[]], kind="MultiPolygon"),
    "Feature 2 has a ring that is not a list": feature([7]),
    "Feature 2 has a position that is not a longitude and a latitude: []": feature([[[9.9, 56.1], []]]),
    'two numbers: ["9.9", "56.1"]': feature([[["9.9", "56.1"]]]),
    "two numbers: [true, 56.1]": feature([[[True, 56.1]]]),
    "two numbers: [null, 56.1]": feature([[[None, 56.1]]]),
    "fewer than three different points": feature([[[9.9, 56.1], [9.8, 56.1], [9.9, 56.1], [9.9, 56.1]]]),
    "Feature 2 has a number that is too large": feature([[[10**400, 56.1]]]),
    "looks like EPSG:25832": feature(square(555_676.9, 6_230_292.6, 1_000)),
    "looks like EPSG:28992": feature(square(136_000.0, 455_000.0, 1_000)),
    "looks like EPSG:3857": feature(square(1_100_000.0, 7_500_000.0, 1_000)),
    "(200, 10) is out of range": feature(square(200.0, 10.0)),
    "Feature 2 has its axes swapped: (56.10000, 9.90000)": feature(square(56.1, 9.9)),
}


@pytest.mark.parametrize("says", REFUSED_FEATURES)
def test_a_bad_feature_refuses_the_file_and_is_named(says):
    with pytest.raises(BadFile) as caught:
        read_features(collection(feature(VENG), REFUSED_FEATURES[says]))
    assert says in caught.value.message
    assert caught.value.where == "Feature 2" or says.startswith(("properties", "geometry"))


def test_a_number_that_overflows_to_infinity_is_refused():
    assert "too large" in refusal(collection(feature(VENG)).replace(b"56.11", b"1e999"))


def test_places_outside_europe_are_not_taken_for_swapped():
    assert read_features(collection(feature(square(-76.7, 44.8))))
    assert read_features(collection(feature(square(40.0, 40.0))))


def test_limits_on_size_and_points_hold(monkeypatch):
    monkeypatch.setattr(geojson, "MAX_POINTS_IN_FEATURE", 4)
    assert "Feature 1 has 5 points; 4 is the most" in refusal(collection(feature(VENG)))
    monkeypatch.setattr(geojson, "MAX_POINTS_IN_FEATURE", 5)
    monkeypatch.setattr(geojson, "MAX_POINTS_IN_FILE", 9)
    assert "The file has 10 points" in refusal(collection(feature(VENG), feature(VENG)))
    monkeypatch.setattr(geojson, "MAX_BYTES", 100)
    assert "MB large" in refusal(collection(feature(VENG)))


def test_control_letters_of_a_file_do_not_reach_the_terminal():
    assert "\x1b" not in refusal(b'{"type":"\\u001b[2J\\ud800"}')


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "features", "geometry", "coordinates", "crs", "properties"]), inner)
    ),
    max_leaves=25,
)


@settings(deadline=None, max_examples=300)
@given(JSON, st.sampled_from(["Polygon", "MultiPolygon", "Point"]))
def test_whatever_the_structure_is_it_is_read_or_refused(tree, kind):
    for data in (json.dumps(tree).encode(), collection(tree), collection(feature(tree, kind=kind))):
        try:
            assert read_features(data)
        except BadFile as refused:
            assert refused.message


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_whatever_the_bytes_are_they_are_read_or_refused(noise, at):
    good = collection(feature(VENG, name="Veng"))
    for data in (noise, good[:at] + noise[:3] + good[at:]):
        try:
            assert read_features(data)
        except BadFile as refused:
            assert refused.message


CORPUS = {  # file: what its refusal says, or None when it is read
    "bad-json.geojson": "is not JSON",
    "dk_25832_nocrs.geojson": "EPSG:25832",
    "dk_axes_swapped.geojson": "swapped",
    "dk_bom.geojson": None,
    "dk_every_parish_twice.geojson": None,
    "dk_latin1.geojson": "not UTF-8",
    "dk_nan.geojson": "NaN",
    "dk_sogne_25832.zip": "zip file",
    "invalid_exterior_not_ccw.geojson": None,
    "invalid_feature_geometry_is_string.geojson": "not an object",
    "invalid_featurecollection_features_is_object.geojson": "not a list",
    "invalid_featurecollection_type_lowercase.geojson": "featurecollection",
    "invalid_geometry_coordinates_empty_position.geojson": "position",
    "invalid_geometry_wrong_geometry_type.geojson": "SomeThingElse",
    "invalid_less_three_unique_nodes.geojson": "three different points",
    "invalid_unclosed.geojson": None,
    "nst_100000_arrays.json": "nested too deep",
    "problematic_3d_coordinates.geojson": None,
    "problematic_crs_defined.geojson": "EPSG::32632",
    "togeojson_polygon.kml": "KML",
    "valid_featurecollection_empty_features.geojson": "no features",
}


@pytest.mark.parametrize("name", CORPUS)
def test_hard_files_are_read_or_refused_as_their_list_expects(name):
    data, says = real_file(f"hard_polygons/{name}"), CORPUS[name]
    if says is None:
        assert read_features(data)
    else:
        assert says in refusal(data)
