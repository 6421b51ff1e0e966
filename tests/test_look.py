"""What templates, signs and stylesheet owe each other: signs are drawn, nothing is inline, pages are light.

Not here: colours (test_contrast.py), and what only a browser shows (tests/browser).
"""

import gzip
import re
from pathlib import Path

import pytest
from flask import render_template

from app import create_app
from neighbours.rules.help.kinds import KINDS
from neighbours.web.menu import FOOT, MENU

ROOT = Path(__file__).parent.parent
TEMPLATES = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.glob("templates/**/*.html")}
DRAWN = re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/pictograms.svg").read_text("utf-8"))


def test_the_one_stylesheet_is_short():
    assert len((ROOT / "static/style.css").read_text("utf-8").splitlines()) < 400
    assert [path.name for path in ROOT.glob("static/**/*.css")] == ["style.css"]


def test_every_kind_of_help_has_a_sign_of_its_own():
    assert set(KINDS) <= set(DRAWN)


def test_every_sign_is_drawn_once():
    assert sorted(DRAWN) == sorted(set(DRAWN))


def test_every_sign_that_a_page_asks_for_is_drawn():
    asked = {sign for text in TEMPLATES.values() for sign in re.findall(r"pictogram\(['\"]([\w-]+)['\"]\)", text)}
    asked |= {entry.sign for entry in MENU + FOOT}
    assert len(asked) > 10
    assert asked <= set(DRAWN), asked - set(DRAWN)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_anything_inline(name: str):
    text = TEMPLATES[name]
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)


def test_the_files_of_a_first_visit_are_light():
    files = ("static/style.css", "static/pictograms.svg", "static/icon.svg")
    assert sum(len(gzip.compress((ROOT / file).read_bytes())) for file in files) < 15_000


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500, 503])
def test_every_page_for_an_error_stands_without_a_database_and_says_the_way_on(code: int, tmp_path: Path):
    app = create_app({"INSTANCE": tmp_path, "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"})
    with app.test_request_context("/some/where"):
        page = render_template(f"errors/{code}.html")
    heading = re.search(r'<h1 id="title">(.+?)</h1>', page)
    assert heading and f"<title>{heading[1]} – " in page
    assert page.count('class="button"') == 1 and 'href="/"' in page
