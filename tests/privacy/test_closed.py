"""Whoever is not let in learns of nobody: the same bytes whether a village is full of life or empty.

Strangers, somebody who waits to be confirmed, and the municipality look at everything they can, also at suggestions of
addresses; then neighbours move in, ask and help; then they look again.
"""

from urllib.parse import quote

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from tests.privacy import county as places
from tests.privacy.conftest import County
from tests.privacy.crawl import Page, crawl, known_addresses, masked
from tests.village import sign_in_as

TYPED = ("Ahornvej", "ahornvej 1", "sondergade 4", "Nordby", "Lilleby", "Vera", "56.01, 9.62", "", "%", "0")
OUTSIDE = ("stranger", "Wim", "Mia", "Otto")


Looks = dict[str, tuple[dict[str, Page], dict[str, Page]]]


@pytest.fixture(scope="module")
def looks(county: County) -> Looks:
    return before_and_after(county())


def before_and_after(app: Flask) -> Looks:
    """What each of them sees of the empty village, and of the full one."""
    with app.app_context():
        register = places.register()
        for name, at in (("Dorthe", register[0]), ("Wim", register[9])):
            ident = places.move_in(name, at, confirmed=name == "Dorthe")
            if name == "Dorthe":
                places.make_host(ident)
        areas = [area.ref for area in places.db.session.query(places.Area)]
        refs = {"public": areas, "maps": areas}
        blueprints = {name: refs.get(name, ["AbCdEfGhIjKl"]) for name in app.blueprints}
        addresses = [*known_addresses(app, blueprints), *(f"/find?q={quote(typed)}" for typed in TYPED)]
    browsers = {name: sign_in_as(app, name) for name in OUTSIDE[1:]}
    # The version of a page depends on the secret of one's own form token, so it is one stranger who looks twice.
    stranger = app.test_client()
    before = _look(stranger, browsers, addresses)
    with app.app_context():
        vera, bo = places.move_in("Vera", register[0]), places.move_in("Bo", register[5])
        anna = places.move_in("Anna", register[20], village_only=True)
        places.agree(places.ask(vera), vera, bo)
        places.reply(places.ask(anna), bo)
        places.offer(bo)
        places.move_in("Willy", register[30], confirmed=False)
    after = _look(stranger, browsers, addresses)
    return {name: (before[name], after[name]) for name in OUTSIDE}


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_village_full_of_life_looks_like_an_empty_one(looks: Looks, name: str) -> None:
    before, after = looks[name]
    assert before.keys() == after.keys()
    assert [address for address in before if masked(before[address]) != masked(after[address])] == []


def test_a_number_of_neighbours_would_be_caught(county: County) -> None:
    """In no word of the page: a header says how many live here."""
    app = county()

    def count(response: Response) -> Response:
        response.headers["X-Many"] = str(places.db.session.query(places.Resident).count())
        return response

    app.after_request(count)
    before, after = before_and_after(app)["stranger"]
    assert masked(before["/"]) != masked(after["/"])


def test_they_see_pages_at_all(looks: Looks) -> None:
    for name in OUTSIDE:
        assert sum(page.status == 200 for page in looks[name][1].values()) >= 15, name
    found = looks["stranger"][1]["/find?q=ahornvej%201"].body.decode()
    assert "Ahornvej 1," in found


def test_no_resident_but_the_host_is_named(looks: Looks) -> None:
    for name in OUTSIDE:
        text = b"".join(page.body for address, page in looks[name][1].items() if "Vera" not in address)
        assert b"Dorthe" in text or name in ("Mia", "Otto")
        for resident in (b"Vera", b"Anna", b"Willy"):
            assert resident not in text


def _look(stranger: FlaskClient, browsers: dict[str, FlaskClient], addresses: list[str]) -> dict[str, dict[str, Page]]:
    everybody = {"stranger": stranger} | browsers
    return {name: crawl(browser, addresses, without=("/sign-in?next=",)) for name, browser in everybody.items()}
