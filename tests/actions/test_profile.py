"""One's own details: what they change besides the details themselves."""

from flask import Flask
from sqlalchemy import select

from models import Cell, HelpRequest, Resident, db
from neighbours.actions.people.profile import change_shown
from neighbours.database import writing
from neighbours.rules.help.slots import WHENEVER
from tests.village import NOW, ident


def ask(resident_id: int) -> None:
    with writing() as session:
        anna = session.get_one(Resident, resident_id)
        session.add(
            HelpRequest(
                asker_id=anna.id, area_id=anna.area_id, cell_id=anna.cell_id, kind="garden", title="Hæk", language="da",
                languages=1, when_kind="whenever", slots=WHENEVER, place_kind="home", status="open", created_at=NOW,
                opened_at=NOW, expires_at=NOW,
            )
        )  # fmt: skip


def cell_of_the_request() -> Cell:
    return db.session.execute(select(Cell).join(HelpRequest, HelpRequest.cell_id == Cell.id)).scalar_one()


def test_showing_the_village_only_hides_the_corner_of_what_is_out_already(app_on_both: Flask) -> None:
    anna = ident(app_on_both, Resident, name="Anna")
    with app_on_both.app_context():
        ask(anna)
        assert not cell_of_the_request().whole
        change_shown(anna, True, NOW)
        assert cell_of_the_request().whole


def test_showing_the_corner_again_leaves_what_is_out_as_it_was_posted(app_on_both: Flask) -> None:
    anna = ident(app_on_both, Resident, name="Anna")
    with app_on_both.app_context():
        change_shown(anna, True, NOW)
        ask(anna)
        change_shown(anna, False, NOW)
        assert cell_of_the_request().whole
