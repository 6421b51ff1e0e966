"""Every empty list: it says that it is empty, what to do next, and whom to ring; a host is not told to ring a host."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import HelpRequest, Resident
from neighbours.database import writing
from tests.yes import ask, stand

As = Callable[[str], FlaskClient]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BOX = re.compile(r'<div class="card quiet empty">.*?<h2>(.*?)</h2>.*?<p>(.*?)</p>(.*?)\n</div>', re.DOTALL)
# By the words that head it: who sees it, where.
EMPTY = {
    "Nobody asks for help right now": ("Bo", "/nearby"),
    "Nothing fits what you chose": ("Bo", "/nearby?kind=lift"),
    "There is no more": ("Bo", "/nearby?page=2"),
    "Nobody has made an offer yet": ("Bo", "/nearby/offers"),
    "Nothing here yet": ("Bo", "/mine"),
    "Nobody has opened it": ("Bo", "/me/address-log"),
    "Nobody is waiting": ("Dorthe", "/host"),
    "Nobody has answered yet": ("Anna", "/help/{}"),
    "No messages yet": ("Bo", "/messages"),
    "You have blocked nobody": ("Bo", "/me/blocked"),
    "You have met nobody lately": ("Bo", "/report/people"),
}
# Not empty lists, but ends of a way; tests/web/test_help.py, test_offers.py, test_demo.py.
ENDS = {"Others offer help too", "Thank you for looking", "Not posted yet", "Nothing went out yet"}
ENDS |= {"A host looks at it first", "Nobody told of a problem"}


def test_each_empty_box_of_the_templates_is_tried_here() -> None:
    found = {
        title
        for path in TEMPLATES.rglob("*.html")
        for title in re.findall(r"empty\('[\w-]+', _\('([^']+)'\)", path.read_text())
    }
    assert found == EMPTY.keys() | ENDS


@pytest.mark.parametrize("title", EMPTY)
def test_an_empty_list_says_what_next_and_whom_to_ring(app: Flask, as_person: As, title: str) -> None:
    name, path = EMPTY[title]
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.status == "waiting").values(status="confirmed"))
    if "{}" in path:
        path = path.format(stand(app, HelpRequest, id=ask(app)).ref)
    found = BOX.search(as_person(name).get(path).text)
    assert found, path
    assert unescape(found[1]) == title and len(found[2].split()) > 3
    rings = "Dorthe, your local host" in found[3] and 'href="tel:+4520100061"' in found[3]
    assert rings == (name != "Dorthe")
