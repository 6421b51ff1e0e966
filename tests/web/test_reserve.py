"""In reserve over HTTP: what the asker can do once every place is taken, and what who is in reserve reads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Agreement, HelpRequest, Reply
from tests.conftest import Clock
from tests.village import counted
from tests.web.test_agreements import main_button
from tests.yes import agree, ask, offer, person, stand, stands

As = Callable[[str], FlaskClient]


@pytest.fixture
def url(app: Flask) -> str:
    """The path of a request of Anna's with which Bo helps; Carl has offered too."""
    help_id = ask(app)
    offer(app, help_id, "Carl")
    agree(app, help_id)
    return f"/help/{stand(app, HelpRequest).ref}"


def of_carl(app: Flask) -> str:
    return f"/replies/{stand(app, Reply, helper_id=person(app, 'Carl')).ref}"


def test_anna_keeps_carl_in_reserve_and_carl_takes_over_without_javascript(app: Flask, as_person: As, url: str) -> None:
    anna, carl, bo = (as_person(name) for name in ("Anna", "Carl", "Bo"))
    assert f'action="{of_carl(app)}/reserve"' in anna.get(url).text
    assert "Somebody else helps this time" in carl.get(url).text
    for _twice in range(2):
        assert anna.post(f"{of_carl(app)}/reserve").location == url
    page = anna.get(url).text
    assert "Carl is in reserve. If somebody falls out, Carl takes over." in page and "/reserve" not in page
    page = carl.get(url).text
    assert "You are in reserve" in page and "If somebody falls out, you take over, and we tell you." in page
    assert (
        "You are in reserve for Anna" in carl.get("/").text and "You are in reserve for Anna" in carl.get("/mine").text
    )
    assert "<h2>No help needed any more?</h2>" in anna.get(url).text
    bos = f"/agreements/{stand(app, Agreement).ref}"
    page = bo.get(bos).text
    assert "Somebody is in reserve and takes over." in page and "Carl" not in page
    assert "for 10 minutes" in anna.get(bos).text and "Somebody is in reserve" not in anna.get(bos).text
    bo.post(f"{bos}/cancel")
    assert "Take it back" not in bo.get(bos).text and bo.post(f"{bos}/undo").status_code == 409
    assert "Somebody in reserve takes over." in anna.get(bos).text
    assert "Somebody in reserve takes over." not in bo.get(bos).text
    carls = stand(app, Agreement, helper_id=person(app, "Carl"))
    assert f"/agreements/{carls.ref}" in anna.get(url).text and "Anna said yes to you." not in carl.get("/").text
    assert carls.ref in carl.get("/").text and carl.get(f"/agreements/{carls.ref}").status_code == 200


def test_when_anna_cancels_she_reads_of_carl_and_says_yes_or_no(app: Flask, as_person: As, url: str) -> None:
    anna, carl = as_person("Anna"), as_person("Carl")
    anna.post(f"{of_carl(app)}/reserve")
    bos = f"/agreements/{stand(app, Agreement).ref}"
    anna.post(f"{bos}/cancel")
    page = anna.get(bos).text
    assert "The agreement is cancelled. Bo is told." in page and "<h2>Carl is in reserve</h2>" in page
    assert main_button(page) == "Yes please, Carl" and f'action="{of_carl(app)}/decline"' in page
    assert f'action="{bos}/undo"' in page and main_button(anna.get(url).text) == "Yes please, Carl"
    assert "1 neighbour can help you:" in anna.get("/").text and "Waiting for an answer" in carl.get("/").text
    assert "Carl" not in as_person("Bo").get(bos).text
    anna.post(f"{bos}/undo")
    assert "You are in reserve" in carl.get(url).text and "Carl" not in anna.get(bos).text
    anna.post(f"{bos}/cancel")
    anna.post(f"{of_carl(app)}/accept")
    assert stand(app, Agreement, status="agreed").helper_id == person(app, "Carl")


def test_who_is_in_reserve_steps_back(app: Flask, as_person: As, url: str) -> None:
    as_person("Anna").post(f"{of_carl(app)}/reserve")
    carl = as_person("Carl")
    assert f'action="{of_carl(app)}/withdraw"' in carl.get(url).text
    carl.post(f"{of_carl(app)}/withdraw")
    assert stand(app, Reply, helper_id=person(app, "Carl")).status == "withdrawn"
    assert "You are in reserve" not in carl.get("/mine").text


def test_a_no_to_who_is_in_reserve_shows_for_ten_minutes_to_the_asker_alone(
    app: Flask, as_person: As, url: str, clock: Clock
) -> None:
    anna, carl = as_person("Anna"), as_person("Carl")
    anna.post(f"{of_carl(app)}/reserve")
    anna.post(f"{of_carl(app)}/decline")
    assert "Take my no back" in anna.get(url).text and "You are in reserve" in carl.get(url).text
    assert "You are in reserve for Anna" in carl.get("/mine").text
    anna.post(f"{of_carl(app)}/undo")
    assert "Carl is in reserve." in anna.get(url).text
    anna.post(f"{of_carl(app)}/decline")
    clock.now += timedelta(minutes=11)
    assert "You are in reserve" not in carl.get(url).text and "You are in reserve" not in carl.get("/mine").text


def test_when_the_day_has_passed_nobody_reads_that_they_are_in_reserve(
    app: Flask, as_person: As, url: str, clock: Clock
) -> None:
    anna, carl = as_person("Anna"), as_person("Carl")
    anna.post(f"{of_carl(app)}/reserve")
    assert "Carl is in reserve now, and is told." in anna.get(url).text
    clock.now += timedelta(days=5)
    for page in (carl.get(url).text, carl.get("/").text, carl.get("/mine").text, anna.get(url).text):
        assert "in reserve" not in page.lower()


def test_once_a_place_is_free_the_asker_reads_that_a_yes_is_possible(app: Flask, as_person: As, url: str) -> None:
    anna = as_person("Anna")
    anna.post(f"/agreements/{stand(app, Agreement).ref}/cancel")
    answer = anna.post(f"{of_carl(app)}/reserve")
    assert answer.status_code == 409 and "A place is free again. You can say yes please." in answer.text
    assert "/reserve" not in anna.get(url).text


def test_whoever_comes_second_where_the_first_yes_is_fine_reads_of_the_reserve(app: Flask, as_person: As) -> None:
    help_id = ask(app, first_yes=True)
    url = f"/help/{stand(app, HelpRequest, id=help_id).ref}"
    carl = as_person("Carl")
    assert "The first yes is fine here." in carl.get(url).text
    offer(app, help_id)
    assert carl.post(f"{url}/reply", data={"line": "Jeg kan"}).location == url
    page = carl.get(url).text
    assert "Somebody was faster. You are in reserve now: thank you!" in page and "You are in reserve" in page
    assert "Carl is in reserve." in as_person("Anna").get(url).text


@pytest.mark.parametrize(("name", "status"), [("Carl", 403), ("Bo", 403), ("Elsa", 404), ("Mia", 403)])
def test_nobody_but_the_asker_keeps_anybody_in_reserve(
    app: Flask, as_person: As, url: str, name: str, status: int
) -> None:
    assert as_person(name).post(f"{of_carl(app)}/reserve").status_code == status
    assert [row.status for row in stands(app, Reply)] == ["offered", "accepted"]


@pytest.mark.parametrize("name", ["Anna", "Carl"])
def test_its_page_takes_two_statements(app: Flask, as_person: As, url: str, name: str) -> None:
    as_person("Anna").post(f"{of_carl(app)}/reserve")
    browser = as_person(name)
    with counted(app) as statements:
        assert browser.get(url).status_code == 200
    assert len(statements) == 2
