"""Each reminder goes to the right one at the right hour, once; on both engines."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from models import Agreement, Block, Dispatch, HelpRequest, NoticeWish, Proposal, Reminder, Resident
from neighbours.actions import outbox, reminding
from neighbours.actions.help import agreeing, asking, replying
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.messages import write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.reminders import REMINDERS
from tests.village import NOW
from tests.yes import FRIDAY, MINUTES, add_neighbours, agree, ask, karen, offer, person, stands

DAYS = timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = FRIDAY) -> datetime:
    """A local summer time in Copenhagen, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 2, minutes=minute)


EVE = FRIDAY - DAYS
AFTER = FRIDAY + DAYS
SIX = at(18, day=EVE)


def remind(app: Flask, moment: datetime) -> int:
    with app.app_context():
        return reminding.remind_due(moment)


def told(app: Flask, *kinds: str) -> list[tuple[str, str]]:
    """(kind, name) of every reminder that waits or went out."""
    names = {row.id: row.name for row in stands(app, Resident)}
    kinds = kinds or REMINDERS
    return sorted((row.kind, names[row.resident_id]) for row in stands(app, Dispatch) if row.kind in kinds)


def change(app: Flask, table: Any, *where: Any, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(table).where(*where).values(**values))


def wish(app: Flask, name: str, notice: str, how: str) -> None:
    who = person(app, name)
    with app.app_context(), writing() as session:
        session.execute(insert(NoticeWish).values(resident_id=who, notice=notice, how=how))


def propose(app: Flask, agreement_id: int, by: str, **more: Any) -> None:
    usual = {"when_kind": "day", "day": AFTER, "slots": 0, "status": "proposed", "created_at": NOW}
    who = person(app, by)
    with app.app_context(), writing() as session:
        session.add(Proposal(agreement_id=agreement_id, by_id=who, **(usual | more)))


def sent(app: Flask) -> None:
    change(app, Dispatch, status="sent", sent_at=NOW)


def test_the_evening_before_both_are_reminded_once(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    assert remind(app_on_both, SIX - MINUTES) == 0
    assert remind(app_on_both, SIX) == 2
    for moment in (SIX, SIX + MINUTES, SIX - 60 * MINUTES, at(8)):
        assert remind(app_on_both, moment) == 0
    assert told(app_on_both) == [("tomorrow", "Anna"), ("tomorrow", "Bo")]
    assert {(row.due_at, row.created_at) for row in stands(app_on_both, Dispatch, kind="tomorrow")} == {(SIX, SIX)}


def test_who_asked_for_somebody_is_reminded_for_them(app_on_both: Flask) -> None:
    asked_for = ask(
        app_on_both, asker_id=None, assisted_person_id=karen(app_on_both), acted_by_id=person(app_on_both, "Dorthe"),
        channel="on_behalf",
    )  # fmt: skip
    agree(app_on_both, asked_for)
    remind(app_on_both, SIX)
    assert told(app_on_both) == [("tomorrow", "Bo"), ("tomorrow", "Dorthe")]


def test_a_worker_that_slept_through_the_evening_reminds_on_the_day_while_it_is_ahead(app_on_both: Flask) -> None:
    ids = [agree(app_on_both, ask(app_on_both)) for _each in range(3)]
    for ident, clock in zip(ids, (time(8), time(14), None), strict=True):
        change(app_on_both, Agreement, Agreement.id == ident, at_time=clock)
    assert remind(app_on_both, at(23, day=EVE)) == 0
    assert remind(app_on_both, at(8)) == 4
    assert {row.thing_id for row in stands(app_on_both, Dispatch, kind="tomorrow")} == set(ids[1:])


def test_without_a_time_the_day_is_ahead_until_noon(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    assert remind(app_on_both, at(12)) == 0
    assert remind(app_on_both, at(11, 59)) == 2


def test_what_was_agreed_this_evening_is_not_said_again(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    change(app_on_both, Agreement, Agreement.id == ident, created_at=SIX)
    assert remind(app_on_both, SIX + MINUTES) == 0 and remind(app_on_both, at(8)) == 0
    change(app_on_both, Agreement, Agreement.id == ident, created_at=NOW)
    propose(app_on_both, ident, "Bo", status="accepted", answered_at=SIX)
    assert remind(app_on_both, SIX + MINUTES) == 0 and remind(app_on_both, at(8)) == 0
    change(app_on_both, Proposal, answered_at=SIX - MINUTES)
    assert remind(app_on_both, SIX + MINUTES) == 2


def test_a_moved_day_gets_its_own_reminder_and_a_cancelled_agreement_none(app_on_both: Flask) -> None:
    moved, cancelled = agree(app_on_both, ask(app_on_both)), agree(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        agreeing.cancel(cancelled, by=Actor(person(app_on_both, "Bo")), now=NOW)
    remind(app_on_both, SIX)
    sent(app_on_both)
    change(app_on_both, Agreement, Agreement.id == moved, day=AFTER)
    assert remind(app_on_both, SIX + MINUTES) == 0
    remind(app_on_both, SIX + DAYS)
    said = stands(app_on_both, Reminder, kind="tomorrow")
    assert {(row.thing_id, row.day) for row in said} == {(moved, FRIDAY), (moved, AFTER)} and len(said) == 4


@pytest.mark.parametrize("what", ["cancelled", "moved", "past"])
def test_what_is_not_true_any_more_does_not_go_out(app_on_both: Flask, what: str) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    assert remind(app_on_both, SIX) == 2
    changes: dict[str, Any] = {"cancelled": {"status": "cancelled"}, "moved": {"day": AFTER + DAYS}, "past": {}}
    change(app_on_both, Agreement, Agreement.id == ident, **(changes[what] or {"when_kind": "day"}))
    remind(app_on_both, at(12) if what == "past" else SIX + MINUTES)
    assert told(app_on_both) == [] and stands(app_on_both, Reminder) == []


def test_a_cancelling_that_is_taken_back_brings_the_reminder_back(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    bo = Actor(person(app_on_both, "Bo"))
    remind(app_on_both, SIX)
    with app_on_both.app_context():
        agreeing.cancel(ident, by=bo, now=SIX + MINUTES)
    remind(app_on_both, SIX + MINUTES)
    assert told(app_on_both) == [("runs_out", "Anna")]
    with app_on_both.app_context():
        agreeing.undo_cancel(ident, by=bo, now=SIX + 2 * MINUTES)
    remind(app_on_both, SIX + 2 * MINUTES)
    assert told(app_on_both) == [("tomorrow", "Anna"), ("tomorrow", "Bo")]


def test_what_a_worker_has_in_hand_is_left_to_it(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    remind(app_on_both, SIX)
    with app_on_both.app_context():
        assert {"tomorrow"} < {row.kind for row in outbox.claim_due("other", SIX, 10)}
    change(app_on_both, Agreement, Agreement.id == ident, status="cancelled")
    remind(app_on_both, SIX + MINUTES)
    assert len(told(app_on_both)) == 2
    remind(app_on_both, SIX + 10 * MINUTES)
    assert told(app_on_both) == []


def test_what_could_not_be_delivered_in_the_evening_waits_for_the_morning(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    remind(app_on_both, SIX)
    remind(app_on_both, at(21, day=EVE))
    assert {row.due_at for row in stands(app_on_both, Dispatch, kind="tomorrow")} == {at(8)}


def test_two_hours_before_only_who_wished_it_is_reminded(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    change(app_on_both, Agreement, Agreement.id == ident, at_time=time(15, 30))
    wish(app_on_both, "Bo", "two_hours", "at_once")
    wish(app_on_both, "Anna", "two_hours", "never")
    remind(app_on_both, at(13, 29))
    assert told(app_on_both, "in_two_hours") == []
    remind(app_on_both, at(13, 30))
    remind(app_on_both, at(14))
    assert told(app_on_both, "in_two_hours") == [("in_two_hours", "Bo")]
    assert len(stands(app_on_both, Reminder, kind="in_two_hours")) == 1


def test_whoever_wishes_no_reminders_gets_none(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    wish(app_on_both, "Bo", "reminders", "never")
    remind(app_on_both, SIX)
    assert told(app_on_both) == [("tomorrow", "Anna")]


def test_whether_it_is_done_the_asker_is_asked_the_day_after(app_on_both: Flask) -> None:
    ident, done = agree(app_on_both, ask(app_on_both)), agree(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        agreeing.finish(done, by=Actor(person(app_on_both, "Bo")), now=at(20))
    assert remind(app_on_both, at(9, 59, AFTER)) == 0
    assert remind(app_on_both, at(10, day=AFTER)) == 1
    assert remind(app_on_both, at(10, day=AFTER + 3 * DAYS)) == 0
    assert told(app_on_both) == [("is_it_done", "Anna")]
    assert stands(app_on_both, Dispatch, kind="is_it_done")[0].thing_id == ident


def test_what_is_long_past_is_not_asked_about(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    assert remind(app_on_both, at(12) + 15 * DAYS) == 0
    assert remind(app_on_both, at(12) + 14 * DAYS) == 1


def test_while_another_day_is_talked_about_nobody_asks_whether_it_is_done(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    propose(app_on_both, ident, "Bo", day=AFTER + 3 * DAYS, created_at=at(20))
    assert remind(app_on_both, at(10, day=AFTER)) == 0
    assert remind(app_on_both, at(10, day=AFTER + 4 * DAYS)) == 1


def test_the_asker_is_told_on_the_last_day_but_one_that_the_request_runs_out(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    agree(app_on_both, ask(app_on_both))
    assert remind(app_on_both, at(9, 59, EVE)) == 0
    assert remind(app_on_both, at(10, day=EVE)) == 1
    assert remind(app_on_both, at(15)) == 0
    (row,) = stands(app_on_both, Dispatch, kind="runs_out")
    assert (row.thing, row.thing_id) == ("help_request", help_id)
    assert stands(app_on_both, Reminder)[0].day == FRIDAY


def test_who_has_one_of_two_helpers_is_not_told_that_it_runs_out(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, places=2)
    agree(app_on_both, help_id)
    assert stands(app_on_both, HelpRequest, id=help_id)[0].status == "open"
    assert remind(app_on_both, at(10, day=EVE)) == 0


def test_a_request_of_yesterday_for_today_has_just_been_asked(app_on_both: Flask) -> None:
    ask(app_on_both, opened_at=at(9, day=EVE))
    assert remind(app_on_both, at(10, day=EVE)) == 0
    assert remind(app_on_both, at(9)) == 1


def test_a_request_with_a_new_day_runs_out_anew(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    remind(app_on_both, at(10, day=EVE))
    sent(app_on_both)
    change(app_on_both, HelpRequest, HelpRequest.id == help_id, day=AFTER, expires_at=at(24, day=AFTER))
    assert remind(app_on_both, at(10)) == 1


def test_an_offer_that_waits_for_two_days_is_said_once_to_the_asker(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, expires_at=NOW + 20 * DAYS)
    offer(app_on_both, help_id, "Bo")
    offer(app_on_both, help_id, "Carl", at=NOW + 60 * MINUTES)
    assert remind(app_on_both, NOW + 2 * DAYS - MINUTES) == 0
    assert remind(app_on_both, NOW + 2 * DAYS) == 1
    assert told(app_on_both, "nudge") == [("nudge", "Anna")]
    sent(app_on_both)
    # Carl's offer was there already when she was told; a third one is news.
    assert remind(app_on_both, NOW + 2 * DAYS + 60 * MINUTES) == 0
    add_neighbours(app_on_both, 1)
    offer(app_on_both, help_id, "Nabo 0", at=NOW + 3 * DAYS)
    assert remind(app_on_both, NOW + 5 * DAYS - MINUTES) == 0
    assert remind(app_on_both, NOW + 5 * DAYS) == 1


@pytest.mark.parametrize("how", ["answer", "block"])
def test_an_answer_or_a_block_ends_the_waiting(app_on_both: Flask, how: str) -> None:
    reply_id = offer(app_on_both, ask(app_on_both, expires_at=NOW + 20 * DAYS))
    anna, bo = person(app_on_both, "Anna"), person(app_on_both, "Bo")
    assert remind(app_on_both, NOW + 2 * DAYS) == 1
    with app_on_both.app_context():
        if how == "answer":
            replying.decline(reply_id, by=Actor(anna), now=NOW + 2 * DAYS)
        else:
            with writing() as session:
                session.execute(insert(Block).values(by_id=bo, other_id=anna, at=NOW))
    remind(app_on_both, NOW + 2 * DAYS + MINUTES)
    assert told(app_on_both) == []


@pytest.mark.parametrize(("by", "silent"), [("Bo", "Anna"), ("Anna", "Bo")])
def test_who_has_not_answered_another_day_for_a_day_is_nudged_once(app_on_both: Flask, by: str, silent: str) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    propose(app_on_both, ident, by)
    assert remind(app_on_both, NOW + DAYS - MINUTES) == 0
    assert remind(app_on_both, NOW + DAYS) == 1
    assert remind(app_on_both, NOW + 2 * DAYS) == 0
    assert told(app_on_both) == [("nudge", silent)]
    change(app_on_both, Proposal, status="declined")
    propose(app_on_both, ident, by, created_at=NOW + DAYS + MINUTES)
    sent(app_on_both)
    assert remind(app_on_both, NOW + 2 * DAYS + MINUTES) == 1


def test_nothing_is_said_in_the_quiet_hours(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both))
    propose(app_on_both, ident, "Bo", day=AFTER + 9 * DAYS)
    offer(app_on_both, ask(app_on_both, expires_at=at(24)))
    for hour in (21, 23, 24, 26, 31):
        assert remind(app_on_both, at(hour, day=EVE)) == 0
    assert remind(app_on_both, at(8)) > 0


def test_more_than_go_into_one_transaction_are_all_told(app_on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "AT_ONCE", 2)
    for _each in range(3):
        agree(app_on_both, ask(app_on_both))
    assert remind(app_on_both, SIX) == 6
    assert len(told(app_on_both)) == 6


def test_who_has_left_is_not_reminded(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    change(app_on_both, Resident, Resident.name == "Bo", status="left")
    remind(app_on_both, SIX)
    assert told(app_on_both) == [("tomorrow", "Anna")]


def test_what_nobody_needs_at_midnight_is_told_in_the_morning(app_on_both: Flask) -> None:
    offer(app_on_both, ask(app_on_both))
    with app_on_both.app_context():
        assert asking.expire_due(at(24)) == 1
    assert [row.due_at for row in stands(app_on_both, Dispatch, kind="declined")] == [at(8, day=AFTER)]


@pytest.mark.parametrize(("language", "tomorrow", "today"), [("en", "tomorrow", "today"), ("da", "i morgen", "i dag")])
def test_the_evening_before_says_tomorrow_and_the_next_morning_today(
    app: Flask, clock: Any, language: str, tomorrow: str, today: str
) -> None:
    agree(app, ask(app))
    change(app, Resident, language=language)
    remind(app, SIX)
    for moment, word, other in ((SIX, tomorrow, today), (at(8), today, tomorrow)):
        clock.now = moment
        with app.app_context():
            rows = [row for row in outbox.claim_due("worker", moment, 10) if row.kind == "tomorrow"]
            about = what_they_tell([row.id for row in rows])
            for message in [write_message(row, about[row.id], house()) for row in rows]:
                assert word in message.subject and word in message.text and word in message.body.lower()
                assert other not in message.body.lower()
