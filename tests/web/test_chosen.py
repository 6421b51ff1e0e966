"""How neighbours are chosen: the page and the record say what the rules do, in three languages, to everybody."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Dispatch, HelpRequest, Invitation
from neighbours.database import writing
from neighbours.rules.help.choosing import MOST_A_WEEK, WAVES, WEEK
from tests.village import NOW, sign_in_as
from tests.yes import MINUTES, ask, offer, person, stand, stands

# Of the publication standard 1.0: what must be there, how long it may be, and what may stand there.
REQUIRED = {"name": 100, "description_short": 350, "organization": 100, "contact_email": 500}
TEXTS = ("goal", "proportionality", "human_intervention", "risks", "source_data", "methods_and_models")
PERMITTED = {
    "status": {"In ontwikkeling", "In gebruik", "Buiten gebruik"},
    "publication_category": {"Hoog-risico AI-systeem", "Impactvolle algoritmes", "Overige algoritmes"},
}


def test_the_page_is_made_of_the_rules(client: FlaskClient) -> None:
    page = client.get("/chosen").text
    assert f"First {WAVES[0].most} neighbours are asked." in page and "After 3 hours up to 10 more" in page
    assert page.count("also from the villages next to it") == sum(wave.next_areas for wave in WAVES)
    assert "only 15 minutes pass in between" in page and "between 21:00 and 8:00" in page
    assert f"{MOST_A_WEEK} times a week at most" in page


@pytest.mark.parametrize("constant", ["PAUSE", "URGENT_PAUSE"])
def test_another_rule_is_another_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, constant: str) -> None:
    before = client.get("/chosen").text
    monkeypatch.setattr(f"neighbours.web.chosen.{constant}", 2 * WEEK)
    assert client.get("/chosen").text != before


@pytest.mark.parametrize("language", ["en", "da", "nl"])
def test_the_record_keeps_to_the_standard(client: FlaskClient, language: str) -> None:
    record = client.get("/algorithm.json", headers={"Accept-Language": language}).json
    assert record is not None and (record["standard_version"], record["lang"]) == ("1.0", language)
    assert all(0 < len(record[field]) <= most for field, most in REQUIRED.items())
    assert all(0 < len(record[field]) <= 2500 for field in TEXTS)
    assert all(record[field] in values for field, values in PERMITTED.items())
    assert record["website"].endswith("/chosen")


def titles(client: FlaskClient, path: str) -> list[str]:
    return re.findall(r"nr \d", client.get(path).text)


@pytest.mark.parametrize("path", ["/nearby", "/"])
def test_without_suggestions_what_is_newest_comes_first_and_no_card_says_that_it_fits(
    app_on_both: Flask, path: str
) -> None:
    for number, more in enumerate(({"urgent": True}, {}, {}), 1):
        ask(app_on_both, title=f"nr {number}", opened_at=NOW + number * MINUTES, **more)
    bo = sign_in_as(app_on_both, "Bo")
    assert titles(bo, path) == ["nr 1", "nr 2", "nr 3"]
    assert "You like to help with this" in bo.get(path).text
    bo.post("/chosen/me", data={"on": "no"})
    assert titles(bo, path) == ["nr 3", "nr 2", "nr 1"]
    assert "You like to help with this" not in bo.get(path).text
    assert "Switch suggestions on for me" in bo.get("/chosen").text
    bo.post("/chosen/me", data={"on": "yes"})
    assert titles(bo, path) == ["nr 1", "nr 2", "nr 3"]


def test_a_host_switches_them_off_for_the_whole_area(app: Flask) -> None:
    for number in (1, 2):
        ask(app, title=f"nr {number}", opened_at=NOW + number * MINUTES)
    dorthe, bo = sign_in_as(app, "Dorthe"), sign_in_as(app, "Bo")
    (button,) = re.findall(r'action="(/chosen/areas/[^"]+)"', dorthe.get("/chosen").text)
    assert "/chosen/areas/" not in bo.get("/chosen").text
    dorthe.post(button, data={"on": "no"})
    assert titles(bo, "/nearby") == ["nr 2", "nr 1"]
    assert sign_in_as(app, "Hans").post(button, data={"on": "yes"}).status_code == 404
    assert titles(bo, "/nearby") == ["nr 2", "nr 1"]


def test_page_after_page_nothing_is_lost_in_the_order_of_time(app_on_both: Flask) -> None:
    for number in range(45):
        ask(app_on_both, title=f"nr-{number:02}", opened_at=NOW + number * MINUTES, urgent=number % 7 == 0)
    bo = sign_in_as(app_on_both, "Bo")
    bo.post("/chosen/me", data={"on": "no"})
    found = [title for page in (1, 2, 3) for title in re.findall(r"nr-\d\d", bo.get(f"/nearby?page={page}").text)]
    assert found == [f"nr-{number:02}" for number in reversed(range(45))]


def invite(app: Flask, ident: int, name: str, **more: Any) -> None:
    usual = {"wave": 1, "how": "message", "reasons": '[["corner",0],["likes","digital"],["not_asked",null]]'}
    with app.app_context(), writing() as session:
        session.add(Invitation(help_request_id=ident, resident_id=person(app, name), asked_at=NOW, **(usual | more)))


def test_who_is_asked_reads_it_first_on_the_start_page_and_may_say_not_this_time(app: Flask) -> None:
    ident = ask(app)
    invite(app, ident, "Bo")
    bo, url = sign_in_as(app, "Bo"), f"/help/{stand(app, HelpRequest, id=ident).ref}"
    assert "Can you help Anna?" in bo.get("/").text and "Not this time" in bo.get(url).text
    answer = bo.post(f"{url}/not-now", follow_redirects=True).text
    assert "Nobody is told" in answer and "Can you help Anna?" not in answer
    page = bo.get(url).text
    assert "You said: not this time." in page and "I can help" in page and "Not this time" not in page
    assert "not this time" not in sign_in_as(app, "Anna").get(url).text
    assert stands(app, Dispatch) == []


def test_the_news_is_gone_when_one_has_answered_or_it_is_closed(app: Flask) -> None:
    ident = ask(app)
    invite(app, ident, "Bo")
    bo = sign_in_as(app, "Bo")
    offer(app, ident)
    assert "Can you help Anna?" not in bo.get("/").text
    other = ask(app, title="nr 2", status="withdrawn")
    invite(app, other, "Bo")
    assert "Can you help Anna?" not in bo.get("/").text
