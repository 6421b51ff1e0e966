"""Whatever is done to one help request, by whom and in what order or at once, it stays what its places say.

`make test-long` runs it. Chance decides, from the same seeds each time; but two at once take turns as they like.
"""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from models import Agreement, Dispatch, HelpRequest, Reply
from neighbours.actions.help import agreeing, asking, replying, reserve
from neighbours.actions.moving import Actor
from neighbours.actions.people.profile import change_shown
from neighbours.rules.errors import NotAllowed, TooLate
from tests.actions.test_races import at_once
from tests.village import NOW
from tests.yes import WORDS, add_neighbours, ask, person, stand, stands

AFTER = NOW + timedelta(days=9)
Act = Callable[[], object]
OF_AN_AGREEMENT = ("cancel", "undo_cancel", "finish", "undo_finish", "miss", "undo_miss")


class OneRequest:
    """A request of Anna's with two places, to which four of six neighbours have offered."""

    def __init__(self, app: Flask, helpers: list[int]) -> None:
        self.app, self.helpers, self.anna = app, helpers, person(app, "Anna")
        self.id = ask(app, places=2)
        self.ref = stand(app, HelpRequest, id=self.id).ref
        with app.app_context():
            for helper in helpers[:4]:
                replying.offer_help(self.id, helper, WORDS, NOW)

    def anything(self, chance: random.Random) -> None:
        """Something that can be done to it now, or comes too late."""
        acts = [*self.of_the_asker(), *self.of_a_reply(chance), *self.of_an_agreement(chance)]
        acts += [lambda: replying.offer_help(self.id, chance.choice(self.helpers), WORDS, NOW)]
        try:
            chance.choice(acts)()
        except (NotAllowed, TooLate):
            return

    def of_the_asker(self) -> list[Act]:
        return [
            lambda: asking.withdraw_request(self.anna, self.ref, NOW),
            lambda: asking.undo_withdraw_request(self.anna, self.ref, NOW),
            lambda: change_shown(self.anna, True, NOW),
            lambda: change_shown(self.anna, False, NOW),
            lambda: asking.expire_due(AFTER),
        ]

    def of_a_reply(self, chance: random.Random) -> list[Act]:
        reply = chance.choice(stands(self.app, Reply, help_request_id=self.id))
        by, now = Actor(self.anna), NOW
        return [
            *[lambda: agreeing.accept(reply.id, share_phone=False, by=by, now=now)] * 6,
            *[lambda: reserve.keep_in_reserve(reply.id, by=by, now=now)] * 3,
            lambda: replying.decline(reply.id, by=by, now=now),
            lambda: replying.undo_decline(reply.id, by=by, now=now),
            lambda: replying.withdraw_reply(reply.id, by=Actor(reply.helper_id), now=now),
        ]

    def of_an_agreement(self, chance: random.Random) -> list[Act]:
        made = stands(self.app, Agreement, help_request_id=self.id)
        if not made:
            return []
        agreement = chance.choice(made)
        by = Actor(chance.choice([self.anna, agreement.helper_id]))
        return [lambda name=name: getattr(agreeing, name)(agreement.id, by=by, now=NOW) for name in OF_AN_AGREEMENT]  # type: ignore[misc]

    def told(self, reply_id: int) -> int:
        return len(stands(self.app, Dispatch, kind="declined", thing="reply", thing_id=reply_id))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_many_acts_at_once_leave_a_request_as_its_places_say(app_on_both: Flask, seed: int) -> None:
    one = OneRequest(app_on_both, add_neighbours(app_on_both, 6))
    OneRequest(app_on_both, one.helpers)  # the clock and `change_shown` take several at once

    def somebody(number: int) -> Act:
        chance = random.Random(f"{seed} {number}")
        return lambda: [one.anything(chance) for _each in range(6)]

    at_once(app_on_both, [somebody(number) for number in range(12)])
    request = stand(app_on_both, HelpRequest, id=one.id)
    made = [row.status for row in stands(app_on_both, Agreement, help_request_id=one.id)]
    assert request.taken == made.count("agreed") + made.count("done")
    for reply in stands(app_on_both, Reply, help_request_id=one.id):
        is_over = request.status in ("done", "withdrawn", "expired")
        states = {"offered": request.status != "open", "reserve": is_over, "declined": True}
        may_be_told = states.get(reply.status, False)
        assert one.told(reply.id) == may_be_told, (request.status, reply.status)
