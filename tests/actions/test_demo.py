"""The demo municipality: loaded whole, once, and never into a real installation."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from models import Address, Area, Cell, HelpRequest, Home, Installation, Message, Offer, Resident, Step, db
from neighbours.actions.demo import load_demo
from neighbours.rules.errors import Refused
from neighbours.sealing import unseal
from tests.village import NOW
from tests.yes import stands


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app({"TESTING": True, "INSTANCE": tmp_path_factory.mktemp("demo"), "DEMO": True, "CLOCK": lambda: NOW})
    with app.app_context():
        upgrade()
        assert load_demo(NOW)
        db.session.remove()
    return app


def count(table: type) -> int:
    return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_demo_has_its_five_villages_and_people(demo: Flask) -> None:
    with demo.app_context():
        assert count(Area) == 5
        assert count(Resident) == 120
        assert count(Address) >= 1_900
        assert count(Offer) == 20
        states = Counter(db.session.execute(select(HelpRequest.status)).scalars())
        assert states.total() == 60
        assert set(states) == {"draft", "held", "open", "agreed", "done", "withdrawn", "expired"}


def test_the_database_carries_the_mark(demo: Flask) -> None:
    with demo.app_context():
        assert db.session.execute(select(Installation.demo)).scalar_one() is True


def test_a_village_under_fifty_doors_is_joined_to_its_neighbour(demo: Flask) -> None:
    with demo.app_context():
        small = db.session.execute(select(Area).where(Area.name == "Tøvejrshøj")).scalar_one()
        main = db.session.get(Area, small.joined_to_id)
        assert main is not None and main.label == small.label == "Kirsebærsted & Tøvejrshøj"
        assert not db.session.execute(select(Resident.id).where(Resident.area_id == small.id)).all()


def test_every_cut_cell_holds_fifty_doors(demo: Flask) -> None:
    with demo.app_context():
        assert min(db.session.execute(select(Cell.doors).where(~Cell.whole)).scalars()) >= 50


def test_those_who_show_their_village_only_are_seen_through_the_whole_cell(demo: Flask) -> None:
    with demo.app_context():
        shown = select(Cell.whole).join(Resident, Resident.cell_id == Cell.id).where(Resident.village_only)
        wholes = list(db.session.execute(shown).scalars())
        assert len(wholes) >= 12 and all(wholes)


def test_homes_are_sealed(demo: Flask) -> None:
    with demo.app_context():
        home = db.session.execute(select(Home).where(Home.resident_id.is_not(None)).limit(1)).scalar_one()
        assert "street" in unseal(f"home:{home.resident_id}", home.sealed)
        assert b"vej" not in home.sealed


def test_each_request_has_its_first_step(demo: Flask) -> None:
    with demo.app_context():
        first = select(func.count(func.distinct(Step.thing_id))).where(Step.thing == "help_request")
        assert db.session.execute(first).scalar_one() == 60


def test_the_conversation_with_the_newest_message_has_the_newest_id(demo: Flask) -> None:
    last: dict[int, Any] = {}
    for row in sorted(stands(demo, Message), key=lambda row: row.id):
        last[row.thread_id] = row.at
    assert len(last) > 1 and list(last.values()) == sorted(last.values())


def test_loading_it_again_changes_nothing(demo: Flask) -> None:
    with demo.app_context():
        assert load_demo(NOW) is False
        assert count(Resident) == 120


def test_a_real_installation_refuses_the_demo(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(Refused):
            load_demo(NOW)
        assert count(Resident) == 7


def test_the_files_of_the_demo_are_where_they_are_read() -> None:
    folder = Path(__file__).resolve().parents[2] / "neighbours" / "demo"
    assert {"people.json", "requests.json", "offers.json", "areas.geojson", "addresses.csv"} <= {
        path.name for path in folder.iterdir()
    }
