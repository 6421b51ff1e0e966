"""Twins: somebody lives behind another door of the same cell, and nobody receives a single other byte.

The whole application is crawled in every role, one home is sealed anew with the other address, and it is crawled
again. That the house gives both doors the same cell and area is in test_informed_attacker.py.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import event, func, select, update

from models import Home, Message, Resident, Thread, db
from neighbours.database import writing
from neighbours.queries.help import nearby
from neighbours.sealing import unseal
from neighbours.web.help import nearby as nearby_pages
from tests.privacy import county as places
from tests.privacy.conftest import County
from tests.privacy.crawl import look, masked
from tests.privacy.people import ON_PAPER, VICTIMS, Scene, Seen, build_scene, twin_doors

PAIRS, VICTIMS_AT_ONCE = 20, 10
MANY_PAIRS, MANY_AT_ONCE = 1_000, 20
# The only pages that may read a sealed home: the host's desk while somebody waits, and the letter.
MAY_READ_HOMES = {"/host", *ON_PAPER}


@dataclass
class Look:
    """One look at everything, and the statements that it took: the path of each page (None: a message), and the SQL."""

    scene: Scene
    seen: Seen
    statements: list[tuple[str | None, str]]

    def readers(self, statement: str) -> set[str | None]:
        """The paths of the pages that asked a statement like this; a letter's by how it begins."""
        return {_short(path) for path, asked in self.statements if re.search(statement, asked)}


@pytest.fixture(scope="module")
def first_look(county: County) -> Look:
    scene = build_scene(county(), more=VICTIMS_AT_ONCE - len(VICTIMS))
    with scene.app.app_context(), writing() as session:
        # Looking at a conversation reads it: all is read before, so that the second look finds what the first one did.
        newest = select(func.max(Message.id)).scalar_subquery()
        session.execute(update(Thread).values(asker_seen=newest, helper_seen=newest))
    with listening(scene.app) as statements:
        return Look(scene, scene.seen(), statements)


@pytest.fixture
def scene(first_look: Look) -> Scene:
    return first_look.scene


def test_every_role_sees_something_to_compare(first_look: Look) -> None:
    seen = first_look.seen
    for name in first_look.scene.browsers:
        assert sum(page.status == 200 for (who, _), page in seen.items() if who == name) >= 10, name
    assert not [key for key, page in seen.items() if page.status >= 500]
    text = b"".join(page.body for (name, _), page in seen.items() if name == "Nina")
    for victim in first_look.scene.victims[:2]:
        assert f"{victim.name} beder om hjælp".encode() in text
    assert [page for (name, _), page in seen.items() if name == "mail" and b"Vera" in page.body]


def test_no_page_names_a_victims_door(first_look: Look) -> None:
    """Addresses of the register are public; beside a neighbour's name they are not."""
    pages = {key: page.body.decode() for key, page in first_look.seen.items() if not key[1].startswith("/find")}
    for victim in first_look.scene.victims:
        address = re.compile(rf"{re.escape(victim.at.street)} {re.escape(victim.at.number)}\b")
        assert not [key for key, text in pages.items() if address.search(text)]


def test_only_the_desk_reads_a_sealed_home(first_look: Look) -> None:
    readers = first_look.readers(r"home\.sealed|home_\w*sealed")
    assert "/host" in readers
    assert readers <= MAY_READ_HOMES


def test_only_pages_about_oneself_ask_the_table_of_homes_at_all(first_look: Look) -> None:
    """Whether there is a home, and who opened it: of oneself, also waiting for a letter, asking or agreeing."""
    readers = first_look.readers(r"\b(FROM|JOIN|INTO|UPDATE) home\b") - MAY_READ_HOMES
    readers = {f"/{path.split('/')[1]}" if path.startswith(("/agreements/", "/ask/")) else path for path in readers}
    assert readers <= {
        "/",
        "/agreements",
        "/ask",
        "/mine",
        "/me",
        "/me/name",
        "/me/help",
        "/me/shown",
        "/me/break",
        "/me/address-log",
    }


def test_twins_look_the_same_to_everybody(first_look: Look) -> None:
    assert compare_twins(first_look.scene, PAIRS, first_look.seen) == PAIRS


@pytest.mark.long
def test_a_thousand_twins_look_the_same_to_everybody(county: County) -> None:
    scene = build_scene(county(), more=MANY_AT_ONCE - len(VICTIMS))
    assert compare_twins(scene, MANY_PAIRS, scene.seen()) == MANY_PAIRS


def test_a_list_in_order_of_real_doors_is_caught(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def by_door(*given: Any, **more: Any) -> list[Any]:
        return sorted(nearby.open_requests(*given, **more), key=lambda row: real_door(row.ref))

    monkeypatch.setattr(nearby_pages, "open_requests", by_door)
    assert is_caught(scene, "/nearby")


def test_a_page_as_long_as_the_way_to_the_door_is_caught(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a word of it is read: it shows by the length alone."""

    def padded(*given: Any, **more: Any) -> list[Any]:
        rows = nearby.open_requests(*given, **more)
        return [row for row in rows for _ in range(1 + real_door(row.ref) % 3)]

    monkeypatch.setattr(nearby_pages, "open_requests", padded)
    assert is_caught(scene, "/nearby")


def test_a_header_that_depends_on_the_door_is_caught(scene: Scene) -> None:
    def add(response: Any) -> Any:
        with_home = db.session.scalars(select(Home.sealed).order_by(Home.id)).all()
        response.headers["X-Weight"] = str(sum(map(hash, map(bytes, with_home))))
        return response

    scene.app.after_request_funcs.setdefault(None, []).append(add)
    try:
        assert is_caught(scene, "/behind")
    finally:
        scene.app.after_request_funcs[None].remove(add)


def compare_twins(scene: Scene, pairs: int, before: Seen) -> int:
    """Move the victims, each to another door and all in one round, until so many pairs were compared."""
    draw = random.Random(pairs)
    choices = {victim.name: twin_doors(scene.app, victim) for victim in scene.victims}
    compared = 0
    with scene.app.app_context():
        rows = places.everything_but_homes()
    while compared < pairs:
        for victim in scene.victims:
            move(scene.app, victim.id, draw.choice(choices[victim.name]))
            compared += 1
        after = scene.seen()
        assert differences(before, after) == []
        before = after
    with scene.app.app_context():
        assert places.everything_but_homes() == rows, "only a home may have changed"
    return compared


def differences(before: Seen, after: Seen) -> list[tuple[str, str]]:
    """Who would see a difference, and where."""
    missing = before.keys() ^ after.keys()
    return sorted(missing | {key for key in before.keys() & after.keys() if masked(before[key]) != masked(after[key])})


def is_caught(scene: Scene, address: str) -> bool:
    """Whether moving Vera about her corner shows on this page, as the twins look at it."""
    nina, vera = scene.browsers["Nina"], scene.victims[0]
    seen = set()
    for door in random.Random(1).sample(twin_doors(scene.app, vera), PAIRS):
        move(scene.app, vera.id, door)
        seen.add(masked(look(nina, address)))
    return len(seen) > 1


def move(app: Flask, ident: int, door: places.Lives) -> None:
    """To another door; each page is made anew afterwards, so that what it shows is seen and not what it showed."""
    app.extensions["replays"].forget()
    with app.app_context():
        before = db.session.scalar(select(Home.sealed).where(Home.resident_id == ident))
        places.move_home(ident, door)
        assert db.session.scalar(select(Home.sealed).where(Home.resident_id == ident)) != before


def real_door(request_ref: str) -> int:
    """What no page may ever depend on."""
    of_asker = select(Home.resident_id, Home.sealed).join(Resident, Resident.id == Home.resident_id)
    of_asker = of_asker.join(places.HelpRequest, places.HelpRequest.asker_id == Resident.id)
    home = db.session.execute(of_asker.where(places.HelpRequest.ref == request_ref)).one()
    return int(unseal(f"home:{home.resident_id}", home.sealed)["door"])


@contextmanager
def listening(app: Flask) -> Iterator[list[tuple[str | None, str]]]:
    """Collect every statement with the path of the page that asked it."""
    asked: list[tuple[str | None, str]] = []
    with app.app_context():
        engine = db.engine

    def listen(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        asked.append((request.path if request else None, statement))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def _short(path: str | None) -> str | None:
    return next((start for start in ON_PAPER if (path or "").startswith(start)), path)
