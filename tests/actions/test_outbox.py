"""The outbox: who is told, who claims, what is recorded. On SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

from flask import Flask
from sqlalchemy import Row, func, select, update

from models import Dispatch, Resident, db
from neighbours.actions import outbox, telling
from neighbours.actions.people.one_time_codes import NO_CODE
from neighbours.database import writing
from neighbours.rules.people.contact import Contact
from neighbours.sealing import unseal
from tests.village import NOW, counted, ident

MINUTE = timedelta(minutes=1)


def tell_all(app: Flask, kind: str = "confirmed", times: int = 1) -> None:
    with app.app_context(), writing() as session:
        for number in range(times):
            telling.tell(session, kind, select(Resident.id), thing="resident", thing_id=number, now=NOW)


def dispatches(app: Flask) -> list[Row[Any]]:
    with app.app_context():
        return list(db.session.execute(select(*Dispatch.__table__.c).order_by(Dispatch.id)).all())


def claim(app: Flask, worker: str, at: Any = NOW, limit: int = 50) -> list[Row[Any]]:
    with app.app_context():
        return outbox.claim_due(worker, at, limit)


def test_everybody_whom_the_select_finds_is_told_in_one_statement(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).values(language="nl"))
    with app_on_both.app_context(), counted(app_on_both) as statements, writing() as session:
        two = select(Resident.id).where(Resident.name.in_(["Anna", "Bo"]))
        telling.tell(session, "agreed", two, thing="agreement", thing_id=7, now=NOW, due_at=NOW + MINUTE)
    assert len(statements) == 1
    rows = dispatches(app_on_both)
    assert {row.resident_id for row in rows} == {ident(app_on_both, Resident, name=name) for name in ("Anna", "Bo")}
    told = ("agreed", "email", "agreement", 7, "due", NOW, NOW + MINUTE, "nl")
    for row in rows:
        assert (row.kind, row.channel, row.thing, row.thing_id, row.status, row.created_at, row.due_at) == told[:-1]
        assert row.language == told[-1]


def test_every_dispatch_has_a_ref_of_its_own(app_on_both: Flask) -> None:
    tell_all(app_on_both, times=20)
    refs = [row.ref for row in dispatches(app_on_both)]
    assert len(refs) == len(set(refs)) == 140
    assert all(len(ref) == 16 for ref in refs)


def test_without_an_e_mail_a_text_goes_out_and_without_both_the_host_tells_it(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(email=None))
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None, phone=None))
    tell_all(app_on_both)
    rows = dispatches(app_on_both)
    channels = {row.resident_id: row.channel for row in rows}
    assert channels[ident(app_on_both, Resident, name="Anna")] == "text"
    assert channels[ident(app_on_both, Resident, name="Carl")] == "email"
    bo = ident(app_on_both, Resident, name="Bo")
    assert channels[bo] == "host"
    claimed = {row.id for row in claim(app_on_both, "A")}
    assert {row.resident_id for row in rows if row.id not in claimed} == {bo}


def test_what_is_undone_before_it_went_out_is_not_told(app_on_both: Flask) -> None:
    tell_all(app_on_both, times=2)
    with app_on_both.app_context(), writing() as session:
        telling.untell(session, "confirmed", thing="resident", ids=[1])
    assert {row.thing_id for row in dispatches(app_on_both)} == {0}


def test_a_code_is_sealed_and_an_unknown_address_gets_a_row_of_the_same_size(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        with writing() as session:
            telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": "123456"}, "da", NOW)
            telling.tell_contact(session, "code", Contact("email", "b@example.org"), {"code": NO_CODE}, "da", NOW)
        known, unknown = dispatches(app_on_both)
        assert unseal(f"dispatch:{known.ref}", known.sealed) == {"to": "a@example.org", "code": "123456"}
        assert not unseal(f"dispatch:{unknown.ref}", unknown.sealed)["code"].strip()
    assert len(known.sealed) == len(unknown.sealed)
    assert b"123456" not in bytes(known.sealed)
    same = ("kind", "channel", "language", "status", "tries", "created_at", "due_at")
    assert [getattr(known, name) for name in same] == [getattr(unknown, name) for name in same]


def test_claims_of_two_workers_never_overlap(app_on_both: Flask) -> None:
    tell_all(app_on_both, times=20)

    def work(worker: str) -> list[int]:
        claimed: list[int] = []
        while rows := claim(app_on_both, worker, limit=3):
            claimed += [row.id for row in rows]
        return claimed

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, "ABCD"))
    together = [dispatch_id for share in shares for dispatch_id in share]
    assert sorted(together) == [row.id for row in dispatches(app_on_both)]


def test_only_what_is_due_is_claimed_the_oldest_first(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        anna = select(Resident.id).where(Resident.name == "Anna")
        for number, later in enumerate((2, 0, 1)):
            telling.tell(session, "x", anna, thing="resident", thing_id=number, now=NOW, due_at=NOW + later * MINUTE)
    assert [row.tries for row in claim(app_on_both, "A")] == [1]
    assert len(claim(app_on_both, "B", NOW + 2 * MINUTE, limit=1)) == 1
    held = {row.thing_id: row.leased_by for row in dispatches(app_on_both)}
    assert held == {0: None, 1: "A", 2: "B"}


def test_a_lease_that_ran_out_may_be_claimed_by_another_worker(app_on_both: Flask) -> None:
    tell_all(app_on_both)
    first = claim(app_on_both, "A")
    assert claim(app_on_both, "B", NOW + outbox.LEASE - MINUTE) == []
    again = claim(app_on_both, "B", NOW + outbox.LEASE)
    assert [row.id for row in again] == [row.id for row in first]
    assert {row.tries for row in again} == {2}


def test_sent_is_recorded_by_the_holder_alone_and_empties_what_was_sealed(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        with writing() as session:
            telling.tell_contact(session, "code", Contact("text", "+4512345678"), {"code": "123456"}, "da", NOW)
        (row,) = outbox.claim_due("A", NOW, 1)
        outbox.record_sent("B", row.id, NOW)
        assert dispatches(app_on_both)[0].status == "due"
        outbox.record_sent("A", row.id, NOW)
    (kept,) = dispatches(app_on_both)
    assert (kept.status, kept.sent_at, kept.sealed, kept.leased_by) == ("sent", NOW, None, None)
    assert claim(app_on_both, "B", NOW + timedelta(days=1)) == []


def fail_all(app: Flask, at: Any, worker: str = "A") -> int:
    """Claim whatever is due and fail it for now. Returns how many that were."""
    with app.app_context():
        rows = outbox.claim_due(worker, at, 50)
        for row in rows:
            outbox.record_failed(worker, row, "ConnectionRefusedError", at)
    return len(rows)


def test_a_failure_is_tried_again_after_1_4_16_minutes_then_each_hour_until_72_hours_are_over(
    app_on_both: Flask,
) -> None:
    tell_all(app_on_both)
    at, tried = NOW, []
    while fail_all(app_on_both, at):
        tried.append(at - NOW)
        (at,) = {row.due_at for row in dispatches(app_on_both)}
    first = [timedelta(0), 1 * MINUTE, 5 * MINUTE, 21 * MINUTE, 81 * MINUTE, 141 * MINUTE]
    assert tried[:6] == first
    assert {later - earlier for earlier, later in pairwise(tried[3:-1])} == {timedelta(hours=1)}
    assert tried[-1] == timedelta(hours=72)
    assert {(row.status, row.error) for row in dispatches(app_on_both)} == {("failed", "ConnectionRefusedError")}
    assert claim(app_on_both, "A", at + timedelta(days=30)) == []


def test_it_is_not_given_up_a_minute_before_72_hours(app_on_both: Flask) -> None:
    tell_all(app_on_both)
    fail_all(app_on_both, NOW + outbox.GIVEN_UP_AFTER - MINUTE)
    assert {row.status for row in dispatches(app_on_both)} == {"due"}
    fail_all(app_on_both, NOW + outbox.GIVEN_UP_AFTER)
    assert {row.status for row in dispatches(app_on_both)} == {"failed"}


def test_a_code_goes_before_a_thousand_letters(app_on_both: Flask) -> None:
    tell_all(app_on_both, times=3)
    with app_on_both.app_context(), writing() as session:
        telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": "123456"}, "da", NOW)
    assert claim(app_on_both, "A", NOW, limit=1)[0].kind == "code"


def test_what_the_host_tells_is_no_workers(app_on_both: Flask) -> None:
    tell_all(app_on_both)
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Dispatch).values(channel="host"))
    assert claim(app_on_both, "A", NOW + timedelta(days=30)) == []


def test_what_gathers_for_the_daily_letter_waits(app_on_both: Flask) -> None:
    tell_all(app_on_both)
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Dispatch).values(status="gathers"))
    assert claim(app_on_both, "A", NOW + timedelta(days=30)) == []


def test_a_failure_for_good_is_not_tried_again(app_on_both: Flask) -> None:
    tell_all(app_on_both)
    with app_on_both.app_context():
        for row in outbox.claim_due("A", NOW, 50):
            outbox.record_failed("A", row, "550", NOW, for_good=True)
    assert {row.status for row in dispatches(app_on_both)} == {"failed"}


def test_a_code_that_would_come_too_late_is_given_up_and_emptied(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        with writing() as session:
            telling.tell_contact(session, "code", Contact("email", "a@example.org"), {"code": "123456"}, "da", NOW)
        for at in (NOW, NOW + 2 * MINUTE):
            for row in outbox.claim_due("A", at, 1):
                outbox.record_failed("A", row, "timeout", at)
                assert dispatches(app_on_both)[0].status == "due"
        (row,) = outbox.claim_due("A", NOW + 9 * MINUTE, 1)
        outbox.record_failed("A", row, "timeout", NOW + 9 * MINUTE)
    (kept,) = dispatches(app_on_both)
    assert (kept.status, kept.sealed) == ("failed", None)


def test_what_a_worker_did_not_come_to_is_given_back(app_on_both: Flask) -> None:
    tell_all(app_on_both)
    rows = claim(app_on_both, "A")
    with app_on_both.app_context():
        outbox.record_sent("A", rows[0].id, NOW)
        outbox.release("A")
    assert [row.tries for row in claim(app_on_both, "B")] == [1] * (len(rows) - 1)


def test_an_act_that_fails_tells_nobody(app_on_both: Flask) -> None:
    try:
        with app_on_both.app_context(), writing() as session:
            telling.tell(session, "agreed", select(Resident.id), thing="agreement", thing_id=1, now=NOW)
            raise RuntimeError("the act failed")
    except RuntimeError:
        pass
    with app_on_both.app_context():
        assert db.session.execute(select(func.count(Dispatch.id))).scalar_one() == 0
