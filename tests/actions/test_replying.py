""" "I can help": offered, taken back, declined, first yes. On SQLite and PostgreSQL."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import Agreement, Dispatch, HelpRequest, Reply, Resident
from neighbours.actions.help import agreeing, replying
from neighbours.actions.help.asking import withdraw_request
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from tests.meanwhile import meanwhile
from tests.village import NOW
from tests.yes import MINUTES, WORDS, agree, ask, moves, offer, person, stand, stands


def anna(app: Flask) -> Actor:
    return Actor(person(app, "Anna"))


def bo(app: Flask) -> Actor:
    return Actor(person(app, "Bo"))


def test_an_offer_waits_for_the_asker_who_is_told(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    reply = stand(app_on_both, Reply, id=reply_id)
    assert (reply.status, reply.line, reply.share_phone) == ("offered", WORDS.line, True)
    told = stand(app_on_both, Dispatch)
    assert (told.kind, told.resident_id, told.thing_id) == ("somebody_offered", anna(app_on_both).resident_id, reply_id)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "open"


def test_offering_twice_is_one_offer_and_one_message(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    assert offer(app_on_both, help_id) == offer(app_on_both, help_id)
    assert len(stands(app_on_both, Dispatch)) == 1


def test_with_first_yes_it_is_agreed_at_once_and_the_asker_told(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, first_yes=True)
    reply_id = offer(app_on_both, help_id)
    assert stand(app_on_both, Reply, id=reply_id).status == "accepted"
    assert stand(app_on_both, HelpRequest, id=help_id).status == "agreed"
    told = stand(app_on_both, Dispatch)
    assert (told.kind, told.resident_id) == ("agreed", anna(app_on_both).resident_id)
    agreement = stand(app_on_both, Agreement, reply_id=reply_id)
    assert (agreement.asker_shares_phone, agreement.helper_shares_phone) == (False, True)
    with app_on_both.app_context():
        ref = replying.offer_help(help_id, person(app_on_both, "Bo"), WORDS, NOW)
    assert ref == agreement.ref


def test_with_first_yes_the_askers_own_details_say_whether_the_phone_is_shared(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(share_phone=True))
    offer(app_on_both, ask(app_on_both, first_yes=True))
    assert stand(app_on_both, Agreement).asker_shares_phone


def test_nobody_offers_to_help_themselves(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    with app_on_both.app_context(), pytest.raises(NotAllowed):
        replying.offer_help(help_id, person(app_on_both, "Anna"), WORDS, NOW)


def test_an_unknown_request_is_not_here(app_on_both: Flask) -> None:
    with app_on_both.app_context(), pytest.raises(NotHere):
        replying.offer_help(4711, person(app_on_both, "Bo"), WORDS, NOW)


@pytest.mark.parametrize("status", ["draft", "agreed", "done", "withdrawn", "expired"])
def test_an_offer_comes_too_late_when_the_request_is_not_open(app_on_both: Flask, status: str) -> None:
    help_id = ask(app_on_both, status=status)
    with app_on_both.app_context(), pytest.raises(TooLate):
        replying.offer_help(help_id, person(app_on_both, "Bo"), WORDS, NOW)
    assert stands(app_on_both, Reply) == []


def test_an_offer_taken_back_can_be_made_again_with_other_words(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    with app_on_both.app_context():
        replying.withdraw_reply(reply_id, by=bo(app_on_both), now=NOW)
        replying.withdraw_reply(reply_id, by=bo(app_on_both), now=NOW)
        assert stand(app_on_both, Reply, id=reply_id).status == "withdrawn"
        assert stands(app_on_both, Dispatch) == []
    again = replying.Words(line="Jeg kan også lørdag", language="en", share_phone=False)
    offer(app_on_both, help_id, words=again)
    reply = stand(app_on_both, Reply, id=reply_id)
    assert (reply.status, reply.line, reply.language, reply.share_phone) == ("offered", again.line, "en", False)
    assert moves(app_on_both, "reply", reply_id) == ["offer", "withdraw", "offer"]


def test_an_accepted_offer_cannot_be_taken_back_but_must_be_cancelled(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agree(app_on_both, help_id)
    reply = stand(app_on_both, Reply)
    with app_on_both.app_context(), pytest.raises(TooLate):
        replying.withdraw_reply(reply.id, by=bo(app_on_both), now=NOW)


def test_no_thank_you_is_told_when_it_cannot_be_taken_back_any_more(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        for _twice in range(2):
            replying.decline(reply_id, by=anna(app_on_both), now=NOW)
    told = stand(app_on_both, Dispatch, kind="declined")
    assert (told.resident_id, told.due_at) == (person(app_on_both, "Bo"), NOW + 10 * MINUTES)
    assert moves(app_on_both, "reply", reply_id) == ["offer", "decline"]


def test_no_thank_you_can_be_taken_back_for_ten_minutes(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        replying.decline(reply_id, by=anna(app_on_both), now=NOW)
        for _twice in range(2):
            replying.undo_decline(reply_id, by=anna(app_on_both), now=NOW + 10 * MINUTES)
        assert stand(app_on_both, Reply, id=reply_id).status == "offered"
        assert stands(app_on_both, Dispatch, kind="declined") == []
        replying.decline(reply_id, by=anna(app_on_both), now=NOW + 20 * MINUTES)
        with pytest.raises(TooLate):
            replying.undo_decline(reply_id, by=anna(app_on_both), now=NOW + 30 * MINUTES + timedelta(seconds=1))


def test_somebody_who_was_declined_cannot_offer_again(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    with app_on_both.app_context():
        replying.decline(reply_id, by=anna(app_on_both), now=NOW)
        with pytest.raises(TooLate):
            replying.offer_help(help_id, person(app_on_both, "Bo"), WORDS, NOW + 11 * MINUTES)


def test_while_a_no_can_be_taken_back_its_helper_learns_nothing_by_offering_again(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    with app_on_both.app_context():
        replying.decline(reply_id, by=anna(app_on_both), now=NOW)
        assert replying.offer_help(help_id, person(app_on_both, "Bo"), WORDS, NOW + MINUTES) is None
        replying.undo_decline(reply_id, by=anna(app_on_both), now=NOW + 2 * MINUTES)
    assert moves(app_on_both, "reply", reply_id) == ["offer", "decline", "undo_decline"]


def test_a_no_is_not_taken_back_where_help_has_ended(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id = offer(app_on_both, help_id)
    with app_on_both.app_context():
        replying.decline(reply_id, by=anna(app_on_both), now=NOW)
        withdraw_request(person(app_on_both, "Anna"), stand(app_on_both, HelpRequest, id=help_id).ref, NOW)
        with pytest.raises(TooLate):
            replying.undo_decline(reply_id, by=anna(app_on_both), now=NOW + MINUTES)
    assert stand(app_on_both, Reply, id=reply_id).status == "declined"


def test_while_a_no_can_be_taken_back_its_helper_may_step_back_and_hears_of_no_no(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        replying.decline(reply_id, by=anna(app_on_both), now=NOW)
        for _twice in range(2):
            replying.withdraw_reply(reply_id, by=bo(app_on_both), now=NOW + MINUTES)
        with pytest.raises(TooLate):
            replying.undo_decline(reply_id, by=anna(app_on_both), now=NOW + 2 * MINUTES)
    assert stand(app_on_both, Reply, id=reply_id).status == "withdrawn"
    assert stands(app_on_both, Dispatch, kind="declined") == []


def test_a_no_that_was_told_cannot_be_stepped_back_from(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        replying.decline(reply_id, by=anna(app_on_both), now=NOW)
        with pytest.raises(TooLate):
            replying.withdraw_reply(reply_id, by=bo(app_on_both), now=NOW + 11 * MINUTES)


def test_a_no_taken_back_when_somebody_else_helps_already_still_tells_so(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    bos, carls = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    with app_on_both.app_context():
        replying.decline(bos, by=anna(app_on_both), now=NOW)
        agreeing.accept(carls, share_phone=False, by=anna(app_on_both), now=NOW)
        replying.undo_decline(bos, by=anna(app_on_both), now=NOW + MINUTES)
    assert stand(app_on_both, Dispatch, kind="declined").thing_id == bos


def test_who_steps_back_when_somebody_else_helps_need_not_hear_so(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    bos, carls = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    with app_on_both.app_context():
        agreeing.accept(carls, share_phone=False, by=anna(app_on_both), now=NOW)
        assert stand(app_on_both, Dispatch, kind="declined").thing_id == bos
        replying.withdraw_reply(bos, by=bo(app_on_both), now=NOW + MINUTES)
    assert stands(app_on_both, Dispatch, kind="declined") == []


def test_a_no_taken_back_beside_the_last_yes_still_tells_that_somebody_else_helps(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    bos, carls = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    by = anna(app_on_both)
    yes = lambda: agreeing.accept(carls, share_phone=False, by=by, now=NOW)  # noqa: E731
    undo = lambda: replying.undo_decline(bos, by=by, now=NOW)  # noqa: E731
    with app_on_both.app_context():
        replying.decline(bos, by=by, now=NOW)
    assert meanwhile(app_on_both, "COMMIT", yes, undo)[1] is None
    assert stand(app_on_both, Reply, id=bos).status == "offered"
    assert stand(app_on_both, Dispatch, kind="declined").thing_id == bos


def test_who_steps_back_beside_the_last_yes_need_not_hear_that_somebody_else_helps(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    bos, carls = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    by, helper = anna(app_on_both), bo(app_on_both)
    yes = lambda: agreeing.accept(carls, share_phone=False, by=by, now=NOW)  # noqa: E731
    step_back = lambda: replying.withdraw_reply(bos, by=helper, now=NOW)  # noqa: E731
    assert meanwhile(app_on_both, "UPDATE reply", step_back, yes)[0] is None
    assert stand(app_on_both, Reply, id=bos).status == "withdrawn"
    assert stands(app_on_both, Dispatch, kind="declined") == []


def test_a_no_beside_the_last_yes_is_told_once(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    bos, carls = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    by = anna(app_on_both)
    yes = lambda: agreeing.accept(carls, share_phone=False, by=by, now=NOW)  # noqa: E731
    no = lambda: replying.decline(bos, by=by, now=NOW)  # noqa: E731
    assert meanwhile(app_on_both, "INSERT INTO dispatch", no, yes)[0] is None
    assert [row.thing_id for row in stands(app_on_both, Dispatch, kind="declined")] == [bos]


def test_an_offer_clicked_twice_is_one_reply_whichever_click_comes_through_first(app_on_both: Flask) -> None:
    """The second click waits at the request and finds the first one's reply; without the line it would be refused."""
    help_id, helper = ask(app_on_both), person(app_on_both, "Bo")
    click = lambda: replying.offer_help(help_id, helper, WORDS, NOW)  # noqa: E731
    assert meanwhile(app_on_both, "INSERT INTO reply", click, click) == (None, None)
    assert len(stands(app_on_both, Reply)) == len(stands(app_on_both, Dispatch)) == 1


def test_a_first_yes_clicked_twice_is_one_agreement(app_on_both: Flask) -> None:
    help_id, helper = ask(app_on_both, first_yes=True), person(app_on_both, "Bo")
    click = lambda: replying.offer_help(help_id, helper, WORDS, NOW)  # noqa: E731
    first, second = meanwhile(app_on_both, "INSERT INTO reply", click, click)
    assert first == second == stand(app_on_both, Agreement).ref
