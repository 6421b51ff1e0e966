"""Signing in: the same for known and unknown, one-time, revocable; two people may share one contact."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Resident
from neighbours.database import writing
from tests.conftest import Clock
from tests.letters import codes_sent, last_code
from tests.village import counted

NAUGHTY = Path(__file__).parents[3] / "shared/data/peers/blns.json"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def ask(client: FlaskClient, contact: str = "anna@example.org", path: str = "/sign-in") -> None:
    response = client.post(path, data={"contact": contact})
    assert response.status_code == 303 and response.headers["Location"].startswith("/sign-in/code")


def come_in(app: Flask, client: FlaskClient, contact: str = "anna@example.org") -> None:
    ask(client, contact)
    assert client.post("/sign-in/code", data={"code": last_code(app)}).headers["Location"] == "/"


def test_anna_signs_in_by_mail_and_out_again(app: Flask, client: FlaskClient) -> None:
    come_in(app, client, " ANNA@example.org ")
    assert "Anna" in client.get("/me").text
    assert client.post("/sign-out").headers["Location"] == "/"
    assert client.get("/me").headers["Location"].startswith("/sign-in")


def test_a_telephone_number_in_any_format_does_as_well(app: Flask, client: FlaskClient) -> None:
    come_in(app, client, "20 10 00 41")
    assert codes_sent(app)[-1][0] == "+4520100041"
    assert "Anna" in client.get("/me").text


def test_known_and_unknown_contacts_see_the_same_bytes_by_the_same_statements(app: Flask) -> None:
    seen = []
    for contact in ("anna@example.org", "none@example.org"):
        client = app.test_client()
        with counted(app) as statements:
            posted = client.post("/sign-in", data={"contact": contact})
            page = client.get("/sign-in/code")
            wrong = client.post("/sign-in/code", data={"code": "12345x"})
            tried = client.post("/sign-in/code", data={"code": wrong_code(app)})
        pages = [
            (r.status_code, masked(r.text, contact), sorted(r.headers.keys())) for r in (posted, page, wrong, tried)
        ]
        seen.append((pages, list(statements)))
    assert seen[0] == seen[1]
    assert [code != "" for _address, code in codes_sent(app)] == [True, False]


def masked(page: str, contact: str) -> str:
    return re.sub(r'(name="csrf_token"[^>]* value=")[^"]+', r"\1", page.replace(contact, ""))


def wrong_code(app: Flask) -> str:
    return "000001" if last_code(app) != "000001" else "000002"


@pytest.mark.parametrize("contact", ["anna@example.org", "none@example.org", "20 10 00 41"])
def test_another_code_is_sent_and_said(client: FlaskClient, contact: str) -> None:
    client.post("/sign-in", data={"contact": contact})
    assert "We sent a new code." not in client.get("/sign-in/code").text
    client.post("/sign-in/again")
    page = client.get("/sign-in/code").text
    assert "We sent a new code." in page
    assert ("unwanted mails" in page) == ("@" in contact)


def test_signing_out_is_said(app: Flask, client: FlaskClient) -> None:
    come_in(app, client, "anna@example.org")
    client.post("/sign-out")
    assert 'role="status"' in client.get("/").text


def test_a_code_for_an_unknown_contact_opens_nothing(app: Flask, client: FlaskClient) -> None:
    ask(client, "nobody@example.org")
    assert last_code(app) == ""
    assert client.post("/sign-in/code", data={"code": "123456"}).status_code == 422


def test_wrong_late_and_worn_out_codes_say_what_to_do(app: Flask, client: FlaskClient, clock: Clock) -> None:
    ask(client)
    code = last_code(app)
    for _ in range(4):
        page = client.post("/sign-in/code", data={"code": wrong_code(app)})
        assert page.status_code == 422 and "That is not the code" in page.text and "Error:" in page.text
    assert "wrong five times" in client.post("/sign-in/code", data={"code": wrong_code(app)}).text
    assert "wrong five times" in client.post("/sign-in/code", data={"code": code}).text
    clock.now += timedelta(minutes=6)
    client.post("/sign-in/again")
    clock.now += timedelta(minutes=11)
    assert "10 minutes old" in client.post("/sign-in/code", data={"code": last_code(app)}).text


def test_a_used_code_says_so_in_another_copy_of_the_browser(app: Flask, client: FlaskClient) -> None:
    ask(client)
    copy = copied(app, client)
    assert client.post("/sign-in/code", data={"code": last_code(app)}).headers["Location"] == "/"
    assert "used already" in copy.post("/sign-in/code", data={"code": last_code(app)}).text


def test_too_many_codes_answer_with_the_kind_page(client: FlaskClient) -> None:
    for _ in range(5):
        ask(client)
    page = client.post("/sign-in", data={"contact": "anna@example.org"})
    assert page.status_code == 429 and "Please wait a little" in page.text
    assert "Try again in 1 hour." in page.text and page.headers["Retry-After"] == "3600"


def test_too_many_tries_answer_with_the_kind_page(app: Flask, client: FlaskClient) -> None:
    ask(client)
    pages = [client.post("/sign-in/code", data={"code": wrong_code(app)}) for _ in range(11)]
    assert [page.status_code for page in pages] == [422] * 10 + [429]
    assert "Try again in 5 minutes." in pages[-1].text and pages[-1].headers["Retry-After"] == "300"


def test_people_who_share_a_contact_are_asked_who_they_are(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name.in_(["Anna", "Bo"])).values(email="two@example.org"))
    ask(client, "two@example.org")
    assert client.get("/sign-in/who").headers["Location"] == "/sign-in"
    assert client.post("/sign-in/code", data={"code": last_code(app)}).headers["Location"] == "/sign-in/who"
    with counted(app) as statements:
        page = client.get("/sign-in/who")
    assert len(statements) == 2 and "Anna" in page.text and "Bo" in page.text and "Carl" not in page.text
    assert client.post("/sign-in/who", data={}).status_code == 422
    assert client.post("/sign-in/who", data={"person": "somebody-else"}).status_code == 422
    bo = page.text.split('value="')[-1]
    refs = [part.split('"')[0] for part in page.text.split('name="person" value="')[1:]]
    assert bo and len(refs) == 2
    copy = copied(app, client)
    assert client.post("/sign-in/who", data={"person": refs[1]}).headers["Location"] == "/"
    assert "Bo" in client.get("/me").text
    assert copy.post("/sign-in/who", data={"person": refs[0]}).status_code == 409


def test_somebody_at_the_municipality_signs_in_too(app: Flask, client: FlaskClient) -> None:
    come_in(app, client, "mia@example.org")
    assert client.get("/").headers["Location"] == "/municipality"
    assert client.get("/me/sessions").status_code == 200
    assert client.get("/me").status_code == 403


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, client: FlaskClient) -> None:
    come_in(app, client)
    copy = copied(app, client)
    assert copy.get("/me").status_code == 200
    client.post("/sign-out")
    assert copy.get("/me").status_code == 303
    assert copy.get("/").status_code == 200 and "Anna" not in copy.get("/").text


def test_a_session_lasts_ninety_days_after_it_was_last_used(app: Flask, client: FlaskClient, clock: Clock) -> None:
    come_in(app, client)
    clock.now += timedelta(days=89)
    assert client.get("/me").status_code == 200
    clock.now += timedelta(days=89)
    assert client.get("/me").status_code == 200
    clock.now += timedelta(days=91)
    assert client.get("/me").status_code == 303


@pytest.mark.parametrize(
    ("wished", "reached"),
    [
        ("/me/sessions", "/me/sessions"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
    ],
)
def test_after_signing_in_one_comes_where_one_wished_to(
    app: Flask, client: FlaskClient, wished: str, reached: str
) -> None:
    response = client.post("/sign-in", query_string={"next": wished}, data={"contact": "anna@example.org"})
    response = client.post(response.headers["Location"], data={"code": last_code(app)})
    assert response.headers["Location"] == reached


def test_whoever_is_signed_in_is_led_home(as_person: Callable[[str], FlaskClient]) -> None:
    anna = as_person("Anna")
    assert [anna.get(path).headers["Location"] for path in ("/sign-in", "/sign-in/code", "/sign-in/who")] == ["/"] * 3


def test_the_pages_of_signing_in_stand_without_a_cookie(client: FlaskClient) -> None:
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert client.post("/sign-in/code", data={"code": "123456"}).headers["Location"] == "/sign-in"
    assert client.post("/sign-in/again").headers["Location"] == "/sign-in/code"
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 303


def test_what_was_typed_stays_when_it_cannot_be_read(client: FlaskClient) -> None:
    page = client.post("/sign-in", data={"contact": "anna@"})
    assert page.status_code == 422 and 'value="anna@"' in page.text and "not complete" in page.text


def test_signing_in_takes_one_statement_to_show(app: Flask, client: FlaskClient) -> None:
    with counted(app) as statements:
        client.get("/sign-in")
    assert len(statements) == 1


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside the project")
def test_naughty_strings_never_break_a_page(app: Flask, client: FlaskClient) -> None:
    ask(client)
    for text in [*json.loads(NAUGHTY.read_text()), "x" * 100_000, "\x00", "\u202eannA", "\ud800"]:
        for path, field in (("/sign-in", "contact"), ("/sign-in/code", "code"), ("/sign-in/who", "person")):
            data = {field: text.encode("utf-8", "surrogatepass")}
            assert client.post(path, data=data).status_code < 500, (path, text)


def copied(app: Flask, client: FlaskClient) -> FlaskClient:
    """A second browser that holds the same cookie."""
    other = app.test_client()
    cookie = client.get_cookie("neighbours")
    assert cookie is not None
    other.set_cookie("neighbours", cookie.value)
    return other
