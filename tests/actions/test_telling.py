"""How each person is told: their wish, the way, at once or with the daily letter. On SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import Row, delete, insert, literal, select, update

from models import Agreement, Dispatch, HelpRequest, Moment, Municipality, NoticeWish, Proposal, Resident, Thread, db
from neighbours.actions import telling
from neighbours.actions.local_time import LocalDay, NextLetter
from neighbours.database import writing
from neighbours.rules.notices import (
    ALWAYS,
    AT_ONCE,
    CANNOT_WAIT,
    DAILY,
    LETTER,
    NEVER,
    NOTICE_OF,
    USUAL,
    local_day,
    next_letter_at,
    waits_for_letter,
)
from neighbours.rules.people.contact import reads_texts
from tests.village import NOW, counted, ident
from tests.yes import add_neighbours, agree, ask, person

ZONE = "Europe/Copenhagen"
DAY = timedelta(days=1)
WISHES = (None, AT_ONCE, DAILY, NEVER)


def tell(app: Flask, kind: str, name: str = "Bo", thing: str = "help_request", thing_id: int = 0, **more: Any) -> None:
    to = select(Resident.id).where(Resident.name == name)
    with app.app_context(), writing() as session:
        telling.tell(session, kind, to, thing=thing, thing_id=thing_id, now=NOW, **more)


def wish(app: Flask, notice: str, how: str | None, name: str = "Bo") -> None:
    resident_id = person(app, name)
    with app.app_context(), writing() as session:
        if how:
            session.execute(insert(NoticeWish).values(resident_id=resident_id, notice=notice, how=how))


def told(app: Flask) -> list[Row[Any]]:
    with app.app_context():
        return list(db.session.execute(select(*Dispatch.__table__.c).order_by(Dispatch.id)).all())


def forget(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(delete(Dispatch))
        session.execute(delete(NoticeWish))


def expected(kind: str, how: str | None, urgent: bool, day: date | None) -> tuple[str, datetime] | None:
    """Status and when it is due, by the rules; None where nobody is told."""
    notice = NOTICE_OF.get(kind, "")
    means = how or USUAL.get(notice, AT_ONCE)
    if means == NEVER:
        return None
    waits = waits_for_letter(kind, means, urgent=urgent, day=day, expires_at=None, at=NOW, zone=ZONE)
    return ("gathers", next_letter_at(NOW, ZONE)) if waits else ("due", NOW)


def test_each_wish_for_each_kind_urgent_or_not_soon_or_later_is_kept(app_on_both: Flask) -> None:
    app, seen = app_on_both, set()
    kinds = [kind for kind in NOTICE_OF if kind != LETTER] + ["asked_directly", "confirmed"]
    requests = {
        (urgent, day): ask(app, urgent=urgent, day=day, when_kind="day" if day else "whenever")
        for urgent, day in product((False, True), (None, NOW.date(), NOW.date() + DAY))
    }
    for kind, how in product(kinds, WISHES):
        notice = NOTICE_OF.get(kind)
        if how and not notice:
            continue
        forget(app)
        wish(app, notice or "", how)
        for help_id in requests.values():
            tell(app, kind, thing_id=help_id)
        found = {row.thing_id: (row.status, row.due_at) for row in told(app)}
        for (urgent, day), help_id in requests.items():
            assert found.get(help_id) == expected(kind, how, urgent, day), (kind, how, urgent, day)
            seen.add(found.get(help_id))
    assert len(seen) == 3


def test_what_always_goes_out_nobody_can_wish_away(app_on_both: Flask) -> None:
    for notice in USUAL:
        wish(app_on_both, notice, NEVER)
    for kind in ALWAYS:
        tell(app_on_both, kind)
    assert [row.kind for row in told(app_on_both)] == list(ALWAYS)


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({"email": "bo@example.org", "phone": "+4522334455"}, "email"),
        ({"email": None, "phone": "+4522334455"}, "text"),
        ({"email": None, "phone": "+31612345678"}, "text"),
        ({"email": None, "phone": "+4533123456"}, "host"),
        ({"email": None, "phone": "+31201234567"}, "host"),
        ({"email": None, "phone": None}, "host"),
        ({"email": "bo@example.org", "told_by": "host"}, "host"),
        ({"email": None, "phone": "+4522334455", "told_by": "host"}, "host"),
    ],
)
@pytest.mark.parametrize("how", [AT_ONCE, DAILY])
def test_the_way_is_as_chosen_else_by_what_somebody_has_and_the_host_never_gathers(
    app_on_both: Flask, contact: dict[str, Any], channel: str, how: str
) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(**contact))
    wish(app_on_both, "answers", how)
    tell(app_on_both, "declined")
    (row,) = told(app_on_both)
    assert (row.channel, row.status) == (channel, "gathers" if how == DAILY and channel != "host" else "due")


def test_the_statement_knows_a_landline_as_the_rules_do(app_on_both: Flask) -> None:
    numbers = [f"+45{start}00000" for start in range(100, 1000)] + [f"+31{start}0000000" for start in range(10, 100)]
    numbers += ["+491711234567", "+46701234567"]
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None))
        for number in numbers[::7] + numbers[-2:]:
            session.execute(update(Resident).where(Resident.name == "Bo").values(phone=number))
            channel = session.scalar(select(telling.CHANNEL).where(Resident.name == "Bo"))
            assert channel == ("text" if reads_texts(number) else "host"), number


def test_whoever_has_left_is_told_nothing(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(status="left"))
    tell(app_on_both, "agreed")
    assert told(app_on_both) == []


def test_an_agreement_counts_by_its_own_day_and_a_conversation_by_its_request(app_on_both: Flask) -> None:
    app = app_on_both
    agreement_id = agree(app, ask(app, day=NOW.date() + 5 * DAY))
    bo, help_id = person(app, "Bo"), ask(app, day=NOW.date())
    with app.app_context(), writing() as session:
        session.execute(update(Agreement).values(day=NOW.date()))
        talk = {"help_request_id": help_id, "helper_id": bo, "opened_by_id": bo, "created_at": NOW}
        session.execute(insert(Thread).values(ref="talk", **talk))
    forget(app)
    wish(app, "agreements", DAILY)
    wish(app, "messages", DAILY)
    tell(app, "cancelled", thing="agreement", thing_id=agreement_id)
    tell(app, "new_message", thing="thread", thing_id=ident(app, Thread, ref="talk"))
    assert [row.status for row in told(app)] == ["due", "due"]
    with app.app_context(), writing() as session:
        session.execute(update(Agreement).values(day=NOW.date() + 5 * DAY))
        session.execute(update(HelpRequest).values(day=NOW.date() + 5 * DAY))
    tell(app, "cancelled", thing="agreement", thing_id=agreement_id)
    tell(app, "new_message", thing="thread", thing_id=ident(app, Thread, ref="talk"))
    assert [row.status for row in told(app)[2:]] == ["gathers", "gathers"]


def test_another_day_that_is_soon_does_not_wait_whatever_day_was_agreed(app_on_both: Flask) -> None:
    app = app_on_both
    agreement_id, bo = agree(app, ask(app, day=NOW.date() + 5 * DAY)), person(app, "Bo")
    forget(app)
    wish(app, "agreements", DAILY)
    for days in (0, 3):
        with app.app_context(), writing() as session:
            suggested = {"agreement_id": agreement_id, "by_id": bo, "when_kind": "day", "day": NOW.date() + days * DAY}
            session.execute(delete(Proposal))
            session.execute(insert(Proposal).values(id=7, slots=0, status="proposed", created_at=NOW, **suggested))
        tell(app, "suggested", thing="proposal", thing_id=7)
    assert [row.status for row in told(app)] == ["due", "gathers"]


def test_what_runs_out_before_the_letter_does_not_wait(app_on_both: Flask) -> None:
    letter_at = next_letter_at(NOW, ZONE)
    for lasts_until in (letter_at, letter_at + timedelta(seconds=1)):
        whenever = {"when_kind": "whenever", "day": None, "expires_at": lasts_until}
        tell(app_on_both, "asked", thing_id=ask(app_on_both, **whenever))
    assert [row.status for row in told(app_on_both)] == ["due", "gathers"]


def test_what_is_due_only_after_a_while_waits_for_the_letter_after_that(app_on_both: Flask) -> None:
    wish(app_on_both, "answers", DAILY)
    late = next_letter_at(NOW, ZONE) - timedelta(minutes=1)
    for minutes in (0, 1):
        tell(app_on_both, "declined", due_at=late + timedelta(minutes=minutes))
    assert [row.due_at for row in told(app_on_both)] == [next_letter_at(NOW, ZONE), next_letter_at(NOW, ZONE) + DAY]


CLOCKS = [
    datetime.combine(day, time(hour, minute), UTC)
    for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2026, 12, 31))
    for hour, minute in ((0, 0), (0, 59), (1, 0), (14, 59), (15, 0), (15, 59), (16, 0), (20, 59), (23, 30))
]


@pytest.mark.parametrize("zone", [ZONE, "Europe/Amsterdam", "Atlantic/Faroe", "America/Nuuk", "UTC"])
def test_both_engines_know_the_clock_of_an_area_also_in_the_two_nights(app_on_both: Flask, zone: str) -> None:
    with app_on_both.app_context():
        for moment in CLOCKS:
            said = literal(moment, Moment())
            row = db.session.execute(select(NextLetter(said, zone), LocalDay(said, zone))).one()
            assert tuple(row) == (next_letter_at(moment, zone), local_day(moment, zone)), moment


def test_each_is_told_at_five_of_their_own_area(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Municipality).values(zone="America/Nuuk"))
    tell(app_on_both, "asked", thing_id=ask(app_on_both))
    (row,) = told(app_on_both)
    assert row.due_at.astimezone(ZoneInfo("America/Nuuk")).time() == time(17)


def test_telling_five_hundred_of_several_wishes_is_one_statement(app_on_both: Flask) -> None:
    help_id, many = ask(app_on_both), add_neighbours(app_on_both, 500)
    with app_on_both.app_context(), writing() as session:
        hows = [{"resident_id": each, "notice": "suggestions", "how": WISHES[each % 3 + 1]} for each in many]
        session.execute(insert(NoticeWish), hows)
    with counted(app_on_both) as statements, app_on_both.app_context(), writing() as session:
        to = select(Resident.id).where(Resident.id.in_(many))
        telling.tell(session, "asked", to, thing="help_request", thing_id=help_id, now=NOW)
    assert len(statements) == 1 and statements[0].startswith("INSERT")
    rows = told(app_on_both)
    assert {row.status for row in rows if row.resident_id % 3 == 0} == {"due"}
    assert {row.status for row in rows if row.resident_id % 3 == 1} == {"gathers"}
    assert {row.resident_id for row in rows} == {each for each in many if each % 3 != 2}
    assert len({row.ref for row in rows}) == len(rows)


@pytest.mark.parametrize("kind", [kind for kind in CANNOT_WAIT if kind in NOTICE_OF])
def test_what_cannot_wait_goes_at_once_unless_never(app_on_both: Flask, kind: str) -> None:
    for how in (AT_ONCE, DAILY):
        forget(app_on_both)
        wish(app_on_both, NOTICE_OF[kind], how)
        tell(app_on_both, kind, thing_id=ask(app_on_both))
        assert [row.status for row in told(app_on_both)] == ["due"]
    forget(app_on_both)
    wish(app_on_both, NOTICE_OF[kind], NEVER)
    tell(app_on_both, kind, thing_id=ask(app_on_both))
    assert told(app_on_both) == []
