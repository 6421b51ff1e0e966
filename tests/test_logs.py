"""The log says what broke and where, and nothing of what people typed or who they are."""

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from models import db
from neighbours.serving.logs import WithoutWords, where_it_broke

SECRET = "Hemmelige Hanne, Skjultvej"


@pytest.fixture
def log(app_on_both: Flask) -> Iterator[io.StringIO]:
    """What the app's log would write into a file."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    app_on_both.logger.addHandler(handler)
    yield written
    app_on_both.logger.removeHandler(handler)


def break_with(app: Flask, words: str) -> int:
    """A page that writes `words` into the database, where they are refused."""

    def insert() -> str:
        db.session.execute(text("UPDATE resident SET name = :name, status = :name"), {"name": words})
        return "never"

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.before_request_funcs.clear()
    app.add_url_rule("/breaks", "static_breaks", insert)
    return app.test_client().get("/breaks?q=Skjult").status_code


def test_an_error_of_the_database_is_logged_without_the_row(app_on_both: Flask, log: io.StringIO) -> None:
    assert break_with(app_on_both, SECRET) == 500
    assert "IntegrityError" in log.getvalue() or "DataError" in log.getvalue()
    assert "test_logs.py" in log.getvalue() and "in insert" in log.getvalue()
    for word in (*SECRET.split(), "Skjult", "Failing row", "parameters:"):
        assert word not in log.getvalue()


def test_an_error_of_the_database_does_not_say_what_was_written(app_on_both: Flask) -> None:
    with app_on_both.app_context(), pytest.raises(Exception) as caught:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": SECRET})
    assert SECRET not in str(caught.value)


def test_every_error_of_a_chain_is_told_by_its_kind_the_first_cause_first() -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(SECRET) from cause
    except ValueError as error:
        told = where_it_broke(error)
    assert told.index("builtins.KeyError") < told.index("builtins.ValueError")
    assert SECRET not in told and "test_logs.py" in told


def test_two_apps_of_a_process_filter_once(app: Flask) -> None:
    assert len([each for each in app.logger.filters if isinstance(each, WithoutWords)]) == 1
