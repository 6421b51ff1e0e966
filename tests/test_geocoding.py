"""The register as a geopy geocoder: its look-up is passed in, and nobody is ever contacted."""

from dataclasses import dataclass

import geopy.geocoders
import pytest
from geopy.exc import GeocoderServiceError
from geopy.geocoders.base import Geocoder

from neighbours.geo.folding import Question
from neighbours.places.geocoding import Register


@dataclass
class Row:
    ref: str
    street: str = "Søndergade"
    number_value: int = 4
    letter: str = ""
    unit: str = ""
    postcode: str = "8660"
    city: str = "Skanderborg"
    lon: float = 9.9
    lat: float = 56.1
    area_ref: str = "veng"
    area_name: str = "Veng"


class LookUp:
    """A register in a list; remembers what it was asked."""

    def __init__(self, *rows: Row) -> None:
        self.rows = rows
        self.asked: list[tuple[Question, int]] = []

    def __call__(self, question: Question, most: int) -> list[Row]:
        self.asked.append((question, most))
        return list(self.rows[:most])


@pytest.fixture
def no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a service was contacted")

    for name in ("urlopen",):
        monkeypatch.setattr(f"urllib.request.{name}", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr(geopy.geocoders.options, "default_adapter_factory", refuse)


def test_it_is_a_geopy_geocoder_that_gives_a_location_with_the_ref_in_its_raw(no_service):
    look_up = LookUp(Row("abc"))
    register = Register(look_up)
    assert isinstance(register, Geocoder)
    location = register.geocode("sondergade 4 skanderborg")
    assert location.address == "Søndergade 4, 8660 Skanderborg"
    assert (location.latitude, location.longitude) == (56.1, 9.9)
    assert location.raw["ref"] == "abc"
    assert "id" not in location.raw
    question, most = look_up.asked[0]
    assert (question.street, question.number, question.place, most) == ("sondergade", 4, "skanderborg", 1)


def test_all_suggestions_come_in_the_registers_order_and_no_more_than_eight(no_service):
    rows = [Row(str(number), number_value=number) for number in (4, *range(40, 50))]
    found = Register(LookUp(*rows)).geocode("søndergade 4", exactly_one=False, limit=50)
    assert [location.raw["number"] for location in found] == ["4", "40", "41", "42", "43", "44", "45", "46"]
    assert len(Register(LookUp(*rows)).geocode("søndergade 4", exactly_one=False, limit=3)) == 3


def test_one_exact_answer_is_given_only_where_the_register_has_that_very_house():
    forty = Row("forty", number_value=40)
    assert Register(LookUp(forty)).geocode("søndergade 4") is None
    assert Register(LookUp(forty)).geocode("søndergade 4", exactly_one=False)[0].raw["ref"] == "forty"
    assert Register(LookUp(Row("four"))).geocode("søndergade 4b") is None
    assert Register(LookUp(Row("four", letter="B"))).geocode("søndergade 4b").raw["number"] == "4B"


def test_nothing_found_is_none_as_geopy_has_it():
    assert Register(LookUp()).geocode("nowhere") is None
    assert Register(LookUp()).geocode("nowhere", exactly_one=False) is None


def test_units_and_additions_are_written_as_people_write_them():
    def written(**columns: str) -> str:
        return Register(LookUp(Row("x", **columns))).geocode("søndergade").address

    assert written(unit="2. th") == "Søndergade 4, 2. th, 8660 Skanderborg"
    assert written(unit="2") == "Søndergade 4-2, 8660 Skanderborg"
    assert written(unit="bis", letter="A") == "Søndergade 4A bis, 8660 Skanderborg"
    assert written(postcode="", city="") == "Søndergade 4"


def test_its_adapter_can_reach_nobody():
    register = Register(LookUp(Row("abc")))
    with pytest.raises(GeocoderServiceError, match="contacts nobody"):
        register._call_geocoder("https://example.org", lambda answer: answer)
    with pytest.raises(GeocoderServiceError, match="contacts nobody"):
        register._call_geocoder("https://example.org", lambda answer: answer, is_json=False)
