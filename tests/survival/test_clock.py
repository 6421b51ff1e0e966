"""The clock jumps: an hour, 400 days, back again, and in the two nights when it is changed.

Nothing is said twice and nothing is forgotten, nobody is erased or locked out. Reminders and old texts have tests of
their own; here are requests that run out, waves, undo, sessions, codes, and what waits to be sent.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import AuthSession, Dispatch, HelpRequest, Invitation, Reply, Resident
from neighbours.actions import outbox, telling
from neighbours.actions.help import inviting, replying
from neighbours.actions.moving import Actor
from neighbours.actions.people.one_time_codes import Proof, ask_code, try_code
from neighbours.actions.people.sessions import begin_session
from neighbours.database import writing
from neighbours.rules.errors import TooLate
from neighbours.rules.help.kinds import kinds_mask
from neighbours.rules.moves import UNDO
from neighbours.rules.people.codes import CODES_ASKED, Trial
from neighbours.rules.people.contact import Contact
from neighbours.worker import Worker, _try_round
from tests.conftest import Clock
from tests.survival.running import offered, posted, wrong_in
from tests.village import NOW, sign_in_as
from tests.yes import add_neighbours, moves, person, stand, stands

HOUR, FAR = timedelta(hours=1), timedelta(days=400)
ZONE = ZoneInfo("Europe/Copenhagen")


def work(app: Flask, clock: Clock, *moments: datetime) -> None:
    """One worker's rounds at these moments, whatever their order."""
    worker = Worker()
    for moment in moments:
        clock.now = moment
        assert not _try_round(app, worker)


def told(app: Flask) -> Counter[tuple[Any, ...]]:
    """How often each person was told of each thing."""
    return Counter((row.kind, row.resident_id, row.thing, row.thing_id) for row in stands(app, Dispatch))


def see_said_once(app: Flask, *kinds: str) -> None:
    """Everything was said, and once; of `kinds` there is something."""
    assert set(told(app).values()) == {1}
    assert {row.status for row in stands(app, Dispatch)} == {"sent"}
    assert set(kinds) <= {row.kind for row in stands(app, Dispatch)}
    assert wrong_in(app) == []


def people_of(app: Flask) -> list[Any]:
    return sorted(tuple(row) for row in stands(app, Resident))


def test_an_hour_on_and_back_again_says_nothing_twice(app_on_both: Flask, clock: Clock) -> None:
    app = app_on_both
    help_id = posted(app, now=NOW)
    reply = stand(app, Reply, ref=offered(app, help_id, person(app, "Bo"), NOW))
    with app.app_context():
        replying.decline(reply.id, by=Actor(person(app, "Anna")), now=NOW)
    minute = timedelta(minutes=1)
    work(app, clock, NOW, NOW + HOUR, NOW + 2 * minute, NOW + HOUR, NOW + 12 * minute, NOW + HOUR + minute)
    see_said_once(app, "somebody_offered", "declined")
    assert moves(app, "reply", reply.id) == ["offer", "decline"]


def test_what_was_done_while_the_clock_was_an_hour_early_is_told_when_it_is_right_again(
    app_on_both: Flask, clock: Clock
) -> None:
    app = app_on_both
    help_id = posted(app, now=NOW + HOUR)
    reply = stand(app, Reply, ref=offered(app, help_id, person(app, "Bo"), NOW + HOUR))
    with app.app_context():
        replying.decline(reply.id, by=Actor(person(app, "Anna")), now=NOW + HOUR)
    work(app, clock, NOW, NOW + timedelta(minutes=3))
    see_said_once(app, "somebody_offered", "declined")


def test_undo_lasts_ten_minutes_whatever_the_clock_did_before(app_on_both: Flask, clock: Clock) -> None:
    app, by = app_on_both, Actor(person(app_on_both, "Anna"))
    for early in (timedelta(), HOUR, FAR, -HOUR):
        help_id = posted(app, now=NOW + early, days=9)
        reply = stand(app, Reply, ref=offered(app, help_id, person(app, "Bo"), NOW + early))
        with app.app_context():
            replying.decline(reply.id, by=by, now=NOW + early)
            replying.undo_decline(reply.id, by=by, now=NOW + early + UNDO)
            replying.decline(reply.id, by=by, now=NOW + early + UNDO)
            with pytest.raises(TooLate):
                replying.undo_decline(reply.id, by=by, now=NOW + early + 2 * UNDO + timedelta(seconds=1))
    assert wrong_in(app) == []


def test_four_hundred_days_on_each_request_runs_out_once_and_nobody_is_gone(app_on_both: Flask, clock: Clock) -> None:
    app = app_on_both
    help_id = posted(app, now=NOW)
    offered(app, help_id, person(app, "Bo"), NOW)
    before, anna = people_of(app), sign_in_as(app, "Anna")
    work(app, clock, NOW, NOW + FAR)
    assert anna.get("/mine").status_code == 302 or "sign-in" in anna.get("/mine").location
    work(app, clock, NOW + FAR + HOUR, NOW + HOUR, NOW + FAR, NOW + 2 * HOUR)
    assert anna.get("/mine").status_code == 200, "she is signed in as before"
    assert people_of(app) == before
    assert moves(app, "help_request", help_id) == ["draft", "open", "expire"]
    see_said_once(app, "declined")
    assert [row.ended_at for row in stands(app, AuthSession)] == [None]


def test_what_was_done_four_hundred_days_early_is_not_four_hundred_days_late(app_on_both: Flask, clock: Clock) -> None:
    """Messages, a dead worker's lease, a try that failed, and the next wave were all due in a time that never comes."""
    app, then = app_on_both, NOW + FAR
    add_helpers(app)
    help_id = posted(app, now=then)
    offered(app, posted(app, now=then), person(app, "Bo"), then)
    with app.app_context(), writing() as session:
        telling.tell(session, "confirmed", select(Resident.id), thing="resident", thing_id=1, now=NOW)
    with app.app_context():
        assert inviting.ask_due(then + timedelta(minutes=20)) == 5
        (first, *_others) = outbox.claim_due("somebody who died", then, 3)
        outbox.record_failed("somebody who died", first, "ConnectionRefusedError", then - FAR + HOUR * 71)
    work(app, clock, *(NOW + hours * HOUR for hours in (*range(2, 8), 24, 30, 31)))
    assert {row.wave for row in stands(app, Invitation, help_request_id=help_id)} > {1}, "nobody more was asked"
    see_said_once(app, "somebody_offered", "confirmed", "asked")


def test_a_clock_that_was_wrong_locks_nobody_out(app_on_both: Flask, clock: Clock) -> None:
    app, contact = app_on_both, Contact("email", "anna@example.org")

    def ask(now: datetime) -> str | None:
        return ask_code(contact, known_only=True, visitor="192.0.2.7", language="en", now=now)

    with app.app_context():
        assert all(ask(NOW + FAR) for _time in range(CODES_ASKED.most))
        assert ask(NOW + FAR) is None
        ref = ask(NOW)
        assert ref, "locked out until the wrong day comes"
        proof = Proof(contact, (ref,), "000000")
        assert try_code(proof, "192.0.2.7", NOW) in (Trial.WRONG, Trial.RIGHT)
        assert try_code(proof, "192.0.2.7", NOW + HOUR) == Trial.LATE
        clock.now = NOW + FAR
        with writing() as session:
            token = begin_session(session, resident_id=person(app, "Anna"), device="Firefox", now=clock.now)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    for moment in (NOW + FAR, NOW, NOW + HOUR):
        clock.now = moment
        assert browser.get("/mine").status_code == 200
    assert stand(app, AuthSession).expires_at < NOW + timedelta(days=91), "it lasts as long as any other"


def add_helpers(app: Flask, many: int = 30) -> None:
    """So many who would help with what `posted` asks for."""
    people = add_neighbours(app, many)
    with app.app_context(), writing() as session:
        digital = {"kinds": kinds_mask(["digital"]), "languages": 3}
        session.execute(update(Resident).where(Resident.id.in_(people)).values(**digital))


def local(day: date, at: time) -> datetime:
    """The moment when a clock in Denmark says so, in UTC: else the difference of two would be one of clocks."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


@pytest.mark.parametrize("night", [date(2026, 10, 24), date(2027, 3, 27)], ids=["autumn", "spring"])
def test_in_the_night_when_clocks_change_each_is_asked_once_and_nobody_is_woken(
    app_on_both: Flask, clock: Clock, night: date
) -> None:
    """An urgent request of the evening: a wave at once, the next ones in the morning, a quarter of an hour apart."""
    app = app_on_both
    add_helpers(app)
    evening, end = local(night, time(20, 40)), local(night + timedelta(days=1), time(8, 40))
    help_id = posted(app, now=evening, urgent=True)
    steps = int((end - evening) / timedelta(minutes=20))
    work(app, clock, *(evening + timedelta(minutes=20) * step for step in range(steps + 1)))
    asked = [row.asked_at for row in stands(app, Invitation, help_request_id=help_id)]
    assert all(time(8) <= at.astimezone(ZONE).time() < time(21) for at in asked)
    waves = sorted(Counter(asked).items())
    assert waves[0] == (evening, 5)
    assert waves[1][0] == local(night + timedelta(days=1), time(8))
    assert [many for _at, many in waves] == [5, 10, 16] and len(told(app)) == 31  # Bo too
    see_said_once(app, "asked")
    assert stand(app, HelpRequest, id=help_id).status == "open"
