"""`flask setup` and `flask demo` as seen at a terminal: what they ask, what they refuse, what they never mix."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from models import Base, Installation, Invitation, Municipality, Official, Resident, db
from neighbours.clock import DemoClock, now
from neighbours.queries.standing import standing
from tests.village import NOW

ANSWERS = {
    "operator": "Veng Borgerhjælp",
    "person": "Otto Drift",
    "email": "Otto@Example.org",
    "country": "dk",
    "phone": "22 34 56 78",
    "language": "da",
    "municipality": "Skanderborg",
    "zone": "Europe/Copenhagen",
    "population": "64.000",
    "source": "Danmarks Statistik",
    "year": "2026",
}


def house(tmp_path: Path, **settings: Any) -> Flask:
    """An installation that was never started."""
    return create_app({"TESTING": True, "INSTANCE": tmp_path, "DEMO": False, "CLOCK": lambda: NOW, **settings})


def run(app: Flask, *words: str, typed: str | None = None) -> Any:
    answer = app.test_cli_runner().invoke(args=list(words), input=typed)
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return answer


def options(**more: str) -> list[str]:
    return [word for name, value in (ANSWERS | more).items() for word in (f"--{name}", value)]


def stored(app: Flask, table: type[Base]) -> list[Any]:
    with app.app_context():
        return list(db.session.execute(select(*table.__table__.c)).all())


def mark(app: Flask) -> str:
    with app.app_context():
        return standing()


def test_setup_stores_what_was_given_as_options(tmp_path):
    app = house(tmp_path)
    answer = run(app, "setup", *options())
    assert answer.exit_code == 0, answer.output
    (installation,), (municipality,), (person,) = (
        stored(app, table) for table in (Installation, Municipality, Official)
    )
    assert (installation.demo, installation.operator, installation.language) == (False, "Veng Borgerhjælp", "da")
    assert (installation.contact_email, installation.contact_phone) == ("otto@example.org", "+4522345678")
    assert (municipality.name, municipality.country, municipality.zone) == ("Skanderborg", "DK", "Europe/Copenhagen")
    figure = municipality.population, municipality.population_source, municipality.population_year
    assert figure == (64_000, "Danmarks Statistik", 2026)
    assert (person.name, person.role, person.email) == ("Otto Drift", "operator", "otto@example.org")


def test_setup_asks_for_what_was_not_given_and_asks_again_when_it_cannot_be_read(tmp_path):
    app = house(tmp_path)
    typed = "Veng Borgerhjælp\nOtto\notto\notto@example.org\n\n\n\nSkanderborg\n\nmany\n64000\nDST\n1066\n2025\n"
    answer = run(app, "setup", typed=typed)
    assert answer.exit_code == 0, answer.output
    assert "This is not a complete e-mail address." in answer.output
    assert "The population is a whole number" in answer.output
    assert "The year of the figure lies between 1990 and 2026." in answer.output
    assert stored(app, Municipality)[0].population == 64_000
    assert stored(app, Installation)[0].contact_phone is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("operator", " "),
        ("operator", "x" * 201),
        ("email", "otto"),
        ("email", "+4522345678"),
        ("country", "Denmark"),
        ("phone", "12"),
        ("phone", "otto@example.org"),
        ("language", "klingon"),
        ("municipality", "\x00"),
        ("zone", "Europe/Veng"),
        ("zone", "../../etc/passwd"),
        ("population", "-1"),
        ("population", "0"),
        ("population", "9" * 30),
        ("population", "٦٤٠٠٠"),
        ("year", "2027"),
        ("year", "twenty"),
    ],
)
def test_setup_refuses_an_answer_in_one_sentence_and_stores_nothing(tmp_path, name, value):
    app = house(tmp_path)
    answer = run(app, "setup", *options(**{name: value}))
    assert answer.exit_code == 1
    assert answer.output.startswith(f"Error: --{name}: ") and answer.output.count("\n") == 1
    assert mark(app) == "empty"


def test_a_house_can_be_set_up_once(tmp_path):
    app = house(tmp_path)
    run(app, "setup", *options())
    answer = run(app, "setup", *options(operator="Somebody else"))
    assert (answer.exit_code, answer.output) == (
        1,
        "Error: This installation is set up already. Nothing was changed.\n",
    )
    assert stored(app, Installation)[0].operator == "Veng Borgerhjælp"


def test_the_demo_is_loaded_once_and_says_so(tmp_path):
    app = house(tmp_path, DEMO=True)
    assert "The demo village is ready." in run(app, "demo", "--first-start").output
    assert len(stored(app, Resident)) == 120
    assert run(app, "demo").output == "The demo village is here already. Nothing was changed.\n"
    assert run(app, "demo", "--first-start").output == ""
    assert len(stored(app, Resident)) == 120
    assert (tmp_path / "demo.sqlite").exists() and not (tmp_path / "neighbours.sqlite").exists()


def test_setup_refuses_a_database_that_is_marked_as_a_demo(tmp_path):
    demo = house(tmp_path, DEMO=True)
    run(demo, "demo")
    app = house(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'demo.sqlite'}")
    answer = run(app, "setup", *options())
    assert answer.exit_code == 1 and "a demo is never made real" in answer.output
    assert mark(app) == "demo"


def test_the_demo_refuses_a_real_installation(tmp_path):
    run(house(tmp_path), "setup", *options())
    app = house(tmp_path, DEMO=True, DATABASE_URL=f"sqlite:///{tmp_path / 'neighbours.sqlite'}")
    answer = run(app, "demo", "--first-start")
    assert answer.exit_code == 1 and "The demo is never loaded into one." in answer.output
    assert mark(app) == "real" and stored(app, Resident) == []


def test_each_of_the_two_wants_a_database_of_its_own(tmp_path):
    real, demo = house(tmp_path), house(tmp_path, DEMO=True)
    assert "DEMO=1 flask demo" in run(real, "demo").output
    assert "unset DEMO" in run(demo, "setup", *options()).output
    assert (mark(real), mark(demo)) == ("empty", "empty")


def test_a_day_of_the_demo_is_played_and_its_mails_can_be_read(tmp_path):
    app = create_app({"TESTING": True, "INSTANCE": tmp_path, "DEMO": True})
    run(app, "demo")
    with app.app_context():
        begun = now()
    said = run(app, "demo", "--play").output
    assert re.search(r"[1-9]\d* times asked for help and [1-9]\d* times said that they can help", said), said
    assert re.search(r"[1-9]\d* agreements", said) and re.search(r"[1-9]\d* messages went out", said)
    other = create_app({"TESTING": True, "INSTANCE": tmp_path, "DEMO": True})
    with other.app_context():
        assert timedelta(hours=23) < now() - begun < timedelta(hours=25)
        assert db.session.scalar(select(func.count()).select_from(Invitation)) > 20
    page = other.test_client().get("/demo/post").text
    assert page.count("@example.org") > 20 and page.count("Hej ") > 5


def test_only_a_demo_is_played(tmp_path):
    answer = run(house(tmp_path), "demo", "--play")
    assert answer.exit_code == 1 and "DEMO=1 flask demo" in answer.output


def test_a_clock_that_was_put_ahead_goes_on(tmp_path):
    clock = DemoClock(tmp_path / "demo.clock")
    assert clock.ahead() == timedelta()
    clock.put_to(datetime.now(UTC) + timedelta(days=3))
    first = clock()
    assert clock() >= first and timedelta(days=3) - timedelta(minutes=1) < first - datetime.now(UTC) <= timedelta(
        days=3
    )
