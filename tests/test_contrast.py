"""The colours of the stylesheet, by arithmetic: text has a contrast of 7:1 on what it stands on, by day and by night.

The formula is WCAG 2.2's (relative luminance of sRGB). Not here: what a browser really paints.
"""

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parent.parent / "static" / "style.css").read_text(encoding="utf-8")

TEXT_ON_GROUND = [
    *[
        ("ink", ground)
        for ground in (
            "paper",
            "card",
            "leaf-tint",
            "sun-tint",
            "sky-tint",
            "brick-tint",
            "plum-tint",
            "ground",
        )
    ],
    *[("ink-soft", ground) for ground in ("paper", "card")],
    *[("leaf-dark", ground) for ground in ("paper", "card", "leaf-tint", "sun-tint", "sky-tint")],
    ("on-leaf", "leaf"),
    ("on-leaf", "leaf-dark"),
    ("on-brick", "brick"),
    ("sun-dark", "sun-tint"),
    ("sky", "sky-tint"),
    ("brick", "card"),
    ("brick", "paper"),
    ("brick", "brick-tint"),
    ("plum", "plum-tint"),
]
SHAPE_ON_GROUND = [
    ("edge", "card"),
    ("edge", "paper"),
    ("leaf", "card"),
    ("leaf", "paper"),
    ("ink", "sun"),
    ("sun", "ink"),
]


def colours_by_day() -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", STYLE.split("@media")[0]))


def colours_by_night() -> dict[str, str]:
    night = STYLE.split("prefers-color-scheme: dark) {")[1].split("\n}\n")[0]
    return colours_by_day() | dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", night))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def test_black_on_white_is_21_and_a_colour_on_itself_is_1() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#1E5B43", "#1E5B43") == pytest.approx(1)


def test_night_changes_every_colour_of_text_and_ground_but_the_sun_and_what_a_camera_reads() -> None:
    day, night = colours_by_day(), colours_by_night()
    assert {name for name in day if day[name] == night[name]} == {"sun", "white"}


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_seven_to_one_by_day_and_by_night(text: str, ground: str) -> None:
    for colours in (colours_by_day(), colours_by_night()):
        assert contrast(colours[text], colours[ground]) >= 7, f"{text} {colours[text]} on {ground} {colours[ground]}"


@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON_GROUND)
def test_the_edge_of_a_field_and_the_ring_of_focus_stand_out_three_to_one(shape: str, ground: str) -> None:
    colours = colours_by_day()
    assert contrast(colours[shape], colours[ground]) >= 3, f"{shape} on {ground}"


def test_no_colour_is_written_outside_the_tokens_but_on_paper() -> None:
    rules = STYLE.split("/* Page */")[1].split("@media print")[0]
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", rules) == []


def test_no_text_is_smaller_than_sixteen_pixels() -> None:
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: (?:\d+ )?([\d.]+)rem", STYLE)]
    assert len(sizes) > 10 and min(sizes) >= 1
