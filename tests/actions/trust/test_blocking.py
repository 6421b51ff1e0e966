"""Blocking: what stands between the two ends, the other reads only the ordinary words, and totals stay."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Agreement, Block, Dispatch, HelpRequest, Invitation, Proposal, Reply, Resident, db
from neighbours.actions.help import agreeing, asking, inviting, proposing, replying
from neighbours.actions.moving import Actor
from neighbours.actions.trust.blocking import block, unblock
from neighbours.database import writing
from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from neighbours.rules.help.kinds import kinds_mask
from neighbours.rules.help.showing import WAITS_FOR_AN_ANSWER
from tests.actions.test_proposing import SATURDAY
from tests.actions.test_races import at_once
from tests.meanwhile import meanwhile
from tests.village import NOW
from tests.yes import WORDS, agree, ask, offer, person, stand, stands


def blocks(app: Flask, by: str, other: str) -> None:
    one, two = person(app, by), person(app, other)
    with app.app_context():
        block(one, two, NOW)


def told(app: Flask, name: str) -> set[str]:
    return {row.kind for row in stands(app, Dispatch, resident_id=person(app, name))}


def nothing_stands(app: Flask, one: str, other: str) -> bool:
    """Whether nothing between the two can be answered, counted or moved any more."""
    a, b = person(app, one), person(app, other)
    between = [
        (reply, request)
        for reply in stands(app, Reply)
        for request in stands(app, HelpRequest, id=reply.help_request_id)
        if {reply.helper_id, request.asker_id} == {a, b}
    ]
    open_replies = [reply for reply, _ in between if reply.status in WAITS_FOR_AN_ANSWER]
    standing = [
        agreed
        for reply, _ in between
        for agreed in stands(app, Agreement, reply_id=reply.id)
        if agreed.status == "agreed"
    ]
    return open_replies == standing == []


@pytest.mark.parametrize(("by", "hears"), [("Anna", "Bo"), ("Bo", "Anna")])
def test_a_standing_agreement_is_cancelled_with_the_ordinary_notice(app_on_both: Flask, by: str, hears: str) -> None:
    help_id = ask(app_on_both)
    agreement_id = agree(app_on_both, help_id)
    blocks(app_on_both, by, hears)
    assert stand(app_on_both, Agreement, id=agreement_id).status == "cancelled"
    request = stand(app_on_both, HelpRequest, id=help_id)
    assert (request.status, request.taken) == ("open", 0)
    assert "cancelled" in told(app_on_both, hears) and "cancelled" not in told(app_on_both, by)
    assert nothing_stands(app_on_both, "Anna", "Bo")


def test_a_waiting_reply_is_declined_when_the_asker_blocks_and_told_as_any_no(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    blocks(app_on_both, "Anna", "Bo")
    assert stand(app_on_both, Reply, id=reply_id).status == "declined"
    assert told(app_on_both, "Bo") == {"declined"}


def test_a_waiting_reply_is_withdrawn_when_the_helper_blocks_and_the_asker_hears_nothing(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both))
    blocks(app_on_both, "Bo", "Anna")
    assert stand(app_on_both, Reply, id=reply_id).status == "withdrawn"
    assert told(app_on_both, "Anna") == told(app_on_both, "Bo") == set()


def test_what_is_done_stays_in_its_rows(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        agreeing.finish(agreement_id, by=Actor(person(app_on_both, "Bo")), now=NOW)
    blocks(app_on_both, "Anna", "Bo")
    assert stand(app_on_both, Agreement, id=agreement_id).status == "done"


def test_others_are_left_alone(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    of_carl, of_bo = offer(app_on_both, help_id, "Carl"), offer(app_on_both, help_id)
    blocks(app_on_both, "Anna", "Bo")
    assert stand(app_on_both, Reply, id=of_carl).status == "offered"
    assert stand(app_on_both, Reply, id=of_bo).status == "declined"
    assert "somebody_offered" in told(app_on_both, "Anna")


def test_a_message_about_ones_own_request_is_still_told(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    with app_on_both.app_context(), writing() as session:
        row = stand_for(session, "Anna")
        session.add(
            Dispatch(
                kind="expires", channel="email", resident_id=row, language="da", thing="help_request",
                thing_id=help_id, created_at=NOW, due_at=NOW,
            )
        )  # fmt: skip
    blocks(app_on_both, "Anna", "Bo")
    assert told(app_on_both, "Anna") == {"expires"}


def test_of_a_suggested_day_nothing_is_told_any_more(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    anna, bo = Actor(person(app_on_both, "Anna")), Actor(person(app_on_both, "Bo"))
    with app_on_both.app_context():
        proposing.suggest(agreement_id, SATURDAY, by=anna, now=NOW)
        proposing.say_yes(stand(app_on_both, Proposal).id, by=bo, now=NOW)
    assert "suggestion_answered" in told(app_on_both, "Anna")
    blocks(app_on_both, "Bo", "Anna")
    assert told(app_on_both, "Anna") == {"cancelled"}


def stand_for(session, name: str) -> int:  # type: ignore[no-untyped-def]
    return int(session.scalar(select(Resident.id).where(Resident.name == name)))


@pytest.mark.parametrize(("by", "other"), [("Anna", "Bo"), ("Bo", "Anna")])
def test_who_is_asked_already_hears_nothing_and_who_is_apart_is_not_chosen(
    app_on_both: Flask, by: str, other: str
) -> None:
    likes_it(app_on_both, "Bo")
    first = ask(app_on_both, wave_at=NOW)
    with app_on_both.app_context():
        assert inviting.ask_due(NOW) == 1
    assert told(app_on_both, "Bo") == {"asked"}
    blocks(app_on_both, by, other)
    assert told(app_on_both, "Bo") == set()
    second = ask(app_on_both, wave_at=NOW)
    with app_on_both.app_context():
        inviting.ask_due(NOW)
    bo = person(app_on_both, "Bo")
    assert len(stands(app_on_both, Invitation, help_request_id=first, resident_id=bo)) == 1
    assert stands(app_on_both, Invitation, help_request_id=second, resident_id=bo) == []


def likes_it(app: Flask, name: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == name).values(kinds=kinds_mask(["digital"])))


@pytest.mark.parametrize(("by", "other"), [("Anna", "Bo"), ("Bo", "Anna")])
def test_an_offer_to_somebody_who_is_apart_is_an_offer_to_nobody(app_on_both: Flask, by: str, other: str) -> None:
    help_id = ask(app_on_both)
    blocks(app_on_both, by, other)
    with app_on_both.app_context(), pytest.raises(NotHere):
        replying.offer_help(help_id, person(app_on_both, "Bo"), WORDS, NOW)


def test_a_request_that_is_opened_again_does_not_bring_the_reply_back(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    reply_id, anna = offer(app_on_both, help_id), person(app_on_both, "Anna")
    ref = stand(app_on_both, HelpRequest, id=help_id).ref
    with app_on_both.app_context():
        asking.withdraw_request(anna, ref, NOW)
    blocks(app_on_both, "Anna", "Bo")
    with app_on_both.app_context():
        asking.undo_withdraw_request(anna, ref, NOW)
    assert stand(app_on_both, Reply, id=reply_id).status == "declined"


def test_twice_is_harmless_and_a_block_taken_back_is_gone(app_on_both: Flask) -> None:
    anna, bo = person(app_on_both, "Anna"), person(app_on_both, "Bo")
    blocks(app_on_both, "Anna", "Bo")
    blocks(app_on_both, "Anna", "Bo")
    blocks(app_on_both, "Bo", "Anna")
    ref = stand(app_on_both, Resident, id=bo).ref
    with app_on_both.app_context():
        unblock(anna, ref)
        unblock(anna, ref)
        left = db.session.execute(select(Block.by_id, Block.other_id)).all()
    assert [tuple(row) for row in left] == [(bo, anna)], "the other's own block stays"


def test_nobody_blocks_themselves_or_somebody_unknown(app_on_both: Flask) -> None:
    anna = person(app_on_both, "Anna")
    with app_on_both.app_context():
        with pytest.raises(NotAllowed):
            block(anna, anna, NOW)
        with pytest.raises(NotHere):
            block(anna, 9_999_999, NOW)


@pytest.mark.parametrize("first_is_block", [True, False])
def test_a_block_amid_a_yes_leaves_nothing_standing(app_on_both: Flask, first_is_block: bool) -> None:
    reply_id, anna, bo = offer(app_on_both, ask(app_on_both)), person(app_on_both, "Anna"), person(app_on_both, "Bo")
    yes = lambda: agreeing.accept(reply_id, share_phone=False, by=Actor(anna), now=NOW)  # noqa: E731
    no_more = lambda: block(bo, anna, NOW)  # noqa: E731
    acts = (no_more, yes) if first_is_block else (yes, no_more)
    given = meanwhile(app_on_both, "COMMIT", *acts)
    assert nothing_stands(app_on_both, "Anna", "Bo")
    assert TooLate in given or not first_is_block


@pytest.mark.parametrize("first_is_block", [True, False])
@pytest.mark.parametrize("first_yes", [True, False])
def test_a_block_amid_an_offer_leaves_nothing_standing(
    app_on_both: Flask, first_is_block: bool, first_yes: bool
) -> None:
    help_id, anna, bo = ask(app_on_both, first_yes=first_yes), person(app_on_both, "Anna"), person(app_on_both, "Bo")
    help_out = lambda: replying.offer_help(help_id, bo, WORDS, NOW)  # noqa: E731
    no_more = lambda: block(anna, bo, NOW)  # noqa: E731
    given = meanwhile(app_on_both, "COMMIT", *((no_more, help_out) if first_is_block else (help_out, no_more)))
    assert nothing_stands(app_on_both, "Anna", "Bo")
    assert given[1] is NotHere or not first_is_block


def test_two_who_block_each_other_amid_everything_meet_no_deadlock(app_on_both: Flask) -> None:
    anna, bo = person(app_on_both, "Anna"), person(app_on_both, "Bo")
    for _round in range(6):
        mine, theirs = ask(app_on_both), ask(app_on_both, "Bo")
        replies = [offer(app_on_both, mine), offer(app_on_both, theirs, "Anna")]
        again = ask(app_on_both)
        acts: list[Callable[[], object]] = [lambda: block(anna, bo, NOW), lambda: block(bo, anna, NOW)]
        acts += [
            lambda r=r, by=by: agreeing.accept(r, share_phone=False, by=Actor(by), now=NOW)  # type: ignore[misc]
            for r, by in zip(replies, (anna, bo), strict=True)
        ]
        acts += [lambda again=again: _try(lambda: replying.offer_help(again, bo, WORDS, NOW))]  # type: ignore[misc]
        at_once(app_on_both, acts)
        assert nothing_stands(app_on_both, "Anna", "Bo")
        with app_on_both.app_context():
            unblock(anna, stand(app_on_both, Resident, id=bo).ref)
            unblock(bo, stand(app_on_both, Resident, id=anna).ref)


def _try(act: Callable[[], object]) -> object:
    try:
        return act()
    except NotHere:
        return NotHere
