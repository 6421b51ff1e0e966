"""Fifty at once on one place: one winner, and nobody meets a locked database. On SQLite and PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from models import Agreement, HelpRequest, Reply
from neighbours.actions.help import agreeing, asking, replying
from neighbours.actions.moving import Actor
from neighbours.rules.errors import TooLate
from tests.village import NOW
from tests.yes import WORDS, add_neighbours, ask, person, stand, stands

MANY = 50


def at_once(app: Flask, acts: list[Callable[[], object]]) -> list[object]:
    """Each act in a thread of its own, all let go together: what it gave, or TooLate. Other errors are raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                return act()
            except TooLate:
                return TooLate

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def offered(app: Flask, helpers: list[int]) -> tuple[int, list[int]]:
    return offered_for(app, helpers)


def offered_for(app: Flask, helpers: list[int], **more: object) -> tuple[int, list[int]]:
    help_id = ask(app, **more)
    with app.app_context():
        for helper in helpers:
            replying.offer_help(help_id, helper, WORDS, NOW)
    return help_id, [row.id for row in stands(app, Reply, help_request_id=help_id)]


def see_one_winner_of_yes(app: Flask, helpers: list[int]) -> None:
    help_id, replies = offered(app, helpers)
    by = Actor(person(app, "Anna"))
    given = at_once(
        app, [lambda r=r: agreeing.accept(r, share_phone=False, by=by, now=NOW) for r in replies]  # type: ignore[misc]
    )  # fmt: skip
    assert len([each for each in given if each is not TooLate]) == 1
    (agreement,) = stands(app, Agreement, help_request_id=help_id)
    states = [row.status for row in stands(app, Reply, help_request_id=help_id)]
    assert (agreement.status, states.count("accepted"), states.count("offered")) == ("agreed", 1, MANY - 1)


def see_one_winner_of_first_yes(app: Flask, helpers: list[int]) -> None:
    help_id = ask(app, first_yes=True)
    given = at_once(app, [lambda h=h: replying.offer_help(help_id, h, WORDS, NOW) for h in helpers])  # type: ignore[misc]
    assert len([each for each in given if each is not None]) == 1 and TooLate not in given
    assert [row.status for row in stands(app, Agreement, help_request_id=help_id)] == ["agreed"]
    states = [row.status for row in stands(app, Reply, help_request_id=help_id)]
    assert (states.count("accepted"), states.count("reserve")) == (1, MANY - 1)
    request = stand(app, HelpRequest, id=help_id)
    assert (request.status, request.taken) == ("agreed", 1)


@pytest.mark.parametrize("see_one_winner", [see_one_winner_of_yes, see_one_winner_of_first_yes])
def test_fifty_at_once_on_one_place_make_one_agreement(app_on_both: Flask, see_one_winner: Callable[..., None]) -> None:
    helpers = add_neighbours(app_on_both, MANY)
    for _round in range(10):
        see_one_winner(app_on_both, helpers)


@pytest.mark.long
@pytest.mark.parametrize("see_one_winner", [see_one_winner_of_yes, see_one_winner_of_first_yes])
def test_a_thousand_rounds_of_fifty_at_once(app_on_both: Flask, see_one_winner: Callable[..., None]) -> None:
    helpers = add_neighbours(app_on_both, MANY)
    for _round in range(1_000):
        see_one_winner(app_on_both, helpers)


def test_one_yes_clicked_fifty_times_at_once_is_one_agreement(app_on_both: Flask) -> None:
    help_id, (reply_id,) = offered(app_on_both, [person(app_on_both, "Bo")])
    by = Actor(person(app_on_both, "Anna"))
    refs = at_once(app_on_both, [lambda: agreeing.accept(reply_id, share_phone=False, by=by, now=NOW)] * MANY)
    assert len(set(refs)) == len(stands(app_on_both, Agreement, help_request_id=help_id)) == 1


def test_one_offer_clicked_fifty_times_at_once_is_one_reply(app_on_both: Flask) -> None:
    help_id, bo = ask(app_on_both), person(app_on_both, "Bo")
    given = at_once(app_on_both, [lambda: replying.offer_help(help_id, bo, WORDS, NOW)] * MANY)
    assert given == [None] * MANY
    assert len(stands(app_on_both, Reply, help_request_id=help_id)) == 1


def test_a_withdrawal_amid_yes_no_cancel_and_done_meets_no_deadlock(app_on_both: Flask) -> None:
    """Each begins with another row of the same help request; at its end nothing waits for an answer any more."""
    helpers, anna = add_neighbours(app_on_both, 12), person(app_on_both, "Anna")
    by = Actor(anna)
    for _round in range(8):
        help_id, replies = offered_for(app_on_both, helpers[:8], places=4)
        with app_on_both.app_context():
            for reply in replies[:2]:
                agreeing.accept(reply, share_phone=False, by=by, now=NOW)
        agreed = [row.id for row in stands(app_on_both, Agreement, help_request_id=help_id)]
        ref = stand(app_on_both, HelpRequest, id=help_id).ref
        acts: list[Callable[[], object]] = [lambda ref=ref: asking.withdraw_request(anna, ref, NOW)]  # type: ignore[misc]
        acts += [lambda r=r: agreeing.accept(r, share_phone=False, by=by, now=NOW) for r in replies[2:6]]  # type: ignore[misc]
        acts += [lambda r=r: replying.decline(r, by=by, now=NOW) for r in replies[6:]]  # type: ignore[misc]
        acts += [
            lambda a=a, act=act: act(a, by=by, now=NOW) for a in agreed for act in (agreeing.cancel, agreeing.finish)
        ]  # type: ignore[misc]
        acts += [lambda h=h, i=help_id: replying.offer_help(i, h, WORDS, NOW) for h in helpers[8:]]  # type: ignore[misc]
        at_once(app_on_both, acts)
        request = stand(app_on_both, HelpRequest, id=help_id)
        states = [row.status for row in stands(app_on_both, Agreement, help_request_id=help_id)]
        assert request.status in ("withdrawn", "done") and "agreed" not in states
        assert request.taken == states.count("done")
        waiting = [row.status for row in stands(app_on_both, Reply, help_request_id=help_id)].count("offered")
        assert request.status == "done" or waiting == 0


def test_two_who_finish_the_last_two_agreements_at_once_finish_the_request(app_on_both: Flask) -> None:
    by = Actor(person(app_on_both, "Anna"))
    for _round in range(5):
        help_id = ask(app_on_both, places=2)
        with app_on_both.app_context():
            for name in ("Bo", "Carl"):
                replying.offer_help(help_id, person(app_on_both, name), WORDS, NOW)
            for reply in stands(app_on_both, Reply, help_request_id=help_id):
                agreeing.accept(reply.id, share_phone=False, by=by, now=NOW)
        ids = [row.id for row in stands(app_on_both, Agreement, help_request_id=help_id)]
        at_once(app_on_both, [lambda i=i: agreeing.finish(i, by=by, now=NOW) for i in ids])  # type: ignore[misc]
        assert stand(app_on_both, HelpRequest, id=help_id).status == "done"
