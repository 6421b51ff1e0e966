"""The letter with a code: one that works at a time, however often and when it is made. On SQLite and PostgreSQL."""

import pytest
from flask import Flask

from models import LetterCode, Resident, Step
from neighbours.actions.people.confirming import confirm_by_letter
from neighbours.actions.people.letters import make_letter, open_letter
from neighbours.rules.errors import TooLate
from neighbours.rules.people.codes import Trial, read_letter_code
from tests.actions.test_races import at_once
from tests.meanwhile import Act, meanwhile
from tests.village import NOW
from tests.yes import MINUTES, person, stand, stands


def letter_for_wim(app: Flask) -> Act:
    """Dorthe's click."""
    wim, dorthe = stand(app, Resident, name="Wim"), person(app, "Dorthe")
    return lambda: make_letter(wim.ref, 1, dorthe, NOW)


def made(app: Flask) -> str:
    with app.app_context():
        return str(letter_for_wim(app)())


def code_of(app: Flask, ref: str) -> str:
    with app.app_context():
        return read_letter_code(open_letter(ref, 1, person(app, "Dorthe"), NOW)["code"])


def live(app: Flask) -> list[str]:
    return [row.ref for row in stands(app, LetterCode) if row.sealed is not None and row.expires_at > NOW]


def test_a_letter_made_is_one_step_of_who_made_it_when_and_where(app_on_both: Flask) -> None:
    made(app_on_both)
    wim, dorthe = stand(app_on_both, Resident, name="Wim"), person(app_on_both, "Dorthe")
    step = stand(app_on_both, Step, thing="resident", thing_id=wim.id)
    assert (step.move, step.after, step.resident_id) == ("letter", "waiting", dorthe)
    assert (step.area_id, step.at) == (wim.area_id, NOW)


def test_a_later_letter_ends_the_earlier_one(app_on_both: Flask) -> None:
    first, second = made(app_on_both), made(app_on_both)
    assert live(app_on_both) == [second] != [first]
    with pytest.raises(TooLate):
        code_of(app_on_both, first)


def test_of_two_clicks_for_a_letter_the_later_one_counts(app_on_both: Flask) -> None:
    click = letter_for_wim(app_on_both)
    first, second = meanwhile(app_on_both, "INSERT INTO letter_code", click, click)
    assert first != second and live(app_on_both) == [second]


def test_ten_clicks_for_a_letter_leave_one_that_works(app_on_both: Flask) -> None:
    made_at_once = at_once(app_on_both, [letter_for_wim(app_on_both)] * 10)
    (letter,) = live(app_on_both)
    assert letter in made_at_once and len(set(made_at_once)) == 10
    assert len(stands(app_on_both, Step, move="letter")) == 10


def test_a_code_typed_while_a_new_letter_is_made_confirms_and_nobody_is_thrown_out(app_on_both: Flask) -> None:
    code, wim = code_of(app_on_both, made(app_on_both)), person(app_on_both, "Wim")
    type_it = lambda: confirm_by_letter(wim, code, NOW + MINUTES)  # noqa: E731
    again = letter_for_wim(app_on_both)
    assert meanwhile(app_on_both, "UPDATE resident", type_it, again) == (Trial.RIGHT, TooLate)
    assert live(app_on_both) == []


def test_a_code_typed_when_a_new_letter_is_just_made_is_late(app_on_both: Flask) -> None:
    code, wim = code_of(app_on_both, made(app_on_both)), person(app_on_both, "Wim")
    type_it = lambda: confirm_by_letter(wim, code, NOW + MINUTES)  # noqa: E731
    again = letter_for_wim(app_on_both)
    _ref, trial = meanwhile(app_on_both, "INSERT INTO letter_code", again, type_it)
    assert trial is Trial.LATE
    assert stand(app_on_both, Resident, id=wim).status == "waiting"
