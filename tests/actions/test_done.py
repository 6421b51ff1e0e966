""" "It is done" of one helper, while a place is free and another waits for an answer. On SQLite and PostgreSQL."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from models import Agreement, Dispatch, HelpRequest
from neighbours.actions.help import agreeing, asking
from neighbours.actions.help.replying import decline, withdraw_reply
from neighbours.actions.moving import Actor
from neighbours.rules.errors import TooLate
from neighbours.rules.help.asking import When
from neighbours.rules.help.slots import WHENEVER
from tests.actions.test_races import at_once
from tests.village import NOW
from tests.yes import FRIDAY, MINUTES, agree, ask, moves, offer, person, stand, stands

SATURDAY = NOW + timedelta(days=5)


class Two:
    """A request of Anna's with two places: Bo has an agreement, Carl waits for an answer."""

    def __init__(self, app: Flask) -> None:
        self.app, self.anna = app, person(app, "Anna")
        self.by = Actor(self.anna)
        self.help_id = ask(app, places=2)
        self.bos = agree(app, self.help_id)
        self.carls = offer(app, self.help_id, "Carl")

    def now_stands(self) -> tuple[str, int]:
        request = stand(self.app, HelpRequest, id=self.help_id)
        return request.status, request.taken

    def told_carl(self) -> list[datetime]:
        told = {"kind": "declined", "thing": "reply", "thing_id": self.carls}
        return [row.due_at for row in stands(self.app, Dispatch, **told)]

    def finish(self, at: datetime = NOW) -> None:
        with self.app.app_context():
            agreeing.finish(self.bos, by=self.by, now=at)

    def undo_finish(self) -> None:
        with self.app.app_context():
            agreeing.undo_finish(self.bos, by=self.by, now=NOW)

    def say_yes(self) -> None:
        with self.app.app_context():
            agreeing.accept(self.carls, share_phone=False, by=self.by, now=NOW)

    def finish_carls(self) -> None:
        with self.app.app_context():
            agreeing.finish(stand(self.app, Agreement, reply_id=self.carls).id, by=self.by, now=NOW)

    def withdraw(self) -> None:
        with self.app.app_context():
            asking.withdraw_request(self.anna, stand(self.app, HelpRequest, id=self.help_id).ref, NOW)

    def undo_withdraw(self) -> None:
        with self.app.app_context():
            asking.undo_withdraw_request(self.anna, stand(self.app, HelpRequest, id=self.help_id).ref, NOW)

    def lower_places(self) -> None:
        request = stand(self.app, HelpRequest, id=self.help_id)
        one_place = When("day", FRIDAY, None, WHENEVER, None, 1)
        with self.app.app_context():
            asking.say_when(self.anna, request.ref, one_place, request.version, NOW)


@pytest.fixture
def two(app_on_both: Flask) -> Two:
    return Two(app_on_both)


def test_done_leaves_a_place_open_for_who_waits_and_tells_them_nothing(two: Two) -> None:
    two.finish()
    assert (two.now_stands(), two.told_carl()) == (("open", 1), [])


def test_whether_done_or_yes_comes_first_the_end_is_the_same(app_on_both: Flask) -> None:
    ends = []
    for order in ((Two.finish, Two.say_yes), (Two.say_yes, Two.finish)):
        two = Two(app_on_both)
        for act in order:
            act(two)
        before = two.now_stands()
        two.finish_carls()
        ends.append((before, two.now_stands(), moves(app_on_both, "help_request", two.help_id)))
    assert ends == [(("agreed", 2), ("done", 2), ["fill", "finish"])] * 2


def test_done_and_yes_at_once_are_both_heard(app_on_both: Flask) -> None:
    for _round in range(5):
        two = Two(app_on_both)
        assert TooLate not in at_once(app_on_both, [two.say_yes, two.finish])
        assert two.now_stands() == ("agreed", 2)


def test_done_can_be_taken_back_while_the_other_place_is_open(two: Two) -> None:
    two.finish()
    two.undo_finish()
    assert (two.now_stands(), two.told_carl()) == (("open", 1), [])
    assert stand(two.app, Agreement, id=two.bos).status == "agreed"
    two.say_yes()
    two.finish_carls()
    assert two.now_stands() == ("agreed", 2)
    two.finish()
    assert two.now_stands() == ("done", 2)


def test_done_can_be_taken_back_when_the_other_place_was_given_since(two: Two) -> None:
    two.finish()
    two.say_yes()
    two.undo_finish()
    assert two.now_stands() == ("agreed", 2)
    assert {row.status for row in stands(two.app, Agreement)} == {"agreed"}


def test_after_done_the_asker_ends_it_with_fewer_places(two: Two) -> None:
    two.finish()
    two.lower_places()
    assert (two.now_stands(), two.told_carl()) == (("done", 1), [NOW + 10 * MINUTES])
    two.undo_finish()
    assert two.now_stands() == ("agreed", 1)


def test_after_done_the_asker_ends_it_by_withdrawing_and_what_is_done_stays_done(two: Two) -> None:
    two.finish()
    two.withdraw()
    assert (two.now_stands(), two.told_carl()) == (("withdrawn", 1), [NOW + 10 * MINUTES])
    assert stand(two.app, Agreement, id=two.bos).status == "done"
    with pytest.raises(TooLate):
        two.undo_finish()
    two.undo_withdraw()
    assert (two.now_stands(), two.told_carl()) == (("open", 1), [])
    two.undo_finish()
    assert stand(two.app, Agreement, id=two.bos).status == "agreed"


def test_done_with_a_place_that_nobody_waits_for_is_done(two: Two) -> None:
    with two.app.app_context():
        decline(two.carls, by=two.by, now=NOW)
    two.finish()
    assert two.now_stands() == ("done", 1)
    two.undo_finish()
    assert two.now_stands() == ("open", 1)


def test_who_waited_and_steps_back_after_done_leaves_it_to_the_asker_to_end_it(two: Two) -> None:
    two.finish()
    with two.app.app_context():
        withdraw_reply(two.carls, by=Actor(person(two.app, "Carl")), now=NOW)
    assert two.now_stands() == ("open", 1)
    two.lower_places()
    assert (two.now_stands(), two.told_carl()) == (("done", 1), [])


def test_done_after_its_day_ends_it_also_when_somebody_waits(two: Two) -> None:
    two.finish(SATURDAY)
    assert (two.now_stands(), two.told_carl()) == (("done", 1), [SATURDAY + 10 * MINUTES])
    with two.app.app_context():
        agreeing.undo_finish(two.bos, by=two.by, now=SATURDAY)
        asking.expire_due(SATURDAY)
    assert two.now_stands() == ("agreed", 1)


def test_who_did_not_come_leaves_a_place_that_done_does_not_close(two: Two) -> None:
    dorthes = offer(two.app, two.help_id, "Dorthe")
    two.say_yes()
    with two.app.app_context():
        agreeing.miss(stand(two.app, Agreement, reply_id=two.carls).id, by=two.by, now=NOW)
    two.finish()
    assert two.now_stands() == ("open", 1)
    with two.app.app_context():
        agreeing.accept(dorthes, share_phone=False, by=two.by, now=NOW)
    assert two.now_stands() == ("agreed", 2)
