"""The demo municipality's files are sound by themselves: shapes, doors, people, texts, states. No database."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from neighbours.geo.addresses import AddressRow, read_addresses
from neighbours.rules.help.kinds import KINDS, SUBKINDS
from neighbours.rules.languages import LANGUAGES

DEMO = Path(__file__).parents[1] / "neighbours" / "demo"
DAYS = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
PARTS = {"morning", "afternoon", "evening"}

REQUEST_STATES = {"draft", "held", "open", "agreed", "done", "withdrawn", "expired"}
REPLY_STATES = {"offered", "reserve", "accepted", "declined", "withdrawn"}
AGREEMENT_STATES = {"agreed", "done", "cancelled", "missed"}
OFFER_STATES = {"draft", "open", "withdrawn", "expired"}


def read(name: str) -> Any:
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def villages() -> dict[str, Any]:
    return {feature["properties"]["name"]: shape(feature["geometry"]) for feature in read("areas.geojson")["features"]}


@pytest.fixture(scope="module")
def rows() -> list[AddressRow]:
    with (DEMO / "addresses.csv").open("rb") as stream:
        found = list(read_addresses(stream))
    good = [row for row in found if isinstance(row, AddressRow)]
    assert good == found
    return good


@pytest.fixture(scope="module")
def people() -> dict[str, Any]:
    return read("people.json")


@pytest.fixture(scope="module")
def wanted() -> list[dict[str, Any]]:
    return read("requests.json")["requests"]


@pytest.fixture(scope="module")
def residents(people: dict[str, Any]) -> dict[str, Any]:
    return {person["key"]: person for person in people["residents"]}


def replies_of(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [reply for asked in wanted for reply in asked["replies"]]


def test_five_villages_fit_together_without_gap_or_overlap(villages):
    shapes = list(villages.values())
    assert len(shapes) == 5
    assert all(polygon.is_valid and polygon.geom_type == "Polygon" for polygon in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).geom_type == "Polygon"
    assert all(20 <= len(polygon.exterior.coords) <= 60 for polygon in shapes)
    assert set("æøå") <= set("".join(villages).lower())


def test_one_village_lies_by_a_lake_that_is_outside_it(villages):
    (lake,) = villages["Tranebærsø"].interiors
    assert not villages["Tranebærsø"].covers(shapely.Polygon(lake).centroid)


def test_about_two_thousand_addresses_lie_in_the_villages_and_one_village_is_under_fifty_doors(villages, rows):
    assert 1_900 <= len(rows) <= 2_100
    doors = {(row.lon, row.lat) for row in rows}
    assert len(doors) < len(rows)
    inside = Counter(
        name for lon, lat in doors for name, polygon in villages.items() if shapely.contains_xy(polygon, lon, lat)
    )
    assert inside.total() == len(doors)
    assert sorted(count < 50 for count in inside.values()) == [False] * 4 + [True]
    assert len(set(rows)) == len(rows)


def test_the_house_of_the_example_and_its_longer_numbers_are_there(rows):
    assert {4, 40, 41} <= {row.number for row in rows if row.street == "Søndergade"}
    assert {"Kærvej", "Låsbyvej"} <= {row.street for row in rows}


def test_residents_live_at_addresses_of_their_village_and_can_be_reached_nowhere_real(
    people, residents, rows, villages
):
    at = {(row.street, f"{row.number}{row.letter}", row.unit, row.postcode): (row.lon, row.lat) for row in rows}
    names = {
        feature["properties"]["key"]: feature["properties"]["name"] for feature in read("areas.geojson")["features"]
    }
    assert len(residents) == len(people["residents"]) == 120
    for person in residents.values():
        home = person["address"]
        if home:
            spot = at[home["street"], home["number"], home["unit"], home["postcode"]]
            assert shapely.contains_xy(villages[names[person["area"]]], *spot)
        assert person["email"] or person["phone"]
        assert re.fullmatch(r"[a-z.-]+@example\.(org|com)", person["email"] or "x@example.org")
        assert re.fullmatch(r"\+4510\d{6}", person["phone"] or "+4510000000")
        assert set(person["helps_with"]) <= set(KINDS)
        assert set(person["languages"]) <= set(LANGUAGES)
        assert person["language"] in {"da", "en", "nl"}
        assert set(person["days"]) <= DAYS
        assert set(person["parts"]) <= PARTS


def test_a_fair_share_shows_the_village_only_and_people_differ_in_how_they_are_reached(residents):
    everybody = list(residents.values())
    assert 0.10 <= sum(person["village_only"] for person in everybody) / len(everybody) <= 0.20
    assert any(not person["email"] for person in everybody)
    assert any(not person["phone"] for person in everybody)
    assert any(not person["address"] for person in everybody)
    shared = [mail for mail, count in Counter(p["email"] for p in everybody if p["email"]).items() if count > 1]
    assert len(shared) == 1
    assert {person["status"] for person in everybody} == {"confirmed", "waiting"}


def test_the_five_of_the_demo_sign_in_are_who_they_should_be(people, residents):
    keys = {entry["key"] for entry in people["demo_sign_in"]}
    assert keys == {"anna", "bo", "carl", "dorthe", "mia"}
    assert (
        residents["anna"]["area"] == residents["bo"]["area"] == residents["dorthe"]["area"] != residents["carl"]["area"]
    )
    assert "mia" not in residents
    assert "mia" in {official["key"] for official in people["officials"]}
    assert "dorthe" in people["associations"][0]["hosts"]
    assert (people["municipality"]["population"], people["municipality"]["population_source"]) == (60_000, "invented")


def test_requests_are_in_every_state_and_offers_too(wanted):
    assert len(wanted) == 60
    assert {asked["status"] for asked in wanted} == REQUEST_STATES
    assert {reply["status"] for reply in replies_of(wanted)} == REPLY_STATES
    agreements = [reply["agreement"] for reply in replies_of(wanted) if reply["agreement"]]
    assert {agreement["status"] for agreement in agreements} == AGREEMENT_STATES
    assert any(reply["thanks"] for reply in replies_of(wanted))
    offers = read("offers.json")["offers"]
    assert len(offers) == 20
    assert {offer["status"] for offer in offers} == OFFER_STATES


def test_texts_keep_their_lengths_and_come_in_four_languages(wanted):
    for thing in wanted + read("offers.json")["offers"]:
        assert len(thing["title"] or "") <= 80
        assert len(thing["text"] or "") <= 1_000
        assert thing["title"] or thing["status"] == "draft"
        assert thing["kind"] in KINDS
        assert thing["subkind"] is None or thing["subkind"] in SUBKINDS[thing["kind"]]
        assert thing["language"] in thing["languages"]
    assert all(len(reply["line"]) <= 300 for reply in replies_of(wanted))
    assert all(len(thanks["text"]) <= 500 for reply in replies_of(wanted) for thanks in reply["thanks"])
    spoken = Counter(asked["language"] for asked in wanted)
    assert spoken["da"] > 30
    assert spoken["ar"] == 1
    assert min(spoken["en"], spoken["nl"]) >= 3


def test_who_asks_and_who_helps_are_confirmed_people_of_the_demo_and_places_exist(wanted, people, residents):
    confirmed = {key for key, person in residents.items() if person["status"] == "confirmed"}
    assisted = {person["key"] for person in people["assisted_persons"]}
    places = {place["key"] for place in people["places"]}
    for asked in wanted:
        assert (asked["asker"] in confirmed) != (asked["assisted_person"] in assisted)
        assert (asked["acted_by"] is None) == (asked["assisted_person"] is None)
        assert asked["where"].get("place") is None or asked["where"]["place"] in places
        helpers = [reply["helper"] for reply in asked["replies"]]
        assert len(set(helpers)) == len(helpers)
        assert set(helpers) <= confirmed - {asked["asker"]}
    assert {offer["resident"] for offer in read("offers.json")["offers"]} <= confirmed


def test_states_of_a_request_and_its_agreements_agree(wanted):
    for asked in wanted:
        states = Counter(reply["agreement"]["status"] for reply in asked["replies"] if reply["agreement"])
        assert (asked["status"] == "agreed") == (states["agreed"] == asked["places"]), asked["title"]
        assert states["agreed"] == 0 or asked["status"] in {"open", "agreed"}
        assert states["done"] == 0 or asked["status"] == "done"
        for reply in asked["replies"]:
            assert reply["days_ago"] <= asked["asked_days_ago"]
            assert not reply["thanks"] or reply["agreement"]["status"] == "done"
