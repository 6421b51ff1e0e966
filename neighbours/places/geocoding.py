"""Geocoders of geopy's kind. The house's own is the register: offline, contacting nobody.

Its look-up function is passed in, so that nothing here knows the database. Not here: the statement
(queries/places/register.py), reading registers (geo/addresses.py).
"""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from neighbours.geo.folding import Question, parse_question
from neighbours.geo.house_numbers import written_number

MOST = 8


class Found(Protocol):
    """A row of the register. lon, lat in degrees; `ref` is what a page may name."""

    ref: str
    street: str
    number_value: int
    letter: str
    unit: str
    postcode: str
    city: str
    lon: float
    lat: float
    area_ref: str
    area_name: str


LookUp = Callable[[Question, int], Sequence[Any]]


class ContactsNobody(BaseSyncAdapter):
    """The adapter of a geocoder that needs none: any attempt to reach a service is an error."""

    def get_json(self, url: str, *, timeout: object, headers: object) -> NoReturn:
        raise GeocoderServiceError("the address register contacts nobody")

    def get_text(self, url: str, *, timeout: object, headers: object) -> NoReturn:
        raise GeocoderServiceError("the address register contacts nobody")


class Register(Geocoder):
    """The installation's own address register as a geopy geocoder."""

    def __init__(self, look_up: LookUp) -> None:
        """`look_up(question, most)` gives rows as `Found`, the likeliest first."""
        super().__init__(adapter_factory=ContactsNobody)
        self._look_up = look_up

    def geocode(
        self, query: str, *, exactly_one: bool = True, limit: int = MOST, timeout: object = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Find an address as typed: "sondergade 4 skanderborg".

        With `exactly_one` the likeliest Location, or None where the register has no such house number; else a list
        of at most `limit` (never more than eight) that also holds longer numbers (4, then 40, 41), or None when
        empty, as geopy has it. A Location's raw: ref, street, number, unit, postcode, city, area_ref, area_name.
        `timeout` is there for geopy's sake.
        """
        asked = parse_question(query)
        rows = self._look_up(asked, 1 if exactly_one else max(1, min(limit, MOST)))
        if exactly_one:
            return _location(rows[0]) if rows and _is_meant(asked, rows[0]) else None
        return [_location(row) for row in rows] or None


def _is_meant(asked: Question, row: Found) -> bool:
    is_number = asked.number is None or asked.number == row.number_value
    return is_number and (not asked.letter or asked.letter == row.letter)


def _location(row: Found) -> Location:
    line = f"{row.street} {written_number(row.number_value, row.letter, row.unit)}"
    town = f"{row.postcode} {row.city}".strip()
    raw = {
        "ref": row.ref,
        "street": row.street,
        "number": f"{row.number_value}{row.letter}",
        "unit": row.unit,
        "postcode": row.postcode,
        "city": row.city,
        "area_ref": row.area_ref,
        "area_name": row.area_name,
    }
    return Location(f"{line}, {town}" if town else line, (row.lat, row.lon), raw)
