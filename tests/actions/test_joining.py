"""Joining, being confirmed by a letter, and changing one's details, on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Address, Area, Cell, Door, Home, LetterCode, Resident, Step, db
from neighbours.actions.people import profile
from neighbours.actions.people.confirming import confirm_by_letter, letter_hash
from neighbours.actions.people.joining import Newcomer, join
from neighbours.actions.people.one_time_codes import Proof, ask_code
from neighbours.database import writing
from neighbours.queries.who import who
from neighbours.rules.errors import NotHere, TooLate
from neighbours.rules.help.kinds import kinds_of
from neighbours.rules.help.slots import slot_mask
from neighbours.rules.people.codes import Trial
from neighbours.rules.people.contact import Contact
from neighbours.sealing import unseal
from tests.letters import last_code
from tests.village import NOW, ident

CODE = "BCDF3479"
PHONE = Contact("text", "+4522334455")


def newcomer(app: Flask, **changes: object) -> Newcomer:
    with app.app_context():
        area = db.session.scalars(select(Area.ref).where(Area.name == "Anneby")).one()
        home = db.session.scalars(select(Address.ref).filter_by(city="Anneby", street="Engvej", number="5")).one()
    plain = Newcomer(
        name="Nanna", area_ref=area, address_ref=home, village_only=False, language="da", languages=3,
        kinds=("garden", "lift"), slots=slot_mask([0], []), reach=3000, share_phone=True,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def proof(app: Flask, contact: Contact = PHONE) -> Proof:
    with app.app_context():
        ref = ask_code(contact, known_only=False, visitor="127.0.0.1", language="da", now=NOW)
    return Proof(contact, (ref or "",), last_code(app))


def joined(app: Flask, **changes: object) -> Resident:
    given = newcomer(app, **changes)
    proved = proof(app)
    with app.app_context():
        token = join(given, proved, "Firefox on Windows", NOW)
        person = who(token, NOW)
        assert person is not None and person.role == "waiting"
        resident = db.session.get(Resident, person.resident_id, populate_existing=True)
        assert resident is not None
        db.session.expunge(resident)
        return resident


def letter(app: Flask, name: str = "Wim", **columns: object) -> None:
    resident_id, dorthe = ident(app, Resident, name=name), ident(app, Resident, name="Dorthe")
    values = {"area_id": 1, "expires_at": NOW + timedelta(days=60)} | columns
    with app.app_context(), writing() as session:
        session.add(
            LetterCode(
                resident_id=resident_id, code_hash=letter_hash(CODE), sealed=b"x", made_by_id=dorthe, made_at=NOW,
                **values,
            )
        )  # fmt: skip


def confirm(app: Flask, name: str = "Wim", code: str = CODE, now=NOW) -> Trial:  # type: ignore[no-untyped-def]
    resident_id = ident(app, Resident, name=name)
    with app.app_context():
        return confirm_by_letter(resident_id, code, now)


def test_a_newcomer_waits_in_the_cell_of_their_door_with_a_sealed_home(app_on_both: Flask) -> None:
    resident = joined(app_on_both)
    with app_on_both.app_context():
        cell = db.session.scalars(
            select(Cell).join(Door).join(Address).filter_by(city="Anneby", street="Engvej", number="5")
        ).one()
        assert (resident.cell_id, cell.whole, resident.area_id) == (cell.id, False, 1)
        assert (resident.status, resident.phone, resident.email) == ("waiting", "+4522334455", None)
        home = db.session.scalars(select(Home).filter_by(resident_id=resident.id)).one()
        assert unseal(f"home:{resident.id}", home.sealed)["street"] == "Engvej"
        assert b"Engvej" not in home.sealed
        assert kinds_of(resident.kinds) == ["garden", "lift"]
        step = db.session.scalars(select(Step).filter_by(thing="resident", thing_id=resident.id)).one()
        assert (step.move, step.after, step.resident_id) == ("join", "waiting", resident.id)


def test_village_only_is_the_whole_cell_and_the_home_is_sealed_all_the_same(app: Flask) -> None:
    resident = joined(app, village_only=True)
    with app.app_context():
        cell = db.session.get(Cell, resident.cell_id)
        assert cell is not None and cell.whole
        assert db.session.scalars(select(Home).filter_by(resident_id=resident.id)).one()


def test_without_an_address_there_is_no_home(app: Flask) -> None:
    resident = joined(app, address_ref=None)
    with app.app_context():
        cell = db.session.get(Cell, resident.cell_id)
        assert cell is not None and cell.whole and cell.area_id == 1
        assert db.session.scalars(select(Home).filter_by(resident_id=resident.id)).first() is None


def test_whoever_joins_a_joined_area_lives_in_the_main_area(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Area).where(Area.name == "Carlsby").values(joined_to_id=1))
    with app_on_both.app_context():
        carlsby = db.session.scalars(select(Area.ref).where(Area.name == "Carlsby")).one()
        home = db.session.scalars(select(Address.ref).filter_by(city="Carlsby", street="Engvej", number="5")).one()
    by_list = joined(app_on_both, area_ref=carlsby, address_ref=None)
    by_address = joined(app_on_both, area_ref="not looked at", address_ref=home)
    assert (by_list.area_id, by_address.area_id) == (1, 1)
    with app_on_both.app_context():
        assert db.session.get(Cell, by_address.cell_id).area_id == 2  # type: ignore[union-attr]


def test_joining_twice_with_one_code_makes_one_neighbour(app: Flask) -> None:
    given, proved = newcomer(app), proof(app)
    with app.app_context():
        join(given, proved, "", NOW)
        with pytest.raises(TooLate):
            join(given, proved, "", NOW)
        assert len(db.session.scalars(select(Resident).filter_by(name="Nanna")).all()) == 1


@pytest.mark.parametrize("gone", [{"area_ref": "nowhere", "address_ref": None}, {"address_ref": "nowhere"}])
def test_an_area_that_is_gone_uses_nothing_up(app: Flask, gone: dict[str, object]) -> None:
    given, proved = newcomer(app, **gone), proof(app)
    with app.app_context(), pytest.raises(NotHere):
        join(given, proved, "", NOW)
    whole = newcomer(app)
    with app.app_context():
        assert join(whole, proved, "", NOW)


def test_a_letter_confirms_once(app_on_both: Flask) -> None:
    letter(app_on_both)
    assert confirm(app_on_both) is Trial.RIGHT
    with app_on_both.app_context():
        wim = db.session.scalars(select(Resident).filter_by(name="Wim")).one()
        assert (wim.status, wim.confirmed_how) == ("confirmed", "letter")
        used = db.session.scalars(select(LetterCode)).one()
        assert used.used_at == NOW and used.sealed is None
    assert confirm(app_on_both) is Trial.USED


def test_a_letter_is_for_its_own_person(app: Flask) -> None:
    letter(app, name="Bo")
    assert confirm(app) is Trial.WRONG


def test_a_letter_is_bound_to_the_area_it_was_made_for(app: Flask) -> None:
    letter(app, area_id=2)
    assert confirm(app) is Trial.WRONG


def test_a_letter_expires(app: Flask) -> None:
    letter(app)
    assert confirm(app, now=NOW + timedelta(days=60)) is Trial.LATE


def test_a_letter_cannot_be_guessed_quickly(app: Flask) -> None:
    letter(app)
    assert [confirm(app, code="BBBBBBBB") for _ in range(11)] == [Trial.WRONG] * 10 + [Trial.OFTEN]
    assert confirm(app) is Trial.OFTEN
    assert confirm(app, now=NOW + timedelta(minutes=6)) is Trial.RIGHT


def test_somebody_refused_is_not_confirmed_by_a_letter(app: Flask) -> None:
    letter(app)
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Wim").values(status="refused"))
    with pytest.raises(TooLate):
        confirm(app)


@pytest.mark.parametrize("name", ["Anna", "Nanna"])
def test_showing_the_village_only_and_the_corner_again_leads_to_the_same_cell(app_on_both: Flask, name: str) -> None:
    joined(app_on_both)
    resident_id = ident(app_on_both, Resident, name=name)
    with app_on_both.app_context():
        corner = db.session.get(Resident, resident_id).cell_id  # type: ignore[union-attr]
        profile.change_shown(resident_id, True, NOW)
        shown = select(Resident.village_only, Cell.whole, Cell.id).join(Cell, Cell.id == Resident.cell_id)
        assert db.session.execute(shown.where(Resident.id == resident_id)).one()[:2] == (True, True)
        profile.change_shown(resident_id, False, NOW)
        assert db.session.execute(shown.where(Resident.id == resident_id)).one() == (False, False, corner)


def test_the_corner_of_somebody_without_an_address_is_the_whole_village(app: Flask) -> None:
    resident = joined(app, address_ref=None)
    with app.app_context():
        profile.change_shown(resident.id, False, NOW)
        assert db.session.get(Resident, resident.id).cell_id == resident.cell_id  # type: ignore[union-attr]


def test_details_help_and_break_are_changed_with_one_step_each(app: Flask) -> None:
    bo = ident(app, Resident, name="Bo")
    with app.app_context():
        profile.change_details(bo, name="Bo B.", languages=1, language="en", now=NOW)
        profile.change_help(bo, kinds=["pets"], slots=7, reach=0, share_phone=True, most_a_week=1, now=NOW)
        profile.take_break(bo, date(2026, 6, 20), NOW)
        row = db.session.get(Resident, bo)
        assert row is not None
        assert (row.name, row.languages, row.slots, row.most_a_week) == ("Bo B.", 1, 7, 1)
        assert row.break_until == date(2026, 6, 20)
        assert kinds_of(row.kinds) == ["pets"]
        moves = db.session.scalars(select(Step.move).filter_by(thing="resident", thing_id=bo).order_by(Step.id)).all()
        assert moves == ["details", "help", "break"]


def test_a_new_contact_needs_its_own_code(app_on_both: Flask) -> None:
    bo = ident(app_on_both, Resident, name="Bo")
    new = proof(app_on_both, Contact("email", "bo@new.example"))
    with app_on_both.app_context():
        with pytest.raises(TooLate):
            profile.change_contact(bo, replace(new, contact=Contact("email", "other@new.example")), NOW)
        profile.change_contact(bo, new, NOW)
        row = db.session.get(Resident, bo)
        assert row is not None
        assert row.email == "bo@new.example" and row.phone is not None
        with pytest.raises(TooLate):
            profile.change_contact(bo, new, NOW)
