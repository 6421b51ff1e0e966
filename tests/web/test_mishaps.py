"""The pages for what cannot be: whom to ring, when to try again; and they stand when the house does not."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from models import HelpRequest, db
from neighbours.database import SQLITE_TURN, writing
from tests.yes import ask, stand


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_an_error_names_the_host_and_the_telephone_in_its_text(as_person: Callable) -> None:
    main = main_of(as_person("Anna").get("/nothing").text)
    assert "You can also ring Dorthe, your local host:" in main and 'href="tel:' in main


def test_a_stranger_is_told_how_to_reach_the_operator(client: FlaskClient) -> None:
    main = main_of(client.get("/nothing").text)
    assert 'href="tel:' in main or 'href="mailto:' in main


def test_a_wrong_method_speaks_as_a_page_that_is_not_there(client: FlaskClient) -> None:
    answer = client.get("/language")
    assert answer.status_code == 405 and "We cannot find this page" in answer.text


@pytest.mark.parametrize("language", ["da", "nl", "en"])
@pytest.mark.parametrize("path", ["/find?q=" + "%C3%A5" * 3000, "/sign-in?next=/" + "x" * 9000, "/" + "x" * 9000])
def test_an_address_that_is_too_long_says_so_in_the_readers_language(
    client: FlaskClient, path: str, language: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    said = {"da": "for langt til siden", "nl": "te lang voor deze pagina", "en": "too long for this page"}
    assert answer.status_code == 414 and f'<html lang="{language}">' in answer.text
    assert said[language] in main_of(answer.text) and 'action="/language?next=/"' in answer.text


def test_a_database_that_is_gone_is_closed_for_a_moment(tmp_path: Path) -> None:
    app = create_app({"INSTANCE": tmp_path, "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"})
    answer = app.test_client().get("/")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "120"
    assert "closed for a moment" in answer.text and "ask your local host or a neighbour" in main_of(answer.text)


def test_a_database_without_its_tables_is_closed_for_a_moment_and_says_whom_to_ask(tmp_path: Path) -> None:
    app = create_app({"INSTANCE": tmp_path, "OPERATOR_CONTACT": "Ry Forening, 12 34 56 78"})
    answer = app.test_client().get("/nearby")
    assert answer.status_code == 503 and "Ry Forening, 12 34 56 78" in main_of(answer.text)


def test_a_table_that_was_taken_away_below_somebody_signed_in_is_503_too(app: Flask, as_person: Callable) -> None:
    anna = as_person("Anna")
    with app.app_context(), writing() as session:
        session.execute(text("ALTER TABLE installation RENAME TO gone"))
    assert anna.get("/").status_code == 503


def test_a_database_that_is_busy_for_too_long_is_closed_for_a_moment_and_shows_what_was_written(
    app: Flask, as_person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}/reply"
    monkeypatch.setattr("neighbours.database.PATIENCE", 0.05)
    with app.app_context():
        file = str(db.engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as somebody_else:
        somebody_else.execute("BEGIN IMMEDIATE")
        answer = bo.post(path, data={"line": "Jeg kan komme"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "120"
    assert "closed for a moment" in answer.text and "Jeg kan komme" in answer.text
    assert bo.post(path, data={"line": "Jeg kan komme"}).status_code == 303


def test_who_waits_too_long_for_a_turn_to_write_is_told_so(
    app: Flask, as_person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}/reply"
    monkeypatch.setattr("neighbours.database.PATIENCE", 0.05)
    with ThreadPoolExecutor(1) as another:
        another.submit(SQLITE_TURN.acquire).result()
        assert bo.post(path, data={"line": "Jeg kan komme"}).status_code == 503
        another.submit(SQLITE_TURN.release).result()
    assert bo.post(path, data={"line": "Jeg kan komme"}).status_code == 303


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500, 503])
def test_each_stands_in_the_one_frame(code: int) -> None:
    assert Path(f"templates/errors/{code}.html").read_text().startswith('{% extends "errors/frame.html" %}')
