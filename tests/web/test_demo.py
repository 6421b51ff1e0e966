"""The demo's own pages, and that a demo is never a real village: the mark, this machine alone, no real mail."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import func, insert, literal, select, update

from app import create_app
from models import AuthSession, Dispatch, HelpRequest, LetterCode, NoticeWish, Resident, Unsealing, db
from neighbours.actions.demo import load_demo, read
from neighbours.actions.demo.trying import people_to_try
from neighbours.actions.telling import tell, tell_contact
from neighbours.database import writing
from neighbours.mail import mail_way
from neighbours.rules.people.contact import read_contact
from neighbours.worker import Worker, work_once
from tests.conftest import Clock
from tests.crawling import Page
from tests.village import NOW, counted

FROM_ELSEWHERE = {"REMOTE_ADDR": "10.0.0.5"}
ANSWERS = (literal("answers"), literal("daily"))
PAGES = (("GET", "/demo"), ("GET", "/demo/post"), ("POST", "/demo/sign-in"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the whole demo, to be copied for each test."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app({"TESTING": True, "INSTANCE": folder, "DEMO": True, "CLOCK": lambda: NOW})
    with app.app_context():
        upgrade()
        load_demo(NOW)
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def demo(loaded: Path, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    folder = tmp_path / "demo"
    shutil.copytree(loaded, folder)
    app = create_app({"TESTING": True, "INSTANCE": folder, "DEMO": True, "CLOCK": clock, "WTF_CSRF_ENABLED": False})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def try_as(demo: Flask, key: str) -> FlaskClient:
    client = demo.test_client()
    assert client.post("/demo/sign-in", data={"person": f"demo-{key}"}).status_code == 303
    return client


def value(app: Flask, statement: Any) -> Any:
    with app.app_context():
        return db.session.execute(statement).scalar_one()


def work(demo: Flask) -> None:
    with demo.app_context():
        work_once(Worker())


def test_one_chooses_among_five_people_in_five_roles(demo: Flask) -> None:
    page = demo.test_client().get("/demo").text
    assert page.count('value="demo-') == len(people_to_try()) == 5
    assert set(people_to_try().values()) == {"asks", "helps", "next village", "host", "municipality"}
    assert "Anna Kirkegaard" in page and "Mia Solbæk" in page


@pytest.mark.parametrize(("key", "role"), [("anna", "neighbour"), ("dorthe", "host"), ("mia", "municipality")])
def test_one_click_signs_in_as_somebody(demo: Flask, key: str, role: str) -> None:
    client = try_as(demo, key)
    opens = {"neighbour": "/me", "host": "/host", "municipality": "/municipality"}[role]
    assert client.get(opens).status_code == 200


def test_trying_somebody_else_ends_the_session_before(demo: Flask) -> None:
    client = try_as(demo, "anna")
    client.post("/demo/sign-in", data={"person": "demo-bo"})
    assert "Bo Lyngsø" in client.get("/me").text
    assert value(demo, select(func.count()).select_from(AuthSession).where(AuthSession.ended_at.is_(None))) == 1


@pytest.mark.parametrize(("key", "finds"), [("bo", True), ("carl", False)])
def test_what_waited_comes_back_for_its_writer_alone(demo: Flask, key: str, finds: bool) -> None:
    bo = try_as(demo, "bo")
    writer = Page("/", bo.get("/me/name").text).typed("writer")[-1]
    with demo.app_context(), writing() as session:
        session.execute(update(AuthSession).values(ended_at=NOW))
    sent = {"name": "Noget, jeg har skrevet", "writer": writer}
    assert bo.post("/me/name", data=sent, headers={"Origin": "http://localhost"}).location == "/sign-in?next=/kept"
    page = bo.post("/demo/sign-in", data={"person": f"demo-{key}"}, follow_redirects=True)
    assert (page.request.path, "Noget, jeg har skrevet" in page.text) == ("/kept" if finds else "/", finds)
    bo.post("/demo/sign-in", data={"person": "demo-bo"})
    assert ("Noget, jeg har skrevet" in bo.get("/kept", follow_redirects=True).text) == finds


def test_anna_can_still_be_tried_when_her_details_were_changed(demo: Flask) -> None:
    try_as(demo, "anna").post("/me/name", data={"name": "Annamaria", "languages": ["da"], "language": "da"})
    assert "Annamaria" in demo.test_client().get("/demo").text
    assert "Annamaria" in try_as(demo, "anna").get("/me").text


def test_nobody_but_the_five_can_be_tried(demo: Flask) -> None:
    ejnar = value(demo, select(Resident.ref).where(Resident.name == "Ejnar T."))
    for person in (ejnar, "demo-ejnar", "", "demo-anna "):
        assert demo.test_client().post("/demo/sign-in", data={"person": person}).status_code == 404
    assert value(demo, select(func.count()).select_from(AuthSession)) == 0


@pytest.mark.parametrize(("method", "url"), PAGES)
def test_a_real_village_has_no_demo_pages(app: Flask, method: str, url: str) -> None:
    assert app.test_client().open(url, method=method, data={"person": "demo-anna"}).status_code == 404


@pytest.mark.parametrize(("method", "url"), PAGES)
def test_a_visitor_from_another_machine_finds_no_demo_pages(demo: Flask, method: str, url: str) -> None:
    answer = demo.test_client().open(url, method=method, data={"person": "demo-anna"}, environ_base=FROM_ELSEWHERE)
    assert answer.status_code == 404
    assert value(demo, select(func.count()).select_from(AuthSession)) == 0


@pytest.mark.parametrize(
    ("proxies", "peer", "headers"),
    [
        (1, "10.0.0.5", {"X-Forwarded-For": "127.0.0.1"}),
        (1, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        (0, "127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        (0, "127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
        (0, "127.0.0.1", {"Host": "demo.example.org"}),
        (0, "127.0.0.1", {"Host": "localhost.example.org"}),
        (0, "127.0.0.2", {}),
    ],
)
def test_no_header_makes_a_visitor_of_this_machine(
    demo: Flask, proxies: int, peer: str, headers: dict[str, str]
) -> None:
    """A proxy before the demo, believed or not, and a page elsewhere whose name leads to this machine."""
    app = create_app(dict(demo.config) | {"PROXIES": proxies})
    for method, url in PAGES:
        answer = app.test_client().open(
            url, method=method, data={"person": "demo-anna"}, headers=headers, environ_base={"REMOTE_ADDR": peer}
        )
        assert answer.status_code == 404
    assert value(demo, select(func.count()).select_from(AuthSession)) == 0


@pytest.mark.parametrize(("peer", "host"), [("127.0.0.1", "localhost:8000"), ("::1", "[::1]:8001")])
def test_this_machine_is_known_by_each_of_its_names(demo: Flask, peer: str, host: str) -> None:
    answer = demo.test_client().get("/demo", headers={"Host": host}, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == 200


def test_each_page_of_a_demo_says_so_and_leads_to_its_people_and_post(demo: Flask) -> None:
    client = demo.test_client()
    page = client.get("/").text
    assert 'class="demo"' in page and 'href="/demo"' in page and 'href="/demo/post"' in page
    from_elsewhere = client.get("/", environ_base=FROM_ELSEWHERE).text
    assert 'class="demo"' in from_elsewhere and 'href="/demo' not in from_elsewhere


def test_a_real_village_has_no_banner(client: FlaskClient) -> None:
    assert 'class="demo"' not in client.get("/").text


def test_the_post_shows_mails_and_texts_once_they_went_out(demo: Flask) -> None:
    client = demo.test_client()
    for contact in ("anna.kirkegaard@example.org", "+45 10 20 00 48"):
        client.post("/sign-in", data={"contact": contact})
    english = {"Accept-Language": "en"}
    assert client.get("/demo/post", headers=english).text.count("This goes out in a moment") == 2
    work(demo)
    page = client.get("/demo/post", headers=english).text
    assert "anna.kirkegaard@example.org" in page and "+4510200048" in page
    assert "This goes out in a moment" not in page


def test_the_post_says_what_waits_for_the_daily_letter_and_shows_it_in_the_letter_alone(
    demo: Flask, clock: Clock
) -> None:
    with demo.app_context(), writing() as session:
        bo, request = select(Resident.id).where(Resident.ref == "demo-bo"), HelpRequest.status == "open"
        session.execute(update(HelpRequest).values(wave_at=None))
        session.execute(insert(NoticeWish).from_select(["resident_id", "notice", "how"], bo.add_columns(*ANSWERS)))
        help_id = session.scalars(select(HelpRequest.id).where(request).order_by(HelpRequest.id)).first() or 0
        tell(session, "declined", bo, thing="help_request", thing_id=help_id, now=NOW)
    client, english = demo.test_client(), {"Accept-Language": "en"}
    before = client.get("/demo/post", headers=english).text.count("This goes out in a moment")
    assert client.get("/demo/post", headers=english).text.count("This waits for the daily letter") == 1
    clock.now = NOW.replace(hour=16)
    work(demo)
    page = client.get("/demo/post", headers=english).text
    assert "This waits for" not in page and page.count("Nyt fra dine naboer") == 1
    assert page.count("This goes out in a moment") <= before


def test_links_in_the_post_can_be_followed(demo: Flask) -> None:
    wim = value(demo, select(Resident.ref).where(Resident.status == "waiting", Resident.email.is_not(None)).limit(1))
    dorthe = try_as(demo, "dorthe")
    waiting = dorthe.get("/host").text
    assert wim in waiting
    dorthe.post(f"/host/people/{wim}/confirm")
    with demo.app_context(), writing() as session:  # the ten minutes of undo have passed
        session.execute(update(Dispatch).values(due_at=Dispatch.created_at))
    work(demo)
    assert f'<a href="{demo.config["BASE_URL"]}' in dorthe.get("/demo/post").text


def test_the_post_shows_a_letter_with_its_code_but_opens_no_address(demo: Flask) -> None:
    dorthe = try_as(demo, "dorthe")
    letter = dorthe.get("/host").text.split('/letter"')[0].rpartition("/host/people/")[2]
    made = dorthe.post(f"/host/people/{letter}/letter").headers["Location"]
    code = dorthe.get(made).text.split('<p class="code">')[1].split("<")[0]
    looks = value(demo, select(func.count()).select_from(Unsealing))
    page = demo.test_client().get("/demo/post").text
    assert code in page and "Kirsebærsted Borgerforening" in page
    assert value(demo, select(func.count()).select_from(Unsealing)) == looks
    assert value(demo, select(func.count()).select_from(LetterCode)) == 1


def test_a_file_of_another_installation_in_the_same_folder_is_not_shown(demo: Flask) -> None:
    folder = Path(demo.config["INSTANCE"]) / "out"
    folder.mkdir(exist_ok=True)
    (folder / "abcdefghijkl.txt").write_text("To: +4511111111\nDate: -\n\nReal and private\n")
    assert "Real and private" not in demo.test_client().get("/demo/post").text


@pytest.mark.parametrize("url", ["/demo", "/demo/post"])
def test_both_pages_take_two_statements(demo: Flask, url: str) -> None:
    client = demo.test_client()
    with counted(demo) as statements:
        assert client.get(url).status_code == 200
    assert len(statements) <= 2


def test_a_demo_writes_to_its_folder_even_when_a_mail_server_is_named(demo: Flask) -> None:
    demo.config["SMTP_HOST"] = "mail.invalid"
    with demo.app_context():
        with writing() as session:
            tell_contact(session, "code", read_contact("anna@example.com"), {"code": "123456"}, "en", NOW)
        work_once(Worker())
        assert db.session.scalars(select(Dispatch.status).where(Dispatch.kind == "code")).all() == ["sent"]
    assert {path.suffix for path in (Path(demo.config["INSTANCE"]) / "out").iterdir()} == {".eml"}


def test_the_way_of_mail_is_a_folder_for_a_demo_whatever_the_settings_say(tmp_path: Path) -> None:
    settings = {"INSTANCE": tmp_path, "SMTP_HOST": "mail.invalid"}
    with mail_way(settings, demo=True) as send:
        assert getattr(send, "__self__", None) is None
    with mail_way(settings, demo=False) as send:
        assert send.__self__.settings is settings


def test_every_person_to_try_is_in_the_files() -> None:
    people = read("people")
    keys = {person["key"] for person in [*people["residents"], *people["officials"]]}
    assert {person["key"] for person in people["demo_sign_in"]} <= keys
