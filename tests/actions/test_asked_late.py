"""Whoever is asked by a mail that waited is asked only while help is wanted of them. On both engines."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from models import Dispatch, HelpRequest, Invitation
from neighbours.database import writing
from neighbours.worker import Worker, work_once
from tests.actions.test_digest import suggest
from tests.conftest import Clock
from tests.village import NOW
from tests.yes import offer, person, stands

Over = Callable[[Flask, int], object]


def becomes(status: str) -> Over:
    """The request is in this state when the mail server is back."""

    def over(app: Flask, help_id: int) -> None:
        with app.app_context(), writing() as session:
            session.execute(update(HelpRequest).where(HelpRequest.id == help_id).values(status=status))

    return over


def not_now(app: Flask, help_id: int) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Invitation).values(not_now_at=NOW))


def sent(app: Flask, clock: Clock) -> dict[str, int]:
    """Who was asked, after a round of the worker; by name and how often."""
    clock.now = NOW
    with app.app_context():
        work_once(Worker())
    names = {person(app, name): name for name in ("Bo", "Carl")}
    rows = stands(app, Dispatch, kind="asked")
    assert {row.status for row in rows} <= {"sent"}
    return {names[row.resident_id]: len(rows) for row in rows}


@pytest.mark.parametrize("status", ["draft", "withdrawn", "agreed", "expired", "held"])
def test_nobody_is_asked_for_what_is_taken_back_agreed_or_over(app_on_both: Flask, clock: Clock, status: str) -> None:
    becomes(status)(app_on_both, suggest(app_on_both, "Bo", urgent=True))
    assert sent(app_on_both, clock) == {}


@pytest.mark.parametrize("answered", [not_now, offer])
def test_nobody_is_asked_who_has_answered(app_on_both: Flask, clock: Clock, answered: Over) -> None:
    answered(app_on_both, suggest(app_on_both, "Bo", urgent=True))
    assert sent(app_on_both, clock) == {}


def test_whoever_is_wanted_is_asked(app_on_both: Flask, clock: Clock) -> None:
    suggest(app_on_both, "Bo", urgent=True)
    assert sent(app_on_both, clock) == {"Bo": 1}
