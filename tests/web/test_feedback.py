"""Telling what is hard to read or use: from every page, without an account, and nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Dispatch, db
from neighbours.actions import outbox
from neighbours.actions.people.attempts import is_within
from neighbours.database import writing
from neighbours.messages import Message, write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.people.codes import FEEDBACK_BY_VISITOR, FEEDBACK_IN_ALL
from neighbours.web.feedback import own_path
from tests.conftest import Clock
from tests.village import NOW

WORDS = {"text": "Skriften er for lille.", "contact": "nanna@example.org", "page": "/find"}


def sent(app: Flask) -> list[Message]:
    with app.app_context():
        rows = outbox.claim_due("test", NOW, 100)
        about = what_they_tell([row.id for row in rows])
        return [write_message(row, about[row.id], house()) for row in rows]


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Dispatch).count()


@pytest.mark.parametrize("path", ["/", "/find", "/behind", "/sign-in", "/nothing-here"])
def test_every_page_leads_to_it_and_says_which_page_it_was(client: FlaskClient, path: str) -> None:
    assert f'href="/feedback?page={path}"' in client.get(path + "?q=secret").text


def test_the_words_go_to_the_operator_and_lie_sealed_until_then(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/feedback", data=WORDS)
    assert answer.status_code == 303 and "Thank you" in client.get(answer.headers["Location"]).text
    with app.app_context():
        assert b"Skriften" not in db.session.query(Dispatch.sealed).scalar()
        to = house().contact_email
    (message,) = sent(app)
    assert message.to == to and "Skriften" not in message.subject
    assert all(each in message.body for each in ("Skriften er for lille.", "nanna@example.org", "/find"))


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "Mit nummer er 010203-1234"])
def test_what_is_refused_stays_on_the_page_and_nothing_goes_out(app: Flask, client: FlaskClient, text: str) -> None:
    answer = client.post("/feedback", data=WORDS | {"text": text})
    assert answer.status_code == 422 and rows(app) == 0
    assert text.strip() in answer.text and "nanna@example.org" in answer.text and 'value="/find"' in answer.text


def test_too_many_from_one_place_wait_and_keep_their_words(app: Flask, client: FlaskClient) -> None:
    for _ in range(FEEDBACK_BY_VISITOR.most):
        assert client.post("/feedback", data=WORDS).status_code == 303
    answer = client.post("/feedback", data=WORDS)
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "3600"
    assert "Please wait an hour" in answer.text
    assert "Skriften er for lille." in answer.text and rows(app) == FEEDBACK_BY_VISITOR.most


def test_too_many_from_all_places_together_wait_a_day(app: Flask, client: FlaskClient, clock: Clock) -> None:
    with app.app_context(), writing() as session:
        for _ in range(FEEDBACK_IN_ALL.most):
            assert is_within(session, FEEDBACK_IN_ALL, "all", NOW)
    answer = client.post("/feedback", data=WORDS)
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "86400"
    assert "Please wait a day" in answer.text and "Skriften er for lille." in answer.text
    clock.now += timedelta(seconds=86400)
    assert client.post("/feedback", data=WORDS).status_code == 303


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example/", "/\\evil", "/a\nb", "/" + "x" * 300, None])
def test_a_page_that_is_not_ours_is_not_carried_along(path: str | None) -> None:
    assert own_path(path) == ""


def test_a_path_is_carried_along_without_its_query() -> None:
    assert own_path("/find?q=Engvej 1#here") == "/find"


def test_it_says_how_to_ring_the_host_and_write_to_the_operator(app: Flask, as_person: Callable) -> None:
    page = as_person("Anna").get("/feedback").text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Dorthe" in main and 'href="tel:' in main and 'href="mailto:' in main
