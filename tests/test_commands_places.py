"""`flask import-areas` as seen at a terminal: the report, the one sentence, and that nothing is half stored."""

import json
import pathlib
from typing import Any

import pytest
import shapely
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from app import create_app
from models import Area, Cell, Installation, Municipality, db
from neighbours.database import writing
from neighbours.geo.index import AreaIndex, IndexedArea
from tests.geo.material import DATA, PARISHES, REAL_LAYERS, collection, feature, real_draft, square
from tests.village import NOW

VENG = feature(square(9.9, 56.1), code="0746", name="Veng")
SMINGE = feature(square(9.91, 56.1), code="0012", name="Sminge")
OPEN_RING = feature([square(9.92, 56.1)[0][:-1]], code="0003", name="Låsby")
NO_GEOMETRY = feature(None, code="0004", name="Ry")
BOW_TIE = feature([[[9.9, 56.1], [9.91, 56.11], [9.91, 56.1], [9.9, 56.11], [9.9, 56.1]]], code="0005", name="Hylke")


@pytest.fixture
def house(tmp_path: pathlib.Path) -> Flask:
    """An installation with one municipality and nothing else."""
    app = create_app({"TESTING": True, "INSTANCE": tmp_path / "instance", "CLOCK": lambda: NOW})
    with app.app_context():
        db.create_all()
        with writing() as session:
            session.add(
                Installation(demo=False, operator="Otto", contact_email="o@example.org", language="da", created_at=NOW)
            )
            session.add(
                Municipality(
                    name="Skanderborg", country="DK", zone="Europe/Copenhagen", population=64_000,
                    population_source="a test", population_year=2026,
                )
            )  # fmt: skip
    return app


def run(house: Flask, data: bytes | pathlib.Path, *options: str, municipality: str = "Skanderborg") -> Any:
    file = data
    if isinstance(data, bytes):
        file = pathlib.Path(house.config["INSTANCE"]) / "areas.geojson"
        file.write_bytes(data)
    fields = () if "--key" in options else ("--key", "code", "--name", "name")
    answer = house.test_cli_runner().invoke(
        args=["import-areas", str(file), *fields, "--municipality", municipality, *options]
    )
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    return answer


def stored(house: Flask) -> list[str]:
    with house.app_context():
        return list(db.session.scalars(select(Area.name).order_by(Area.key)))


def test_a_good_file_is_reported_and_stored(house):
    answer = run(house, collection(VENG, SMINGE))
    assert answer.exit_code == 0
    assert "Reading 2 features" in answer.output
    assert "Taken: 2 areas." in answer.output
    assert answer.output.endswith("Stored: 2 areas.\n")
    assert stored(house) == ["Sminge", "Veng"]


def test_the_same_file_again_says_that_nothing_is_to_be_stored(house):
    run(house, collection(VENG, SMINGE))
    answer = run(house, collection(VENG, SMINGE))
    assert (answer.exit_code, stored(house)) == (0, ["Sminge", "Veng"])
    assert "Nothing to store: 2 areas here already, unchanged." in answer.output


def test_a_repair_is_told_and_stored_only_when_accepted(house):
    answer = run(house, collection(VENG, OPEN_RING))
    assert answer.exit_code == 1
    assert "To be repaired (1):\n  Feature 2 (Låsby): a ring was not closed" in answer.output
    assert "1 repair would be made; add --accept-repairs if that is right. Nothing was stored." in answer.output
    assert stored(house) == []
    assert run(house, collection(VENG, OPEN_RING), "--accept-repairs").exit_code == 0
    assert stored(house) == ["Låsby", "Veng"]


def test_a_feature_without_geometry_is_left_out_only_with_partial(house):
    answer = run(house, collection(VENG, NO_GEOMETRY))
    assert answer.exit_code == 1
    assert "Feature 2 (Ry) has no geometry." in answer.output
    assert "add --partial" in answer.output
    assert stored(house) == []
    assert run(house, collection(VENG, NO_GEOMETRY), "--partial").exit_code == 0
    assert stored(house) == ["Veng"]


def test_a_polygon_beyond_repair_refuses_the_file_whatever_is_accepted(house):
    answer = run(house, collection(VENG, BOW_TIE), "--accept-repairs", "--partial")
    assert answer.exit_code == 1
    assert "Feature 2 (Hylke) crosses itself near 9.90500, 56.10500" in answer.output
    assert stored(house) == []


def test_overlaps_are_refused_by_name(house):
    over = feature(square(9.905, 56.1), code="0009", name="Over")
    answer = run(house, collection(VENG, over))
    assert answer.exit_code == 1
    assert "Over and Veng overlap by 50 % of the smaller; at most 1 % is allowed. Nothing was stored." in answer.output
    assert stored(house) == []


def test_several_reasons_are_listed(house):
    files = [
        feature(square(9.5 + at / 10 + d, 56.1), code=f"{at}{d}", name=f"N{at}{d}")
        for at in range(2)
        for d in (0, 0.005)
    ]
    answer = run(
        house, collection(*files, *[feature(square(9 + at / 20, 55), code=str(at), name="x") for at in range(9)])
    )
    assert answer.exit_code == 1
    assert "Refused (2):" in answer.output
    assert "The file is refused for 2 reasons; see above. Nothing was stored." in answer.output


def test_slivers_and_gaps_are_told(house):
    sliver = feature(square(9.90995, 56.1), code="0009", name="Over")
    gap = feature(square(9.92005, 56.1), code="0010", name="Ry")
    answer = run(house, collection(VENG, sliver, gap))
    assert answer.exit_code == 0
    assert "Over and Veng overlap by 3,464 m²; it stays with Over." in answer.output
    assert "Between Over and Ry is a gap of up to 6.2 m near" in answer.output


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[" * 100_000, "nested too deep"),
        (b"\xff\xfe", "not UTF-8"),
        (b"PK\x03\x04", "zip file"),
        (b"<kml/>", "KML"),
        (collection(feature(square(555_676.0, 6_230_292.0, 9), code="1", name="a")), "EPSG:25832"),
        (collection(VENG).replace(b"56.11", b"NaN"), "NaN"),
        (collection(), "no features"),
        (collection(feature(square(9, 56), kode="1", name="a")), 'No feature has the field "code".'),
        (collection(feature(None, code="1", name="a")), "--partial"),
    ],
)
def test_a_bad_file_is_one_sentence_and_no_traceback(house, data, says):
    answer = run(house, data)
    assert answer.exit_code == 1
    (error,) = [line for line in answer.output.splitlines() if line.startswith("Error: ")]
    assert says in error
    assert error.endswith("Nothing was stored.")
    assert "Traceback" not in answer.output


def test_a_file_with_no_area_left_is_refused(house):
    assert "no area to store" in run(house, collection(NO_GEOMETRY), "--partial").output


def test_an_unknown_municipality_is_refused_with_those_that_are_here(house):
    answer = run(house, collection(VENG), municipality="Vejle")
    assert answer.exit_code == 1
    assert "There is no municipality called Vejle here. There is: Skanderborg. Nothing was stored." in answer.output


def test_before_setup_it_says_what_to_do(house):
    with house.app_context(), writing() as session:
        session.delete(session.get_one(Installation, 1))
    assert "Run `flask setup` first." in run(house, collection(VENG)).output


def test_without_a_key_features_are_numbered(house):
    file = pathlib.Path(house.config["INSTANCE"]) / "areas.geojson"
    file.write_text(json.dumps(json.loads(collection(VENG, SMINGE))))
    answer = house.test_cli_runner().invoke(args=["import-areas", str(file), "--municipality", "Skanderborg"])
    assert (answer.exit_code, stored(house)) == (0, ["1", "2"])


@pytest.mark.parametrize("name", REAL_LAYERS)
def test_real_layers_each_import_into_an_installation_of_their_own_and_serve(house, name):
    drafts = real_draft(name).areas
    key, field, count = REAL_LAYERS[name]
    options = ("--key", key, "--name", field)
    assert run(house, DATA / name, *options).exit_code == 0
    with house.app_context():
        assert db.session.scalar(select(func.count()).select_from(Cell).where(Cell.whole)) == count
        rows = db.session.execute(select(Area.id, Area.key, Area.name, Area.polygon)).all()
    index = AreaIndex(IndexedArea(row.id, row.key, shapely.from_wkb(row.polygon)) for row in rows)
    names = {row.id: row.name for row in rows}
    for draft in drafts:
        inside = draft.polygon.representative_point()
        assert names[index.area_at(inside.x, inside.y)] == draft.name
        answer = house.test_client().get(f"/find?q={inside.y:.6f}, {inside.x:.6f}", follow_redirects=True)
        assert f'<h1 id="page-title">{escape(draft.name)}</h1>' in answer.text
    assert f"{count} areas here already, unchanged" in run(house, DATA / name, *options).output


def test_the_postcodes_over_the_parishes_are_refused_in_one_sentence(house):
    if not (DATA / PARISHES).exists():
        pytest.skip(f"the real file {PARISHES} is not here")
    run(house, DATA / PARISHES, "--key", "SOGNEKODE", "--name", "SOGNENAVN")
    answer = run(
        house, DATA / "boundaries/dk_skanderborg_postnumre.geojson", "--key", "POSTNR_TXT", "--name", "POSTBYNAVN"
    )
    assert answer.exit_code == 1
    assert "This file lies over areas that are here already: 6 of 6" in answer.output
    assert len(stored(house)) == 26
