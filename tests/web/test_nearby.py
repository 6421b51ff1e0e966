"""The two lists nearby: who sees what, in which order, narrowed how, in how many statements."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Offer, Resident
from neighbours.actions.help.replying import decline
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.help.slots import slot
from neighbours.rules.languages import language_mask
from tests.village import NOW, counted, sign_in_as
from tests.yes import ask, offer, person, stand

As = Callable[[str], FlaskClient]


def titles(page: Any) -> list[str]:
    return re.findall(r'<h2 lang="\w+" dir="ltr"><a [^>]*>([^<]*)</a>', page.get_data(as_text=True))


def make_offer(app: Flask, giver: str = "Bo", **more: Any) -> str:
    """An open offer; returns its ref."""
    who = stand(app, Resident, name=giver)
    columns: dict[str, Any] = {
        "resident_id": who.id, "area_id": who.area_id, "cell_id": who.cell_id, "kind": "garden", "title": "Græs",
        "language": "da", "languages": 1, "slots": 0, "status": "open", "created_at": NOW, "opened_at": NOW,
        "expires_at": NOW + timedelta(days=100),
    }  # fmt: skip
    with app.app_context(), writing() as session:
        row = Offer(**(columns | more))
        session.add(row)
        session.flush()
        return row.ref


def test_a_neighbour_sees_help_wanted_in_the_same_corner(app: Flask, as_person: As):
    ask(app, title="Slå græs")
    page = as_person("Bo").get("/nearby")
    assert titles(page) == ["Slå græs"]
    assert "in your corner of Anneby" in page.get_data(as_text=True)


def test_one_does_not_find_oneself_in_the_list(app: Flask, as_person: As):
    ask(app, title="Slå græs")
    assert titles(as_person("Anna").get("/nearby")) == []


def test_the_host_who_asked_for_somebody_does_not_find_that_in_the_list(app: Flask, as_person: As):
    ask(app, title="Slå græs", acted_by_id=person(app, "Dorthe"))
    assert titles(as_person("Dorthe").get("/nearby")) == []


def test_the_next_village_sees_it_with_its_name(app: Flask, as_person: As):
    ask(app, title="Slå græs")
    page = as_person("Carl").get("/nearby")
    assert titles(page) == ["Slå græs"]
    assert "3–10 km, in Anneby" in page.get_data(as_text=True)


def test_a_village_further_away_does_not_see_it(app: Flask, as_person: As):
    ask(app, title="Slå græs")
    assert titles(as_person("Elsa").get("/nearby")) == []
    assert titles(as_person("Hans").get("/nearby")) == []


@pytest.mark.parametrize("status", ["draft", "held", "agreed", "done", "withdrawn", "expired"])
def test_only_what_is_open_is_in_the_list(app: Flask, as_person: As, status: str):
    ask(app, title="Slå græs", status=status)
    assert titles(as_person("Bo").get("/nearby")) == []


def test_near_comes_before_far_then_urgent_then_who_waited_longest(app: Flask, as_person: As):
    ask(app, "Carl", title="langt væk", urgent=True, opened_at=NOW - timedelta(days=9))
    ask(app, title="ny")
    ask(app, title="ventet længe", opened_at=NOW - timedelta(days=2))
    ask(app, title="haster", urgent=True)
    assert titles(as_person("Bo").get("/nearby")) == ["haster", "ventet længe", "ny", "langt væk"]


def test_twenty_stand_on_a_page_and_the_rest_on_the_next(app: Flask, as_person: As):
    for number in range(23):
        ask(app, title=f"nr {number}", opened_at=NOW - timedelta(hours=number))
    bo = as_person("Bo")
    first, second = bo.get("/nearby"), bo.get("/nearby?page=2")
    assert titles(first) == [f"nr {number}" for number in range(22, 2, -1)]
    assert titles(second) == ["nr 2", "nr 1", "nr 0"]
    assert 'href="?page=2" rel="next"' in first.get_data(as_text=True)
    assert 'rel="next"' not in second.get_data(as_text=True)


def test_the_list_is_narrowed_by_kind_time_language_and_village(app: Flask, as_person: As):
    ask(app, title="have", kind="garden", slots=slot(4, "morning"), languages=language_mask(["da"]))
    ask(app, title="sne", kind="snow", slots=slot(1, "evening"), languages=language_mask(["ar"]))
    ask(app, "Carl", title="have hos Carl", kind="garden")
    bo = as_person("Bo")
    assert titles(bo.get("/nearby?kind=garden")) == ["have", "have hos Carl"]
    assert titles(bo.get("/nearby?kind=garden&village=1")) == ["have"]
    assert titles(bo.get("/nearby?day=1")) == ["sne", "have hos Carl"]
    assert titles(bo.get("/nearby?part=morning&village=1")) == ["have"]
    assert titles(bo.get("/nearby?day=1&part=morning&village=1")) == []
    assert titles(bo.get("/nearby?language=ar")) == ["sne"]


def test_more_of_a_narrowed_list_stays_narrowed(app: Flask, as_person: As):
    for number in range(21):
        ask(app, title=f"nr {number}", kind="garden")
    page = as_person("Bo").get("/nearby?kind=garden&day=4&day=5&part=morning").get_data(as_text=True)
    assert 'href="?day=4&amp;day=5&amp;part=morning&amp;kind=garden&amp;page=2"' in page


@pytest.mark.parametrize(
    "asked",
    ["kind=naughty", "day=9", "day=-1", "part=night", "language=xx", "page=0", "page=-3", "page=1e9",
     "page=99999999999999999999", "kind=%00", "kind=garden&kind=snow&page=²", "village="],
)  # fmt: skip
def test_whatever_is_not_known_is_left_out(app: Flask, as_person: As, asked: str):
    ask(app, title="Slå græs", kind="garden")
    assert as_person("Bo").get(f"/nearby?{asked}").status_code == 200


def test_an_empty_list_says_what_to_do_next(app: Flask, as_person: As):
    bo = as_person("Bo")
    assert 'href="/offer"' in bo.get("/nearby").get_data(as_text=True)
    assert 'href="/ask"' in bo.get("/nearby/offers").get_data(as_text=True)
    assert "Show everything" in bo.get("/nearby?kind=snow").get_data(as_text=True)


def test_somebody_who_shows_the_village_only_is_in_the_village_for_all_in_it(app: Flask, as_person: As):
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(cell_id=1, village_only=True))
    ask(app, title="Slå græs")
    for neighbour in ("Bo", "Dorthe"):
        page = as_person(neighbour).get("/nearby").get_data(as_text=True)
        assert "<span>in Anneby</span>" in page
        assert "in your corner" not in page


def test_a_card_says_why_it_fits(app: Flask, as_person: As):
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(slots=slot(4, "morning")))
    ask(app, title="have", kind="garden", slots=slot(4, "morning") | slot(1, "morning"))
    ask(app, title="tablet", kind="digital", slots=slot(1, "morning"))
    page = as_person("Bo").get("/nearby").get_data(as_text=True)
    assert "Fits your Fridays" in page
    assert "You like to help with this" in page


def test_what_one_answered_says_so(app: Flask, as_person: As):
    offer(app, ask(app))
    assert "You said that you can help" in as_person("Bo").get("/nearby").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/nearby", "/"])
def test_a_no_that_can_be_taken_back_changes_no_list(app: Flask, as_person: As, path: str):
    reply, bo = offer(app, ask(app)), as_person("Bo")
    before = bo.get(path)
    with app.app_context():
        decline(reply, by=Actor(person(app, "Anna")), now=NOW)
    after = bo.get(path)
    assert after.headers["ETag"] == before.headers["ETag"]


def test_offers_are_listed_with_who_offers(app: Flask, as_person: As):
    make_offer(app, title="Jeg slår græs", slots=slot(4, "morning"))
    make_offer(app, title="trukket", status="withdrawn")
    page = as_person("Anna").get("/nearby/offers")
    assert titles(page) == ["Jeg slår græs"]
    assert "Bo offers it" in page.get_data(as_text=True)
    assert "Fridays in the morning" in page.get_data(as_text=True)
    assert titles(as_person("Bo").get("/nearby/offers")) == []
    assert titles(as_person("Elsa").get("/nearby/offers")) == []


@pytest.mark.parametrize(
    "path", ["/nearby", "/nearby?kind=garden&day=1&language=da&village=1&page=2", "/nearby/offers"]
)
def test_a_list_is_two_statements(app_on_both: Flask, path: str):
    for number in range(25):
        ask(app_on_both, title=f"nr {number}", urgent=number % 2 == 0)
        make_offer(app_on_both, "Anna")
    from_bo = sign_in_as(app_on_both, "Bo")
    from_bo.get(path)
    with counted(app_on_both) as statements:
        assert from_bo.get(path).status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("path", ["/nearby", "/nearby/offers", "/mine"])
def test_the_lists_are_closed_to_strangers_the_waiting_and_officials(
    app: Flask, as_person: As, client: FlaskClient, path: str
):
    assert client.get(path).status_code == 303
    assert as_person("Wim").get(path).status_code == 403
    assert as_person("Mia").get(path).status_code == 403
    assert as_person("Otto").get(path).status_code == 403
    assert as_person("Bo").post(path).status_code in (404, 405)


def test_a_title_is_shown_as_it_was_typed(app: Flask, as_person: As):
    ask(app, title="<script>alert('æ')</script> & \"mere\"")
    page = as_person("Bo").get("/nearby").get_data(as_text=True)
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
