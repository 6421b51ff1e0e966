"""That an agreement stands again is told to who heard that it did not, and to nobody twice. On both engines."""

from datetime import datetime

import pytest
from flask import Flask

from models import Dispatch
from neighbours.actions import outbox
from neighbours.actions.help import agreeing
from neighbours.actions.moving import Actor
from tests.village import NOW
from tests.yes import MINUTES, agree, ask, person, stands


class Told:
    """An agreement of Anna's with Bo, and what each hears of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.people = {name: person(app, name) for name in ("Anna", "Bo")}
        self.agreement_id = agree(app, ask(app))

    def cancel(self, name: str, at: datetime = NOW) -> None:
        with self.app.app_context():
            agreeing.cancel(self.agreement_id, by=Actor(self.people[name]), now=at)

    def undo(self, name: str, at: datetime = NOW) -> None:
        with self.app.app_context():
            agreeing.undo_cancel(self.agreement_id, by=Actor(self.people[name]), now=at)

    def claim(self, at: datetime = NOW) -> list[int]:
        with self.app.app_context():
            return [row.id for row in outbox.claim_due("worker", at, 10)]

    def send(self, at: datetime = NOW) -> None:
        ids = self.claim(at)
        with self.app.app_context():
            for ident in ids:
                outbox.record_sent("worker", ident, at)

    def heard(self, name: str) -> list[str]:
        """The kinds of messages about the agreement, sent or due, in their order."""
        about = {"thing": "agreement", "thing_id": self.agreement_id, "resident_id": self.people[name]}
        return [row.kind for row in sorted(stands(self.app, Dispatch, **about), key=lambda row: row.id)]


@pytest.fixture
def told(app_on_both: Flask) -> Told:
    return Told(app_on_both)


def test_a_cancel_undone_before_it_was_told_was_never_said(told: Told) -> None:
    told.cancel("Anna")
    told.undo("Anna")
    assert (told.heard("Bo"), told.heard("Anna")) == (["agreed"], [])
    told.cancel("Bo")
    told.undo("Bo")
    assert (told.heard("Bo"), told.heard("Anna")) == (["agreed"], [])


@pytest.mark.parametrize(("by", "other", "before"), [("Anna", "Bo", ["agreed"]), ("Bo", "Anna", [])])
def test_who_heard_of_a_cancel_hears_once_that_it_stands(told: Told, by: str, other: str, before: list[str]) -> None:
    told.cancel(by)
    told.send()
    told.undo(by)
    assert told.heard(other) == [*before, "cancelled", "agreed"]
    told.cancel(by)
    told.undo(by)
    assert told.heard(other) == [*before, "cancelled", "agreed"]
    told.send()
    told.cancel(by)
    told.send()
    told.undo(by)
    assert told.heard(other) == [*before, *["cancelled", "agreed"] * 2]


def test_a_cancel_that_a_worker_has_in_hand_may_be_heard_so_that_it_stands_is_told(told: Told) -> None:
    told.send()
    told.cancel("Anna")
    assert len(told.claim()) == 1
    told.undo("Anna")
    assert told.heard("Bo") == ["agreed", "agreed"]


def test_a_cancel_that_could_not_be_told_needs_no_word_that_it_stands(told: Told) -> None:
    told.send()
    told.cancel("Anna")
    with told.app.app_context():
        (row,) = outbox.claim_due("worker", NOW, 10)
        outbox.record_failed("worker", row, "SMTPRecipientsRefused 550", NOW, for_good=True)
    told.undo("Anna", NOW + MINUTES)
    assert [row.status for row in stands(told.app, Dispatch, kind="agreed")] == ["sent"]
