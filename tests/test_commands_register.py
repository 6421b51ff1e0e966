"""`flask import-addresses` as somebody at a terminal sees it."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from models import Address, db
from tests.village import SOUTH, WEST

HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE\n"
GOOD = f"{WEST + 0.01},{SOUTH + 0.01},4,Nyvej,,Anneby,8660\n"


@pytest.fixture
def bring(app: Flask, tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(content: str | bytes) -> Result:
        path = tmp_path / "register.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return app.test_cli_runner().invoke(args=["import-addresses", str(path)])

    return run


def addresses(app: Flask) -> int:
    with app.app_context():
        return int(db.session.execute(select(func.count()).select_from(Address)).scalar_one())


def test_it_tells_what_is_new_there_outside_and_refused(app, bring):
    before = addresses(app)
    text = GOOD + GOOD + "12.5,55.6,4,Nørregade,,København K,1165\n9.9,,4,Ågade,,Veng,8660\n"
    done = bring(HEADER + text)
    assert done.exit_code == 0
    assert "New: 1 address behind 1 new door." in done.output
    assert "Already there, or twice in the file: 1." in done.output
    assert "Outside every area: 1. The first:\n  Nørregade 4, 1165 København K" in done.output
    assert "Refused: 1.\n  1 × no coordinates\n  line 5: no coordinates" in done.output
    assert addresses(app) == before + 1


def test_the_same_file_again_says_that_nothing_was_changed(app, bring):
    bring(HEADER + GOOD)
    before = addresses(app)
    again = bring(HEADER + GOOD)
    assert again.exit_code == 0
    assert "Nothing was changed." in again.output
    assert addresses(app) == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("name,age\nBo,70\n", "The first line does not name the columns"),
        ((HEADER + GOOD + "9.9,56,4,Ågade,,Veng,8660\n").encode("latin-1"), "The file is not in UTF-8."),
        (HEADER + '9.9,56,4,"Ågade,,Veng,8660\n' + GOOD * 6000, "From line 2 a quote is opened and never closed."),
    ],
)
def test_an_unreadable_file_is_refused_in_one_sentence_and_nothing_is_stored(app, bring, content, sentence):
    before = addresses(app)
    done = bring(content)
    assert done.exit_code == 1
    assert f"Error: {sentence}" in done.output
    assert done.output.rstrip().endswith("Nothing was stored.")
    assert "Traceback" not in done.output
    assert addresses(app) == before


def test_a_file_that_is_not_there_is_named(app, tmp_path):
    done = app.test_cli_runner().invoke(args=["import-addresses", str(tmp_path / "none.csv")])
    assert done.exit_code == 2
    assert "does not exist" in done.output
