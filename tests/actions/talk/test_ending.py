"""Texts go 90 days after the help has ended, once a day; a clock that jumps empties nothing. On both engines."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import HelpRequest, Installation, Message, Report
from neighbours.actions.help import agreeing, asking
from neighbours.actions.moving import Actor
from neighbours.actions.talk.ending import empty_old_texts
from neighbours.database import writing
from neighbours.worker import Worker, work_once
from tests.conftest import Clock
from tests.talking import say, talk
from tests.village import NOW
from tests.yes import agree, ask, person, stand, stands

DAY = timedelta(days=1)


def emptied(app: Flask, at: datetime) -> int:
    """How many texts go when the last run was a day ago."""
    with app.app_context():
        with writing() as session:
            session.execute(update(Installation).values(emptied_at=at - DAY))
        return empty_old_texts(at)


def withdrawn(app: Flask) -> int:
    """A conversation whose request was withdrawn now."""
    help_id = ask(app)
    thread_id = talk(app, help_id)
    with app.app_context():
        asking.withdraw_request(person(app, "Anna"), stand(app, HelpRequest, id=help_id).ref, NOW)
    return thread_id


def test_ninety_days_after_the_help_the_words_are_gone_and_the_rest_stays(app_on_both: Flask) -> None:
    withdrawn(app_on_both)
    assert emptied(app_on_both, NOW + 90 * DAY - timedelta(seconds=1)) == 0
    assert emptied(app_on_both, NOW + 90 * DAY) == 1
    row = stand(app_on_both, Message)
    assert (row.text, row.smells, row.by_id) == (None, "", person(app_on_both, "Bo"))
    assert emptied(app_on_both, NOW + 91 * DAY) == 0


def test_help_that_was_done_ends_when_it_was_said_to_be(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agreement = agree(app_on_both, help_id)
    talk(app_on_both, help_id)
    with app_on_both.app_context():
        agreeing.finish(agreement, by=Actor(person(app_on_both, "Bo")), now=NOW + 20 * DAY)
    assert emptied(app_on_both, NOW + 109 * DAY) == 0
    assert emptied(app_on_both, NOW + 110 * DAY) == 1


def test_what_is_open_stays_and_what_nobody_ended_goes_ninety_days_after_its_day(app_on_both: Flask) -> None:
    talk(app_on_both, ask(app_on_both, expires_at=NOW + 400 * DAY))
    agreed = ask(app_on_both)
    agree(app_on_both, agreed)
    talk(app_on_both, agreed)
    its_day = stand(app_on_both, HelpRequest, id=agreed).expires_at
    assert emptied(app_on_both, its_day + 90 * DAY - timedelta(seconds=1)) == 0
    assert emptied(app_on_both, its_day + 90 * DAY) == 1
    assert len(stands(app_on_both, Message, text=None)) == 1


def test_what_somebody_has_yet_to_look_at_stays(app_on_both: Flask) -> None:
    thread_id = withdrawn(app_on_both)
    say(app_on_both, thread_id, "Bo", "Send mig din MitID-kode", at=NOW)  # it comes before the host
    say(app_on_both, thread_id, "Anna", "Nej", at=NOW)
    assert len(stands(app_on_both, Report, status="open")) == 1
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Message).where(Message.text == "Nej").values(held_at=NOW))
    assert emptied(app_on_both, NOW + 90 * DAY) == 1
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Message).values(held_at=None))
        session.execute(update(Report).values(status="closed"))
    assert emptied(app_on_both, NOW + 91 * DAY) == 2


@pytest.mark.parametrize("jump", [400 * DAY, 41 * DAY, -1 * DAY, timedelta(0), timedelta(hours=23)])
def test_a_clock_that_jumped_or_a_day_that_is_not_over_empties_nothing(app_on_both: Flask, jump: timedelta) -> None:
    last = NOW + 100 * DAY
    withdrawn(app_on_both)
    with app_on_both.app_context():
        with writing() as session:
            session.execute(update(Installation).values(emptied_at=last))
        assert empty_old_texts(last + jump) == 0
        assert stand(app_on_both, Installation).emptied_at == last
        assert empty_old_texts(last + DAY) == 1  # back again


def test_the_first_run_of_all_empties_nothing(app_on_both: Flask) -> None:
    withdrawn(app_on_both)
    with app_on_both.app_context():
        assert empty_old_texts(NOW + 400 * DAY) == 0
        assert empty_old_texts(NOW + 401 * DAY) == 1


def test_the_worker_empties_once_a_day_and_not_after_a_jump_until_the_operator_says_so(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    withdrawn(app)
    worker = Worker()

    def work(at: datetime) -> int:
        clock.now = at
        with app.app_context():
            work_once(worker)
        return len(stands(app, Message, text=None))

    assert work(NOW) == 0 and stand(app, Installation).emptied_at == NOW
    for minutes in range(2, 6):
        assert work(NOW + 400 * DAY + timedelta(minutes=minutes)) == 0
    assert caplog.text.count("flask clock-is-right") == 1
    assert work(NOW + DAY) == 0 and stand(app, Installation).emptied_at == NOW + DAY
    assert work(NOW + 400 * DAY) == 0
    assert app.test_cli_runner().invoke(args=["clock-is-right"]).exit_code == 0
    assert work(NOW + 400 * DAY + timedelta(hours=1)) == 0
    assert work(NOW + 401 * DAY) == 1
