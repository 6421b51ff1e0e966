"""The address opens by the asker's act alone, and each look is in a log. Telephones, and the thank you."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from models import Agreement, Home, Thanks, Unsealing
from neighbours.actions.help import agreeing, opening, thanking
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.errors import Refused, TooLate
from tests.village import NOW
from tests.yes import agree, ask, moves, person, stand, stands


def look(app: Flask, agreement_id: int, who: str = "Bo", later: timedelta = timedelta(0)) -> object:
    with app.app_context():
        return opening.look_at_address(agreement_id, person(app, who), NOW + later)


def open_for_bo(app: Flask, **more: object) -> int:
    agreement_id = agree(app, ask(app, **more))
    with app.app_context():
        opening.open_address(agreement_id, by=Actor(person(app, "Anna")), now=NOW)
    return agreement_id


def test_before_it_is_opened_nobody_sees_it_and_nothing_is_logged(app_on_both: Flask) -> None:
    assert look(app_on_both, agree(app_on_both, ask(app_on_both))) is None
    assert stands(app_on_both, Unsealing) == []


def test_the_helper_for_whom_it_was_opened_sees_the_address(app_on_both: Flask) -> None:
    address = look(app_on_both, open_for_bo(app_on_both))
    assert isinstance(address, dict)
    assert (address["street"], address["number"], address["city"]) == ("Engvej", "1", "Anneby")


def test_every_day_of_looking_is_one_row_in_the_log(app_on_both: Flask) -> None:
    agreement_id = open_for_bo(app_on_both)
    for hours in (0, 1, 23, 25):
        look(app_on_both, agreement_id, later=timedelta(hours=hours))
    rows = stands(app_on_both, Unsealing)
    assert [(row.by_id, row.why) for row in rows] == [(person(app_on_both, "Bo"), "agreement")] * 2
    assert {row.home_id for row in rows} == {stand(app_on_both, Home, resident_id=person(app_on_both, "Anna")).id}


def test_another_helper_of_the_same_request_does_not_see_it(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    bos, carls = agree(app_on_both, help_id, "Bo"), agree(app_on_both, help_id, "Carl")
    with app_on_both.app_context():
        opening.open_address(bos, by=Actor(person(app_on_both, "Anna")), now=NOW)
    assert look(app_on_both, carls, "Carl") is None
    assert look(app_on_both, bos, "Carl") is None


def test_it_is_closed_again_by_the_asker_and_by_the_end_of_the_agreement(app_on_both: Flask) -> None:
    agreement_id = open_for_bo(app_on_both)
    by = Actor(person(app_on_both, "Anna"))
    with app_on_both.app_context():
        opening.close_address(agreement_id, by=by, now=NOW)
        assert look(app_on_both, agreement_id) is None
        opening.open_address(agreement_id, by=by, now=NOW)
        agreeing.finish(agreement_id, by=by, now=NOW)
    assert look(app_on_both, agreement_id) is None


@pytest.mark.parametrize(
    ("ends", "takes_back", "is_open"), [("Anna", "Bo", False), ("Anna", "Anna", True), ("Bo", "Bo", True)]
)
def test_an_end_by_the_asker_is_not_undone_into_an_open_address_by_the_helper(
    app_on_both: Flask, ends: str, takes_back: str, is_open: bool
) -> None:
    agreement_id = open_for_bo(app_on_both)
    with app_on_both.app_context():
        agreeing.finish(agreement_id, by=Actor(person(app_on_both, ends)), now=NOW)
        agreeing.undo_finish(agreement_id, by=Actor(person(app_on_both, takes_back)), now=NOW)
    assert (look(app_on_both, agreement_id) is not None) is is_open


def test_it_cannot_be_opened_when_the_agreement_has_ended_or_no_address_is_kept(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    by = Actor(person(app_on_both, "Anna"))
    with app_on_both.app_context():
        with writing() as session:
            session.execute(delete(Home).where(Home.resident_id == by.resident_id))
        with pytest.raises(Refused):
            opening.open_address(agreement_id, by=by, now=NOW)
        agreeing.cancel(agreement_id, by=by, now=NOW)
        with pytest.raises(TooLate):
            opening.close_address(agreement_id, by=by, now=NOW)


def test_opening_twice_keeps_the_first_moment_and_every_act_is_a_step(app_on_both: Flask) -> None:
    agreement_id = open_for_bo(app_on_both)
    with app_on_both.app_context():
        opening.open_address(agreement_id, by=Actor(person(app_on_both, "Anna")), now=NOW + timedelta(hours=1))
    assert stand(app_on_both, Agreement, id=agreement_id).address_opened_at == NOW
    assert moves(app_on_both, "agreement", agreement_id) == ["agree", "open_address", "open_address"]


def test_each_of_the_two_shares_the_own_telephone_alone(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both), share_phone=False)
    with app_on_both.app_context():
        opening.share_phone(agreement_id, shares=False, is_helper=True, by=Actor(person(app_on_both, "Bo")), now=NOW)
        row = stand(app_on_both, Agreement, id=agreement_id)
        assert (row.asker_shares_phone, row.helper_shares_phone) == (False, False)
        opening.share_phone(agreement_id, shares=True, is_helper=False, by=Actor(person(app_on_both, "Anna")), now=NOW)
    row = stand(app_on_both, Agreement, id=agreement_id)
    assert (row.asker_shares_phone, row.helper_shares_phone) == (True, False)


def test_thank_you_is_said_once_when_it_is_done(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    by = Actor(person(app_on_both, "Anna"))
    with app_on_both.app_context():
        with pytest.raises(TooLate):
            thanking.say_thanks(agreement_id, "Tak", "da", by=by, now=NOW)
        agreeing.finish(agreement_id, by=by, now=NOW)
        for text in ("Tusind tak!", "Noget andet"):
            thanking.say_thanks(agreement_id, text, "da", by=by, now=NOW)
    (row,) = stands(app_on_both, Thanks)
    assert (row.text, row.from_id) == ("Tusind tak!", by.resident_id)


def test_both_may_thank(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        agreeing.finish(agreement_id, by=Actor(person(app_on_both, "Bo")), now=NOW)
        for name in ("Anna", "Bo"):
            thanking.say_thanks(agreement_id, f"Tak fra {name}", "da", by=Actor(person(app_on_both, name)), now=NOW)
    assert len(stands(app_on_both, Thanks)) == 2
