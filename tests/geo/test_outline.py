"""The outline of an area: north up, inside its frame, holes kept, few points."""

import re

import numpy as np
from shapely import Polygon, box, to_wkb

from neighbours.geo.outline import HEIGHT, MARGIN, WIDTH, outline


def test_a_box_fills_its_frame_with_north_up() -> None:
    drawn = outline([to_wkb(Polygon([(9.8, 56.0), (9.9, 56.0), (9.8, 56.02)]))])
    points = [tuple(map(int, point.split())) for point in re.findall(r"\d+ \d+", drawn.d)]
    assert drawn.width == WIDTH and drawn.height < HEIGHT
    assert (MARGIN, MARGIN) in points and (MARGIN, drawn.height - MARGIN) in points


def test_a_hole_is_a_second_ring() -> None:
    holed = box(9.8, 56.0, 9.9, 56.05).difference(box(9.84, 56.02, 9.86, 56.03))
    assert outline([to_wkb(holed)]).d.count("M") == 2


def test_two_areas_side_by_side_are_one_outline() -> None:
    assert outline([to_wkb(box(9.8, 56.0, 9.9, 56.05)), to_wkb(box(9.9, 56.0, 10.0, 56.05))]).d.count("M") == 1


def test_a_border_of_thousands_of_points_becomes_a_light_path() -> None:
    turns = np.linspace(0, 2 * np.pi, 20_000)
    wheel = Polygon(np.column_stack((9.8 + 0.05 * np.cos(turns), 56.0 + 0.03 * np.sin(turns))))
    assert len(outline([to_wkb(wheel)]).d) < 1000
