"""Suggest another day over HTTP: the questions, the answer on the agreement's page, and what the start page says."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Agreement, HelpRequest, Proposal
from neighbours.rules.help.slots import day_mask
from tests.conftest import Clock
from tests.village import counted
from tests.web.asking import errors_of, value_of
from tests.web.test_agreements import main_button
from tests.yes import FRIDAY, agree, ask, person, stand, stands

As = Callable[[str], FlaskClient]
OURS = {"Origin": "http://localhost"}
FRIDAYS = day_mask(FRIDAY, [])
AT_TEN = {"when_kind": "day", "day": "6. juni", "at_time": "10"}


@pytest.fixture
def url(app: Flask) -> str:
    """The path of an agreement of Anna and Bo for Friday."""
    return f"/agreements/{stand(app, Agreement, id=agree(app, ask(app, slots=FRIDAYS))).ref}"


def suggested(app: Flask, person: FlaskClient, url: str, **more: str) -> str:
    """The path of what this person suggests."""
    answer = person.post(f"{url}/another-day", data=AT_TEN | more)
    assert (answer.status_code, answer.location) == (303, url)
    return f"/suggestions/{stand(app, Proposal, status='proposed').ref}"


def test_the_page_leads_to_the_questions_which_know_the_agreed_day(app: Flask, as_person: As, url: str) -> None:
    bo = as_person("Bo")
    assert f'href="{url}/another-day"' in bo.get(url).text
    page = bo.get(f"{url}/another-day").text
    assert "Agreed so far: Friday 5 June. That stays so until Anna says yes." in page
    assert value_of(page, "day") == "2026-06-05" and 'value="day" checked' in page


def test_bo_suggests_and_anna_says_yes_without_javascript(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    path = suggested(app, bo, url)
    assert "Anna is told what you suggest." in bo.get(url).text
    assert "Bo suggests another day: Saturday 6 June at 10:00." in anna.get("/").text
    assert "suggests another day" not in bo.get("/").text
    page = anna.get(url).text
    assert "Saturday 6 June at 10:00" in page and main_button(page) == "Yes, that suits me"
    assert f'action="{path}/no"' in page and f'href="{url}/another-day?instead={path.split("/")[-1]}"' in page
    assert anna.post(f"{path}/yes").location == url
    for page in (anna.get(url).text, bo.get(url).text):
        assert "<dt>When</dt><dd>Saturday 6 June at 10:00" in page and path not in page
    assert "Anna says yes: Saturday 6 June at 10:00." in bo.get("/").text
    assert "suggests another day" not in anna.get("/").text


def test_a_time_is_settled_by_typing_it_alone(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    day = value_of(bo.get(f"{url}/another-day").text, "day")
    path = suggested(app, bo, url, day=day)
    assert "Bo suggests a time: Friday 5 June at 10:00." in anna.get("/mine").text
    assert "Bo suggests a time" in anna.get(url).text and "You suggested a time" in bo.get(url).text
    anna.post(f"{path}/yes")
    assert stand(app, Agreement).at_time == time(10)


def test_a_no_keeps_the_day_and_the_other_reads_so(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    anna.post(f"{suggested(app, bo, url)}/no")
    assert "It stays as agreed. Bo is told." in anna.get(url).text
    assert "Anna cannot do that. It stays as agreed:" in bo.get("/").text
    page = bo.get(url).text
    assert "<h2>Anna cannot do that</h2>" in page and "Suggest another day" in page
    assert page.count(f"{url}/another-day") == 1 and "<h2>Anna cannot do that</h2>" not in anna.get(url).text
    assert "<dt>When</dt><dd>Friday 5 June" in bo.get(url).text and f"{url}/another-day" in bo.get(url).text


def test_who_suggested_it_takes_it_back_and_cannot_answer(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    path = suggested(app, bo, url)
    page = bo.get(url).text
    assert "Anna has not answered yet." in page and f"{path}/take-back" in page and f"{path}/yes" not in page
    for answer in ("yes", "no"):
        assert bo.post(f"{path}/{answer}").status_code == 403
    assert anna.post(f"{path}/take-back").status_code == 403
    for _twice in range(2):
        assert bo.post(f"{path}/take-back").location == url
    assert "suggests another day" not in anna.get("/").text
    answer = anna.post(f"{path}/yes")
    assert answer.status_code == 409 and "This suggestion does not stand any more." in answer.text


def test_who_comes_second_reads_that_the_other_suggests_a_day_too(app: Flask, as_person: As, url: str) -> None:
    suggested(app, as_person("Bo"), url)
    anna = as_person("Anna")
    answer = anna.post(f"{url}/another-day", data=AT_TEN | {"day": "7. juni"}, headers=OURS)
    assert answer.status_code == 409 and "Bo suggests another day too." in answer.text and "7. juni" in answer.text
    assert anna.get(f"{url}/another-day").status_code == 409
    assert [row.status for row in stands(app, Proposal)] == ["proposed"]


def test_who_cannot_then_suggests_another_day_instead(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    form = f"{url}/another-day?instead={suggested(app, bo, url).split('/')[-1]}"
    assert "Bo suggested: Saturday 6 June at 10:00." in anna.get(form).text
    answer = anna.post(form, data=AT_TEN)
    assert answer.status_code == 422 and "This is what was suggested to you." in errors_of(answer.text)
    assert anna.post(form, data=AT_TEN | {"day": "7. juni"}).location == url
    assert sorted(row.status for row in stands(app, Proposal)) == ["declined", "proposed"]
    assert "You suggested another day" in anna.get(url).text
    page = bo.get(url).text
    assert (
        "Sunday 7 June at 10:00" in page and main_button(page) == "Yes, that suits me" and "cannot do that" not in page
    )
    assert "Anna suggests another day: Sunday 7 June" in bo.get("/").text and "cannot do that" not in bo.get("/").text
    assert anna.get(form).status_code == 200  # my own may still be changed
    assert bo.get(form).status_code == 409


@pytest.mark.parametrize(("part", "at_time"), [("afternoon", None), ("morning", time(10))])
def test_a_part_of_the_day_counts_more_than_the_time_that_the_page_filled_in(
    app: Flask, as_person: As, url: str, part: str, at_time: time | None
) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    anna.post(f"{suggested(app, bo, url)}/yes")
    filled = value_of(bo.get(f"{url}/another-day").text, "at_time")
    assert filled == "10:00"
    sent = {"when_kind": "day", "day": "7. juni", "at_time": filled, "parts": part}
    assert bo.post(f"{url}/another-day", data=sent).location == url
    assert stand(app, Proposal, status="proposed").at_time == at_time
    answer = bo.post(f"{url}/another-day", data=sent | {"at_time": "8:00", "parts": "evening"})
    assert answer.status_code == 422 and "Change the time, or the part." in errors_of(answer.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "31. maj 2026"}, "This day has passed."),
        ({"day": "5. juni", "at_time": ""}, "You agreed on this already."),
        ({"day": "juni"}, "We cannot read this day."),
        ({"day": ""}, "Say which day"),
        ({"when_kind": "weekdays"}, "Choose at least one weekday."),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    app: Flask, as_person: As, url: str, typed: dict[str, str], said: str
) -> None:
    answer = as_person("Bo").post(f"{url}/another-day", data=AT_TEN | typed)
    assert answer.status_code == 422 and said in errors_of(answer.text)
    assert "day" not in typed or value_of(answer.text, "day") == typed["day"]
    assert stands(app, Proposal) == []


def test_a_day_that_nobody_answered_in_time_is_said_no_more(app: Flask, as_person: As, url: str, clock: Clock) -> None:
    path, anna = suggested(app, as_person("Bo"), url), as_person("Anna")
    clock.now += timedelta(days=6)
    assert "Bo suggests" not in anna.get(url).text and "Bo suggests" not in anna.get("/").text
    answer = anna.post(f"{path}/yes")
    assert answer.status_code == 409 and "The day that was suggested has passed." in answer.text


def test_after_the_end_nothing_is_suggested(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    path = suggested(app, bo, url)
    anna.post(f"{url}/cancel")
    assert "another-day" not in bo.get(url).text and path not in bo.get(url).text
    for answer in (bo.post(f"{url}/another-day", data=AT_TEN), anna.post(f"{path}/yes")):
        assert answer.status_code == 409 and "This agreement was cancelled." in answer.text


@pytest.mark.parametrize("name", ["Carl", "Dorthe", "Elsa"])
def test_nobody_else_finds_it(app: Flask, as_person: As, url: str, name: str) -> None:
    path = suggested(app, as_person("Bo"), url)
    other = as_person(name)
    assert other.get(f"{url}/another-day").status_code == 404
    for post in (f"{url}/another-day", f"{path}/yes", f"{path}/no", f"{path}/take-back"):
        assert other.post(post, data=AT_TEN).status_code == 404
    assert stand(app, Proposal).status == "proposed"


def test_a_host_who_asked_for_somebody_arranges_the_day_too(app: Flask, as_person: As) -> None:
    agreement_id = agree(app, ask(app, acted_by_id=person(app, "Dorthe")))
    url = f"/agreements/{stand(app, Agreement, id=agreement_id).ref}"
    path = suggested(app, as_person("Bo"), url)
    dorthe = as_person("Dorthe")
    assert "Bo suggests another day: Saturday 6 June at 10:00." in dorthe.get("/").text
    dorthe.post(f"{path}/yes")
    assert "<dd>Saturday 6 June at 10:00" in as_person("Bo").get(url).text


@pytest.mark.parametrize("path", ["", "/another-day"])
def test_its_pages_take_two_statements(app: Flask, as_person: As, url: str, path: str) -> None:
    bo = as_person("Bo")
    suggested(app, bo, url)
    with counted(app) as statements:
        assert bo.get(url + path).status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("more", [{"when_kind": "whenever"}, {"when_kind": "weekdays", "slots": FRIDAYS}])
def test_an_agreement_without_a_day_says_so_to_both_until_one_is_suggested(
    app: Flask, as_person: As, more: dict[str, object]
) -> None:
    agreement_id = agree(app, ask(app, **({"day": None} | more)))
    url = f"/agreements/{stand(app, Agreement, id=agreement_id).ref}"
    both = [(as_person("Anna"), "Bo"), (as_person("Bo"), "Anna")]
    for browser, other in both:
        page = browser.get(url).text
        assert "<h2>One step more: which day?</h2>" in page and main_button(page) == "Suggest a day"
        assert page.count(f"{url}/another-day") == 1
        assert f"You and {other} have no day yet:" in browser.get("/").text
    path = suggested(app, both[1][0], url)
    for browser, _other in both:
        assert "which day?" not in browser.get(url).text and "have no day yet" not in browser.get("/").text
    both[0][0].post(f"{path}/no")
    for browser, other in both:
        assert main_button(browser.get(url).text) == "Suggest a day"
        assert f"You and {other} have no day yet:" in browser.get("/mine").text
    both[0][0].post(f"{suggested(app, both[1][0], url)}/yes")
    for browser, _other in both:
        assert "which day?" not in browser.get(url).text and "have no day yet" not in browser.get("/").text


def test_where_only_the_time_is_missing_nothing_is_said(app: Flask, as_person: As, url: str) -> None:
    for name in ("Anna", "Bo"):
        browser = as_person(name)
        assert "which day?" not in browser.get(url).text and "have no day yet" not in browser.get("/").text


def test_once_the_day_was_moved_no_page_of_the_two_says_the_old_one(app: Flask, as_person: As, url: str) -> None:
    bo, anna = as_person("Bo"), as_person("Anna")
    anna.post(f"{suggested(app, bo, url)}/yes")
    help_ref = stand(app, HelpRequest).ref
    for page in (anna.get("/mine"), anna.get(f"/help/{help_ref}"), bo.get(f"/help/{help_ref}"), bo.get("/mine")):
        assert "Saturday 6 June at 10:00" in page.text and "5 June" not in page.text
