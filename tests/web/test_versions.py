"""Versions of pages: 304 while nothing changed, never when something did, never for somebody else; and what is kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import HelpRequest, Reply, Resident
from neighbours.actions.help import agreeing, asking
from neighbours.actions.moving import Actor
from neighbours.actions.people import profile
from neighbours.database import writing
from neighbours.queries.help.nearby import A_PAGE
from neighbours.web.doors import KEPT_BY_NOBODY
from neighbours.web.wire import versions
from tests.conftest import Clock
from tests.village import NOW, counted, sign_in_as
from tests.yes import agree, ask, offer, person, stand

As = Callable[[str], FlaskClient]
LISTS = ("/nearby", "/nearby/offers", "/mine", "/")


def again(client: FlaskClient, path: str, version: str) -> int:
    return client.get(path, headers={"If-None-Match": version}).status_code


@pytest.mark.parametrize("path", LISTS)
def test_an_unchanged_page_is_304_without_a_body_and_without_rendering(
    app_on_both: Flask, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(app_on_both)
    bo = sign_in_as(app_on_both, "Bo")
    bo.get(path)
    version = bo.get(path).headers["ETag"]
    monkeypatch.setattr(versions, "render_template", lambda *names, **facts: pytest.fail("it was rendered"))
    with counted(app_on_both) as said:
        answer = bo.get(path, headers={"If-None-Match": version})
    assert (answer.status_code, answer.data, len(said)) == (304, b"", 2)
    assert answer.headers["Cache-Control"] == "private, no-cache"


def acts(app: Flask, ident: int, bo: int, anna: int) -> dict[str, Callable[[], object]]:
    """Things that happen, each of which somebody's list shows."""
    ref = stand(app, HelpRequest, id=ident).ref
    reply = lambda: stand(app, Reply, help_request_id=ident, helper_id=bo).id  # noqa: E731
    return {
        "somebody asks": lambda: ask(app, title="Noget nyt"),
        "somebody offers to help": lambda: offer(app, ident),
        "they say yes": lambda: agreeing.accept(reply(), share_phone=True, by=Actor(anna), now=NOW),
        "it is withdrawn": lambda: asking.withdraw_request(anna, ref, NOW),
        "one likes something else": lambda: profile.change_help(
            bo, kinds=["digital"], slots=127, reach=3000, share_phone=True, most_a_week=3, now=NOW
        ),
    }


@pytest.mark.parametrize(
    ("act", "who", "path"),
    [
        ("somebody asks", "Bo", "/nearby"),
        ("somebody asks", "Bo", "/"),
        ("somebody asks", "Anna", "/mine"),
        ("somebody offers to help", "Anna", "/mine"),
        ("somebody offers to help", "Bo", "/nearby"),
        ("it is withdrawn", "Bo", "/nearby"),
        ("it is withdrawn", "Anna", "/mine"),
        ("one likes something else", "Bo", "/nearby"),
    ],
)
def test_whoever_is_concerned_gets_the_page_anew(app_on_both: Flask, act: str, who: str, path: str) -> None:
    app = app_on_both
    ident = ask(app)
    client = sign_in_as(app, who)
    client.get(path)
    version = client.get(path).headers["ETag"]
    assert again(client, path, version) == 304
    with app.app_context():
        done = acts(app, ident, person(app, "Bo"), person(app, "Anna"))[act]
    with app.app_context():
        done()
    assert again(client, path, version) == 200


def test_a_change_in_a_long_title_is_seen(app: Flask, as_person: As) -> None:
    ident, bo = ask(app, title="x" * 40 + "a" + "x" * 39), as_person("Bo")
    bo.get("/nearby")
    version = bo.get("/nearby").headers["ETag"]
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == ident).values(title="x" * 40 + "b" + "x" * 39))
    assert again(bo, "/nearby", version) == 200


def test_a_yes_is_seen_by_both_at_once(app: Flask, as_person: As) -> None:
    ident = ask(app)
    clients = {name: as_person(name) for name in ("Anna", "Bo")}
    seen = {name: client.get("/").headers["ETag"] for name, client in clients.items()}
    agree(app, ident)
    for name, client in clients.items():
        assert again(client, "/", seen[name]) == 200


def test_two_people_and_two_sessions_never_share_a_version(app: Flask, as_person: As, client: FlaskClient) -> None:
    pages = [as_person(name).get("/nearby") for name in ("Anna", "Bo", "Bo", "Dorthe")]
    assert len({page.headers["ETag"] for page in pages}) == 4
    assert client.get("/").headers["ETag"] != app.test_client().get("/").headers["ETag"]


def test_another_language_hour_or_address_is_another_version(app: Flask, as_person: As, clock: Clock) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    seen = bo.get("/nearby").headers["ETag"]
    assert bo.get("/nearby?kind=snow").headers["ETag"] != seen
    clock.now += timedelta(hours=1)
    later = bo.get("/nearby").headers["ETag"]
    bo.post("/language", data={"language_of_pages": "da"})
    assert len({seen, later, bo.get("/nearby").headers["ETag"]}) == 3


def test_what_is_said_once_is_said_once(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    ask(app)
    version = bo.get("/mine").headers["ETag"]
    with bo.session_transaction() as cookie:
        cookie["_flashes"] = [("done", "Saved for you")]
    told = bo.get("/mine", headers={"If-None-Match": version})
    assert told.status_code == 200 and "Saved for you" in told.text and "ETag" not in told.headers
    assert again(bo, "/mine", version) == 304


def test_the_version_of_a_stranger_does_not_tell_that_anything_happened(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    before = client.get("/").headers["ETag"]
    agree(app, ask(app))
    assert client.get("/").headers["ETag"] == before


def test_a_renamed_neighbour_is_greeted_by_the_new_name(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    version = bo.get("/").headers["ETag"]
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(name="Børge"))
    answer = bo.get("/", headers={"If-None-Match": version})
    assert answer.status_code == 200 and "Børge" in answer.text


@pytest.mark.parametrize("setting", ["TILES_URL", "TILES_ATTRIBUTION", "SOURCE_URL"])
def test_another_setting_is_another_version(app: Flask, client: FlaskClient, setting: str) -> None:
    client.get("/")
    before = client.get("/").headers["ETag"]
    app.config[setting] = "https://example.org/"
    versions.give_versions(app)
    assert again(client, "/", before) == 200


def test_another_source_and_another_file_are_another_version(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/")
    seen = {client.get("/").headers["ETag"]}
    app.extensions["files"]["leaflet/leaflet.1f2e3d4c.js"] = app.extensions["files"]["style.css"]
    versions.give_versions(app)
    seen.add(client.get("/").headers["ETag"])
    monkeypatch.setattr(versions, "build_mark", lambda: "another")
    versions.give_versions(app)
    assert len({*seen, client.get("/").headers["ETag"]}) == 3


def test_what_no_card_says_is_not_in_the_version(app: Flask, as_person: As) -> None:
    """The row of what one offered to help with holds how many are wanted, and its card does not."""
    ident = ask(app)
    offer(app, ident)
    bo = as_person("Bo")
    bo.get("/mine")
    before = bo.get("/mine").headers["ETag"]
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == ident).values(places=3, taken=1, minutes=90))
    assert again(bo, "/mine", before) == 304


def test_what_is_beyond_the_page_shows_only_that_there_is_more(app: Flask, as_person: As) -> None:
    last = [ask(app, title=f"Nr. {number}") for number in range(A_PAGE + 1)][-1]
    bo = as_person("Bo")
    bo.get("/nearby")
    before = bo.get("/nearby").headers["ETag"]
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == last).values(title="Another title"))
    assert again(bo, "/nearby", before) == 304 and "Another title" not in bo.get("/nearby").text


@pytest.mark.parametrize("path", ["/map.json", "/map.svg", "/map.svg?dark=1"])
def test_a_map_that_is_there_already_is_304(app: Flask, as_person: As, path: str) -> None:
    bo = as_person("Bo")
    bo.get(path)
    version = bo.get(path).headers["ETag"]
    assert again(bo, path, version) == 304 and again(as_person("Dorthe"), path, version) == 200


def test_pages_with_an_address_or_a_code_are_kept_by_no_browser_and_forms_are(app: Flask, as_person: As) -> None:
    anna = as_person("Anna")
    assert anna.get("/me").headers["Cache-Control"] == "no-store"
    assert anna.get("/ask").headers["Cache-Control"] == "private, no-cache"
    assert app.view_functions.keys() >= KEPT_BY_NOBODY


def test_signing_out_has_the_browser_forget_its_pages(as_person: As) -> None:
    assert as_person("Bo").post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    assert as_person("Bo").post("/me/sessions/end-all").headers.get("Clear-Site-Data") == '"cache"'
