"""How one wishes to be told: one's own page, the page that a mail's link opens, and the one press of a mail program."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from models import Membership, NoticeWish, Resident, Step, db
from neighbours.database import writing
from neighbours.rules.notices import DAILY, LETTER, NEVER, USUAL
from neighbours.rules.people.codes import WISHES_BY_LINK
from neighbours.wish_links import wish_link
from tests.conftest import Clock
from tests.village import NOW, counted
from tests.yes import moves, person, stand, stands

AsPerson = Callable[[str], FlaskClient]
ALL_AT_ONCE = dict.fromkeys(USUAL, "at_once")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link(app: Flask, notice: str = "suggestions", name: str = "Bo") -> str:
    """The path of the link in a mail to this person about this notice."""
    ref = stand(app, Resident, name=name).ref
    with app.app_context():
        return wish_link(ref, notice).removeprefix("http://localhost:8000")


def kept(app: Flask, name: str = "Bo") -> dict[str, str]:
    return {row.notice: row.how for row in stands(app, NoticeWish, resident_id=person(app, name))}


def ticked(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)" value="(\w+)" checked', page))


def change(app: Flask, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(**values))


def test_ones_own_page_takes_two_statements_and_shows_what_is_usual(app: Flask, as_person: AsPerson) -> None:
    bo = as_person("Bo")
    with counted(app) as statements:
        page = bo.get("/me/notices")
    assert page.status_code == 200 and len(statements) <= 2
    assert ticked(page.text) == dict(USUAL) | {"told_by": "message"}
    assert page.text.count("<h1") == 1 and 'href="/me/notices"' in bo.get("/me").text


def test_bo_changes_how_he_is_told_and_what_is_usual_leaves_no_row(app: Flask, as_person: AsPerson) -> None:
    bo = as_person("Bo")
    answer = bo.post("/me/notices", data=ALL_AT_ONCE | {"messages": DAILY, "answers": NEVER, "told_by": "message"})
    assert answer.headers["Location"] == "/me"
    wished = {"suggestions": "at_once", "two_hours": "at_once", "messages": DAILY, "answers": NEVER}
    assert kept(app) == wished and kept(app, "Anna") == {}
    assert ticked(bo.get("/me/notices").text) == ALL_AT_ONCE | wished | {"told_by": "message"}
    bo.post("/me/notices", data=dict(USUAL) | {"told_by": "message"})
    assert kept(app) == {} and moves(app, "resident", person(app, "Bo")) == ["wishes", "wishes"]


def test_who_would_rather_be_rung_says_so_and_reads_it_among_the_details(app: Flask, as_person: AsPerson) -> None:
    bo = as_person("Bo")
    assert "By e-mail" in bo.get("/me").text
    assert "I would rather be rung by Dorthe, our host" in bo.get("/me/notices").text
    bo.post("/me/notices", data=dict(USUAL) | {"told_by": "host"})
    assert stand(app, Resident, name="Bo").told_by == "host" and "By your local host" in bo.get("/me").text
    bo.post("/me/notices", data=dict(USUAL) | {"told_by": "message"})
    assert stand(app, Resident, name="Bo").told_by == "message"


@pytest.mark.parametrize("contact", [{"email": None, "phone": "+4533123456"}, {"email": None, "phone": None}])
def test_who_cannot_be_written_to_is_told_by_the_host_and_has_nothing_to_choose(
    app: Flask, as_person: AsPerson, contact: dict[str, Any]
) -> None:
    change(app, **contact)
    bo = as_person("Bo")
    page = bo.get("/me/notices").text
    assert 'name="told_by"' not in page and "By your local host" in page
    assert bo.post("/me/notices", data=dict(USUAL)).status_code == 303
    assert stand(app, Resident, name="Bo").told_by == "message"


def test_a_host_and_whoever_has_none_are_not_asked_who_rings(app: Flask, as_person: AsPerson) -> None:
    assert 'name="told_by"' not in as_person("Dorthe").get("/me/notices").text
    with app.app_context(), writing() as session:
        session.execute(update(Membership).values(role="member"))
    assert 'name="told_by"' not in as_person("Bo").get("/me/notices").text


@pytest.mark.parametrize(
    "wrong",
    [{"suggestions": "sometimes"}, {"told_by": "pigeon"}, {"two_hours": "daily"}, {"answers": ""}],
)
def test_a_wrong_answer_changes_nothing_and_keeps_the_others(
    app: Flask, as_person: AsPerson, wrong: dict[str, str]
) -> None:
    sent = ALL_AT_ONCE | {"told_by": "host"} | wrong
    page = as_person("Bo").post("/me/notices", data=sent)
    assert page.status_code == 422 and kept(app) == {} and stand(app, Resident, name="Bo").told_by == "message"
    assert all(ticked(page.text)[name] == how for name, how in sent.items() if name not in wrong)


def test_what_is_not_answered_stays_as_it_was(app: Flask, as_person: AsPerson) -> None:
    bo = as_person("Bo")
    bo.post("/me/notices", data={"messages": DAILY})
    bo.post("/me/notices", data={"answers": NEVER})
    assert kept(app) == {"messages": DAILY, "answers": NEVER}


def test_the_link_of_a_mail_shows_and_changes_the_wishes_of_its_reader_alone(app: Flask, client: FlaskClient) -> None:
    path = link(app)
    with counted(app) as statements:
        page = client.get(path)
    assert page.status_code == 200 and ticked(page.text) == dict(USUAL) and len(statements) <= 2
    answer = client.post(path, data=ALL_AT_ONCE)
    assert answer.headers["Location"] == path
    shown = client.get(path).text
    assert ticked(shown) == ALL_AT_ONCE and "Your wishes are kept" in shown
    assert kept(app) == {"suggestions": "at_once", "two_hours": "at_once"} and kept(app, "Anna") == {}


def test_the_notice_that_the_mail_was_about_stands_first(app: Flask, client: FlaskClient) -> None:
    for notice, first in (("messages", "messages"), (LETTER, "suggestions"), ("two_hours", "two_hours")):
        order = list(dict.fromkeys(re.findall(r'type="radio"[^>]* name="(\w+)"', client.get(link(app, notice)).text)))
        assert order == [first, *(each for each in USUAL if each != first)]


@pytest.mark.parametrize("notice", ["suggestions", LETTER])
def test_the_page_of_a_link_names_nobody_and_says_nothing_about_its_reader(
    app: Flask, client: FlaskClient, notice: str
) -> None:
    page = client.get(link(app, notice)).text
    for word in ("Bo", "Anneby", "Dorthe", "bo@example.org", "sign-out", "By e-mail"):
        assert not re.search(rf"\b{word}\b", page), word
    assert 'name="told_by"' not in page


def test_looking_changes_nothing_whatever_is_asked_for(app: Flask, client: FlaskClient) -> None:
    for query in ("", "?List-Unsubscribe=One-Click", "?suggestions=never"):
        assert client.get(link(app) + query).status_code == 200
        assert client.head(link(app) + query).status_code == 200
    assert kept(app) == {} and stands(app, Step, move="wishes") == []


@pytest.fixture
def strict(app: Flask) -> Iterator[Flask]:
    """The app as it runs: each form needs its token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_press_in_the_mail_program_stops_this_notice_without_cookies_and_form_tokens(
    strict: Flask, content_type: str
) -> None:
    client = strict.test_client(use_cookies=False)
    for _twice in range(2):
        answer = client.post(link(strict, "messages"), data=ONE_CLICK, content_type=content_type)
        assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
        assert "Set-Cookie" not in answer.headers and answer.text
    assert kept(strict) == {"messages": NEVER} and kept(strict, "Anna") == {}


def test_one_press_on_the_daily_letter_stops_whatever_comes_by_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.execute(insert(NoticeWish).values(resident_id=person(app, "Bo"), notice="messages", how=DAILY))
    assert client.post(link(app, LETTER), data=ONE_CLICK).status_code == 200
    assert kept(app) == {"messages": NEVER, "suggestions": NEVER}


def test_the_form_of_a_link_needs_its_token_and_one_that_was_shown_is_taken(strict: Flask) -> None:
    client, path = strict.test_client(), link(strict)
    assert client.post(path, data=ALL_AT_ONCE).status_code == 400
    assert kept(strict) == {}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text.split("<main")[1])
    assert token and client.post(path, data=ALL_AT_ONCE | {"csrf_token": token[1]}).status_code == 303
    assert kept(strict)["suggestions"] == "at_once"


def test_a_link_that_we_did_not_make_or_of_somebody_who_has_left_is_kindly_not_found(
    app: Flask, client: FlaskClient
) -> None:
    path = link(app)
    changed = [path[:-1], path.replace("suggestions", "messages"), "/notices/x", "/notices/" + "x" * 500]
    for each in changed:
        for answer in (client.get(each), client.post(each, data=ONE_CLICK), client.post(each, data=ALL_AT_ONCE)):
            assert answer.status_code == 404 and "This link does not work" in answer.text
    change(app, status="left")
    for answer in (client.get(path), client.post(path, data=ONE_CLICK)):
        assert answer.status_code == 404
    assert kept(app) == {}


def test_so_many_changes_by_a_link_are_too_many_until_an_hour_has_passed(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    path = link(app)
    for _number in range(WISHES_BY_LINK.most):
        assert client.post(path, data=ONE_CLICK).status_code == 200
    for data in (ONE_CLICK, ALL_AT_ONCE):
        answer = client.post(path, data=data)
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "3600"
    assert client.post(link(app, name="Anna"), data=ONE_CLICK).status_code == 200
    clock.now = NOW + timedelta(hours=1)
    assert client.post(path, data=ALL_AT_ONCE).status_code == 303


def test_a_link_works_for_whoever_is_signed_in_as_somebody_else(app: Flask, as_person: AsPerson) -> None:
    assert as_person("Anna").post(link(app), data=ALL_AT_ONCE).status_code == 303
    assert kept(app) and kept(app, "Anna") == {}
    with app.app_context():
        step = db.session.execute(select(Step).where(Step.move == "wishes")).scalar_one()
        assert step.resident_id == person(app, "Bo")


@pytest.mark.parametrize("name", ["Mia", "Otto"])
def test_an_official_has_no_such_wishes(as_person: AsPerson, name: str) -> None:
    assert as_person(name).get("/me/notices").status_code == 403
