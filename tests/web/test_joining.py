"""Joining page by page, as somebody new does it: by street, by village, with errors, Back and a known contact."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models import Area, Cell, Home, Resident, db
from neighbours.database import writing
from tests.conftest import Clock
from tests.letters import codes_sent, last_code
from tests.village import counted

NAUGHTY = Path(__file__).parents[3] / "shared/data/peers/blns.json"
ANSWERS = {
    "/join/name": {"name": "Nanna", "shown": "corner", "languages": ["da", "ar"]},
    "/join/contact": {"contact": "22 33 44 55"},
    "/join/help": {"kinds": ["garden", "lift"]},
    "/join/times": {"days": ["0", "4"], "parts": ["morning"]},
    "/join/reach": {"reach": "3000", "share_phone": "y"},
}


def by_street(client: FlaskClient) -> None:
    """Find Engvej 5 in Anneby and say Join."""
    page = client.get("/find?q=engvej 5 anneby").text
    home = re.search(r'name="address" value="([^"]+)"', page)
    assert home is not None
    area = client.post("/join/home", data={"address": home[1]}).headers["Location"]
    assert "Engvej 5" in client.get(area).text
    assert client.post("/join", data={"area": area.split("/")[-1]}).headers["Location"] == "/join/name"


def by_village(client: FlaskClient) -> None:
    area = client.get("/find?q=anneby").headers["Location"]
    client.post("/join", data={"area": area.split("/")[-1]})


def answer(client: FlaskClient, **changes: object) -> None:
    """Answer the pages; the code is sent."""
    for path, answers in ANSWERS.items():
        data = answers | {name: value for name, value in changes.items() if name in answers}
        response = client.post(path, data=data)
        assert response.status_code == 303, response.text
    assert response.headers["Location"] == "/join/code"


def resident(app: Flask, name: str = "Nanna") -> Resident:
    with app.app_context():
        found = db.session.scalars(select(Resident).filter_by(name=name)).one()
        db.session.expunge(found)
        return found


def test_somebody_new_joins_by_their_street(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    answer(client)
    assert codes_sent(app) == [("+4522334455", last_code(app))]
    assert client.post("/join/code", data={"code": last_code(app)}).headers["Location"] == "/"
    nanna = resident(app)
    assert (nanna.status, nanna.reach, nanna.share_phone, nanna.village_only) == ("waiting", 3000, True, False)
    assert nanna.slots == (1 << 0) + (1 << 12)
    page = client.get("/").text
    assert "Welcome to Anneby" in page and "Dorthe" in page and "Anna" not in page.replace("Anneby", "")


def test_somebody_new_joins_by_their_village_and_is_asked_for_no_corner(app: Flask, client: FlaskClient) -> None:
    by_village(client)
    assert "shown" not in client.get("/join/name").text
    answer(client, contact="Nanna@Example.org")
    client.post("/join/code", data={"code": last_code(app)})
    nanna = resident(app)
    assert nanna.email == "nanna@example.org" and nanna.village_only and not nanna.share_phone
    with app.app_context():
        assert db.session.get(Cell, nanna.cell_id).whole  # type: ignore[union-attr]
        assert db.session.scalars(select(Home).filter_by(resident_id=nanna.id)).first() is None


def test_the_cookie_holds_the_address_as_a_ref_only_and_stays_small(client: FlaskClient) -> None:
    by_street(client)
    answer(client, name="Æ" * 80)
    with client.session_transaction() as cookie:
        assert "Engvej" not in json.dumps(dict(cookie))
    kept = client.get_cookie("neighbours")
    assert kept is not None and len(kept.value) < 2500


def test_errors_keep_what_was_typed_and_back_shows_what_was_answered(client: FlaskClient) -> None:
    by_street(client)
    page = client.post("/join/name", data={"name": "x" * 81, "shown": "village"})
    assert page.status_code == 422 and "x" * 81 in page.text and "too long" in page.text
    assert re.search(r'value="village" checked', page.text)
    answer(client)
    assert 'value="Nanna"' in client.get("/join/name").text
    assert 'value="+45 22 33 44 55"' in client.get("/join/contact").text
    for path, value in (("help", "lift"), ("reach", "3000"), ("times", "morning"), ("name", "ar")):
        assert re.search(rf'value="{value}" checked', client.get(f"/join/{path}").text), path


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("/join/name", {"name": ""}, "Please type the name"),
        ("/join/name", {"name": "\u200b"}, "Please type the name"),
        ("/join/name", {"name": "N", "shown": "my house"}, "Please choose one of the answers"),
        ("/join/name", {"name": "N", "shown": "corner"}, "at least one language"),
        ("/join/name", {"name": "N", "shown": "corner", "languages": ["xx"]}, "at least one language"),
        ("/join/contact", {"contact": ""}, "Please type your e-mail"),
        ("/join/help", {"kinds": ["gold"]}, "Please choose from the list"),
        ("/join/times", {"days": ["7"]}, "Please choose from the list"),
        ("/join/reach", {"reach": "-5"}, "Please choose one"),
        ("/join/reach", {"reach": ["", "0"]}, "Please choose one"),
    ],
)
def test_what_cannot_be_taken_says_how_to_mend_it(
    client: FlaskClient, path: str, data: dict[str, object], words: str
) -> None:
    by_street(client)
    answer(client)
    client.post("/language", data={"language_of_pages": "en"})
    page = client.post(path, data=data)
    assert page.status_code == 422 and words in page.text and "Error:" in page.text


def test_a_page_too_early_leads_to_the_first_open_question(client: FlaskClient) -> None:
    assert client.get("/join/help").headers["Location"] == "/"
    by_village(client)
    for path in (*list(ANSWERS)[1:], "/join/code", "/join/known"):
        assert client.get(path).headers["Location"] == "/join/name"
    answered = list(ANSWERS)
    for path, onward in pairwise(answered):
        client.post(path, data=ANSWERS[path])
        assert client.get("/join/code").headers["Location"] == onward


def until_help(client: FlaskClient, contact: str) -> str:
    """Join without helping with anything; where that leads."""
    by_village(client)
    for path in ("/join/name", "/join/contact"):
        client.post(path, data=ANSWERS[path] | ({"contact": contact} if path == "/join/contact" else {}))
    return str(client.post("/join/help", data={}).headers["Location"])


def test_who_does_not_help_is_asked_about_the_telephone_alone(app: Flask, client: FlaskClient) -> None:
    assert until_help(client, "22 33 44 55") == "/join/reach"
    page = client.get("/join/reach").text
    assert ">Your telephone number</h1>" in page and "share_phone" in page and 'name="reach"' not in page
    assert client.post("/join/reach", data={"share_phone": "y"}).headers["Location"] == "/join/code"
    client.post("/join/code", data={"code": last_code(app)})
    assert (resident(app).reach, resident(app).share_phone) == (0, True)


def test_who_does_not_help_and_has_only_mail_gets_the_code_at_once(app: Flask, client: FlaskClient) -> None:
    assert until_help(client, "nanna@example.org") == "/join/code"
    assert client.get("/join/reach").headers["Location"] == "/join/help"
    client.post("/join/code", data={"code": last_code(app)})
    assert resident(app).reach == 0


def test_languages_are_folded_until_somebody_changes_them(client: FlaskClient) -> None:
    until_help(client, "nanna@example.org")
    page = client.get("/join/name").text
    folded = page[page.index("<details>") : page.index("</details>", page.index("<details>"))]
    assert folded.count('name="languages"') == page.count('name="languages"') > 10
    assert "<details open>" in client.post("/join/name", data={"name": "Nanna"}).text


def test_a_known_contact_is_told_so_only_after_the_code(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    answer(client, contact="bo@example.org")
    assert "Bo" not in client.get("/join/code").text
    assert client.get("/join/known").headers["Location"] == "/join/code"
    assert client.post("/join/code", data={"code": "000000"}).status_code == 422
    assert client.post("/join/code", data={"code": last_code(app)}).headers["Location"] == "/join/known"
    page = client.get("/join/known").text
    assert "Sign in as Bo" in page and "Join as another person" in page
    assert client.post("/join/known", data={"person": "nobody"}).status_code == 422
    assert client.post("/join/known", data={"person": "another"}).headers["Location"] == "/"
    assert resident(app).email == resident(app, "Bo").email == "bo@example.org"


def test_a_known_neighbour_signs_in_instead(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    answer(client, contact="bo@example.org")
    client.post("/join/code", data={"code": last_code(app)})
    client.post("/join/known", data={"person": ref_of(app, "Bo")})
    assert "Bo" in client.get("/me").text
    with app.app_context():
        assert db.session.scalars(select(Resident).filter_by(name="Nanna")).first() is None


def ref_of(app: Flask, name: str) -> str:
    return resident(app, name).ref


def test_typing_the_code_twice_makes_one_neighbour(app: Flask, client: FlaskClient) -> None:
    by_village(client)
    answer(client)
    copy = app.test_client()
    copy.set_cookie("neighbours", client.get_cookie("neighbours").value)  # type: ignore[union-attr]
    code = last_code(app)
    assert client.post("/join/code", data={"code": code}).status_code == 303
    assert "used already" in copy.post("/join/code", data={"code": code}).text
    resident(app)


def test_a_late_code_can_be_sent_again(app: Flask, client: FlaskClient, clock: Clock) -> None:
    by_village(client)
    answer(client)
    clock.now += timedelta(minutes=11)
    assert "10 minutes old" in client.post("/join/code", data={"code": last_code(app)}).text
    assert client.post("/join/again").headers["Location"] == "/join/code"
    assert client.post("/join/code", data={"code": last_code(app)}).headers["Location"] == "/"


def test_an_area_that_closes_on_the_way_leads_back_to_the_start(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    answer(client)
    with app.app_context(), writing() as session:
        session.execute(update(Area).where(Area.name == "Anneby").values(state="closed"))
    response = client.post("/join/code", data={"code": last_code(app)})
    assert response.headers["Location"] == "/" and "begin with your street" in client.get("/").text


def test_choosing_nothing_or_a_foreign_address_leads_back_to_the_question(client: FlaskClient) -> None:
    for data in ({"q": "engvej"}, {"q": "engvej", "address": "nowhere"}, {"address": "\x00"}):
        response = client.post("/join/home", data=data)
        assert response.headers["Location"].startswith("/find")
    assert client.post("/join", data={"area": "nowhere"}).status_code == 404


def test_an_address_of_another_area_is_dropped(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    carlsby = client.get("/find?q=carlsby").headers["Location"].split("/")[-1]
    client.post("/join", data={"area": carlsby})
    assert "Engvej" not in client.get("/join/name").text


def test_whoever_is_signed_in_has_joined_already(as_person: Callable[[str], FlaskClient]) -> None:
    wim = as_person("Wim")
    for path in (*ANSWERS, "/join/code", "/join/known"):
        assert wim.get(path).headers["Location"] == wim.post(path).headers["Location"] == "/"


def test_each_page_of_joining_takes_at_most_two_statements(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    answer(client)
    for path in (*ANSWERS, "/join/code"):
        with counted(app) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 2, (path, statements)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside the project")
def test_naughty_strings_never_break_a_page(app: Flask, client: FlaskClient) -> None:
    by_street(client)
    answer(client)
    pages, odd = list(ANSWERS.items()), ["x" * 20_000, "\x00", "\u202eannaN", "\ud800"]
    # Each page in its turn; every string in every field is the long run of test_bad_input.py.
    each = [(text, pages[number % len(pages)]) for number, text in enumerate(json.loads(NAUGHTY.read_text()))]
    for text, (path, answers) in [*each, *product(odd, pages)]:
        raw = text.encode("utf-8", "surrogatepass")
        assert client.post(path, data=dict.fromkeys(answers, raw)).status_code in (303, 422, 429), (path, text)
    for text in json.loads(NAUGHTY.read_text())[::10]:
        raw = text.encode("utf-8", "surrogatepass")
        for path, field in (("/join/home", "address"), ("/join", "area"), ("/join/known", "person")):
            assert client.post(path, data={field: raw}).status_code < 500
        assert client.get("/find", query_string={"q": raw}).status_code < 500
