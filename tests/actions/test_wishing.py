"""Another wish: kept, and done at once to what has not gone out yet. On SQLite and PostgreSQL."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from models import Dispatch, Resident, db
from neighbours.actions import digest, outbox, telling
from neighbours.actions.people.wishing import change_by_link, change_wishes, stop_by_link
from neighbours.database import writing
from neighbours.rules.errors import NotHere
from neighbours.rules.notices import AT_ONCE, DAILY, LETTER, NEVER, USUAL, next_letter_at
from neighbours.rules.people.contact import way_to
from tests.village import NOW
from tests.yes import ask, person, stand, stands

FIVE = next_letter_at(NOW, "Europe/Copenhagen")


def tell(app: Flask, *kinds: str) -> None:
    """Bo is told of each of these."""
    help_id = ask(app)
    with app.app_context(), writing() as session:
        for kind in kinds:
            bo = select(Resident.id).where(Resident.name == "Bo")
            telling.tell(session, kind, bo, thing="help_request", thing_id=help_id, now=NOW)


def wish(app: Flask, told_by: str | None = None, **wishes: str) -> None:
    with app.app_context():
        change_wishes(person(app, "Bo"), dict(USUAL) | wishes, told_by, NOW)


def waiting(app: Flask) -> dict[str, tuple[str, str]]:
    return {row.kind: (row.status, row.channel) for row in stands(app, Dispatch)}


def test_never_takes_back_what_has_not_gone_out(app_on_both: Flask) -> None:
    tell(app_on_both, "asked", "declined", "agreed", "confirmed")
    wish(app_on_both, suggestions=NEVER, answers=NEVER)
    assert waiting(app_on_both) == {"agreed": ("due", "email"), "confirmed": ("due", "email")}


def test_what_a_worker_holds_is_left_to_it(app_on_both: Flask) -> None:
    tell(app_on_both, "agreed")
    with app_on_both.app_context():
        assert len(outbox.claim_due("A", NOW, 10)) == 1
    wish(app_on_both, agreements=NEVER)
    assert waiting(app_on_both) == {"agreed": ("due", "email")}


def test_at_once_does_not_wait_for_the_letter_any_more(app_on_both: Flask) -> None:
    tell(app_on_both, "asked")
    wish(app_on_both, suggestions=AT_ONCE)
    (row,) = stands(app_on_both, Dispatch)
    assert (row.status, row.due_at) == ("due", NOW)
    with app_on_both.app_context():
        assert digest.gather_due(FIVE) == 0


def test_what_lies_in_a_letter_already_goes_with_it(app_on_both: Flask) -> None:
    tell(app_on_both, "asked")
    with app_on_both.app_context():
        digest.gather_due(FIVE)
    wish(app_on_both, suggestions=AT_ONCE)
    assert waiting(app_on_both) == {"asked": ("gathers", "email"), LETTER: ("due", "email")}


def test_another_persons_messages_and_wishes_stay(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        everybody = select(Resident.id).where(Resident.name.in_(["Anna", "Bo"]))
        telling.tell(session, "asked", everybody, thing="help_request", thing_id=0, now=NOW)
    wish(app_on_both, suggestions=NEVER)
    assert [row.resident_id for row in stands(app_on_both, Dispatch)] == [person(app_on_both, "Anna")]


def test_by_the_host_moves_what_waits_to_the_hosts_list_and_back(app_on_both: Flask) -> None:
    tell(app_on_both, "asked", "agreed")
    with app_on_both.app_context(), writing() as session:
        row = {"ref": "c", "channel": "email", "language": "da", "tries": 0, "created_at": NOW, "due_at": NOW}
        session.execute(insert(Dispatch).values(kind="code", resident_id=person(app_on_both, "Bo"), **row))
    wish(app_on_both, "host")
    host, code = ("due", "host"), {"code": ("due", "email")}
    assert waiting(app_on_both) == {"asked": host, "agreed": host} | code
    wish(app_on_both, "message")
    assert waiting(app_on_both) == {"asked": ("due", "email"), "agreed": ("due", "email")} | code


@pytest.mark.parametrize("told_by", ["message", "host"])
@pytest.mark.parametrize("email", ["bo@example.org", None])
@pytest.mark.parametrize("phone", ["+4522334455", "+4533123456", "+31612345678", "+31201234567", "+46701234567", None])
def test_the_page_and_the_statement_name_the_same_way(app: Flask, told_by: str, email: Any, phone: Any) -> None:
    with app.app_context(), writing() as session:
        bo = update(Resident).where(Resident.name == "Bo")
        session.execute(bo.values(told_by=told_by, email=email, phone=phone))
    with app.app_context():
        said = db.session.scalar(select(telling.CHANNEL).where(Resident.name == "Bo"))
    assert said == way_to(told_by, email, phone)


@pytest.mark.parametrize("status", ["left", "refused"])
def test_nobody_who_has_left_changes_anything(app_on_both: Flask, status: str) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(status=status))
    ref = stand(app_on_both, Resident, name="Bo").ref
    with app_on_both.app_context():
        for act in (
            lambda: change_wishes(person(app_on_both, "Bo"), {"messages": DAILY}, None, NOW),
            lambda: change_by_link(ref, {"messages": DAILY}, NOW),
            lambda: stop_by_link(ref, "messages", NOW),
        ):
            with pytest.raises(NotHere):
                act()
