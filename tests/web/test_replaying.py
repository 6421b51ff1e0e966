"""Answers given again: only to the same request, and only while everything that they were made of is the same."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from models import Resident, db
from neighbours.actions.help import replying
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.queries.help.home import home
from neighbours.web.wire import versions
from neighbours.web.wire.replaying import Made, Replays
from tests.conftest import Clock
from tests.scene import build_scene
from tests.village import counted, sign_in_as
from tests.yes import ask, offer, person, stand

As = Callable[[str], FlaskClient]
LISTS = ("/nearby", "/nearby/offers", "/mine", "/")


@pytest.fixture
def not_made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From here on a page that is made fails the test."""

    def fail(*facts: object, **more: object) -> None:
        pytest.fail("it was made again")

    return lambda: monkeypatch.setattr(versions, "_version", fail)


@pytest.mark.parametrize("path", LISTS)
def test_the_same_answer_is_given_again_after_two_statements(
    app_on_both: Flask, path: str, not_made: Callable[[], None]
) -> None:
    ask(app_on_both)
    bo = sign_in_as(app_on_both, "Bo")
    bo.get(path)
    first = bo.get(path)
    not_made()
    with counted(app_on_both) as said:
        second = bo.get(path)
    assert (second.status, second.data, list(second.headers)) == (first.status, first.data, list(first.headers))
    assert len(said) == 2


@pytest.mark.parametrize("path", LISTS)
def test_who_has_the_page_gets_304_with_the_same_headers_as_if_made(app: Flask, as_person: As, path: str) -> None:
    bo = as_person("Bo")
    bo.get(path)
    known = {"If-None-Match": bo.get(path).headers["ETag"]}
    again = bo.get(path, headers=known)
    app.extensions["replays"].forget()
    made = bo.get(path, headers=known)
    assert (again.status, again.data) == (made.status, made.data) == ("304 NOT MODIFIED", b"")
    assert sorted(again.headers) == sorted(made.headers)


@pytest.mark.parametrize("kept", ['W/"{}"', '"{}"', '"x", W/"{}"'])
def test_a_browser_may_name_its_version_in_any_of_the_ways(app: Flask, as_person: As, kept: str) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    version = bo.get("/nearby").get_etag()[0]
    assert bo.get("/nearby", headers={"If-None-Match": kept.format(version)}).status_code == 304
    assert bo.get("/nearby", headers={"If-None-Match": kept.format(version[:-1])}).status_code == 200


def test_a_form_on_it_can_be_sent(app: Flask, as_person: As, not_made: Callable[[], None]) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    bo.get("/nearby")
    not_made()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', bo.get("/nearby").text)[0]
    app.config["WTF_CSRF_ENABLED"] = True
    assert bo.post("/language?next=/ask", data={"csrf_token": token, "language_of_pages": "da"}).status_code == 303


def test_whose_session_has_ended_does_not_get_it(app: Flask, as_person: As) -> None:
    ask(app, title="Græs ved hækken")
    bo = as_person("Bo")
    for _again in range(2):
        assert "Græs ved hækken" in bo.get("/nearby").text
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE auth_session SET ended_at = '2026-06-01 09:00:00'"))
    gone = bo.get("/nearby")
    assert gone.status_code == 303 and "Græs" not in gone.text


def test_who_was_refused_meanwhile_does_not_get_it(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    for _again in range(2):
        assert bo.get("/nearby").status_code == 200
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(status="waiting"))
    assert bo.get("/nearby").status_code == 403


@pytest.mark.parametrize(
    "other",
    [
        {"headers": {"Accept-Language": "nl"}},
        {"headers": {"Accept-Encoding": "gzip"}},
        {"headers": {"X-Forwarded-For": "192.0.2.1"}},
        {"headers": {"User-Agent": "Another"}},
        {"environ_overrides": {"REMOTE_ADDR": "192.0.2.1"}},
        {"environ_overrides": {"SCRIPT_NAME": "/below"}},
        {"environ_overrides": {"wsgi.url_scheme": "https"}},
        {"environ_overrides": {"werkzeug.proxy_fix.orig": {"REMOTE_ADDR": "192.0.2.1"}}},
        {"query_string": "kind=snow"},
    ],
)
def test_another_request_is_answered_anew(app: Flask, as_person: As, other: dict[str, object]) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    bo.get("/nearby")
    before = len(app.extensions["replays"]._made)
    bo.get("/nearby", **other)  # type: ignore[arg-type]
    assert len(app.extensions["replays"]._made) == before + 1


@pytest.mark.parametrize("header", ["Referer", "Sec-Fetch-Site", "Cache-Control", "Upgrade-Insecure-Requests"])
def test_what_no_page_looks_at_makes_no_difference(
    app: Flask, as_person: As, header: str, not_made: Callable[[], None]
) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    bo.get("/nearby")
    not_made()
    assert bo.get("/nearby", headers={header: "another"}).status_code == 200


def test_a_page_that_was_begun_in_the_hour_before_is_made_again(
    app: Flask, as_person: As, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo, render = as_person("Bo"), versions.render_template

    def slowly(*names: str, **facts: object) -> str:
        clock.now += timedelta(hours=1)
        return render(*names, **facts)

    bo.get("/nearby")
    with monkeypatch.context() as patch:
        patch.setattr(versions, "render_template", slowly)
        version = bo.get("/nearby?kind=snow").headers["ETag"]
    assert bo.get("/nearby?kind=snow").headers["ETag"] != version


def test_what_a_moment_changes_is_seen_within_the_hour(app: Flask, as_person: As, clock: Clock) -> None:
    """A "no thank you" reads as an offer for ten minutes, because it can be taken back."""
    ident = ask(app)
    offer(app, ident)
    with app.app_context():
        reply = stand(app, replying.Reply, help_request_id=ident, helper_id=person(app, "Bo")).id
        replying.decline(reply, by=Actor(person(app, "Anna")), now=clock.now)
    bo = as_person("Bo")
    for _again in range(3):
        assert "Waiting for an answer" in bo.get("/mine").text
    clock.now += timedelta(minutes=11)
    assert "Waiting for an answer" not in bo.get("/mine").text


def test_on_another_day_the_session_is_noted_again_and_its_cookie_goes_out(
    app: Flask, as_person: As, clock: Clock
) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    assert "Set-Cookie" not in bo.get("/nearby").headers
    clock.now += timedelta(days=1)
    assert "Set-Cookie" in bo.get("/nearby").headers and "Set-Cookie" not in bo.get("/nearby").headers


def test_a_database_that_went_away_is_503_all_the_same(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    bo.get("/nearby")
    bo.get("/nearby")
    with app.app_context(), writing() as session:
        session.execute(text("ALTER TABLE installation RENAME TO gone"))
    assert bo.get("/nearby").status_code == 503


def test_only_the_pages_that_say_so_are_kept(app: Flask) -> None:
    scene = build_scene(app)
    for client in map(scene.browser, scene.cookies):
        for path in (*LISTS, "/ask", "/me", "/host", "/map.json", "/accessibility", "/behind", "/nothing", "/offline"):
            for _again in range(3):
                client.get(path)
    kept = {asked[0] for asked in scene.app.extensions["replays"]._made}
    assert kept == set(LISTS)


def test_what_is_read_by_the_session_is_not_kept(app: Flask, as_person: As, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = as_person("Anna")
    with monkeypatch.context() as change:
        change.setattr("neighbours.web.help.mine.home", lambda *given: db.session.execute(select(1)) and home(*given))
        anna.get("/")
        assert not app.extensions["replays"]._made
    anna.get("/")
    assert app.extensions["replays"]._made


def test_what_is_said_once_is_not_kept(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    bo.get("/mine")
    with bo.session_transaction() as cookie:
        cookie["_flashes"] = [("done", "Saved for you")]
    assert "Saved for you" in bo.get("/mine").text and "Saved for you" not in bo.get("/mine").text


def test_the_one_used_least_lately_goes_when_room_is_short(app: Flask) -> None:
    replays = Replays(app, most=100)
    made = Made("", (), "", [], b"x" * 40)
    for name in ("a", "b", "c"):
        replays._keep((name,), made)
    assert [replays._get((name,)) is not None for name in ("a", "b", "c")] == [False, True, True]
    replays._get(("b",))
    replays._keep(("d",), made)
    assert [replays._get((name,)) is not None for name in ("b", "c", "d")] == [True, False, True]
    replays._keep(("d",), made)
    assert len(replays._made) == 2
    replays._keep(("huge",), made._replace(body=b"x" * 200))
    assert not replays._made and replays._bytes == 0
