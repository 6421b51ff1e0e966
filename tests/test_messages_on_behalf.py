"""A host who asked on somebody's behalf reads in each mail who is helped; who asked for themselves reads "you"."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Dispatch, Resident
from neighbours.actions import telling
from neighbours.database import writing
from tests.conftest import Clock
from tests.test_messages import wish, written
from tests.village import NOW
from tests.yes import agree, ask, karen, offer, person

THURSDAY = NOW.replace(day=4)
OF_THE_REQUEST = ("runs_out", "nudge")
OF_THE_AGREEMENT = ("agreed", "tomorrow", "in_two_hours", "is_it_done")
KINDS = (*OF_THE_REQUEST, "somebody_offered", *OF_THE_AGREEMENT)
SAYS_YOU = ("helps you", "help you", "You had an agreement with Bo", "You asked for help with")


def told(app: Flask, kind: str, help_id: int, to: str) -> str:
    """The body of the one mail of this kind that this person gets about Bo's help."""
    with app.app_context():
        wish("two_hours", "at_once")
    thing, about = "help_request", help_id
    if kind in OF_THE_AGREEMENT:
        thing, about = "agreement", agree(app, help_id)
    elif kind == "somebody_offered":
        thing, about = "reply", offer(app, help_id)
    with app.app_context(), writing() as session:
        session.execute(update(Dispatch).values(status="sent"))
        telling.tell(
            session, kind, select(Resident.id).where(Resident.name == to), thing=thing, thing_id=about, now=NOW
        )
    return written(app)[kind].body


@pytest.mark.parametrize("kind", KINDS)
def test_who_asked_for_themselves_reads_you(app: Flask, kind: str) -> None:
    body = told(app, kind, ask(app), "Anna")
    assert any(words in body for words in SAYS_YOU)


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_who_acts_for_a_neighbour_reads_who_is_helped(app: Flask, kind: str) -> None:
    help_id = ask(app, acted_by_id=person(app, "Dorthe"), channel="on_behalf")
    body = told(app, kind, help_id, "Dorthe")
    assert "Anna" in body and not any(words in body for words in SAYS_YOU)


def test_so_does_a_host_who_acts_for_somebody_without_an_account(app: Flask) -> None:
    whose = {"asker_id": None, "assisted_person_id": karen(app), "channel": "on_behalf"}
    help_id = ask(app, acted_by_id=person(app, "Dorthe"), **whose)
    assert "Bo can help Karen with:" in told(app, "somebody_offered", help_id, "Dorthe")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Tomorrow Bo helps Anna:"),
        ("da", "I morgen hjælper Bo Anna:"),
        ("nl", "Morgen helpt Bo Anna:"),
    ],
)
def test_the_evening_before_it_says_so_in_each_language(app: Flask, clock: Clock, language: str, says: str) -> None:
    clock.now = THURSDAY
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language=language))
    assert says in told(app, "tomorrow", ask(app, acted_by_id=person(app, "Dorthe"), channel="on_behalf"), "Dorthe")
