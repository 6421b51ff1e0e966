"""The daily letter: one for each person and day, of what is still so; sent or failed with all that it holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row, delete, insert, select, update

from models import Block, Dispatch, HelpRequest, Invitation, NoticeWish, Resident, db
from neighbours import worker as worker_module
from neighbours.actions import digest, outbox, telling
from neighbours.actions.help import replying
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.kept import kept_message
from neighbours.queries.outbox import what_they_tell
from neighbours.rules.notices import DAILY, LETTER, next_letter_at
from neighbours.worker import Worker, work_once
from tests.conftest import Clock
from tests.village import NOW, counted
from tests.yes import add_neighbours, ask, offer, person

FIVE = next_letter_at(NOW, "Europe/Copenhagen")
DAY = timedelta(days=1)


def suggest(app: Flask, *names: str, title: str = "Græsset skal slås", now: datetime = NOW, **more: Any) -> int:
    """Anna's request, which these neighbours are asked about; returns its id."""
    help_id = ask(app, title=title, **more)
    with app.app_context(), writing() as session:
        for resident_id in session.scalars(select(Resident.id).where(Resident.name.in_(names))).all():
            row = {"help_request_id": help_id, "resident_id": resident_id, "wave": 1, "how": "message", "asked_at": now}
            reasons = '[["corner",null],["likes","digital"],["not_asked",null]]'
            session.execute(insert(Invitation).values(ref=f"i{help_id}-{resident_id}", reasons=reasons, **row))
        to = select(Resident.id).where(Resident.name.in_(names))
        telling.tell(session, "asked", to, thing="help_request", thing_id=help_id, now=now)
    return help_id


def rows(app: Flask, kind: str = "asked") -> list[Row[Any]]:
    with app.app_context():
        found = select(*Dispatch.__table__.c).where(Dispatch.kind == kind).order_by(Dispatch.id)
        return list(db.session.execute(found).all())


def gather(app: Flask, at: datetime = FIVE) -> int:
    with app.app_context():
        return digest.gather_due(at)


def work(app: Flask, clock: Clock, at: datetime = FIVE) -> int:
    clock.now = at
    with app.app_context():
        return work_once(Worker())


def letter_of(app: Flask) -> str:
    """The body of the one letter that went out."""
    (row,) = rows(app, LETTER)
    kept = kept_message(app.config["INSTANCE"], row.channel, row.ref)
    assert kept is not None
    return kept.body


def test_all_that_waits_for_somebody_goes_in_one_letter_at_five(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo", "Carl")
    suggest(app_on_both, "Bo", title="Hjælp med netbank")
    assert gather(app_on_both, FIVE - timedelta(seconds=1)) == 0
    assert gather(app_on_both) == 2
    letters = {row.resident_id: row for row in rows(app_on_both, LETTER)}
    assert set(letters) == {person(app_on_both, "Bo"), person(app_on_both, "Carl")}
    assert {(row.status, row.due_at, row.channel) for row in letters.values()} == {("due", FIVE, "email")}
    held = rows(app_on_both)
    assert [row.digest_id for row in held] == [letters[row.resident_id].id for row in held]
    assert {row.status for row in held} == {"gathers"}
    assert gather(app_on_both) == 0 and gather(app_on_both, FIVE + 3 * DAY) == 0


def test_the_letter_lists_what_is_wanted_with_the_reasons_and_is_sent_with_all_of_it(app: Flask, clock: Clock) -> None:
    suggest(app, "Bo")
    suggest(app, "Bo", title="Hjælp med netbank")
    assert work(app, clock) == 1
    body = letter_of(app)
    for words in (
        "Græsset skal slås",
        "Hjælp med netbank",
        "you like helping with",
        "Friday 5 June",
        "/help/",
        "/notices/",
    ):
        assert words in body
    assert {row.status for row in rows(app)} == {"sent"} == {row.status for row in rows(app, LETTER)}
    assert {row.sent_at for row in rows(app)} == {FIVE}
    assert work(app, clock, FIVE + DAY) == 0


def test_nothing_is_gathered_by_one_statement(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    with counted(app_on_both) as statements:
        gather(app_on_both, NOW)
    assert len(statements) == 1


def test_five_hundred_letters_cost_as_many_statements_as_one(app_on_both: Flask) -> None:
    seen = []
    for many in (1, 500):
        ids = add_neighbours(app_on_both, many)
        help_id = ask(app_on_both)
        with app_on_both.app_context(), writing() as session:
            to = select(Resident.id).where(Resident.id.in_(ids))
            telling.tell(session, "asked", to, thing="help_request", thing_id=help_id, now=NOW)
        with counted(app_on_both) as statements:
            assert gather(app_on_both) == many
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 5


def test_two_workers_at_once_make_one_letter(app_on_both: Flask) -> None:
    for number in range(5):
        suggest(app_on_both, "Bo", "Carl", title=f"Nummer {number}")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _number: gather(app_on_both), range(8)))
    assert sum(made) == 2
    assert len(rows(app_on_both, LETTER)) == 2
    assert all(row.digest_id for row in rows(app_on_both))


def test_nobody_gets_two_letters_a_day_though_the_clock_goes_back(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    assert gather(app_on_both) == 1
    suggest(app_on_both, "Bo", title="En til", now=FIVE - timedelta(hours=1))
    assert gather(app_on_both) == 0
    late = [row for row in rows(app_on_both) if row.digest_id is None]
    assert [(row.status, row.channel) for row in late] == [("due", "email")]
    assert gather(app_on_both, FIVE + DAY) == 0


def test_the_next_day_has_a_letter_of_its_own(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    gather(app_on_both)
    suggest(app_on_both, "Bo", title="En til", now=FIVE + timedelta(hours=1), day=NOW.date() + 9 * DAY)
    assert [gather(app_on_both, FIVE + hours * DAY / 24) for hours in (1, 23, 24)] == [0, 0, 1]
    assert len(rows(app_on_both, LETTER)) == 2


def test_what_missed_days_goes_in_one_letter_all_the_same(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    suggest(app_on_both, "Bo", title="En til", now=FIVE + timedelta(hours=1), day=NOW.date() + 9 * DAY)
    assert gather(app_on_both, FIVE + 3 * DAY) == 1
    assert {row.digest_id for row in rows(app_on_both)} == {rows(app_on_both, LETTER)[0].id}


@pytest.mark.parametrize(
    "over",
    [
        update(HelpRequest).values(status="agreed"),
        update(HelpRequest).values(status="withdrawn"),
        update(Invitation).values(not_now_at=NOW),
        insert(Block).values(by_id=1, other_id=2, at=NOW),
    ],
)
def test_what_is_over_is_not_told_and_a_letter_with_nothing_left_is_not_sent(
    app_on_both: Flask, clock: Clock, over: Any
) -> None:
    suggest(app_on_both, "Bo")
    with app_on_both.app_context(), writing() as session:
        assert (person(app_on_both, "Anna"), person(app_on_both, "Bo")) == (1, 2)
        session.execute(over)
    assert work(app_on_both, clock) == 1
    assert rows(app_on_both) == rows(app_on_both, LETTER) == []
    assert work(app_on_both, clock) == 0


def test_only_what_is_still_so_is_listed(app: Flask, clock: Clock) -> None:
    gone = suggest(app, "Bo")
    suggest(app, "Bo", title="Hjælp med netbank")
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == gone).values(status="agreed"))
    work(app, clock)
    assert "Hjælp med netbank" in letter_of(app) and "Græsset" not in letter_of(app)
    assert [(row.thing_id, row.status) for row in rows(app)] == [(gone + 1, "sent")]


def test_who_offered_already_is_not_asked_again(app: Flask, clock: Clock) -> None:
    offer(app, suggest(app, "Bo"))
    work(app, clock)
    assert rows(app, LETTER) == []


def test_what_waits_and_what_lies_in_a_letter_is_taken_back(app_on_both: Flask) -> None:
    for at in (None, FIVE):
        help_id = suggest(app_on_both, "Bo", now=NOW if at is None else FIVE - DAY)
        if at:
            gather(app_on_both, at)
        with app_on_both.app_context(), writing() as session:
            assert telling.untell(session, "asked", thing="help_request", ids=[help_id]) is False
        assert rows(app_on_both) == []


def test_what_a_worker_has_in_hand_may_go_out_all_the_same(app_on_both: Flask) -> None:
    help_id = suggest(app_on_both, "Bo")
    gather(app_on_both)
    with app_on_both.app_context():
        outbox.claim_due("A", FIVE, 10)
        with writing() as session:
            assert telling.untell(session, "asked", thing="help_request", ids=[help_id]) is True


def test_what_is_taken_back_while_a_letter_is_written_does_not_stop_the_worker(
    app_on_both: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggest(app_on_both, "Bo")
    gone = suggest(app_on_both, "Bo", title="Sneen skal skovles")

    def taken_back(ids: list[int]) -> Any:
        with writing() as session:
            session.execute(delete(Dispatch).where(Dispatch.kind == "asked", Dispatch.thing_id == gone))
        return what_they_tell(ids)

    monkeypatch.setattr(worker_module, "what_they_tell", taken_back)
    work(app_on_both, clock)
    assert "Græsset" in letter_of(app_on_both) and "Sneen" not in letter_of(app_on_both)


def test_a_letter_that_fails_for_good_failed_with_all_that_it_holds(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    gather(app_on_both)
    with app_on_both.app_context():
        (claimed,) = outbox.claim_due("A", FIVE, 10)
        outbox.record_failed("A", claimed, "ConnectionRefusedError", FIVE)
        assert {row.status for row in rows(app_on_both)} == {"gathers"}
        (again,) = outbox.claim_due("A", FIVE + DAY, 10)
        outbox.record_failed("A", again, "550", FIVE + DAY, for_good=True)
    (row,), (letter,) = rows(app_on_both), rows(app_on_both, LETTER)
    assert (row.status, row.error, row.sent_at) == ("failed", "550", None) == (letter.status, letter.error, None)


def test_another_workers_letter_is_not_recorded_for_what_it_holds(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    gather(app_on_both)
    with app_on_both.app_context():
        (claimed,) = outbox.claim_due("A", FIVE, 10)
        outbox.record_sent("B", claimed.id, FIVE)
    assert {row.status for row in rows(app_on_both)} == {"gathers"}


def test_who_is_told_by_the_host_meanwhile_gets_no_letter_but_a_line_on_the_hosts_list(app_on_both: Flask) -> None:
    suggest(app_on_both, "Bo")
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(told_by="host"))
    assert gather(app_on_both) == 0
    assert [(row.status, row.channel, row.digest_id) for row in rows(app_on_both)] == [("due", "host", None)]


def test_a_text_message_is_one_short_line_with_a_link(app: Flask, clock: Clock) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None, phone="+4522334455"))
    suggest(app, "Bo")
    suggest(app, "Bo", title="Hjælp med netbank")
    work(app, clock)
    body = letter_of(app)
    assert "Græsset" not in body and "http://localhost:8000/" in body and len(body) <= 160 and "\n" not in body


def test_answers_and_agreements_go_with_the_letter_of_who_wishes_it_so(app: Flask, clock: Clock) -> None:
    with app.app_context(), writing() as session:
        for notice in ("answers", "agreements"):
            anna = session.scalars(select(Resident.id).where(Resident.name == "Anna")).one()
            session.execute(insert(NoticeWish).values(resident_id=anna, notice=notice, how=DAILY))
    reply_id, carls = offer(app, ask(app, places=2)), offer(app, ask(app, title="Sne"), "Carl")
    with app.app_context():
        replying.withdraw_reply(carls, by=Actor(person(app, "Carl")), now=NOW)
    assert [row.thing_id for row in rows(app, "somebody_offered")] == [reply_id]
    work(app, clock)
    body = letter_of(app)
    assert "Hjælp til Digital Post" in body and "/help/" in body and "Sne" not in body


def test_a_call_that_fails_gathers_nothing(app_on_both: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    suggest(app_on_both, "Bo")

    def fail(*_more: Any) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(digest, "_write_letters", fail)
        with pytest.raises(RuntimeError):
            gather(app_on_both)
    assert gather(app_on_both) == 1
