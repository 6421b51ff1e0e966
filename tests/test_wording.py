"""When, how long, how far and where, in words. English; the Danish ones stand in the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from flask import Flask

from neighbours import wording
from neighbours.language import in_language
from neighbours.rules.help.slots import WHENEVER, day_mask, slot_mask

FRIDAY = date(2026, 6, 12)


@dataclass
class Row:
    when_kind: str | None = "day"
    day: date | None = FRIDAY
    at_time: time | None = None
    slots: int = 0
    place_kind: str | None = "home"
    place_name: str | None = None
    place_text: str | None = None
    minutes: int | None = None
    places: int = 1
    taken: int = 0
    status: str = "open"


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(slots=day_mask(FRIDAY, ["afternoon"])), "Friday 12 June in the afternoon"),
        (Row(slots=day_mask(FRIDAY, [])), "Friday 12 June"),
        (Row(slots=day_mask(FRIDAY, ["morning", "evening"])), "Friday 12 June in the morning or in the evening"),
        (Row(at_time=time(9, 30), slots=day_mask(FRIDAY, ["morning"])), "Friday 12 June at 9:30"),
        (Row("weekdays", None, slots=slot_mask([0, 3], ["morning"])), "Mondays and Thursdays in the morning"),
        (Row("weekdays", None, slots=slot_mask([0, 1, 3], [])), "Mondays, Tuesdays and Thursdays"),
        (Row("weekdays", None, slots=slot_mask(range(5), [])), "any day from Monday to Friday"),
        (Row("weekdays", None, slots=slot_mask([5, 6], ["evening"])), "any weekend in the evening"),
        (Row("weekdays", None, slots=slot_mask(range(7), ["evening"])), "any day in the evening"),
        (Row("whenever", None, slots=WHENEVER), "whenever it suits you"),
        (Row(None, None), ""),
    ],
)
def test_when_is_said_in_a_few_words(row: Row, says: str):
    assert wording.when_words(row) == says


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(None, ""), (0, ""), (1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (90, "1½ hours"), (120, "2 hours"),
     (80, "1 hour 20 minutes"), (150, "2½ hours"), (30, "30 minutes")],
)  # fmt: skip
def test_how_long_is_said_in_hours_and_minutes(minutes: int | None, says: str):
    assert wording.how_long(minutes) == says


@pytest.mark.parametrize(
    ("band", "here", "next_village"),
    [
        (0, "in your corner of Veng", "in your corner of Låsby"),
        (1, "in Veng", "in Låsby"),
        (2, "about 1 km", "about 1 km, in Låsby"),
        (3, "1–3 km", "1–3 km, in Låsby"),
        (4, "3–10 km", "3–10 km, in Låsby"),
        (5, "further", "further, in Låsby"),
    ],
)
def test_a_band_is_never_a_number_of_metres(band: int, here: str, next_village: str):
    assert wording.band_words(band, "Veng", "Veng") == here
    assert wording.band_words(band, "Låsby", "Veng") == next_village


def test_at_home_is_all_that_is_said_of_a_home():
    assert wording.where_words(Row(place_name="Engvej 4", place_text="bag huset")) == "at home"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(place_kind="public", place_name="Veng Bibliotek"), "Veng Bibliotek"),
        (
            Row(place_kind="public", place_name="Veng Bibliotek", place_text="ved indgangen"),
            "Veng Bibliotek, ved indgangen",
        ),
        (Row(place_kind="green", place_text="ved søen"), "ved søen"),
        (Row(place_kind="public"), "at a public place"),
        (Row(place_kind="green"), "on a green of the association"),
        (Row(place_kind=None), ""),
    ],
)
def test_a_place_is_said_by_its_name(row: Row, says: str):
    assert wording.where_words(row) == says


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(), ""),
        (Row(minutes=60), "1 hour"),
        (Row(minutes=60, places=2), "1 hour · 2 helpers wanted"),
        (Row(places=3, taken=2), "1 more helper wanted"),
        (Row(places=2, taken=2), ""),
        (Row(places=2, status="draft"), "2 helpers wanted"),
        (Row(minutes=60, places=2, taken=1, status="done"), "1 hour"),
        (Row(places=2, status="expired"), ""),
    ],
)
def test_how_much_it_is_names_helpers_while_more_than_one_is_wanted(row: Row, says: str):
    assert wording.size_words(row) == says


def test_slots_alone_are_said_like_weekdays():
    assert wording.slots_words(0) == wording.slots_words(WHENEVER) == "whenever it suits you"
    assert wording.slots_words(slot_mask([0], ["morning"])) == "Mondays in the morning"


def test_languages_are_said_in_their_own_names():
    assert wording.languages_words(0b111) == "Dansk, English or Nederlands"
    assert wording.languages_words(0) == ""


def test_the_same_facts_are_kept_for_each_language_and_day(app: Flask):
    row = Row(day=date(2027, 1, 8))
    with app.test_request_context("/"):
        with in_language("en"):
            assert wording.when_words(row) == "Friday 8 January 2027"
        with in_language("da"):
            assert wording.when_words(row) == "fredag den 8. januar 2027"
        app.config["CLOCK"].now += timedelta(days=100)
        with in_language("en"):
            assert wording.when_words(row) == "Friday 8 January"
