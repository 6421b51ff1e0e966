"""What is held stays so: when a place falls free, when it is undone, asked again; and it ends as others do."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import HelpRequest, Message, Report, Resident
from neighbours.actions.help import agreeing, asking, inviting, offering
from neighbours.actions.help.reserve import keep_in_reserve
from neighbours.actions.moving import Actor
from neighbours.actions.trust import looking
from neighbours.database import writing
from neighbours.rules.errors import TooLate
from tests.actions.talk.test_ending import emptied
from tests.actions.trust.test_reporting import message_of_bo, offer_of_bo, stand_report, tell
from tests.talking import talk
from tests.village import NOW
from tests.yes import MINUTES, agree, ask, moves, offer, person, stand, stands

LATER = NOW + timedelta(days=20)


def told_of(app: Flask, help_id: int, by: str = "Carl") -> None:
    tell(app, "help_request", help_id, by=by, against="Anna")


def status_of(app: Flask, help_id: int) -> str:
    return str(stand(app, HelpRequest, id=help_id).status)


def by(app: Flask, name: str) -> Actor:
    return Actor(person(app, name))


@pytest.mark.parametrize("end", ["cancel", "miss"])
def test_told_of_while_agreed_it_is_held_as_soon_as_a_place_falls_free(app_on_both: Flask, end: str) -> None:
    help_id = ask(app_on_both, wave_at=NOW)
    agreement = agree(app_on_both, help_id)
    told_of(app_on_both, help_id)
    assert status_of(app_on_both, help_id) == "agreed"
    with app_on_both.app_context():
        getattr(agreeing, end)(agreement, by=by(app_on_both, "Anna"), now=NOW)
        assert inviting.ask_due(NOW + timedelta(hours=1)) == 0
    assert status_of(app_on_both, help_id) == "held"
    assert moves(app_on_both, "help_request", help_id)[-3:] == ["hold_later", "reopen", "hold"]
    with app_on_both.app_context():
        looking.release(stand_report(), by=Actor(1), now=NOW)
    assert status_of(app_on_both, help_id) == "open"


def test_what_was_done_or_cancelled_and_is_taken_back_stays_held(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agreement = agree(app_on_both, help_id)
    bo = by(app_on_both, "Bo")
    with app_on_both.app_context():
        agreeing.finish(agreement, by=bo, now=NOW)
    told_of(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.undo_finish(agreement, by=bo, now=NOW + MINUTES)
    assert status_of(app_on_both, help_id) == "held"
    full = ask(app_on_both)
    other = agree(app_on_both, full)
    told_of(app_on_both, full, by="Dorthe")
    for act, status in (("cancel", "held"), ("undo_cancel", "agreed"), ("cancel", "held")):
        with app_on_both.app_context():
            getattr(agreeing, act)(other, by=bo, now=NOW + MINUTES)
        assert status_of(app_on_both, full) == status


def test_nobody_moves_up_while_it_is_held(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    waiting = offer(app_on_both, help_id, "Carl")
    agreement = agree(app_on_both, help_id)
    anna = by(app_on_both, "Anna")
    with app_on_both.app_context():
        keep_in_reserve(waiting, by=anna, now=NOW)
    told_of(app_on_both, help_id, by="Dorthe")
    with app_on_both.app_context():
        agreeing.cancel(agreement, by=anna, now=NOW)
    assert status_of(app_on_both, help_id) == "held" and stand(app_on_both, HelpRequest, id=help_id).taken == 0


@pytest.mark.parametrize(("looked", "status"), [("release", "open"), ("keep", "held")])
def test_what_was_looked_at_while_agreed_counts_when_it_opens(app_on_both: Flask, looked: str, status: str) -> None:
    help_id = ask(app_on_both)
    agreement = agree(app_on_both, help_id)
    told_of(app_on_both, help_id)
    with app_on_both.app_context():
        getattr(looking, looked)(stand_report(), by=Actor(1), now=NOW)
        agreeing.cancel(agreement, by=Actor(1), now=NOW)
    assert status_of(app_on_both, help_id) == status


def test_a_held_request_is_done_with_its_last_agreement(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agreement = agree(app_on_both, help_id)
    told_of(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.finish(agreement, by=Actor(1), now=NOW)
    assert status_of(app_on_both, help_id) == "done"


@pytest.mark.parametrize("looked", [None, "keep"])
def test_a_held_request_ends_with_its_day_and_its_texts_go(app_on_both: Flask, looked: str | None) -> None:
    alone, agreed = ask(app_on_both), ask(app_on_both, places=2)
    agree(app_on_both, agreed)
    for help_id, who in ((alone, "Carl"), (agreed, "Dorthe")):
        talk(app_on_both, help_id)
        told_of(app_on_both, help_id, by=who)
        assert status_of(app_on_both, help_id) == "held"
    with app_on_both.app_context():
        for report in [row.id for row in stands(app_on_both, Report)] if looked else []:
            looking.keep(report, by=Actor(1), now=NOW)
        assert asking.expire_due(LATER) == 2
    assert (status_of(app_on_both, alone), status_of(app_on_both, agreed)) == ("expired", "agreed")
    assert emptied(app_on_both, LATER + timedelta(days=90)) == 2


def test_a_held_offer_ends_with_its_day(app_on_both: Flask) -> None:
    offer_id = offer_of_bo(app_on_both)
    tell(app_on_both, "offer", offer_id)
    with app_on_both.app_context():
        assert offering.expire_due(NOW + timedelta(days=100)) == 1


def test_being_told_of_does_not_lengthen_the_ninety_days(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement = agree(app_on_both, help_id)
    talk(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.finish(agreement, by=by(app_on_both, "Bo"), now=NOW)
    tell(app_on_both, "help_request", help_id, by="Carl", against="Anna", now=NOW + timedelta(days=60))
    assert emptied(app_on_both, NOW + timedelta(days=90)) == 1


def test_what_is_held_is_not_asked_again_by_one_press(app_on_both: Flask) -> None:
    help_id, anna = ask(app_on_both), person(app_on_both, "Anna")
    ref = stand(app_on_both, HelpRequest, id=help_id).ref
    told_of(app_on_both, help_id)
    with app_on_both.app_context():
        with pytest.raises(TooLate):
            asking.ask_again(anna, ref, NOW)
        asking.withdraw_request(anna, ref, NOW)
        with pytest.raises(TooLate):
            asking.ask_again(anna, ref, NOW)
        looking.release(stand_report(), by=Actor(1), now=NOW)
        assert asking.ask_again(anna, ref, NOW)


def test_one_person_hides_one_thing_of_the_same_neighbour_in_a_day(app_on_both: Flask) -> None:
    first, second, third = (ask(app_on_both, title=f"Nr. {number}") for number in range(3))
    told_of(app_on_both, first)
    told_of(app_on_both, second)
    assert [status_of(app_on_both, each) for each in (first, second)] == ["held", "open"]
    assert len(stands(app_on_both, Report)) == 2, "the host reads both"
    with app_on_both.app_context():
        for row in stands(app_on_both, Report):
            looking.release(row.id, by=Actor(1), now=NOW)
    told_of(app_on_both, third)
    assert status_of(app_on_both, third) == "open"
    tell(app_on_both, "help_request", second, by="Dorthe", against="Anna")
    assert status_of(app_on_both, second) == "held", "another neighbour tells of it too"
    fourth = ask(app_on_both, title="Nr. 4")
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Report).values(status="closed"))
    tell(app_on_both, "help_request", fourth, by="Carl", against="Anna", now=NOW + timedelta(days=1, minutes=1))
    assert status_of(app_on_both, fourth) == "held"


def test_a_newcomer_hides_nothing_that_others_see_but_is_heard(app_on_both: Flask) -> None:
    help_id, message = ask(app_on_both), message_of_bo(app_on_both)
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name.in_(("Anna", "Carl"))).values(confirmed_how="letter"))
    told_of(app_on_both, help_id)
    tell(app_on_both, "message", message)
    assert status_of(app_on_both, help_id) == "open" and len(stands(app_on_both, Report, status="open")) == 2
    assert stand(app_on_both, Message, id=message).held_at == NOW, "hidden from its reader alone"
