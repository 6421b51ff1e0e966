"""What stays in a browser: pages that none keeps, what each way of leaving takes along, cookies nobody else reads."""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from app import create_app
from models import HelpRequest, Installation, db
from neighbours.database import writing
from neighbours.web.doors import KEPT_BY_NOBODY, LEAVING
from tests.letters import last_code
from tests.scene import Scene, build_scene
from tests.village import NOW
from tests.yes import ask, stand

As = Callable[[str], FlaskClient]
# Words so mixed that they need both cookies.
MIXED = random.Random(1).randbytes(2500).hex()
OURS = {"Origin": "http://localhost"}
# Who opens each page, and where it is; `{}` is the ref of what is named last.
SECRET = {
    "agreements.one": ("asker", "/agreements/{}", "agreement"),
    "host.desk": ("host", "/host", ""),
    "host.letter": ("host", "/host/letters/{}", "letter"),
    "account.details": ("asker", "/me", ""),
    "account.name": ("asker", "/me/name", ""),
    "account.contact": ("asker", "/me/contact", ""),
    "account.address_log": ("asker", "/me/address-log", ""),
    "account.sessions": ("asker", "/me/sessions", ""),
    "kept.page": ("asker", "/kept", ""),
    "offline.page": ("asker", "/offline", ""),
    "demo.outbox": ("asker", "/demo/post", ""),
    "calendars.page": ("asker", "/me/calendar", ""),
    "notices.from_mail": ("stranger", "/notices/{}", "wish token"),
    "host.notice": ("host", "/host/notice/{}", "host notice"),
    "looking.reports": ("operator", "/operator/reports", ""),
}
WAYS_OUT = {
    "signing_in.leave": "/sign-out",
    "account.end_all_sessions": "/me/sessions/end-all",
    "demo.sign_in": "/demo/sign-in",
}


@pytest.fixture(scope="module")
def scene(sqlite_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("leaving") / "instance"
    shutil.copytree(sqlite_village, folder)
    app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, "INSTANCE": folder, "CLOCK": lambda: NOW})
    built = build_scene(app)
    with app.app_context(), writing() as session:
        session.execute(update(Installation).values(demo=True))
    built.keep()
    yield built
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_each_page_that_nobody_keeps_and_each_way_out_is_tried_here() -> None:
    assert (SECRET.keys(), WAYS_OUT.keys()) == (KEPT_BY_NOBODY, LEAVING | {"demo.sign_in"})


@pytest.mark.parametrize("endpoint", SECRET)
def test_a_page_with_an_address_a_code_or_ones_own_details_is_kept_by_no_browser(scene: Scene, endpoint: str) -> None:
    role, path, thing = SECRET[endpoint]
    with scene.fresh():
        answer = scene.browser(role).get(path.format(scene.refs.get(thing, "")))
    assert answer.status_code == (303 if endpoint == "kept.page" else 200)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/nearby", "/ask", "/me/help", "/feedback"])
def test_other_pages_come_back_with_what_was_typed(scene: Scene, path: str) -> None:
    with scene.fresh():
        assert scene.browser("asker").get(path).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("endpoint", WAYS_OUT)
def test_each_way_of_leaving_takes_along_pages_and_what_waits(scene: Scene, endpoint: str) -> None:
    asker = scene.browser("asker")
    for name in ("typed-0", "typed-1"):
        asker.set_cookie(name, "waits")
    with scene.fresh():
        answer = asker.post(WAYS_OUT[endpoint])
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    if endpoint in LEAVING:  # whose it is, the demo looks at first (test_demo.py)
        assert asker.get_cookie("typed-0") is None and asker.get_cookie("typed-1") is None


def test_signing_out_another_device_takes_nothing_from_this_one(app: Flask, as_person: As) -> None:
    here, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}/reply"
    writer = writer_of(here)
    as_person("Bo").post("/me/sessions/end-all")
    here.post(path, data={"line": MIXED, "writer": writer}, headers=OURS)
    here.post("/sign-in", data={"contact": "bo@example.org"})
    here.post("/sign-in/code", data={"code": last_code(app)})
    elsewhere = as_person("Bo")
    other = re.search(r'action="(/me/sessions/[^/"]+/end)"', here.get("/me/sessions").text)
    assert other
    answer = here.post(other[1])
    assert answer.location == "/me/sessions" and "Clear-Site-Data" not in answer.headers
    assert elsewhere.get("/me").location == "/sign-in?next=/me" and MIXED in here.get("/kept").text


@pytest.fixture
def gone(app: Flask) -> Callable[[], None]:
    """Takes the database away, with the table that the first statement of every page reads."""

    def take_away() -> None:
        with app.app_context(), writing() as session:
            session.execute(text("ALTER TABLE installation RENAME TO gone"))

    return take_away


def token_of(browser: FlaskClient, path: str = "/feedback") -> dict[str, str]:
    """The form token as a page of this browser carries it."""
    found = re.search(r'name="csrf_token" value="([^"]*)"', browser.get(path).text)
    assert found
    return {"csrf_token": found[1]}


def is_signed_in(browser: FlaskClient) -> bool:
    """Whether its cookie still names somebody."""
    with browser.session_transaction() as cookie:
        return "_user_id" in cookie


def test_signing_out_without_a_database_drops_the_cookie_and_says_so(
    app: Flask, as_person: As, gone: Callable[[], None]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    bo = as_person("Bo")
    form = token_of(bo)
    bo.set_cookie("typed-0", "waits")
    gone()
    answer = bo.post("/sign-out", data=form)
    assert answer.status_code == 503 and answer.headers["Clear-Site-Data"] == '"cache"'
    assert "You are signed out on this device." in answer.text and "still signed in" not in answer.text
    assert not is_signed_in(bo) and bo.get_cookie("typed-0") is None


def test_a_sign_out_that_finds_the_database_busy_drops_the_cookie_too(
    app: Flask, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = as_person("Bo")

    def is_busy(*facts: object) -> None:
        raise OperationalError("UPDATE", None, Exception("locked"))

    monkeypatch.setattr("neighbours.web.people.signing_in.end_session", is_busy)
    answer = bo.post("/sign-out")
    assert answer.status_code == 503 and "You are signed out on this device." in answer.text
    assert "Sign out" not in answer.text and not is_signed_in(bo)


@pytest.mark.parametrize("path", ["/sign-out", "/me/sessions/end-all"])
def test_who_is_not_signed_out_without_a_database_is_told_so_and_loses_nothing(
    app: Flask, as_person: As, gone: Callable[[], None], path: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    bo = as_person("Bo")
    form = {"csrf_token": "old"} if path == "/sign-out" else token_of(bo)
    bo.set_cookie("typed-0", "waits")
    gone()
    answer = bo.post(path, data=form)
    assert answer.status_code == 503 and "You are still signed in." in answer.text
    assert "signed out on" not in answer.text and "Clear-Site-Data" not in answer.headers
    assert is_signed_in(bo) and bo.get_cookie("typed-0")
    assert "signed in" not in bo.get("/").text


def test_a_device_that_was_signed_out_from_elsewhere_forgets_its_pages_once(as_person: As) -> None:
    here, elsewhere = as_person("Bo"), as_person("Bo")
    assert "Clear-Site-Data" not in here.get("/nearby").headers
    elsewhere.post("/me/sessions/end-all")
    here.set_cookie("typed-0", "waits")
    told = [here.get("/healthz"), here.get("/nearby"), here.get("/nearby"), here.get("/")]
    assert [answer.headers.get("Clear-Site-Data") for answer in told] == [None, '"cache"', None, None]
    assert here.get_cookie("typed-0")


def writer_of(browser: FlaskClient) -> str:
    """The sealed word for who writes in this browser, as a form carries it."""
    found = re.search(r'name="writer" value="([^"]*)"', browser.get("/feedback").text)
    assert found
    return found[1]


@pytest.mark.parametrize("secure", [True, False])
def test_what_waits_is_read_by_no_script_and_sent_from_no_other_site(app: Flask, as_person: As, secure: bool) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}/reply"
    writer = writer_of(bo)
    bo.post("/me/sessions/end-all")
    app.config["SESSION_COOKIE_SECURE"] = secure
    answer = bo.post(path, data={"line": MIXED, "writer": writer}, headers=OURS)
    set_here = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("typed-")]
    assert [line.partition("=")[0] for line in set_here] == ["typed-0", "typed-1"]
    for line in set_here:
        parts = line.split("; ")
        assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7200"} <= set(parts)
        assert ("Secure" in parts) == secure and not any(part.startswith("Domain") for part in parts)
