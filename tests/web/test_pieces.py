"""Pieces of pages: written once for the same facts, and knowing nothing but these."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import meta

from tests.conftest import Clock
from tests.yes import ask

As = Callable[[str], FlaskClient]
ROOT = Path(__file__).resolve().parents[2]
USE = re.compile(r"\bpieces?\('([^']+)'((?:, rows)?(?:, \w+=[^,()]+)*)\)")
# What every template may say that tells of nobody.
LENT = {"_", "gettext", "ngettext", "asset", "pictogram", "url_for", "labels", "direction"}


def uses() -> dict[str, set[str]]:
    """Each piece, and the names of what it is given."""
    found = [use for path in sorted((ROOT / "templates").rglob("*.html")) for use in USE.findall(path.read_text())]
    return {name: set(re.findall(r"\w+(?==)|row(?=s)", facts)) for name, facts in found}


def test_every_piece_is_seen_here() -> None:
    said = sum(len(re.findall(r"pieces?\('", path.read_text())) for path in (ROOT / "templates").rglob("*.html"))
    assert said == len(uses()) == 2


@pytest.mark.parametrize("name", uses())
def test_a_piece_asks_for_nothing_but_what_it_is_given(app: Flask, name: str) -> None:
    source = (ROOT / "templates" / name).read_text()
    assert meta.find_undeclared_variables(app.jinja_env.parse(source)) <= uses()[name] | LENT
    assert "import" not in source and "include" not in source


def test_the_same_card_is_written_once_for_two_neighbours_and_anew_for_another_title(app: Flask, as_person: As) -> None:
    ask(app)
    kept = app.extensions["pieces"].cache_info
    as_person("Bo").get("/nearby")
    before = kept().misses
    as_person("Bo").get("/nearby?language=da")
    assert kept().misses == before + 1  # the boxes, with Danish ticked
    ask(app, title="Noget nyt")
    assert "Noget nyt" in as_person("Bo").get("/nearby").text


def test_another_language_is_another_piece(app: Flask, as_person: As) -> None:
    ask(app, urgent=True)
    bo = as_person("Bo")
    assert "Urgent" in bo.get("/nearby").text
    bo.post("/language", data={"language_of_pages": "da"})
    page = bo.get("/nearby").text
    assert "Haster" in page and "Urgent" not in page and "Alle slags" in page


def test_a_far_day_is_said_with_its_year_until_it_is_near(app: Flask, as_person: As, clock: Clock) -> None:
    ask(app, day=(clock.now + timedelta(days=190)).date(), expires_at=clock.now + timedelta(days=190))
    bo = as_person("Bo")
    assert "2026" in bo.get("/nearby").text
    clock.now += timedelta(days=20)
    assert "2026" not in bo.get("/nearby").text
