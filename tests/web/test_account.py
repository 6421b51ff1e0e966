"""My details, page by page: changed by their owner alone, with everything kept on errors; sign-ins; the address log."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, select

from models import AuthSession, Cell, Home, LetterCode, Resident, Unsealing, db
from neighbours.actions.people.confirming import letter_hash
from neighbours.database import writing
from tests.conftest import Clock
from tests.letters import codes_sent, last_code
from tests.village import NOW, counted, ident, sign_in_as

NAUGHTY = Path(__file__).parents[3] / "shared/data/peers/blns.json"
AsPerson = Callable[[str], FlaskClient]
PAGES = ["/me", "/me/name", "/me/help", "/me/shown", "/me/break", "/me/contact", "/me/address-log", "/me/sessions"]


def bo(app: Flask) -> Row[Any]:
    with app.app_context():
        return db.session.execute(select(*Resident.__table__.c).filter_by(name="Bo")).one()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_takes_two_statements(app: Flask, as_person: AsPerson, path: str) -> None:
    anna = as_person("Anna")
    with counted(app) as statements:
        page = anna.get(path)
    assert page.status_code == 200 and len(statements) <= 2
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("path", [*PAGES, "/me/code", "/me/contact/code"])
def test_a_stranger_signs_in_first(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in?next=")


def test_an_official_has_no_details_of_a_neighbour(as_person: AsPerson) -> None:
    mia = as_person("Mia")
    assert [mia.get(path).status_code for path in PAGES] == [403] * 7 + [200]


def test_bo_changes_his_name_and_languages(app: Flask, as_person: AsPerson) -> None:
    client = as_person("Bo")
    response = client.post("/me/name", data={"name": " Bo\tB. ", "languages": ["en", "ar"], "language": "en"})
    assert response.headers["Location"] == "/me"
    page = client.get("/me").text
    assert "Bo B." in page and "العربية" in page and "Your details are changed" in page


def test_a_wrong_answer_changes_nothing_and_keeps_what_was_typed(app: Flask, as_person: AsPerson) -> None:
    client = as_person("Bo")
    page = client.post("/me/name", data={"name": "y" * 81, "languages": ["en"], "language": "en"})
    assert page.status_code == 422 and "y" * 81 in page.text
    assert bo(app).name == "Bo"


def test_bo_changes_what_he_helps_with_and_may_choose_nothing(app: Flask, as_person: AsPerson) -> None:
    client = as_person("Bo")
    shown = client.get("/me/help").text
    assert re.search(r'value="garden" checked', shown) and re.search(r'value="10000" checked', shown)
    assert 'name="days" value="0" checked' not in shown
    assert re.search(r'name="most_a_week" value="3" checked', shown)
    changed = {"kinds": ["snow"], "days": ["5", "6"], "parts": ["evening"], "reach": "25000", "most_a_week": "1"}
    client.post("/me/help", data=changed)
    row = bo(app)
    assert (row.reach, row.share_phone, row.slots) == (25000, False, (1 << 17) + (1 << 20))
    assert row.most_a_week == 1 and "At most once a week" in client.get("/me").text
    client.post("/me/help", data={"reach": "0", "share_phone": "y", "most_a_week": "0"})
    assert bo(app).kinds == 0
    assert bo(app).share_phone


def test_bo_shows_his_village_only_and_his_corner_again(app: Flask, as_person: AsPerson) -> None:
    client, before = as_person("Bo"), bo(app).cell_id
    client.post("/me/shown", data={"shown": "village"})
    assert bo(app).village_only and bo(app).cell_id != before
    assert client.post("/me/shown", data={"shown": "my door"}).status_code == 422
    client.post("/me/shown", data={"shown": "corner"})
    assert bo(app).cell_id == before
    with app.app_context():
        assert db.session.scalars(select(Unsealing)).all() == []


def test_without_an_address_there_is_only_the_village_to_show(app: Flask, as_person: AsPerson) -> None:
    client, row = as_person("Bo"), bo(app)
    with app.app_context(), writing() as session:
        session.execute(Home.__table__.delete().where(Home.resident_id == row.id))
        session.execute(Resident.__table__.update().where(Resident.id == row.id).values(
            cell_id=select(Cell.id).where(Cell.area_id == 1, Cell.whole).scalar_subquery()))  # fmt: skip
    assert "Neighbours see your village only" in client.get("/me/shown").text


def test_bo_takes_a_break_and_ends_it(app: Flask, as_person: AsPerson) -> None:
    client = as_person("Bo")
    assert client.post("/me/break", data={"until": "12/6"}).status_code == 303
    assert "12 June" in client.get("/me").text or "12. juni" in client.get("/me").text
    client.post("/me/break/end")
    assert bo(app).break_until is None
    for until in ("", "31/12/9999", "yesterday", "1.1.2020", "32/13", "\x00", "9" * 5000):
        page = client.post("/me/break", data={"until": until})
        assert page.status_code == 422


def test_bo_changes_his_contact_by_a_code_to_the_new_one(app: Flask, as_person: AsPerson) -> None:
    client = as_person("Bo")
    assert client.get("/me/contact/code").headers["Location"] == "/me/contact"
    assert client.post("/me/contact", data={"contact": "bo@"}).status_code == 422
    assert client.post("/me/contact", data={"contact": "bo@new.example"}).headers["Location"] == "/me/contact/code"
    assert client.post("/me/contact/code", data={"code": "12"}).status_code == 422
    assert bo(app).email == "bo@example.org"
    client.post("/me/contact/again")
    assert [address for address, _code in codes_sent(app)] == ["bo@new.example"] * 2
    assert client.post("/me/contact/code", data={"code": last_code(app)}).headers["Location"] == "/me"
    assert bo(app).email == "bo@new.example"
    assert client.post("/me/contact/code", data={"code": last_code(app)}).headers["Location"] == "/me/contact"


def test_a_day_is_read_to_its_end(app: Flask, as_person: AsPerson) -> None:
    page = as_person("Bo").post("/me/break", data={"until": "12/6" + " " * 60 + "eller den 13."})
    assert page.status_code == 422 and "cannot read this day" in page.text and bo(app).break_until is None


def test_wim_is_confirmed_by_the_code_from_his_letter(app: Flask, as_person: AsPerson) -> None:
    wim = as_person("Wim")
    wim_id, dorthe = ident(app, Resident, name="Wim"), ident(app, Resident, name="Dorthe")
    with app.app_context(), writing() as session:
        session.add(
            LetterCode(resident_id=wim_id, area_id=1, code_hash=letter_hash("BCDF3479"), made_by_id=dorthe,
                       made_at=NOW, expires_at=NOW + timedelta(days=60))
        )  # fmt: skip
    assert wim.post("/me/code", data={"code": "hello"}).status_code == 422
    assert "not the code from your letter" in wim.post("/me/code", data={"code": "BCDF-3477"}).text
    assert wim.post("/me/code", data={"code": "bcdf 3479"}).headers["Location"] == "/"
    assert wim.post("/me/code", data={"code": "bcdf 3479"}).headers["Location"] == "/"
    with app.app_context():
        assert db.session.get(Resident, wim_id).status == "confirmed"  # type: ignore[union-attr]


def test_too_many_codes_of_letters_say_how_long_to_wait(as_person: AsPerson) -> None:
    wim = as_person("Wim")
    pages = [wim.post("/me/code", data={"code": "BCDF-3477"}) for _ in range(11)]
    assert [page.status_code for page in pages] == [422] * 10 + [429]
    assert "Try again in 5 minutes." in pages[-1].text and pages[-1].headers["Retry-After"] == "300"


def test_the_log_says_who_opened_my_address_and_why_to_me_alone(app: Flask, as_person: AsPerson) -> None:
    dorthe, row = ident(app, Resident, name="Dorthe"), bo(app)
    with app.app_context(), writing() as session:
        home = session.scalars(select(Home.id).where(Home.resident_id == row.id)).one()
        session.add(Unsealing(home_id=home, by_id=dorthe, why="letter", at=NOW))
    page = as_person("Bo").get("/me/address-log").text
    assert "Dorthe" in page and "To send you a letter" in page
    assert "Nobody has opened it" in as_person("Anna").get("/me/address-log").text


def test_a_list_of_sign_ins_each_of_which_can_be_ended(app: Flask, client: FlaskClient, clock: Clock) -> None:
    client.post("/sign-in", data={"contact": "bo@example.org"})
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
    client.post("/sign-in/code", data={"code": last_code(app)}, headers={"User-Agent": agent})
    old = sign_in_as(app, "Bo")
    page = client.get("/me/sessions").text
    assert "Chrome on Android" in page and "This device" in page and "Firefox" in page
    ref = re.search(r"/me/sessions/([^/]+)/end", page)
    assert ref is not None
    assert client.post(f"/me/sessions/{ref[1]}/end").headers["Location"] == "/me/sessions"
    assert old.get("/me").status_code == 303 and client.get("/me").status_code == 200
    assert client.post(f"/me/sessions/{ref[1]}/end").status_code == 303


def test_nobody_ends_the_session_of_somebody_else(app: Flask, as_person: AsPerson) -> None:
    anna, other = as_person("Anna"), as_person("Bo")
    with app.app_context():
        refs = db.session.scalars(select(AuthSession.ref)).all()
    for ref in [*refs, "nowhere"]:
        as_person("Mia").post(f"/me/sessions/{ref}/end")
        as_person("Carl").post(f"/me/sessions/{ref}/end")
    assert anna.get("/me").status_code == other.get("/me").status_code == 200


def test_signing_out_everywhere_ends_every_session_of_mine_and_no_other(app: Flask, as_person: AsPerson) -> None:
    here, there, anna = as_person("Bo"), as_person("Bo"), as_person("Anna")
    assert here.post("/me/sessions/end-all").headers["Location"] == "/"
    assert there.get("/me").status_code == 303 and anna.get("/me").status_code == 200
    assert "signed out on all devices" in here.get("/").text


def test_a_moment_is_said_in_ones_own_zone_and_to_the_operator_as_utc(as_person: AsPerson) -> None:
    assert "(UTC)" in as_person("Otto").get("/me/sessions").text
    assert "(UTC)" not in as_person("Mia").get("/me/sessions").text


def test_pages_that_change_something_do_not_answer_to_get(as_person: AsPerson) -> None:
    anna = as_person("Anna")
    for path in ("/me/break/end", "/me/contact/again", "/me/sessions/end-all", "/me/sessions/x/end", "/sign-out"):
        assert anna.get(path).status_code == 405


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside the project")
def test_naughty_strings_never_break_a_page(as_person: AsPerson) -> None:
    client = as_person("Wim")
    asked = {
        "name": ("name", "languages", "language"),
        "help": ("kinds", "days", "parts", "reach"),
        "shown": ("shown",),
    }
    asked |= {"break": ("until",), "contact": ("contact",), "contact/code": ("code",), "code": ("code",)}
    pages, odd = list(asked.items()), ["x" * 20_000, "\x00", "\u202emiW", "\ud800"]
    # Each page in its turn; every string in every field is the long run of test_bad_input.py.
    each = [(text, pages[number % len(pages)]) for number, text in enumerate(json.loads(NAUGHTY.read_text()))]
    for text, (page, fields) in [*each, *product(odd, pages)]:
        raw = text.encode("utf-8", "surrogatepass")
        status = client.post(f"/me/{page}", data=dict.fromkeys(fields, raw)).status_code
        assert status in (303, 422, 429), (page, text)
