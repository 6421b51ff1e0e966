"""No text message wakes anybody: from 21 to 8 of the reader's own clock none is claimed, but for codes. On both."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Dispatch, Municipality, Resident
from neighbours.actions import outbox, telling
from neighbours.database import writing
from neighbours.rules.people.contact import Contact
from tests.yes import stands

MINUTE = timedelta(minutes=1)


def tell_bo_by_text(app: Flask, at: datetime) -> None:
    """Something is due for Bo by text message and for Anna by e-mail."""
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None, phone="+4522334455"))
        both = select(Resident.id).where(Resident.name.in_(("Anna", "Bo")))
        telling.tell(session, "confirmed", both, thing="resident", thing_id=1, now=at)


def channels(app: Flask, at: datetime) -> list[str]:
    with app.app_context():
        return sorted(row.channel for row in outbox.claim_due("A", at, 10, timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (datetime(2026, 6, 1, 18, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 1, 19, 0, tzinfo=UTC), False),
        (datetime(2026, 6, 2, 0, 30, tzinfo=UTC), False),
        (datetime(2026, 6, 2, 5, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 2, 6, 0, tzinfo=UTC), True),
        # Winter time: an hour later by UTC. The nights in between are the two on which the clock is changed.
        (datetime(2026, 1, 1, 19, 30, tzinfo=UTC), True),
        (datetime(2026, 1, 2, 6, 30, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 5, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 7, 0, tzinfo=UTC), True),
    ],
)
def test_a_text_goes_out_by_day_alone_and_a_mail_at_any_hour(app_on_both: Flask, at: datetime, goes: bool) -> None:
    tell_bo_by_text(app_on_both, at)
    assert channels(app_on_both, at) == (["email", "text"] if goes else ["email"])


def test_what_waits_goes_out_at_eight_also_after_a_try_that_failed(app_on_both: Flask) -> None:
    evening, night = datetime(2026, 6, 1, 18, 59, tzinfo=UTC), datetime(2026, 6, 1, 19, 1, tzinfo=UTC)
    tell_bo_by_text(app_on_both, evening)
    with app_on_both.app_context():
        for row in outbox.claim_due("A", evening, 10):
            outbox.record_failed("A", row, "TimeoutError", evening)
    assert channels(app_on_both, night) == ["email"]
    assert "text" in channels(app_on_both, datetime(2026, 6, 2, 6, 0, tzinfo=UTC))
    assert {row.status for row in stands(app_on_both, Dispatch)} == {"due"}


def test_the_night_is_the_readers_own(app_on_both: Flask) -> None:
    at = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Municipality).values(zone="America/New_York"))
    tell_bo_by_text(app_on_both, at)
    assert channels(app_on_both, at) == ["email", "text"]


def test_a_code_goes_out_at_any_hour(app_on_both: Flask) -> None:
    at = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    with app_on_both.app_context(), writing() as session:
        telling.tell_contact(session, "code", Contact("text", "+4522334455"), {"code": "271828"}, "da", at)
        bo = session.scalar(select(Resident.id).where(Resident.name == "Bo"))
        session.execute(update(Dispatch).values(resident_id=bo))
    assert channels(app_on_both, at) == ["text"]
