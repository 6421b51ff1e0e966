"""One standing offer: what a neighbour, its giver and everybody else see of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Offer, Resident
from neighbours.database import writing
from neighbours.rules.help.slots import slot
from tests.village import NOW, counted, sign_in_as
from tests.yes import stand

As = Callable[[str], FlaskClient]


def made(app: Flask, **more: Any) -> str:
    """The path of an offer of Bo's."""
    bo = stand(app, Resident, name="Bo")
    columns: dict[str, Any] = {
        "resident_id": bo.id, "area_id": bo.area_id, "cell_id": bo.cell_id, "kind": "digital", "title": "Tablet",
        "text": "Jeg har\ngod tid", "language": "da", "languages": 3, "slots": slot(0, "morning"), "status": "open",
        "created_at": NOW, "opened_at": NOW, "expires_at": NOW + timedelta(days=100),
    }  # fmt: skip
    with app.app_context(), writing() as session:
        row = Offer(**(columns | more))
        session.add(row)
        session.flush()
        return f"/offers/{row.ref}"


def test_a_neighbour_reads_what_when_who_and_why_and_can_ask(app: Flask, as_person: As):
    page = as_person("Anna").get(made(app)).get_data(as_text=True)
    for part in (
        "Tablet", "Jeg har\ngod tid", "Mondays in the morning", "Offered by Bo", "Dansk or English",
        "in your corner of Anneby", "It is in your corner of Anneby.", "Sit side by side",
        'href="/ask?offer=', "Ask Bo for help",
    ):  # fmt: skip
        assert part in page, part


def test_the_next_village_sees_it_too(app: Flask, as_person: As):
    assert "It is in Anneby, next to Carlsby" in as_person("Carl").get(made(app)).get_data(as_text=True)


def test_nobody_beyond_reach_learns_that_it_exists(app: Flask, as_person: As):
    path = made(app)
    assert as_person("Elsa").get(path).status_code == 404
    assert as_person("Hans").get(path).status_code == 404


def test_its_giver_can_change_and_withdraw_it(app: Flask, as_person: As):
    path = made(app)
    page = as_person("Bo").get(path).get_data(as_text=True)
    assert f'href="{path.replace("offers", "offer")}/check"' in page
    assert f'action="{path.replace("offers", "offer")}/withdraw"' in page
    assert "Ask for this help" not in page


def test_a_draft_is_there_for_its_giver_alone(app: Flask, as_person: As):
    path = made(app, status="draft", title=None, opened_at=None, expires_at=None)
    assert as_person("Bo").get(path).status_code == 200
    assert as_person("Anna").get(path).status_code == 404


@pytest.mark.parametrize("status", ["withdrawn", "expired"])
def test_a_closed_offer_tells_no_more_than_that(app: Flask, as_person: As, status: str):
    page = as_person("Anna").get(made(app, status=status)).get_data(as_text=True)
    assert "This offer is no longer open" in page
    assert "Tablet" not in page
    assert "Bo" not in page.partition("<main")[2].partition("</main>")[0]


def test_an_offer_is_closed_to_strangers_the_waiting_and_officials(app: Flask, as_person: As, client: FlaskClient):
    path = made(app)
    assert client.get(path).status_code == 303
    for one in ("Wim", "Mia", "Otto"):
        assert as_person(one).get(path).status_code == 403


@pytest.mark.parametrize("one", ["Anna", "Bo", "Carl"])
def test_an_offer_is_two_statements(app_on_both: Flask, one: str):
    path, client = made(app_on_both), sign_in_as(app_on_both, one)
    client.get(path)
    with counted(app_on_both) as statements:
        assert client.get(path).status_code == 200
    assert len(statements) == 2
