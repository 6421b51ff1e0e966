"""From yes to done: what each move leads to, once, twice and too late. On SQLite and PostgreSQL."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask

from models import Agreement, Dispatch, HelpRequest, Reply
from neighbours.actions.help import agreeing, asking
from neighbours.actions.help.opening import open_address
from neighbours.actions.help.replying import decline, offer_help, withdraw_reply
from neighbours.actions.moving import Actor
from neighbours.rules.errors import TooLate
from tests.village import NOW, counted
from tests.yes import MINUTES, WORDS, agree, ask, moves, offer, person, stand, stands

SATURDAY = NOW + timedelta(days=5)


def anna(app: Flask) -> Actor:
    return Actor(person(app, "Anna"))


def bo(app: Flask) -> Actor:
    return Actor(person(app, "Bo"))


def test_yes_please_makes_an_agreement_in_five_statements(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id, by = offer(app_on_both, help_id), anna(app_on_both)
    with app_on_both.app_context(), counted(app_on_both) as statements:
        ref = agreeing.accept(reply_id, share_phone=True, by=by, now=NOW)
    assert len(statements) <= 5, statements
    agreement = stand(app_on_both, Agreement, ref=ref)
    request = stand(app_on_both, HelpRequest, id=help_id)
    assert (agreement.status, agreement.day, agreement.helper_id) == (
        "agreed",
        request.day,
        bo(app_on_both).resident_id,
    )
    assert (agreement.asker_shares_phone, agreement.helper_shares_phone) == (True, True)
    assert (request.status, request.taken) == ("agreed", 1)
    assert stand(app_on_both, Reply, id=reply_id).status == "accepted"
    assert moves(app_on_both, "reply", reply_id) == ["offer", "accept"]
    assert moves(app_on_both, "help_request", help_id) == ["fill"]
    assert moves(app_on_both, "agreement", agreement.id) == ["agree"]


def test_the_helper_is_told_of_a_yes(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    told = stand(app_on_both, Dispatch, kind="agreed")
    assert (told.resident_id, told.thing, told.thing_id) == (bo(app_on_both).resident_id, "agreement", agreement_id)


def test_yes_twice_gives_the_same_agreement(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        refs = {agreeing.accept(reply_id, share_phone=True, by=Actor(), now=NOW) for _twice in range(2)}
    assert len(refs) == len(stands(app_on_both, Agreement)) == 1


def test_the_others_stay_offered_and_are_told_later_that_somebody_else_helps(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    carl = offer(app_on_both, help_id, "Carl")
    agree(app_on_both, help_id)
    assert stand(app_on_both, Reply, id=carl).status == "offered"
    told = stand(app_on_both, Dispatch, kind="declined")
    assert (told.resident_id, told.thing_id, told.due_at) == (person(app_on_both, "Carl"), carl, NOW + 10 * MINUTES)


def test_a_yes_to_a_second_reply_comes_too_late_when_the_place_is_taken(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    carl = offer(app_on_both, help_id, "Carl")
    agree(app_on_both, help_id)
    with app_on_both.app_context(), pytest.raises(TooLate):
        agreeing.accept(carl, share_phone=False, by=anna(app_on_both), now=NOW)
    assert stand(app_on_both, Reply, id=carl).status == "offered"
    assert len(stands(app_on_both, Agreement)) == 1


def test_several_helpers_fill_the_places_one_by_one(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agree(app_on_both, help_id, "Bo")
    first = stand(app_on_both, HelpRequest, id=help_id)
    agree(app_on_both, help_id, "Carl")
    second = stand(app_on_both, HelpRequest, id=help_id)
    assert [(row.status, row.taken) for row in (first, second)] == [("open", 1), ("agreed", 2)]


def test_a_declined_reply_cannot_be_accepted(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        decline(reply_id, by=anna(app_on_both), now=NOW)
        with pytest.raises(TooLate):
            agreeing.accept(reply_id, share_phone=False, by=anna(app_on_both), now=NOW)


@pytest.mark.parametrize(("by", "told"), [("Anna", "Bo"), ("Bo", "Anna")])
def test_either_cancels_the_place_falls_free_and_the_other_is_told(app_on_both: Flask, by: str, told: str) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.cancel(agreement_id, by=Actor(person(app_on_both, by)), now=NOW)
    request = stand(app_on_both, HelpRequest, id=help_id)
    assert (request.status, request.taken) == ("open", 0)
    assert stand(app_on_both, Agreement, id=agreement_id).status == "cancelled"
    assert stand(app_on_both, Reply, help_request_id=help_id).status == "withdrawn"
    assert stand(app_on_both, Dispatch, kind="cancelled").resident_id == person(app_on_both, told)
    assert moves(app_on_both, "help_request", help_id) == ["fill", "reopen"]


def test_after_a_cancel_the_same_helper_may_be_agreed_with_again(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    with app_on_both.app_context():
        agreeing.cancel(agree(app_on_both, help_id), by=bo(app_on_both), now=NOW)
    agree(app_on_both, help_id)
    assert sorted(row.status for row in stands(app_on_both, Agreement)) == ["agreed", "cancelled"]


def test_a_cancel_within_ten_minutes_takes_back_that_somebody_else_helps(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id, "Carl")
    with app_on_both.app_context():
        agreeing.cancel(agree(app_on_both, help_id), by=bo(app_on_both), now=NOW)
    assert stands(app_on_both, Dispatch, kind="declined") == []


def test_a_cancel_after_the_day_leaves_the_request_expired(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.cancel(agreement_id, by=bo(app_on_both), now=SATURDAY)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "expired"


def test_a_cancel_after_the_day_leaves_the_request_done_when_another_helper_was(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    ids = [agree(app_on_both, help_id, name) for name in ("Bo", "Carl")]
    with app_on_both.app_context():
        agreeing.finish(ids[0], by=bo(app_on_both), now=SATURDAY)
        agreeing.cancel(ids[1], by=anna(app_on_both), now=SATURDAY)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "done"


def test_a_cancel_of_one_of_two_before_the_day_opens_one_place(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    ids = [agree(app_on_both, help_id, name) for name in ("Bo", "Carl")]
    with app_on_both.app_context():
        agreeing.cancel(ids[0], by=bo(app_on_both), now=NOW)
    request = stand(app_on_both, HelpRequest, id=help_id)
    assert (request.status, request.taken) == ("open", 1)


def test_a_cancel_can_be_taken_back(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id, by = agree(app_on_both, help_id), bo(app_on_both)
    with app_on_both.app_context():
        agreeing.cancel(agreement_id, by=by, now=NOW)
        agreeing.undo_cancel(agreement_id, by=by, now=NOW + 9 * MINUTES)
    assert stand(app_on_both, Agreement).status == "agreed"
    assert stand(app_on_both, Agreement).ended_at is None
    assert stand(app_on_both, Reply).status == "accepted"
    assert (stand(app_on_both, HelpRequest).status, stand(app_on_both, HelpRequest).taken) == ("agreed", 1)
    assert moves(app_on_both, "agreement", agreement_id) == ["agree", "cancel", "undo_cancel"]


def test_a_cancel_is_final_after_ten_minutes_and_when_the_place_is_given_away(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id, by = agree(app_on_both, help_id), anna(app_on_both)
    with app_on_both.app_context():
        agreeing.cancel(agreement_id, by=by, now=NOW)
        with pytest.raises(TooLate):
            agreeing.undo_cancel(agreement_id, by=by, now=NOW + 11 * MINUTES)
    agree(app_on_both, help_id, helper="Carl")
    with app_on_both.app_context(), pytest.raises(TooLate):
        agreeing.undo_cancel(agreement_id, by=by, now=NOW + MINUTES)
    assert stand(app_on_both, Agreement, id=agreement_id).status == "cancelled"
    assert stand(app_on_both, HelpRequest).taken == 1


def test_a_cancel_is_not_taken_back_over_what_the_helper_did_since(app_on_both: Flask) -> None:
    """Offered anew and taken that back, or agreed anew and cancelled: nobody is bound again by an old undo."""
    help_id, by = ask(app_on_both), bo(app_on_both)
    first = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.cancel(first, by=anna(app_on_both), now=NOW)
    second = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.cancel(second, by=by, now=NOW)
        with pytest.raises(TooLate):
            agreeing.undo_cancel(first, by=anna(app_on_both), now=NOW)
        withdraw_reply(offer(app_on_both, help_id), by=by, now=NOW)
        with pytest.raises(TooLate):
            agreeing.undo_cancel(second, by=by, now=NOW)
    assert {row.status for row in stands(app_on_both, Agreement)} == {"cancelled"}
    assert stand(app_on_both, Reply).status == "withdrawn"


@pytest.mark.parametrize(("who", "stays"), [("Anna", True), ("Bo", False)])
def test_after_a_cancel_is_undone_the_address_is_open_only_if_the_asker_undid_it(
    app_on_both: Flask, who: str, stays: bool
) -> None:
    agreement_id, by = agree(app_on_both, ask(app_on_both)), Actor(person(app_on_both, who))
    with app_on_both.app_context():
        open_address(agreement_id, by=anna(app_on_both), now=NOW)
        agreeing.cancel(agreement_id, by=by, now=NOW)
        agreeing.undo_cancel(agreement_id, by=by, now=NOW)
    assert (stand(app_on_both, Agreement).address_opened_at is not None) is stays


def end_one_of_two(app: Flask, ending: str) -> tuple[int, str, int]:
    """Bo's agreement of two ends, then Carl cancels his; its id, the request's ref, and Anna's id."""
    help_id, by = ask(app, places=2), anna(app)
    agreement_id, other = agree(app, help_id), agree(app, help_id, helper="Carl")
    with app.app_context():
        getattr(agreeing, ending)(agreement_id, by=by, now=NOW)
        agreeing.cancel(other, by=by, now=NOW)
    return agreement_id, stand(app, HelpRequest, id=help_id).ref, by.resident_id or 0


ENDINGS = pytest.mark.parametrize(("ending", "ended"), [("finish", "done"), ("miss", "missed")])
SOON = NOW + timedelta(minutes=1)


@ENDINGS
def test_what_ended_stays_ended_once_the_request_is_withdrawn(app_on_both: Flask, ending: str, ended: str) -> None:
    agreement_id, ref, asker = end_one_of_two(app_on_both, ending)
    with app_on_both.app_context():
        asking.withdraw_request(asker, ref, SOON)
        with pytest.raises(TooLate):
            getattr(agreeing, f"undo_{ending}")(agreement_id, by=Actor(asker), now=SOON)
    assert stand(app_on_both, Agreement, id=agreement_id).status == ended


@ENDINGS
def test_what_ended_can_be_taken_back_when_the_withdrawal_was(app_on_both: Flask, ending: str, ended: str) -> None:
    agreement_id, ref, asker = end_one_of_two(app_on_both, ending)
    with app_on_both.app_context():
        asking.withdraw_request(asker, ref, SOON)
        asking.undo_withdraw_request(asker, ref, SOON)
    reply = stand(app_on_both, Reply, helper_id=person(app_on_both, "Bo"))
    with app_on_both.app_context():
        # Bo cannot take the second place as well: his own yes still stands.
        with suppress(TooLate):
            offer_help(reply.help_request_id, reply.helper_id, WORDS, SOON)
        getattr(agreeing, f"undo_{ending}")(agreement_id, by=Actor(asker), now=SOON)
    assert stand(app_on_both, Reply, id=reply.id).status == "accepted"
    assert stand(app_on_both, Agreement, reply_id=reply.id).status == "agreed"


def test_who_did_not_come_of_two_is_taken_back_on_a_day_that_has_passed(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agreement_id, late = agree(app_on_both, help_id), NOW + timedelta(days=60)
    agree(app_on_both, help_id, helper="Carl")
    with app_on_both.app_context():
        agreeing.miss(agreement_id, by=anna(app_on_both), now=late)
        agreeing.undo_miss(agreement_id, by=anna(app_on_both), now=late)
    assert stand(app_on_both, HelpRequest).taken == 2


def test_a_cancel_of_something_done_comes_too_late(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        agreeing.finish(agreement_id, by=bo(app_on_both), now=NOW)
        with pytest.raises(TooLate):
            agreeing.cancel(agreement_id, by=bo(app_on_both), now=NOW)
    assert stand(app_on_both, Agreement, id=agreement_id).status == "done"


def test_the_request_is_done_with_its_last_agreement(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    ids = [agree(app_on_both, help_id, name) for name in ("Bo", "Carl")]
    states = []
    with app_on_both.app_context():
        for agreement_id in ids:
            agreeing.finish(agreement_id, by=anna(app_on_both), now=NOW)
            states.append(stand(app_on_both, HelpRequest, id=help_id).status)
    assert states == ["agreed", "done"]


def test_done_can_be_taken_back_for_ten_minutes(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.finish(agreement_id, by=bo(app_on_both), now=NOW)
        agreeing.undo_finish(agreement_id, by=anna(app_on_both), now=NOW + 10 * MINUTES)
        assert stand(app_on_both, HelpRequest, id=help_id).status == "agreed"
        agreeing.finish(agreement_id, by=bo(app_on_both), now=NOW)
        with pytest.raises(TooLate):
            agreeing.undo_finish(agreement_id, by=anna(app_on_both), now=NOW + 11 * MINUTES)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "done"
    assert moves(app_on_both, "agreement", agreement_id) == ["agree", "finish", "undo_finish", "finish"]


def test_done_taken_back_opens_a_request_with_places_left(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agreement_id = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.finish(agreement_id, by=bo(app_on_both), now=NOW)
        agreeing.undo_finish(agreement_id, by=bo(app_on_both), now=NOW)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "open"


def test_did_not_come_is_told_to_nobody_and_frees_the_place(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    told_before = len(stands(app_on_both, Dispatch))
    with app_on_both.app_context():
        agreeing.miss(agreement_id, by=anna(app_on_both), now=NOW)
    assert len(stands(app_on_both, Dispatch)) == told_before
    assert stand(app_on_both, Agreement, id=agreement_id).status == "missed"
    assert stand(app_on_both, HelpRequest, id=help_id).status == "open"


def test_did_not_come_can_be_taken_back_also_after_the_day(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.miss(agreement_id, by=anna(app_on_both), now=SATURDAY)
        assert stand(app_on_both, HelpRequest, id=help_id).status == "expired"
        agreeing.undo_miss(agreement_id, by=anna(app_on_both), now=SATURDAY + MINUTES)
    request = stand(app_on_both, HelpRequest, id=help_id)
    assert (request.status, request.taken) == ("agreed", 1)


def test_did_not_come_cannot_be_taken_back_when_somebody_else_has_the_place(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.miss(agreement_id, by=anna(app_on_both), now=NOW)
    agree(app_on_both, help_id, "Carl")
    with app_on_both.app_context(), pytest.raises(TooLate):
        agreeing.undo_miss(agreement_id, by=anna(app_on_both), now=NOW)
    assert stand(app_on_both, Agreement, id=agreement_id).status == "missed"
