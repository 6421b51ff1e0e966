"""Everybody's pages: start, find, an area from outside, who is behind this, language, health."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, text, update

from models import Address, Area, Door, Home, Installation, db
from neighbours.database import writing
from tests.village import counted

NAMES = ("Anna", "Bo", "Wim", "Carl", "Elsa")


def area_url(client: FlaskClient, village: str = "Anneby") -> str:
    return client.get(f"/find?q={village}").headers["Location"]


def test_the_start_page_is_one_field_and_three_steps(app: Flask, client: FlaskClient) -> None:
    client.get("/")  # the drawing of the villages is kept from now on
    with counted(app) as statements:
        page = client.get("/")
    assert page.status_code == 200 and len(statements) == 1
    assert page.text.count('<input type="text"') == 1 and page.text.count("<h3>") == 3


@pytest.mark.parametrize("typed", ["sondergade 4 anneby", "Søndergade 4, 8660 Anneby", "soendergade 4"])
def test_an_address_is_found_in_every_spelling(client: FlaskClient, typed: str) -> None:
    page = client.get("/find", query_string={"q": typed}).text
    assert "Søndergade 4" in page and page.count('name="address"') <= 7
    assert "Or pick your village" in page


@pytest.mark.parametrize("typed", ["anneby", " ANNEBY ", "Annebÿ"])
def test_a_typed_village_leads_to_its_area(client: FlaskClient, typed: str) -> None:
    page = client.get("/find", query_string={"q": typed}, follow_redirects=True)
    assert '<h1 id="page-title">Anneby</h1>' in page.text


def test_a_point_leads_to_its_area_and_a_point_outside_does_not(client: FlaskClient) -> None:
    assert client.get("/find?q=56.01,9.82").headers["Location"] == area_url(client)
    assert client.get("/find?q=10.01,9.82").status_code == 200


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/find?q=Nowhere Street 3").text
    assert "We did not find this" in page and "Carlsby" in page


@pytest.mark.parametrize("path", ["/find?q=engvej", "/find", "/behind"])
def test_finding_takes_two_statements_once_the_villages_are_known(app: Flask, client: FlaskClient, path: str) -> None:
    client.get("/find")
    with counted(app) as statements:
        client.get(path)
    assert len(statements) <= 2


def test_an_area_from_outside_shows_its_host_and_no_resident(app: Flask, client: FlaskClient) -> None:
    url = area_url(client)
    with counted(app) as statements:
        page = client.get(url).text
    assert len(statements) == 2
    assert "Dorthe" in page and "+45 20 10 00 61" in page and "<path class=" in page and "Join Anneby" in page
    assert not any(f">{name}<" in page or f" {name} " in page for name in NAMES)


def test_a_stranger_finds_one_person_to_ring_and_the_way_to_give_a_street(app: Flask, client: FlaskClient) -> None:
    page = client.get(area_url(client)).text
    assert set(re.findall(r'href="tel:([^"]+)"', page)) == {"+4520100061"}
    assert "Find my street" in page
    with app.app_context(), writing() as session:
        session.execute(update(Installation).values(areas_version=7))
        session.execute(delete(Address))
        session.execute(delete(Door))
    assert "Find my street" not in client.get(area_url(client)).text


def test_an_area_opening_soon_says_so_and_no_number(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Area).values(state="soon"))
    assert "opening soon" in client.get(area_url(client)).text


def test_a_joined_area_shows_its_main_area(app: Flask, client: FlaskClient) -> None:
    url = area_url(client, "Carlsby")
    with app.app_context(), writing() as session:
        session.execute(update(Area).where(Area.name == "Carlsby").values(joined_to_id=1))
        session.execute(update(Area).where(Area.name == "Anneby").values(label="Anneby & Carlsby"))
        session.execute(text("UPDATE installation SET areas_version = areas_version + 1"))
    assert "Anneby &amp; Carlsby" in client.get(url).text
    assert area_url(client, "Carlsby") == area_url(client, "Anneby")


def test_the_village_list_follows_the_version_of_the_areas(app: Flask, client: FlaskClient) -> None:
    assert "Carlsby" in client.get("/find").text
    with app.app_context(), writing() as session:
        session.execute(update(Area).where(Area.name == "Carlsby").values(state="closed"))
    assert "Carlsby" in client.get("/find").text
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE installation SET areas_version = areas_version + 1"))
    assert "Carlsby" not in client.get("/find").text


def test_foreign_and_closed_areas_are_not_there(app: Flask, client: FlaskClient) -> None:
    url = area_url(client)
    with app.app_context(), writing() as session:
        session.execute(update(Area).values(state="closed"))
    assert [client.get(path).status_code for path in (url, "/areas/1", "/areas/nowhere")] == [404] * 3


def test_somebody_signed_in_is_not_asked_to_join(as_person: Callable[[str], FlaskClient]) -> None:
    anna = as_person("Anna")
    assert "Join Anneby" not in anna.get(area_url(anna)).text


def test_somebody_waiting_sees_area_state_and_host_but_no_resident(
    app: Flask, as_person: Callable[[str], FlaskClient]
) -> None:
    wim = as_person("Wim")
    with counted(app) as statements:
        page = wim.get("/").text
    assert len(statements) == 2
    assert "Anneby" in page and "village is open" in page and "Dorthe" in page and "+45 20 10 00 61" in page
    assert not any(f" {name}" in page for name in ("Bo ", "Carl ", "Elsa"))


def test_a_letter_is_spoken_of_only_where_it_can_come(app: Flask, as_person: Callable[[str], FlaskClient]) -> None:
    wim = as_person("Wim")
    assert "Or a letter comes to you" in wim.get("/").text
    with app.app_context(), writing() as session:
        session.execute(delete(Home))
    assert "letter" not in wim.get("/").text


def test_the_language_is_chosen_on_the_page_one_stays_on(client: FlaskClient) -> None:
    assert (
        client.post("/language", data={"language_of_pages": "da", "next": "/behind"}).headers["Location"] == "/behind"
    )
    assert '<html lang="da">' in client.get("/").text
    client.post("/language", data={"language_of_pages": "xx"})
    assert '<html lang="da">' in client.get("/").text
    assert (
        client.post("/language", data={"language_of_pages": "en", "next": "https://evil.example"}).headers["Location"]
        == "/"
    )


def test_the_language_switch_of_a_page_with_errors_stays_there(client: FlaskClient) -> None:
    page = client.post("/sign-in?next=/mine", data={"contact": ""})
    assert page.status_code == 422
    assert 'action="/language?next=/sign-in?next%3D/mine"' in page.text


@pytest.mark.parametrize("path", ["/nearby", "/mine", "/offer"])
def test_somebody_waiting_is_told_how_to_be_let_in(as_person: Callable[[str], FlaskClient], path: str) -> None:
    answer = as_person("Wim").get(path)
    assert answer.status_code == 403
    assert "/me/code" in answer.text and "somebody else" not in answer.text


def test_health_is_good_only_once_everything_is_migrated(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000_before'"))
        db.session.commit()
    assert client.get("/healthz").status_code == 503
    with app.app_context():
        db.session.execute(text("DROP TABLE alembic_version"))
        db.session.commit()
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("typed", ["", "engvej", "engvej 3", "nowhere street"])
def test_finding_has_one_primary_button(client: FlaskClient, typed: str) -> None:
    page = client.get("/find", query_string={"q": typed}).text
    assert page.count('class="button"') == 1


def test_a_house_number_that_is_there_is_found_alone_but_suggested_among_those_that_begin_like_it(
    client: FlaskClient,
) -> None:
    page = client.get("/find?q=engvej 1 anneby").text
    assert set(re.findall(r"Engvej (\w+)", page)) == {"1"} and "There are more" not in page
    suggested = client.get("/find/suggestions.json?q=engvej 1 anneby").json
    assert suggested is not None and len(suggested) > 1
