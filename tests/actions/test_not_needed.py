"""Who waits for an answer hears once that it is not needed, and not at all when that was undone. On both engines."""

from datetime import datetime

from flask import Flask

from models import Dispatch, HelpRequest, Reply
from neighbours.actions.help import agreeing, asking
from neighbours.actions.help.replying import decline
from neighbours.actions.moving import Actor
from neighbours.rules.help.asking import When
from neighbours.rules.help.slots import WHENEVER
from tests.village import NOW
from tests.yes import FRIDAY, MINUTES, agree, ask, offer, person, stand, stands

ONE_PLACE = When("day", FRIDAY, None, WHENEVER, None, 1)


def anna(app: Flask) -> int:
    return person(app, "Anna")


def told(app: Flask, kind: str = "declined") -> list[tuple[int, datetime]]:
    return [(row.resident_id, row.due_at) for row in stands(app, Dispatch, kind=kind)]


def later(app: Flask, name: str) -> list[tuple[int, datetime]]:
    return [(person(app, name), NOW + 10 * MINUTES)]


def withdraw(app: Flask, help_id: int) -> None:
    with app.app_context():
        asking.withdraw_request(anna(app), stand(app, HelpRequest, id=help_id).ref, NOW)


def lower_places(app: Flask, help_id: int) -> None:
    row = stand(app, HelpRequest, id=help_id)
    with app.app_context():
        asking.say_when(anna(app), row.ref, ONE_PLACE, row.version, NOW)


def test_who_offered_is_told_of_a_withdrawal_when_it_can_no_longer_be_undone(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id)
    withdraw(app_on_both, help_id)
    assert told(app_on_both) == later(app_on_both, "Bo")
    assert told(app_on_both, "somebody_offered") == []


def test_a_withdrawal_that_is_undone_was_never_said(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id)
    withdraw(app_on_both, help_id)
    with app_on_both.app_context():
        asking.undo_withdraw_request(anna(app_on_both), stand(app_on_both, HelpRequest, id=help_id).ref, NOW)
    assert told(app_on_both) == []


def test_who_got_a_no_is_not_told_again_by_a_withdrawal(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    with app_on_both.app_context():
        decline(reply_id, by=Actor(anna(app_on_both)), now=NOW)
    withdraw(app_on_both, help_id)
    assert told(app_on_both) == later(app_on_both, "Bo")


def test_once_full_the_others_are_told_once_also_when_it_is_withdrawn_then(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id, "Carl")
    agree(app_on_both, help_id)
    withdraw(app_on_both, help_id)
    assert told(app_on_both) == later(app_on_both, "Carl")


def test_a_cancel_undone_fills_it_again_and_tells_the_others(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id, "Carl")
    agreement_id, bo = agree(app_on_both, help_id), Actor(person(app_on_both, "Bo"))
    with app_on_both.app_context():
        agreeing.cancel(agreement_id, by=bo, now=NOW)
        assert told(app_on_both) == []
        agreeing.undo_cancel(agreement_id, by=bo, now=NOW)
    assert told(app_on_both) == later(app_on_both, "Carl")


def test_a_withdrawal_after_one_that_was_undone_is_told(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    withdraw(app_on_both, help_id)
    with app_on_both.app_context():
        asking.undo_withdraw_request(anna(app_on_both), stand(app_on_both, HelpRequest, id=help_id).ref, NOW)
        assert stand(app_on_both, Reply, id=reply_id).status == "offered"
    withdraw(app_on_both, help_id)
    assert told(app_on_both) == later(app_on_both, "Bo")


def test_fewer_places_that_are_full_tell_the_others(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agree(app_on_both, help_id)
    offer(app_on_both, help_id, "Carl")
    lower_places(app_on_both, help_id)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "agreed"
    assert told(app_on_both) == later(app_on_both, "Carl")
