"""Who waits for an answer hears once that it is not needed, and not at all when that was undone. On both engines."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import Dispatch, HelpRequest, Reply, Resident
from neighbours.actions import outbox
from neighbours.actions.help import agreeing, asking
from neighbours.actions.help.replying import decline, withdraw_reply
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.messages import write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.help.asking import When
from neighbours.rules.help.slots import WHENEVER
from tests.meanwhile import meanwhile
from tests.village import NOW
from tests.yes import FRIDAY, MINUTES, agree, ask, offer, person, stand, stands

ONE_PLACE = When("day", FRIDAY, None, WHENEVER, None, 1)
SATURDAY = NOW + timedelta(days=5)


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


def expire(app: Flask, at: datetime = SATURDAY) -> None:
    with app.app_context():
        asking.expire_due(at)


def told_by_saturday(app: Flask, *names: str) -> list[tuple[int, datetime]]:
    return [(person(app, name), SATURDAY + 10 * MINUTES) for name in names]


def test_who_waits_when_the_day_has_passed_is_told_once(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id)
    for _twice in range(2):
        expire(app_on_both)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "expired"
    assert told(app_on_both) == told_by_saturday(app_on_both, "Bo")
    assert told(app_on_both, "somebody_offered") == []


@pytest.mark.parametrize(("is_done", "status"), [(False, "agreed"), (True, "done")])
def test_who_waits_for_a_place_when_the_day_has_passed_is_told_too(
    app_on_both: Flask, is_done: bool, status: str
) -> None:
    help_id = ask(app_on_both, places=2)
    agreement_id = agree(app_on_both, help_id)
    offer(app_on_both, help_id, "Carl")
    if is_done:
        with app_on_both.app_context():
            agreeing.finish(agreement_id, by=Actor(anna(app_on_both)), now=NOW)
    expire(app_on_both)
    assert stand(app_on_both, HelpRequest, id=help_id).status == status
    assert told(app_on_both) == told_by_saturday(app_on_both, "Carl")


def test_when_the_day_has_passed_nobody_hears_what_is_known_or_not_about_them(app_on_both: Flask) -> None:
    """Not the one who got a no, nor the one who stepped back, nor whoever waits elsewhere."""
    help_id, later_id = ask(app_on_both), ask(app_on_both, expires_at=SATURDAY + MINUTES)
    declined, withdrawn = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    offer(app_on_both, later_id, "Dorthe")
    with app_on_both.app_context():
        decline(declined, by=Actor(anna(app_on_both)), now=NOW)
        withdraw_reply(withdrawn, by=Actor(person(app_on_both, "Carl")), now=NOW)
    expire(app_on_both)
    assert told(app_on_both) == later(app_on_both, "Bo")


def test_who_was_told_when_it_was_full_is_not_told_again_by_the_day_that_passes(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    offer(app_on_both, help_id, "Carl")
    agreement_id = agree(app_on_both, help_id)
    assert told(app_on_both) == later(app_on_both, "Carl")
    with app_on_both.app_context():
        agreeing.cancel(agreement_id, by=Actor(anna(app_on_both)), now=SATURDAY)
    expire(app_on_both)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "expired"
    assert told(app_on_both) == later(app_on_both, "Carl")


def test_a_yes_at_the_moment_when_the_day_passes_is_heard_and_the_others_are_told(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    bos, _carls = offer(app_on_both, help_id), offer(app_on_both, help_id, "Carl")
    by = Actor(anna(app_on_both))
    yes = lambda: agreeing.accept(bos, share_phone=False, by=by, now=SATURDAY)  # noqa: E731
    meanwhile(app_on_both, "COMMIT", yes, lambda: asking.expire_due(SATURDAY))
    expire(app_on_both)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "agreed"
    assert told(app_on_both) == told_by_saturday(app_on_both, "Carl")


def test_the_clock_does_not_wait_for_what_somebody_moves_now(app_on_both: Flask) -> None:
    """On SQLite it waits, because there is one writer at a time; on PostgreSQL it moves the other one meanwhile."""
    bos = offer(app_on_both, ask(app_on_both))
    ask(app_on_both)
    by = Actor(anna(app_on_both))
    no = lambda: decline(bos, by=by, now=SATURDAY)  # noqa: E731
    moved = meanwhile(app_on_both, "COMMIT", no, lambda: asking.expire_due(SATURDAY))[1]
    assert moved == (1 if "postgresql" in app_on_both.config["DATABASE_URL"] else 2)
    expire(app_on_both)
    assert {row.status for row in stands(app_on_both, HelpRequest)} == {"expired"}


def test_more_than_the_clock_moves_at_once_are_all_moved_and_told(
    app_on_both: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    for _each in range(5):
        offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        assert asking.expire_due(SATURDAY) == 5
    assert told(app_on_both) == told_by_saturday(app_on_both, *["Bo"] * 5)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The day has passed"), ("da", "Dagen er gået"), ("nl", "De dag is voorbij")]
)
def test_the_message_says_that_the_day_has_passed(app: Flask, language: str, words: str) -> None:
    offer(app, ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(language=language))
    expire(app)
    with app.app_context():
        (row,) = outbox.claim_due("worker", SATURDAY + 10 * MINUTES, 10)
        message = write_message(row, what_they_tell([row.id])[row.id], house())
    assert message.subject == words and words in message.body and words in message.text
