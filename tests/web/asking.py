"""Material for the tests of asking and offering: the pages filled in, and what a page says in its fields."""

import re
from html import unescape

from flask.testing import FlaskClient

WHAT = {
    "kind": "digital",
    "subkind": "mitid",
    "title": "Hjælp med MitID",
    "languages": ["da", "en"],
    "written_in": "da",
}
WHEN = {"when_kind": "day", "day": "5. juni", "parts": ["afternoon"], "minutes": "60", "places": "1"}
WHERE = {"place_kind": "home"}
HOW = {"first_yes": "choose", "act": "open"}


def new_form(person: FlaskClient, room: str = "ask") -> str:
    """The ref that a fresh first page carries."""
    return value_of(person.get(f"/{room}").text, "ref")


def value_of(page: str, name: str) -> str:
    """What stands in the input of that name."""
    (tag,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return unescape(re.search(r'value="([^"]*)"', tag)[1])


def draft(person: FlaskClient, **more: object) -> str:
    """A complete draft, page by page; returns its ref."""
    ref = new_form(person)
    assert person.post("/ask", data=WHAT | {"ref": ref} | more).location == f"/ask/{ref}/when"
    assert person.post(f"/ask/{ref}/when", data=WHEN).location == f"/ask/{ref}/where"
    assert person.post(f"/ask/{ref}/where", data=WHERE).location == f"/ask/{ref}/check"
    return ref


def asked(person: FlaskClient, **more: object) -> str:
    """An open request; returns its ref."""
    ref = draft(person, **more)
    assert person.post(f"/ask/{ref}/check", data=HOW).location == f"/ask/{ref}/posted"
    return ref


def draft_offer(person: FlaskClient) -> str:
    ref = new_form(person, "offer")
    words = {"kind": "garden", "title": "Jeg slår gerne græs", "languages": ["da"], "written_in": "da"}
    assert person.post("/offer", data=words | {"ref": ref}).location == f"/offer/{ref}/when"
    assert person.post(f"/offer/{ref}/when", data={"weekdays": ["4"]}).location == f"/offer/{ref}/check"
    return ref


def offered(person: FlaskClient) -> str:
    ref = draft_offer(person)
    assert person.post(f"/offer/{ref}/check", data={"act": "open"}).location == f"/offer/{ref}/posted"
    return ref


def errors_of(page: str) -> str:
    """The summary of errors on top of a page, without its markup."""
    found = re.search(r'<div class="summary".*?</ul>', page, re.S)
    return unescape(re.sub(r"<[^>]+>", " ", found[0])) if found else ""
