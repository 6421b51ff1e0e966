"""Whom one met can be told of, whoever blocked first; and no page of it says whether somebody did."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Agreement, HelpRequest, Message, Reply, Report, Thread
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import Said, begin
from neighbours.actions.trust.blocking import block
from neighbours.queries.trust.meeting import people_met
from neighbours.rules.trust.reporting import LATELY
from tests.privacy.crawl import Page, look, masked
from tests.village import NOW, counted
from tests.yes import agree, ask, offer, person, stand, stands

AsPerson = Callable[[str], FlaskClient]
SAID = {"reason": "unkind", "text": "Han skrev noget grimt"}


def write(app: Flask, help_id: int, name: str = "Bo", words: str = "Jeg ved, hvor du bor") -> str:
    """A message of this neighbour to Anna about her request; its ref."""
    with app.app_context():
        begin(help_id, person(app, name), Said(words, "da"), by=Actor(person(app, name)), now=NOW)
    return str(stand(app, Message, by_id=person(app, name)).ref)


def block_by(app: Flask, by: str, other: str) -> None:
    by_id, other_id = person(app, by), person(app, other)
    with app.app_context():
        block(by_id, other_id, NOW)


def met_by(app: Flask, name: str, days: int = 30) -> list[tuple[str, str]]:
    who = person(app, name)
    with app.app_context():
        return [(row.name, row.place) for row in people_met(who, NOW + timedelta(days=days) - LATELY)]


def test_who_writes_something_ugly_and_blocks_is_told_of_all_the_same(app: Flask, as_person: AsPerson) -> None:
    message = write(app, ask(app))
    block_by(app, "Bo", "Anna")
    anna = as_person("Anna")
    assert anna.get(f"/messages/{stand(app, Thread).ref}").status_code == 404
    assert 'href="/report/people"' in anna.get("/me").text
    assert f"/report/message/{message}?from=people" in anna.get("/report/people").text
    form = anna.get(f"/report/message/{message}?from=people").text
    assert "It is about Bo." in form and 'href="/report/people"' in form and "hvor du bor" not in form
    told = anna.post(f"/report/message/{message}?from=people", data=SAID)
    assert told.status_code == 303 and anna.get(told.headers["Location"]).status_code == 200
    assert [row.thing for row in stands(app, Report)] == ["message"]
    desk = as_person("Dorthe").get("/host").text
    assert "Jeg ved, hvor du bor" in desk and "It is about Bo." in desk


@pytest.mark.parametrize("blocker", ["Anna", "Bo"])
def test_where_it_is_told_all_is_the_same_to_the_byte_before_and_after_a_block(
    app: Flask, as_person: AsPerson, blocker: str
) -> None:
    help_id = ask(app)
    agree(app, help_id)
    offer(app, ask(app, title="Bære en sofa"))
    write(app, help_id)
    waiting = stand(app, Reply, status="offered").ref
    pages = {
        "Anna": ["/report/people", f"/report/message/{stand(app, Message).ref}", f"/report/reply/{waiting}"],
        "Bo": ["/report/people"],
    }
    for each in pages.values():
        each.append(f"/report/agreement/{stand(app, Agreement).ref}")
    browsers = {name: as_person(name) for name in pages}
    seen = {(name, page): look(browsers[name], page) for name in pages for page in pages[name]}
    assert {page.status for page in seen.values()} == {200}
    block_by(app, blocker, "Anna" if blocker == "Bo" else "Bo")
    for (name, address), before in seen.items():
        after = look(browsers[name], address)
        assert after.status == 200 and _own(after) == _own(before), (name, address)


def _own(page: Page) -> bytes:
    """Without the menu, which counts what waits: a block takes back what waited, as people do."""
    return masked(page).split(b"<main")[1]


def test_nobody_but_the_two_finds_it_and_what_one_only_saw_is_gone(app: Flask, as_person: AsPerson) -> None:
    help_id = ask(app)
    message = write(app, help_id)
    request = _ref_of(app, help_id)
    for name in ("Carl", "Dorthe"):
        assert as_person(name).get(f"/report/message/{message}").status_code == 404
        assert "Bo" not in as_person(name).get("/report/people").text.split("<main")[1].split("</main")[0]
    block_by(app, "Anna", "Bo")
    assert as_person("Bo").get(f"/help/{request}").status_code == 404
    assert as_person("Bo").get(f"/report/request/{request}").status_code == 404


def _ref_of(app: Flask, help_id: int) -> str:
    return str(stand(app, HelpRequest, id=help_id).ref)


def test_each_is_listed_once_for_thirty_days_whoever_blocked(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agree(app_on_both, help_id)
    offer(app_on_both, ask(app_on_both, title="Bære en sofa"), "Carl")
    assert met_by(app_on_both, "Anna", 29) == [("Bo", "reply"), ("Carl", "reply")]
    write(app_on_both, help_id)
    assert met_by(app_on_both, "Anna", 29) == [("Bo", "message"), ("Carl", "reply")]
    assert met_by(app_on_both, "Bo", 29) == [("Anna", "agreement")]
    assert met_by(app_on_both, "Anna", 31) == [("Bo", "agreement")], "it still stands"
    block_by(app_on_both, "Bo", "Anna")
    assert met_by(app_on_both, "Anna", 29) == [("Bo", "message"), ("Carl", "reply")]
    assert met_by(app_on_both, "Anna", 31) == met_by(app_on_both, "Carl", 29) == []


def test_the_list_takes_two_statements(app: Flask, as_person: AsPerson) -> None:
    write(app, ask(app))
    anna = as_person("Anna")
    anna.get("/report/people")
    with counted(app) as seen:
        assert "Bo" in anna.get("/report/people").text
    assert len(seen) <= 2
