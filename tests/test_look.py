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
from neighbours.web.demo import ROLES
from neighbours.web.menu import FOOT, MENU
from tests.signs import signs_of

ROOT = Path(__file__).parent.parent
TEMPLATES = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.glob("templates/**/*.html")}
SAID = {name: re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL) for name, text in TEMPLATES.items()}
STYLE = (ROOT / "static/style.css").read_text("utf-8")
OF_FIELDS = {"input", "select", "textarea"}  # written by WTForms
# Of every rule, without those for Leaflet's own parts.
CLASSES = set(re.findall(r"\.(?!leaflet-)([a-z][\w-]*)", re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", STYLE, flags=re.DOTALL)))
SCRIPTS = {path.name: path.read_text("utf-8") for path in ROOT.glob("static/*.js")}
DRAWN = re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/pictograms.svg").read_text("utf-8"))


def test_the_one_stylesheet_is_short():
    """Counted in letters too, so that it does not grow sideways."""
    lines = STYLE.splitlines()
    assert len(lines) < 400 and max(map(len, lines)) <= 240 and len(STYLE) < 28_000
    assert [path.name for path in ROOT.glob("static/**/*.css")] == ["style.css"]


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_is_written_like_the_others_and_runs_on_a_tablet_of_2017(name: str):
    said = re.sub(r"^ *//.*$|  // .*$|/\*.*?\*/", "", SCRIPTS[name], flags=re.MULTILINE)
    assert not re.search(r"\b(var|function)\b|use strict|'", said), "const and arrows, double quotes"
    too_new = r"\?\.[\w\[(]|\?\?|\|\|=|catch \{|replaceChildren|replaceAll|\.flat\b|fromEntries|\.at\(|\{ *\.\.\."
    assert not re.search(too_new, said), "one such word, and an old browser reads nothing of the file"


def test_every_sign_is_drawn_once():
    assert sorted(DRAWN) == sorted(set(DRAWN))


def test_every_sign_that_a_page_asks_for_is_drawn_and_no_other():
    asked = signs_of(TEMPLATES) | {entry.sign for entry in MENU + FOOT} | {sign for sign, _ in ROLES.values()}
    assert {"arrow-left", "mail", "clock", "heart-hand", "shield", "sign-out", "print", "search"} <= asked
    assert asked | set(KINDS) == set(DRAWN)


def test_the_header_of_a_template_names_its_macros_as_they_are():
    made = re.compile(r"\{%-? macro (\w+)\(([^)]*)\)")
    told = re.compile(r"^(?:\{#-| {3}) *(?:\{% call )?(\w+)\(((?:[^()]|\([^()]*\))*)\)", re.MULTILINE)
    seen = set()
    for name, text in TEMPLATES.items():
        macros, header = dict(made.findall(text)), re.match(r"\{#.*?#\}", text, flags=re.DOTALL)
        for macro, takes in told.findall(header.group() if header and macros else ""):
            seen.add(macro)
            assert macros.get(macro) == takes.removesuffix(", **html"), f"{name} tells of {macro}({takes})"
    assert {"text", "what_fields", "go_on", "code_form", "join_steps", "flashed"} <= seen


def test_a_page_belongs_to_a_part_that_the_menu_has():
    parts = set(re.findall(r"set here = '(\w+)'", "".join(TEMPLATES.values())))
    assert {"nearby", "ask", "mine", "desk"} <= parts <= {entry.name for entry in MENU}


@pytest.mark.parametrize(
    "asks",
    [
        "{{ pictogram('x') }}",
        "{{ pictogram('x' if much else 'pin') }}",
        "{{ pictogram({'a': 'x'}.get(this, 'pin')) }}",
        "{% set ways = {'a': ('x', 'words')} %}{{ pictogram(ways[this][0]) }}",
        "{% set sign = 'x' %}",
        "{% macro go(url, sign='') %}{{ pictogram(sign) }}{% endmacro %}{{ go('/', 'x') }}",
        "{% macro a(s) %}{{ pictogram(s) }}{% endmacro %}{% macro b(t) %}{{ a(t) }}{% endmacro %}{{ all.b(t='x') }}",
        "{% macro a(s) %}{{ pictogram(s) }}{% endmacro %}{% from 'page' import a as b %}{% call b('x') %}{% endcall %}",
    ],
)
def test_a_sign_is_seen_in_whatever_way_a_template_asks_for_it(asks: str):
    assert "x" in signs_of({"page": asks}) and "words" not in signs_of({"page": asks})


def below(name: str) -> str:
    """What a template says, and those that extend it: their blocks know its names too."""
    heirs = [other for other, said in SAID.items() if f'{{% extends "{name.removeprefix("templates/")}" %}}' in said]
    return "".join([SAID[name], *map(below, heirs)])


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_imports_no_more_than_it_uses(name: str):
    used = re.sub(r"\{% from [^%]*%\}", "", below(name))
    lines = re.findall(r'\{% from "[^"]*" import ([^%]*?) %\}', SAID[name])
    assert [
        word for line in lines for word in line.split(", ") if not re.search(rf"\b{word.rpartition(' as ')[2]}\b", used)
    ] == []


def test_every_macro_is_called():
    said = "".join(SAID.values())
    macros = re.findall(r"\{%-? macro (\w+)\(", said)
    assert len(macros) > 30
    assert [name for name in macros if not re.search(rf"(?<!macro )\b{name}(\(| as )", said)] == []


def test_the_stylesheet_speaks_of_nothing_that_no_page_has():
    selectors = re.sub(r"@[^{]*\{", " ", re.sub(r"/\*.*?\*/|\{[^{}]*\}|\[[^]]*\]", " ", STYLE, flags=re.DOTALL))
    elements = set(re.findall(r"(?<![\w.#:(@-])[a-z][a-z0-9]*(?=[\s,.:>+~])", selectors)) - OF_FIELDS
    said = "".join(SAID.values()) + "".join(path.read_text("utf-8") for path in ROOT.glob("neighbours/web/**/*.py"))
    assert len(elements) > 20 and [name for name in elements if not re.search(rf"<{name}\b", said)] == []
    said += "".join(path.read_text("utf-8") for path in ROOT.glob("static/*.js"))
    assert [name for name in CLASSES if not any(re.search(rf"['\"` ]{way}['\"` {{]", said) for way in ways(name))] == []
    assert [colour for colour in re.findall(r"(--[\w-]+):", STYLE) if f"var({colour}" not in STYLE] == []


def ways(name: str) -> list[str]:
    """How a page may write a class: in full, or with a code or a number put behind its first word."""
    first, _, code = name.partition("-")
    return [name, rf"{first}-[${{]+"] if code.isdigit() or code in {*KINDS, "urgent"} else [name]


def classes_in(text: str) -> set[str]:
    """The classes that a template writes out, those of its conditions too; not those put together from codes."""
    found = re.findall(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', text)
    chosen = [words for value in found for words in re.findall(r"'([^']*)'(?! ?==)", value)]
    plain = [re.sub(r"\{%.*?%\}|[\w-]*\{\{.*?\}\}", " ", value) for value in found]
    return {name for words in plain + chosen for name in words.split() if not name.endswith("-")}


def test_every_class_of_a_page_has_a_rule():
    assert classes_in("""<p class="a b-{{ x }}{{ ' c' if x }}{% if y %} d{% endif %}">""") == {"a", "c", "d"}
    said = set().union(*map(classes_in, SAID.values()))
    assert len(said) > 60 and said - CLASSES == set()


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
    heading = re.search(r'<h1 id="page-title">(.+?)</h1>', page)
    assert heading and f"<title>{heading[1]} – " in page
    assert page.count('class="button"') == 1 and 'href="/"' in page
