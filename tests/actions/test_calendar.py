"""The private address of a calendar, and what it finds, on both engines."""

from datetime import time, timedelta

from flask import Flask

from models import Agreement, CalendarAddress
from neighbours.actions.help import agreeing
from neighbours.actions.moving import Actor
from neighbours.actions.people.calendar import make_address, read_token, renew_address, switch_off
from neighbours.queries.help.agenda import events_of, one_event
from neighbours.sealing import token_hash
from tests.village import NOW
from tests.yes import FRIDAY, MINUTES, agree, ask, person, stand, stands


def test_an_address_is_made_once_replaced_once_and_switched_off(app_on_both: Flask) -> None:
    anna = person(app_on_both, "Anna")
    with app_on_both.app_context():
        make_address(anna, NOW)
        make_address(anna, NOW + MINUTES)
    first = stand(app_on_both, CalendarAddress)
    assert first.since == NOW
    with app_on_both.app_context():
        token = read_token(anna, first.sealed)
        for _twice in range(2):
            renew_address(anna, first.token_hash, NOW + MINUTES)
    second = stand(app_on_both, CalendarAddress)
    assert token_hash(token) == first.token_hash != second.token_hash and second.since == NOW + MINUTES
    with app_on_both.app_context():
        renew_address(anna, first.token_hash, NOW + 2 * MINUTES)
        assert events_of(first.token_hash, NOW) is None and events_of(second.token_hash, NOW) == ("en", [])
        switch_off(anna)
        renew_address(anna, second.token_hash, NOW)
    assert stands(app_on_both, CalendarAddress) == []


def test_both_find_their_agreement_and_how_often_it_was_moved(app_on_both: Flask) -> None:
    ident = agree(app_on_both, ask(app_on_both, at_time=time(9, 30), minutes=45))
    agree(app_on_both, ask(app_on_both, when_kind="whenever", day=None))
    anna, bo, carl = (person(app_on_both, name) for name in ("Anna", "Bo", "Carl"))
    with app_on_both.app_context():
        for who in (anna, bo, carl):
            make_address(who, NOW)
    hashes = {row.resident_id: row.token_hash for row in stands(app_on_both, CalendarAddress)}
    ref = stand(app_on_both, Agreement, id=ident).ref
    with app_on_both.app_context():
        agreeing.cancel(ident, by=Actor(bo), now=NOW + MINUTES)
        for who, helps in ((anna, False), (bo, True)):
            found = events_of(hashes[who], NOW + timedelta(days=30))
            assert found is not None
            (row,) = found[1]
            assert row == one_event(ref, who)
            assert (row.ref, row.is_helper, bool(row.is_asker), row.moves, row.settled) == (ref, helps, not helps, 2, 0)
            assert (row.day, row.at_time, row.minutes) == (FRIDAY, time(9, 30), 45)
            assert (row.created_at, row.moved_at, row.settled_at) == (NOW, NOW + MINUTES, None)
            assert (row.zone, row.asker_name, row.helper_name) == ("Europe/Copenhagen", "Anna", "Bo")
            assert events_of(hashes[who], NOW + timedelta(days=60)) == ("en", [])
        assert one_event(ref, carl) is None and events_of(hashes[carl], NOW) == ("en", [])
