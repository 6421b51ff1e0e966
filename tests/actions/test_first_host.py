"""`flask add-host`: a neighbour who joined becomes the first local host, and is confirmed by it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from models import Area, Association, Dispatch, Membership, Resident, Step, db
from neighbours.actions.people.first_host import add_host
from neighbours.database import writing
from neighbours.rules.errors import Refused
from neighbours.rules.people.contact import read_contact
from tests.village import NOW, sign_in_as

WIM = read_contact("wim@example.org")
NAMES = ("Anneby Bylaug", "bylaug")


def without_associations(app: Flask) -> None:
    """As after the first import of areas: no association, no host."""
    with app.app_context(), writing() as session:
        session.execute(delete(Membership))
        session.execute(update(Area).values(association_id=None))


def value(app: Flask, statement: Any) -> Any:
    with app.app_context():
        return db.session.execute(statement).scalar_one()


def make_wim_host(app: Flask) -> None:
    with app.app_context():
        assert add_host(WIM, None, *NAMES, NOW).area_name == "Anneby"


def test_the_first_host_is_confirmed_told_and_has_the_desk(app_on_both: Flask) -> None:
    without_associations(app_on_both)
    make_wim_host(app_on_both)
    assert value(app_on_both, select(Resident.confirmed_how).where(Resident.name == "Wim")) == "setup"
    assert value(app_on_both, select(func.count()).select_from(Dispatch).where(Dispatch.kind == "confirmed")) == 1
    assert sign_in_as(app_on_both, "Wim").get("/host").status_code == 200


def test_twice_is_harmless(app: Flask) -> None:
    without_associations(app)
    make_wim_host(app)
    steps = value(app, select(func.count()).select_from(Step))
    make_wim_host(app)
    assert value(app, select(func.count()).select_from(Step)) == steps
    assert value(app, select(func.count()).select_from(Membership)) == 1
    assert value(app, select(func.count()).select_from(Association).where(Association.name == NAMES[0])) == 1


def test_another_associations_area_is_not_taken(app: Flask) -> None:
    with app.app_context(), pytest.raises(Refused, match="Anneby belongs to Anneby Borgerforening already"):
        add_host(WIM, None, *NAMES, NOW)
    assert value(app, select(Resident.status).where(Resident.name == "Wim")) == "waiting"
    assert value(app, select(func.count()).select_from(Association).where(Association.name == NAMES[0])) == 0


def test_a_second_host_joins_the_association_that_is_there(app: Flask) -> None:
    with app.app_context():
        add_host(WIM, "Wim", "anneby borgerforening", "Borgerforening", NOW)
    assert value(app, select(func.count()).select_from(Membership).where(Membership.association_id == 1)) == 2


def test_somebody_who_has_not_joined_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(Refused, match="joins on the start page first"):
        add_host(read_contact("nobody@example.org"), None, *NAMES, NOW)


def test_those_who_share_a_contact_are_told_apart_by_name(app: Flask) -> None:
    with app.app_context():
        with writing() as session:
            session.execute(update(Resident).where(Resident.name == "Anna").values(email=WIM.address))
        with pytest.raises(Refused, match="Several neighbours share this contact: Anna, Wim"):
            add_host(WIM, None, "Anneby Borgerforening", "Borgerforening", NOW)
        assert add_host(WIM, "Anna", "Anneby Borgerforening", "Borgerforening", NOW).name == "Anna"


@pytest.mark.parametrize(("contact", "said"), [("wim@example.org", "Wim is local host in Anneby"), ("wim", "no whole")])
def test_the_command_says_what_became_of_it(app: Flask, contact: str, said: str) -> None:
    answer = app.test_cli_runner().invoke(
        args=["add-host", "--contact", contact, "--association", "Anneby Borgerforening"]
    )
    assert said in answer.output
