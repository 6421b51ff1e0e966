"""Reading by the driver itself: the same values as from the session, on both engines, and nothing left open."""

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask, g
from sqlalchemy import Boolean, Date, Time, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from models import Installation, Moment, db
from neighbours.database import writing
from neighbours.queries.reading import read
from tests.village import counted
from tests.yes import ask

WHEN = datetime(2026, 6, 1, 10, 0, 0, 250, tzinfo=UTC)
NAMES = text("SELECT operator AS name, 'at 12:30, 100%' AS words FROM installation WHERE operator <> :other").columns()
TYPED = (
    text(
        "SELECT opened_at AS moment, CAST(NULL AS date) AS missing, day, at_time, urgent FROM help_request "
        "WHERE opened_at >= :since ORDER BY id"
    )
    .bindparams(bindparam("since", type_=Moment()))
    .columns(moment=Moment(), missing=Date(), day=Date(), at_time=Time(), urgent=Boolean())
)


def test_values_go_in_and_come_out_as_the_types_say(app_on_both: Flask) -> None:
    ask(app_on_both, opened_at=WHEN, when_kind="day", day=date(2026, 6, 12), at_time=time(9, 30), urgent=True)
    with app_on_both.app_context():
        rows = read(TYPED, {"since": WHEN})
        assert len(rows) == 1 and tuple(rows[0]) == (WHEN, None, date(2026, 6, 12), time(9, 30), True)
        assert rows[0].urgent is True and [row.day for row in rows] == [date(2026, 6, 12)]
        assert len(read(TYPED, {"since": WHEN.replace(year=2027)})) == 0


def test_words_with_a_colon_and_a_percent_stay_as_they_are(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        assert read(NAMES, {"other": "x"})[0].words == "at 12:30, 100%"


def test_the_engine_hears_of_it(app_on_both: Flask) -> None:
    with counted(app_on_both) as said, app_on_both.app_context():
        read(NAMES, {"other": "x"})
    assert len(said) == 1 and "installation" in said[0]


def test_an_error_is_the_one_of_the_session_without_the_values(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        wrong = text("SELECT nothing_of_that_name FROM installation WHERE operator <> :other").columns()
        with pytest.raises(DBAPIError) as told:
            read(wrong, {"other": "a secret"})
        assert "a secret" not in str(told.value)
        assert len(read(NAMES, {"other": "x"})) == 1


def test_what_was_committed_meanwhile_is_seen_and_nothing_stays_open(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        read(NAMES, {"other": "x"})
        with writing() as session:
            session.execute(select(Installation).with_for_update()).scalar_one().operator = "Nyby"
        assert read(NAMES, {"other": "x"})[0].name == "Nyby"
        db.session.remove()
        engine = db.engine
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_the_session_can_still_take_back_what_it_wrote(app_on_both: Flask) -> None:
    """It may get the same connection that was read by."""
    with app_on_both.app_context():
        before = read(NAMES, {"other": "x"})[0].name
    with app_on_both.app_context(), pytest.raises(ZeroDivisionError):
        _write_and_fail()
    with app_on_both.app_context():
        assert read(NAMES, {"other": "x"})[0].name == before


def test_a_connection_that_broke_is_not_used_again(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        read(NAMES, {"other": "x"})
        _break(app_on_both)
        with pytest.raises(DBAPIError):
            read(NAMES, {"other": "x"})
        assert len(read(NAMES, {"other": "x"})) == 1


def _write_and_fail() -> None:
    with writing() as session:
        session.execute(text("UPDATE installation SET operator = 'Nyby'"))
        raise ZeroDivisionError


def _break(app: Flask) -> None:
    """What a restart of PostgreSQL does to the connection; SQLite has none but a file."""
    if app.config["DATABASE_URL"].startswith("sqlite"):
        g.reading.driver_connection.close()
        return
    pid = g.reading.driver_connection.info.backend_pid
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
