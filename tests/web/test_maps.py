"""Maps: what they hold, to whom they open, that nothing of them comes before it is asked for, and tiles by setting."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import create_app
from models import Area, HelpRequest
from neighbours.config import BadSetting, read_settings
from neighbours.database import writing
from tests.village import counted
from tests.yes import ask, stand

As = Callable[[str], FlaskClient]
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def area_ref(app: Flask, name: str) -> str:
    return str(stand(app, Area, name=name).ref)


def test_the_map_shows_the_cells_of_ones_own_and_the_next_village_by_band(app: Flask, as_person: As) -> None:
    features = as_person("Anna").get("/map.json").get_json()["features"]
    names = {feature["properties"]["name"] for feature in features if "name" in feature["properties"]}
    bands = {feature["properties"]["band"] for feature in features if "band" in feature["properties"]}
    assert names == {"Anneby", "Carlsby"} and 0 in bands and len(bands) > 1
    allowed = ({"area", "band"}, {"area", "name"})
    assert all(set(feature["properties"]) in allowed for feature in features)


def test_the_map_of_one_depends_on_nobody_else(app: Flask, as_person: As) -> None:
    before = as_person("Bo").get("/map.json").data
    ask(app, "Anna")
    assert as_person("Bo").get("/map.json").data == before


@pytest.mark.parametrize("path", ["/map.json", "/map.svg"])
def test_a_map_costs_two_statements(app: Flask, as_person: As, path: str) -> None:
    anna = as_person("Anna")
    anna.get(path)
    with counted(app) as said:
        assert anna.get(path).status_code == 200
    assert len(said) == 2


@pytest.mark.parametrize("path", ["/map.json", "/map.svg"])
def test_cells_are_shown_to_confirmed_neighbours_alone(client: FlaskClient, as_person: As, path: str) -> None:
    assert client.get(path).status_code == 303
    assert as_person("Wim").get(path).status_code == as_person("Mia").get(path).status_code == 403


def test_an_area_is_drawn_among_its_neighbours_for_everybody_and_without_cells(app: Flask, client: FlaskClient) -> None:
    answer = client.get(f"/areas/{area_ref(app, 'Carlsby')}/map.json")
    assert answer.mimetype == "application/geo+json"
    assert {each["properties"].get("name") for each in answer.get_json()["features"]} == {
        "Anneby",
        "Carlsby",
        "Fjernby",
    }
    assert client.get("/areas/AbCdEfGhIjKl/map.json").status_code == 404


def test_a_request_in_ones_corner_marks_that_corner_and_one_elsewhere_its_whole_village(
    app: Flask, as_person: As
) -> None:
    ref = stand(app, HelpRequest, id=ask(app, "Anna")).ref
    marks = {
        name: re.search(r'data-area="(.*?)" data-band="(.*?)"', as_person(name).get(f"/help/{ref}").text)
        for name in ("Bo", "Carl")
    }
    assert marks["Bo"] and marks["Bo"].groups() == (area_ref(app, "Anneby"), "0")
    assert marks["Carl"] and marks["Carl"].groups() == (area_ref(app, "Anneby"), "")


def test_the_picture_marks_the_same_part_in_another_colour(app: Flask, as_person: As) -> None:
    anna, ref = as_person("Anna"), area_ref(app, "Anneby")
    plain, marked = anna.get("/map.svg").text, anna.get(f"/map.svg?area={ref}&band=0").text
    assert plain.count("#F2B441") == 0 and marked.count("#F2B441") == 1
    assert anna.get(f"/map.svg?area={ref}").text.count("#F2B441") > 1


@pytest.mark.parametrize("path", ["/nearby", "/nearby/offers"])
def test_a_page_names_leaflet_but_does_not_load_it(as_person: As, path: str) -> None:
    page = as_person("Anna").get(path).text
    assert 'data-script="/static/leaflet/leaflet.' in page
    assert not re.search(r"<(?:script|link)[^>]*leaflet", page)
    assert (
        re.search(r'<details class="map-box[^>]*>', page)
        and " open" not in re.search(r"<details class=\"map-box[^>]*>", page)[0]
    )  # type: ignore[index]


def test_the_start_page_of_a_stranger_shows_the_villages_and_who_is_behind(client: FlaskClient) -> None:
    page = client.get("/").text
    for said in ("Anneby</tspan>", "Carlsby</tspan>", "Fjernby</tspan>", "Prøve Drift"):
        assert said in page
    assert page.count('<svg class="map"') == 1


def test_without_tiles_of_ones_own_no_other_host_is_allowed(client: FlaskClient) -> None:
    assert "http" not in client.get("/").headers["Content-Security-Policy"]


def test_ones_own_tiles_are_allowed_and_named(sqlite_village: Path, tmp_path: Path) -> None:
    app = create_app({"TESTING": True, "INSTANCE": sqlite_village, "TILES_URL": TILES, "TILES_ATTRIBUTION": "<b> & co"})
    answer = app.test_client().get("/")
    assert "img-src 'self' https://tiles.example.org data:;" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("url", "attribution", "named"),
    [
        (TILES, "", "TILES_ATTRIBUTION"),
        ("https://example.org/x.png", "x", "TILES_URL"),
        ("ftp:{z}{x}{y}", "x", "TILES_URL"),
        ("https://{s}.example.org/{z}/{x}/{y}.png", "x", "one host"),
        ("https://example.org/{z}/{x}/{y}{r}.png", "x", "one host"),
    ],
)
def test_tiles_that_cannot_be_right_are_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, attribution: str, named: str
) -> None:
    monkeypatch.setenv("TILES_URL", url)
    monkeypatch.setenv("TILES_ATTRIBUTION", attribution)
    with pytest.raises(BadSetting, match=named):
        read_settings({"INSTANCE": tmp_path})


def test_a_closed_village_has_no_map_and_stands_on_none(app: Flask, client: FlaskClient) -> None:
    ref = area_ref(app, "Carlsby")
    beside = f"/areas/{area_ref(app, 'Anneby')}/map.json"
    assert client.get(f"/areas/{ref}/map.json").status_code == 200 and "Carlsby" in client.get(beside).text
    with app.app_context(), writing() as session:
        session.execute(update(Area).where(Area.ref == ref).values(state="closed"))
    assert client.get(f"/areas/{ref}/map.json").status_code == 404 and "Carlsby" not in client.get(beside).text
    assert "Carlsby</tspan>" not in client.get("/").text
