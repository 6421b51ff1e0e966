"""Closed by default: every page in every role by every method, against the one table of rules/access.py.

Open means that somebody comes as far as the page itself: it may still say that something is missing (422), too late
(409) or done (303). Closed is 403, 404, 405, or the way to sign in.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app import create_app
from models import db, new_ref
from neighbours.rules.access import ACCESS, ROLES
from neighbours.web.menu import FOOT, MENU
from tests.scene import WHO_IS, Scene, build_scene
from tests.village import NOW

METHODS = ("GET", "POST", "DELETE")
# What the ref of a page names, by the beginning of its endpoint; the longest beginning counts.
NAMES = {
    "block.request": "open request",
    "block.offer": "open offer",
    "block.reply": "reply",
    "block.agreement": "agreement",
    "block.thread": "thread",
    "block.undo": "waiting person",
    "report.request": "open request",
    "report.offer": "open offer",
    "report.reply": "reply",
    "report.agreement": "agreement",
    "report.message": "message",
    "report.told": "report",
    "looking.": "report",
    "looking.operator": "operator's report",
    "ask.": "draft request",
    "ask.posted": "open request",
    "ask.withdrawn": "withdrawn request",
    "ask.take_back": "open request",
    "ask.withdraw": "open request",
    "ask.undo_withdraw": "withdrawn request",
    "ask.again": "withdrawn request",
    "offer.": "draft offer",
    "offer.posted": "open offer",
    "offer.withdrawn": "withdrawn offer",
    "offer.take_back": "open offer",
    "offer.withdraw": "open offer",
    "offer.undo_withdraw": "withdrawn offer",
    "help.": "open request",
    "replies.": "reply",
    "replies.reply": "open request",
    "replies.not_now": "open request",
    "agreements.": "agreement",
    "agreements.calendar": "done agreement",
    "suggestions.": "suggestion",
    "suggestions.another_day": "agreement",
    "offers.": "open offer",
    "talk.": "thread",
    "beginning.question": "open request",
    "beginning.to_helper": "reply",
    "host.": "waiting person",
    "host.letter": "letter",
    "host.notice": "host notice",
    "host.told": "host notice",
    "host.undo_told": "host notice",
    "public.area": "area",
    "maps.area": "area",
    "chosen.switch_area": "area",
    "account.end_session": "own session",
    "calendars.feed": "calendar address",
    "notices.from_mail": "wish token",
}
FIELDS = {"demo.sign_in": {"person": "demo-anna"}, "joining.begin": {"area": "area"}}


@pytest.fixture(scope="module")
def scene(sqlite_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("doors") / "instance"
    shutil.copytree(sqlite_village, folder)
    app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, "INSTANCE": folder, "CLOCK": lambda: NOW})
    yield build_scene(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def pages(scene: Scene) -> dict[str, Rule]:
    """Every page of the house: its rule by its endpoint."""
    return {rule.endpoint: rule for rule in scene.app.url_map.iter_rules()}


def roles_let_in(scene: Scene, endpoint: str, method: str) -> frozenset[str]:
    """Whom the table lets in at the address of this page by this method; two pages may share an address."""
    rules = pages(scene)
    same = [other for other, rule in rules.items() if rule.rule == rules[endpoint].rule]
    return frozenset().union(*(ACCESS[other].get(method, frozenset()) for other in same))


def url(scene: Scene, endpoint: str, role: str) -> str:
    """The page of the scene's own things; the role's own session where it is about sessions."""
    rule = pages(scene)[endpoint]
    values = {"filename": "style.css"} if endpoint == "static" else {}
    if "ref" in rule.arguments:
        thing = thing_of(endpoint)
        values["ref"] = scene.sessions.get(role, new_ref()) if thing == "own session" else scene.refs[thing]
    if "token" in rule.arguments:
        values["token"] = scene.refs[thing_of(endpoint)]
    with scene.app.test_request_context():
        return str(scene.app.url_for(endpoint, **values))


def thing_of(endpoint: str) -> str:
    """What the ref of this page names."""
    return NAMES[max((start for start in NAMES if endpoint.startswith(start)), key=len)]


def is_open(scene: Scene, endpoint: str, method: str, role: str) -> bool:
    """Whether somebody of this role comes as far as the page."""
    data = {name: scene.refs.get(value, value) for name, value in FIELDS.get(endpoint, {}).items()}
    with scene.fresh():
        answer = scene.browser(role).open(url(scene, endpoint, role), method=method, data=data or None)
        answer.close()
    assert answer.status_code < 500, f"{method} {endpoint} as {role}: {answer.status_code}"
    led_to_sign_in = answer.status_code == 303 and "sign-in?next=" in answer.headers["Location"]
    return answer.status_code not in (403, 404, 405) and not led_to_sign_in


def test_the_table_names_every_page_with_its_methods_and_nothing_else(scene: Scene) -> None:
    written = {(endpoint, method) for endpoint, methods in ACCESS.items() for method in methods}
    rules = scene.app.url_map.iter_rules()
    there = {(rule.endpoint, method) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert written == there


def test_the_table_speaks_of_known_roles() -> None:
    assert set().union(*(roles for methods in ACCESS.values() for roles in methods.values())) == set(ROLES)
    assert set(WHO_IS) == set(ROLES) - {"stranger"}


@pytest.mark.parametrize("endpoint", ACCESS)
@pytest.mark.parametrize("method", METHODS)
def test_a_page_opens_exactly_to_those_whom_the_table_names(scene: Scene, endpoint: str, method: str) -> None:
    found = {role for role in ROLES if is_open(scene, endpoint, method, role)}
    assert found == roles_let_in(scene, endpoint, method)


@pytest.mark.parametrize("role", ["stranger", "neighbour"])
@pytest.mark.parametrize("endpoint", ACCESS)
def test_no_page_answers_to_a_method_that_it_does_not_speak(scene: Scene, endpoint: str, role: str) -> None:
    for method in ("PUT", "PATCH", "TRACE", "PROPFIND", "X" * 40):
        assert scene.browser(role).open(url(scene, endpoint, role), method=method).status_code in (404, 405), method


@pytest.mark.parametrize("role", ["stranger", "waiting", "municipality", "operator"])
def test_those_outside_see_no_neighbour_and_nobodys_words_on_any_page(scene: Scene, role: str) -> None:
    words = (
        "Anna<",
        "Anna ",
        "Bo<",
        "Bo ",
        "Nora",
        "Elsa",
        "Hjælp til Digital Post",
        "Suppe om torsdagen",
        "Jeg kan komme",
        "Har du en stige",
    )
    seen = 0
    # What no other host can look at comes to the operator with the words that were told of, and nothing else does.
    told = {"looking.reports"} if role == "operator" else set()
    for endpoint in ACCESS.keys() - told:
        # A calendar address is secret: whoever has it was given it.
        if "GET" in ACCESS[endpoint] and not endpoint.startswith(("demo.", "static", "calendars.feed")):
            with scene.fresh():
                page = scene.browser(role).get(url(scene, endpoint, role)).text
            assert [word for word in words if word in page] == [], endpoint
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("role", ["neighbour", "elsewhere", "asker", "helper", "host", "other_host"])
def test_no_page_shows_anybody_the_address_or_contact_of_another(scene: Scene, role: str) -> None:
    """Anna's address is closed to Bo; only a host sees the address of somebody who waits, and only the own host."""
    own = WHO_IS[role].lower()
    for endpoint in ACCESS:
        if "GET" in ACCESS[endpoint] and not endpoint.startswith(("demo.", "static")):
            with scene.fresh():
                page = scene.browser(role).get(url(scene, endpoint, role)).text
            others = {"anna", "bo", "nora", "elsa", "wim", "carl"} - {own}
            assert [name for name in others if f"{name}@example.org" in page] == [], endpoint
            assert role == "host" or "Kærvej 2" not in page, endpoint
            assert role == "asker" or "Engvej 1<" not in page, endpoint


@pytest.mark.parametrize("endpoint", [endpoint for endpoint in ACCESS if endpoint.startswith(tuple(NAMES))])
def test_a_ref_that_names_nothing_or_another_thing_is_not_found(scene: Scene, endpoint: str) -> None:
    if "ref" not in pages(scene)[endpoint].arguments:
        return
    method = "POST" if "POST" in ACCESS[endpoint] else "GET"
    role = next(role for role in ("asker", "helper", "host", "operator") if role in ACCESS[endpoint][method])
    own = url(scene, endpoint, role).split("/")
    kind = thing_of(endpoint).split()[-1]
    others = {ref for name, ref in scene.refs.items() if not name.endswith(kind)}
    for ref in others | {new_ref(), "1", "0", "-1", "é", "%00", "x" * 200}:
        path = "/".join(ref if part in {*scene.refs.values(), *scene.sessions.values()} else part for part in own)
        assert scene.browser(role).open(path, method=method).status_code == 404, f"{method} {path}"


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_there_is_not_found_in_any_role(scene: Scene, role: str) -> None:
    for path in ("/nothing", "/help", "/agreements", "/ask/x/y/z", "/.env", "/admin", "/static", "/%00"):
        for method in METHODS:
            assert scene.browser(role).open(path, method=method).status_code == 404, path


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/nearby"), ("PUT", "/"), ("GET", "/sign-out"), ("DELETE", "/me"), ("GET", "/host/x")]
)
@pytest.mark.parametrize("role", ["stranger", "neighbour"])
def test_a_wrong_method_is_refused_and_nothing_else_is_said(scene: Scene, role: str, method: str, path: str) -> None:
    answer = scene.browser(role).open(path, method=method)
    assert answer.status_code == (404 if path == "/host/x" else 405)


def test_a_page_that_the_table_does_not_name_is_there_for_nobody(scene: Scene) -> None:
    app = create_app({"TESTING": True, "INSTANCE": scene.app.config["INSTANCE"], "CLOCK": lambda: NOW})
    app.add_url_rule("/forgotten", "forgotten", lambda: "everybody's secrets")
    for role in ROLES:
        client = app.test_client()
        if role in scene.cookies:
            client.set_cookie(app.config["SESSION_COOKIE_NAME"], scene.cookies[role])
        assert client.get("/forgotten").status_code == 404
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("entry", [*MENU, *FOOT], ids=lambda entry: entry.name)
def test_every_entry_of_the_menu_is_a_page(scene: Scene, entry: Any) -> None:
    assert entry.endpoint in pages(scene)
    assert ("POST" if entry.posts else "GET") in ACCESS[entry.endpoint]


@pytest.mark.parametrize("role", ROLES)
def test_whatever_the_menu_offers_opens(scene: Scene, role: str) -> None:
    page = scene.browser(role).get("/", follow_redirects=True).text
    offered = [entry for entry in (*MENU, *FOOT) if f'"{path_of(scene.app, entry.endpoint)}"' in page]
    assert offered
    for entry in offered:
        assert is_open(scene, entry.endpoint, "POST" if entry.posts else "GET", role)


def path_of(app: Flask, endpoint: str) -> str:
    with app.test_request_context():
        return str(app.url_for(endpoint))


@pytest.mark.parametrize(
    ("wished", "led_to"),
    [
        ("/areas/abc?x=1", "/areas/abc?x=1"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("//[", "/"),
        ("http://[", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_a_change_of_language_leads_back_to_a_page_of_ours_alone(scene: Scene, wished: str, led_to: str) -> None:
    client: FlaskClient = scene.browser("stranger")
    answer = client.post("/language", data={"language_of_pages": "en", "next": wished})
    assert (answer.status_code, answer.headers["Location"]) == (303, led_to)
    assert '<html lang="en">' in client.get("/").text


def test_a_strangers_form_of_too_many_fields_is_refused_before_anything_is_kept(client: FlaskClient) -> None:
    sent = {f"field{number}": "x" for number in range(2_000)}
    assert client.post("/agreements/xxxxxxxxxxxx/thanks", data=sent).status_code == 413
