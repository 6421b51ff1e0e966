"""One-time codes on both engines: tried five times at most, used once, late after ten minutes, limited by contact."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Attempt, Dispatch, OneTimeCode, Resident, db
from neighbours.actions.people.attempts import is_within
from neighbours.actions.people.one_time_codes import Proof, ask_code, try_code, use_code
from neighbours.actions.people.signing_in import sign_in_as
from neighbours.database import writing
from neighbours.rules.errors import NotHere, TooLate
from neighbours.rules.people.codes import (
    CODES_ASKED,
    CODES_ASKED_BY_VISITOR,
    TRIES_BY_CONTACT,
    TRIES_BY_VISITOR,
    Trial,
)
from neighbours.rules.people.contact import Contact
from tests.letters import last_code
from tests.village import NOW, ident

ANNA = Contact("email", "anna@example.org")
NOBODY = Contact("email", "nobody@example.org")
VISITOR = "192.0.2.7"


def ask(app: Flask, contact: Contact = ANNA) -> Proof:
    with app.app_context():
        ref = ask_code(contact, known_only=False, visitor="127.0.0.1", language="en", now=NOW)
    assert ref is not None
    return Proof(contact, (ref,), last_code(app))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_right_code_stays_good_until_it_is_used_once(app_on_both: Flask) -> None:
    proof = ask(app_on_both)
    with app_on_both.app_context():
        assert try_code(proof, VISITOR, NOW) is Trial.RIGHT
        with writing() as session:
            use_code(session, proof, NOW + timedelta(minutes=9))
        assert try_code(proof, VISITOR, NOW) is Trial.USED
        with pytest.raises(TooLate), writing() as session:
            use_code(session, proof, NOW)


def test_the_sixth_try_is_not_looked_at_even_when_it_is_right(app_on_both: Flask) -> None:
    proof = ask(app_on_both)
    bad = Proof(proof.contact, proof.refs, wrong(proof.code))
    with app_on_both.app_context():
        assert [try_code(bad, VISITOR, NOW) for _ in range(5)] == [Trial.WRONG] * 4 + [Trial.SPENT]
        assert try_code(proof, VISITOR, NOW) is Trial.SPENT


def test_a_code_is_late_after_ten_minutes(app_on_both: Flask) -> None:
    proof = ask(app_on_both)
    with app_on_both.app_context():
        assert try_code(proof, VISITOR, NOW + timedelta(minutes=10)) is Trial.LATE
        with pytest.raises(TooLate), writing() as session:
            use_code(session, proof, NOW + timedelta(minutes=10))


def test_a_code_does_not_open_another_contact(app: Flask) -> None:
    proof = ask(app, NOBODY)
    stolen = Proof(ANNA, proof.refs, proof.code)
    with app.app_context():
        assert try_code(stolen, VISITOR, NOW) is Trial.LATE
        with pytest.raises(TooLate), writing() as session:
            use_code(session, stolen, NOW)


def test_of_two_codes_asked_for_in_one_browser_both_are_good(app: Flask) -> None:
    first, second = ask(app), ask(app)
    both = Proof(ANNA, first.refs + second.refs, first.code)
    with app.app_context():
        assert try_code(both, VISITOR, NOW) is Trial.RIGHT


def test_five_codes_an_hour_for_one_contact(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        for _ in range(5):
            assert ask_code(ANNA, known_only=True, visitor="127.0.0.1", language="en", now=NOW)
        assert (
            ask_code(ANNA, known_only=True, visitor="127.0.0.1", language="en", now=NOW + timedelta(minutes=59)) is None
        )
        assert ask_code(NOBODY, known_only=True, visitor="127.0.0.1", language="en", now=NOW)
        assert ask_code(ANNA, known_only=True, visitor="127.0.0.1", language="en", now=NOW + timedelta(minutes=61))
        assert db.session.scalar(select(func.count()).select_from(OneTimeCode)) == 7


def test_ten_tries_in_five_minutes_from_one_visitor_whoever_the_contact_is(app_on_both: Flask) -> None:
    proofs = [ask(app_on_both), ask(app_on_both, NOBODY), ask(app_on_both, Contact("text", "+4520000000"))]
    with app_on_both.app_context():
        for number in range(10):
            proof = proofs[number % 3]
            assert try_code(Proof(proof.contact, proof.refs, wrong(proof.code)), VISITOR, NOW) is not Trial.OFTEN
        assert try_code(proofs[0], VISITOR, NOW) is Trial.OFTEN
        assert try_code(proofs[0], "198.51.100.1", NOW) is Trial.RIGHT
        assert try_code(proofs[1], VISITOR, NOW + timedelta(minutes=5)) is Trial.RIGHT


def test_a_limit_lives_in_the_database_and_keeps_no_contact_in_clear(app: Flask) -> None:
    with app.app_context():
        with writing() as session:
            assert is_within(session, CODES_ASKED, "anna@example.org", NOW)
        rows = db.session.execute(select(Attempt.scope, Attempt.key_hash)).all()
        assert [row.scope for row in rows] == ["ask"]
        assert "anna" not in rows[0].key_hash


def test_an_unknown_contact_leaves_a_row_and_a_letter_without_a_code(app: Flask) -> None:
    with app.app_context():
        for contact in (NOBODY, Contact("email", "bo2345@example.org")):
            assert ask_code(contact, known_only=True, visitor="127.0.0.1", language="en", now=NOW)
        rows = db.session.scalars(select(Dispatch.sealed)).all()
        known = ask_code(
            Contact("email", "dorthe@example.org"), known_only=True, visitor="127.0.0.1", language="en", now=NOW
        )
        assert known and len(rows) == 2
        assert len(rows[0] or b"") == len(db.session.scalars(select(Dispatch.sealed)).all()[-1] or b"")
    assert last_code(app).isdigit()


def test_somebody_refused_is_unknown(app: Flask) -> None:
    with app.app_context():
        wim = ident(app, Resident, name="Wim")
        with writing() as session:
            session.get(Resident, wim).status = "refused"  # type: ignore[union-attr]
        ask_code(Contact("email", "wim@example.org"), known_only=True, visitor="127.0.0.1", language="en", now=NOW)
    assert last_code(app) == ""


def test_nobody_signs_in_as_a_person_who_has_another_contact(app: Flask) -> None:
    proof = ask(app)
    with app.app_context():
        bo = db.session.scalar(select(Resident.ref).filter_by(name="Bo"))
        with pytest.raises(NotHere):
            sign_in_as(proof, bo or "", "Firefox", NOW)
        assert try_code(proof, VISITOR, NOW) is Trial.RIGHT


def test_of_twenty_who_ask_at_once_five_get_a_code(app_on_both: Flask) -> None:
    def one(_number: int) -> str | None:
        with app_on_both.app_context():
            return ask_code(ANNA, known_only=True, visitor="127.0.0.1", language="en", now=NOW)

    with ThreadPoolExecutor(20) as pool:
        assert sum(ref is not None for ref in pool.map(one, range(20))) == 5


def test_of_eight_right_codes_typed_at_once_one_is_used(app_on_both: Flask) -> None:
    proof = ask(app_on_both)

    def one(_number: int) -> bool:
        with app_on_both.app_context():
            try:
                with writing() as session:
                    use_code(session, proof, NOW)
            except TooLate:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 1


def test_one_visitor_cannot_have_codes_sent_to_the_whole_country(app: Flask) -> None:
    with app.app_context():
        sent = [
            ask_code(
                Contact("text", f"+4520{number:06d}"), known_only=False, visitor="203.0.113.7", language="en", now=NOW
            )
            for number in range(61)
        ]
        assert all(sent[:60]) and sent[60] is None
        assert ask_code(Contact("text", "+4520999999"), known_only=False, visitor="203.0.113.8", language="en", now=NOW)


def test_a_visitor_who_used_up_their_own_limit_uses_up_nobody_elses(app_on_both: Flask) -> None:
    elsewhere = "198.51.100.4"
    with app_on_both.app_context():
        for number in range(CODES_ASKED_BY_VISITOR.most):
            assert asked_by(VISITOR, Contact("email", f"neighbour{number}@example.org"))
        assert [asked_by(VISITOR, ANNA) for _ in range(CODES_ASKED.most)] == [None] * CODES_ASKED.most
        ref = asked_by(elsewhere, ANNA)
        assert ref is not None
    proof = Proof(ANNA, (ref,), last_code(app_on_both))
    with app_on_both.app_context():
        for _ in range(TRIES_BY_VISITOR.most):
            try_code(Proof(NOBODY, (), "000000"), VISITOR, NOW)
        tries = [try_code(Proof(ANNA, (), "000000"), VISITOR, NOW) for _ in range(TRIES_BY_CONTACT.most)]
        assert set(tries) == {Trial.OFTEN}
        assert try_code(proof, elsewhere, NOW) is Trial.RIGHT


def test_a_visitor_with_many_ipv6_addresses_is_one_visitor(app: Flask) -> None:
    with app.app_context():
        refs = [
            asked_by(f"2001:db8:1:2::{number:x}", Contact("email", f"neighbour{number}@example.org"))
            for number in range(CODES_ASKED_BY_VISITOR.most + 1)
        ]
        assert refs[-1] is None and None not in refs[:-1]
        assert asked_by("2001:db8:1:3::1", ANNA)


def asked_by(visitor: str, contact: Contact) -> str | None:
    return ask_code(contact, known_only=True, visitor=visitor, language="en", now=NOW)
