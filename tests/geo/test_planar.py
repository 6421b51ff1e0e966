"""Metres: beside geopy's geodesic as the oracle, and areas that add up."""

import pytest
import shapely
from geopy.distance import geodesic
from hypothesis import assume, given
from hypothesis import strategies as st

from neighbours.geo.planar import Plane, area_m2, distance_m, distances_m, local_plane

LON, LAT = st.floats(3, 15), st.floats(50.5, 58)
STEP = st.floats(-0.12, 0.12)


@given(LON, LAT, STEP, STEP)
def test_a_distance_under_20_km_is_the_geodesic_to_centimetres(lon, lat, east, north):
    oracle = geodesic((lat, lon), (lat + north, lon + east)).m
    assume(oracle < 20_000)
    assert distance_m(lon, lat, lon + east, lat + north) == pytest.approx(oracle, abs=0.05)


def test_distances_of_arrays_are_the_distances_one_by_one():
    lons, lats = [9.9, 9.91, 10.0], [56.0, 56.1, 56.2]
    together = distances_m(9.8, 56.05, lons, lats).tolist()
    assert together == pytest.approx([distance_m(9.8, 56.05, lon, lat) for lon, lat in zip(lons, lats, strict=True)])


@given(LON, LAT, STEP, STEP)
def test_a_plane_gives_back_what_it_took(lon, lat, east, north):
    plane = Plane(lon, lat)
    x, y = plane.to_metres(lon + east, lat + north)
    assert plane.to_degrees(x, y) == pytest.approx((lon + east, lat + north), abs=1e-12)
    assert plane.flatten(shapely.Point(lon + east, lat + north)).coords[0] == pytest.approx((x, y), abs=1e-6)
    assert plane.unflatten(shapely.Point(x, y)).coords[0] == pytest.approx((lon + east, lat + north), abs=1e-9)


def test_the_local_plane_touches_the_middle():
    assert local_plane(shapely.box(9, 56, 10, 57)) == Plane(9.5, 56.5)


def test_a_square_kilometre_is_a_million_square_metres():
    plane = Plane(9.9, 56.1)
    square = plane.unflatten(shapely.box(-500, -500, 500, 500))
    assert area_m2(square) == pytest.approx(1e6, rel=1e-6)
    assert area_m2(square.difference(plane.unflatten(shapely.box(0, 0, 100, 100)))) == pytest.approx(990_000, rel=1e-6)


def test_an_empty_polygon_has_no_area():
    assert area_m2(shapely.Polygon()) == 0


@given(LON, LAT, st.floats(0.01, 0.99))
def test_the_areas_of_two_halves_add_up(lon, lat, share):
    whole = shapely.box(lon, lat, lon + 0.1, lat + 0.1)
    low, high = (
        shapely.box(lon, lat, lon + 0.1, lat + 0.1 * share),
        shapely.box(lon, lat + 0.1 * share, lon + 0.1, lat + 0.1),
    )
    assert area_m2(low) + area_m2(high) == pytest.approx(area_m2(whole), rel=1e-6)
