"""Drawings of areas and cells: shared borders stay shared, names stay inside, many areas become one, few bytes."""

import json

import numpy as np
import pytest
import shapely
from shapely import Polygon, box, to_wkb

from neighbours.geo.drawing import LETTER, LINE, MOST_NAMED, Piece, drawing, feature_collection, simplified


def wavy(west: float, east: float, south: float = 56.0, north: float = 56.05) -> Polygon:
    """A strip whose two upright borders wave alike wherever they stand."""
    up = np.linspace(south, north, 400)
    wave = 0.002 * np.sin(up * 4_000)
    left, right = np.column_stack((west + wave, up)), np.column_stack((east + wave, up))[::-1]
    return Polygon(np.vstack((left, right)))


def strips(many: int, band: int | None = None) -> list[Piece]:
    return [Piece(f"r{at}", f"Village {at}", band, to_wkb(wavy(9 + at / 10, 9.1 + at / 10))) for at in range(many)]


def test_a_border_that_two_share_is_simplified_for_both_alike() -> None:
    shapes = [shape for _, shape in simplified(strips(3))]
    assert shapely.coverage_is_valid(shapes)
    assert sum(len(shape.exterior.coords) for shape in shapes) < 3 * 400


def test_cells_come_with_their_band_and_areas_with_their_name_and_nothing_else() -> None:
    pieces = [
        Piece("r", "Anneby", 0, to_wkb(box(9.8, 56, 9.9, 56.1))),
        Piece("r", "Anneby", 2, to_wkb(box(9.9, 56, 10, 56.1))),
    ]
    features = json.loads(feature_collection(pieces))["features"]
    assert [feature["properties"] for feature in features] == [
        {"area": "r", "band": 0}, {"area": "r", "band": 2}, {"area": "r", "name": "Anneby"},
    ]  # fmt: skip
    (outline,) = [feature["geometry"]["coordinates"] for feature in features[2:]]
    assert shapely.Polygon(outline[0][0]).equals(box(9.8, 56, 10, 56.1))


def test_a_hole_stays_a_hole() -> None:
    holed = box(9.8, 56.0, 9.9, 56.05).difference(box(9.84, 56.02, 9.86, 56.03))
    assert drawing([Piece("r", "Sø", None, to_wkb(holed))]).areas[0].d.count("M") == 2


def test_areas_without_bands_have_no_cells() -> None:
    drawn = drawing(strips(2))
    assert (len(drawn.cells), [area.lines for area in drawn.areas]) == (0, [("Village 0",), ("Village 1",)])


@pytest.mark.parametrize("name", ["Ø", "Sankt Margrethes Kirkelandsby og Omegn, med Øerne"])
def test_a_name_stands_inside_the_drawing(name: str) -> None:
    drawn = drawing(
        [
            Piece("a", "x", None, to_wkb(box(9.8, 56, 9.9, 56.03))),
            Piece("b", name, None, to_wkb(box(9.9, 56, 9.92, 56.03))),
        ]
    )
    spot = next(area for area in drawn.areas if area.ref == "b")
    half = max(map(len, spot.lines)) * LETTER / 2
    assert " ".join(spot.lines) == name and 0 < spot.y < drawn.height
    assert spot.x - half > -1 and spot.x + half < drawn.width + 1


def test_more_areas_than_can_be_named_are_one_shape_and_few_bytes() -> None:
    drawn = drawing(strips(MOST_NAMED + 1))
    assert [(area.ref, area.lines) for area in drawn.areas] == [("", ())]
    assert len(drawn.areas[0].d) < 6_000


def test_nothing_is_drawn_of_nothing() -> None:
    assert (drawing([]).areas, json.loads(feature_collection([]))["features"]) == ((), [])


def test_names_that_would_touch_stand_apart_and_inside() -> None:
    flat = [
        Piece(f"r{at}", f"Langelandsby {at}", None, to_wkb(box(9.8, 56 + at / 500, 9.9, 56 + (at + 1) / 500)))
        for at in range(5)
    ]
    drawn = drawing([*flat, Piece("tall", "Tallby", None, to_wkb(box(9.9, 56, 9.95, 56.06)))])
    spots = sorted(area.y for area in drawn.areas if area.ref != "tall")
    assert min(np.diff(spots)) >= LINE and spots[0] >= LINE and spots[-1] < drawn.height


def test_a_name_without_any_room_stays_where_it_is() -> None:
    long = Piece("a", "Sankt Margrethes Kirkelandsby og Omegn, med Øerne", None, to_wkb(box(9.8, 56, 9.9, 56.003)))
    (area,) = drawing([long]).areas
    assert len(area.lines) > 1 and 16 < area.y < 49
