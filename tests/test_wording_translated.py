"""What the code glues together, read in Danish and Dutch: grammatical in each combination, and never out of breath.

In each table the Danish stands before the Dutch.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import product

import pytest
from flask import Flask

from neighbours import wording
from neighbours.geo.bands import ABOUT_1_KM, FURTHER, UP_TO_3_KM, UP_TO_10_KM
from neighbours.labels import KINDS
from neighbours.language import PAGE_LANGUAGES, format_day, format_moment
from neighbours.rules.help.choosing import NOT_ASKED
from neighbours.rules.help.reasons import (
    FITS_YOUR_DAYS,
    IN_YOUR_CORNER,
    IN_YOUR_VILLAGE,
    NEAR_IN_YOUR_VILLAGE,
    NEXT_VILLAGE,
    YOU_LIKE_IT,
    Reason,
)
from neighbours.rules.help.slots import WHENEVER, day_mask, slot_mask
from neighbours.rules.typed import read_clock, read_day
from tests.test_translations import LONGEST_SENTENCE, sentences
from tests.test_wording import FRIDAY, Row

TODAY = date(2026, 6, 1)
PLACES = [Reason(IN_YOUR_CORNER, 0), Reason(IN_YOUR_VILLAGE, 1)] + [
    Reason(code, band)
    for code in (NEAR_IN_YOUR_VILLAGE, NEXT_VILLAGE)
    for band in (ABOUT_1_KM, UP_TO_3_KM, UP_TO_10_KM, FURTHER)
]
LIKED = [[], *([Reason(YOU_LIKE_IT, kind)] for kind in KINDS)]
FITTING = [[], *([Reason(FITS_YOUR_DAYS, slot_mask(days, []))] for days in ([2], [0, 4], [0, 1, 4]))]


@pytest.fixture(params=["da", "nl"])
def place(app: Flask, request: pytest.FixtureRequest) -> Iterator[int]:
    """Where the words of the language that is spoken stand in a table."""
    with app.test_request_context("/", headers={"Accept-Language": request.param}):
        yield ["da", "nl"].index(request.param)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            Row(slots=day_mask(FRIDAY, ["afternoon"])),
            ("fredag den 12. juni om eftermiddagen", "vrijdag 12 juni 's\xa0middags"),
        ),
        (
            Row(slots=day_mask(FRIDAY, ["morning", "evening"])),
            (
                "fredag den 12. juni om formiddagen eller om aftenen",
                "vrijdag 12 juni 's\xa0ochtends of 's\xa0avonds",
            ),
        ),
        (Row(at_time=time(9, 30)), ("fredag den 12. juni kl.\xa09.30", "vrijdag 12 juni om 9.30\xa0uur")),
        (
            Row("weekdays", None, slots=slot_mask([0, 4], ["morning"])),
            ("mandage og fredage om formiddagen", "maandagen en vrijdagen 's\xa0ochtends"),
        ),
        (
            Row("weekdays", None, slots=slot_mask([0, 1, 3], [])),
            ("mandage, tirsdage og torsdage", "maandagen, dinsdagen en donderdagen"),
        ),
        (
            Row("weekdays", None, time(8, 5), slots=slot_mask([1, 3], [])),
            ("tirsdage og torsdage kl.\xa08.05", "dinsdagen en donderdagen om 8.05\xa0uur"),
        ),
        (
            Row("weekdays", None, slots=slot_mask(range(5), ["afternoon"])),
            ("hverdage om eftermiddagen", "door de week 's\xa0middags"),
        ),
        (
            Row("weekdays", None, slots=slot_mask([5, 6], ["evening"])),
            ("i weekenden om aftenen", "in het weekend 's\xa0avonds"),
        ),
        (
            Row("weekdays", None, slots=slot_mask(range(7), ["evening"])),
            ("alle dage om aftenen", "elke dag 's\xa0avonds"),
        ),
        (Row("whenever", None, slots=WHENEVER), ("når det passer", "wanneer het uitkomt")),
    ],
)
def test_when_is_said_as_people_say_it(place: int, row: Row, says: tuple[str, str]) -> None:
    """The Dutch 's never stands alone at the end of a line."""
    assert wording.when_words(row) == says[place]


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (1, ("1 minut", "1 minuut")),
        (45, ("45 minutter", "45 minuten")),
        (60, ("1 time", "1 uur")),
        (80, ("1 time 20 minutter", "1 uur 20 minuten")),
        (90, ("1½ time", "1½ uur")),
        (120, ("2 timer", "2 uur")),
        (150, ("2½ time", "2½ uur")),
    ],
)
def test_how_long_is_said_as_people_say_it(place: int, minutes: int, says: tuple[str, str]) -> None:
    assert wording.how_long(minutes) == says[place]


@pytest.mark.parametrize(
    ("band", "here", "next_village"),
    [
        (0, ("i dit hjørne af Veng", "in uw hoek van Veng"), ("i dit hjørne af Låsby", "in uw hoek van Låsby")),
        (1, ("i Veng", "in Veng"), ("i Låsby", "in Låsby")),
        (2, ("cirka 1 km", "ongeveer 1 km"), ("cirka 1 km, i Låsby", "ongeveer 1 km, in Låsby")),
        (3, ("1–3 km", "1–3 km"), ("1–3 km, i Låsby", "1–3 km, in Låsby")),
        (5, ("længere væk", "verder weg"), ("længere væk, i Låsby", "verder weg, in Låsby")),
    ],
)
def test_how_far_is_said_in_the_words_of_the_house(
    place: int, band: int, here: tuple[str, str], next_village: tuple[str, str]
) -> None:
    assert wording.band_words(band, "Veng", "Veng") == here[place]
    assert wording.band_words(band, "Låsby", "Veng") == next_village[place]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(minutes=90, places=2), ("1½ time · 2 hjælpere søges", "1½ uur · 2 helpers gezocht")),
        (Row(places=3, taken=2), ("1 hjælper mere søges", "nog 1 helper gezocht")),
        (Row(places=3, taken=1), ("2 hjælpere mere søges", "nog 2 helpers gezocht")),
    ],
)
def test_how_many_helpers_is_said_as_people_say_it(place: int, row: Row, says: tuple[str, str]) -> None:
    assert wording.size_words(row) == says[place]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([Reason(IN_YOUR_CORNER, 0)], ("Det er i dit hjørne af Elst.", "Het is in uw hoek van Elst.")),
        (
            [Reason(IN_YOUR_CORNER, 0), Reason(YOU_LIKE_IT, "garden")],
            (
                "Det er i dit hjørne af Elst, og du hjælper gerne med havearbejde.",
                "Het is in uw hoek van Elst, en u helpt graag in de tuin.",
            ),
        ),
        (
            [Reason(IN_YOUR_VILLAGE, 1), Reason(FITS_YOUR_DAYS, slot_mask([4], []))],
            (
                "Det er i Elst, og det passer med dine fredage.",
                "Het is in Elst, en het past bij uw vrijdagen.",
            ),
        ),
        (
            [Reason(NEAR_IN_YOUR_VILLAGE, 2), Reason(FITS_YOUR_DAYS, slot_mask([0, 1, 4], []))],
            (
                "Det er også i Elst (cirka 1 km). Det passer med dine dage.",
                "Het is ook in Elst (ongeveer 1 km). Het past bij uw dagen.",
            ),
        ),
        (
            [Reason(NEXT_VILLAGE, 3), Reason(YOU_LIKE_IT, "company"), Reason(FITS_YOUR_DAYS, slot_mask([0, 4], []))],
            (
                "Det er i Elst, ved siden af Bemmel (1–3 km). "
                "Du kommer gerne på besøg, og det passer med dine mandage og fredage.",
                "Het is in Elst, naast Bemmel (1–3 km). "
                "U houdt graag iemand gezelschap, en het past bij uw maandagen en vrijdagen.",
            ),
        ),
        (
            [Reason(NEXT_VILLAGE, 3), Reason(YOU_LIKE_IT, "cooking"), Reason(FITS_YOUR_DAYS, slot_mask([0, 4], []))],
            (
                "Det er i Elst, ved siden af Bemmel (1–3 km). "
                "Du hjælper gerne med mad og vask, og det passer med dine mandage og fredage.",
                "Het is in Elst, naast Bemmel (1–3 km). "
                "U kookt graag of doet de was, en het past bij uw maandagen en vrijdagen.",
            ),
        ),
    ],
)
def test_why_is_said_in_whole_sentences(place: int, found: list[Reason], says: tuple[str, str]) -> None:
    assert wording.why_words(found, "Elst", "Bemmel") == says[place]


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (0, {"en": "You were asked today.", "da": "Du blev spurgt i dag.", "nl": "U werd vandaag gevraagd."}),
        (1, {"en": "You were asked yesterday.", "da": "Du blev spurgt i går.", "nl": "U werd gisteren gevraagd."}),
        (2, {"en": "You were asked 2 days ago.", "da": "Du blev spurgt for 2 dage siden.", "nl": "2 dagen geleden"}),
    ],
)
def test_when_somebody_was_asked_last_is_said_as_people_say_it(app: Flask, days: int, says: dict[str, str]) -> None:
    found = [PLACES[0], Reason(NOT_ASKED, days)]
    for language in PAGE_LANGUAGES:
        with app.test_request_context("/", headers={"Accept-Language": language}):
            assert says[language] in wording.asked_words(found, "Elst", "Elst", "Anna")


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_no_reason_is_longer_than_one_breath(app: Flask, language: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        for where, liked, fits in product(PLACES, LIKED, FITTING):
            why = wording.why_words([where, *liked, *fits], "Kirsebærsted", "Gåsevingerup")
            assert [said for said in sentences(why) if len(said.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize(
    ("language", "day", "far_day", "moment"),
    [
        ("en", "Friday 12 June", "Friday 12 June 2037", "Friday 12 June at 9:30"),
        ("da", "fredag den 12. juni", "fredag den 12. juni 2037", "fredag den 12. juni kl.\xa09.30"),
        ("nl", "vrijdag 12 juni", "vrijdag 12 juni 2037", "vrijdag 12 juni om 9.30\xa0uur"),
    ],
)
def test_days_and_moments_are_said_as_each_language_says_them(
    app: Flask, language: str, day: str, far_day: str, moment: str
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert format_day(FRIDAY) == day
        assert format_day(date(2037, 6, 12)) == far_day
        assert format_moment(datetime(2026, 6, 12, 7, 30, tzinfo=UTC), "Europe/Amsterdam") == moment


def test_every_language_of_the_pages_has_its_days_above() -> None:
    assert sorted(PAGE_LANGUAGES) == ["da", "en", "nl"]


@pytest.mark.parametrize("typed", ["24-12", "24-12-2026", "24 december", "komende vrijdag", "volgende vrijdag"])
def test_days_can_be_typed_as_the_dutch_hints_say(typed: str) -> None:
    assert read_day(typed, TODAY) == (date(2026, 12, 24) if typed[0] == "2" else date(2026, 6, 5))


def test_times_can_be_typed_as_the_dutch_hints_say() -> None:
    assert read_clock("14.30") == read_clock("14.30 uur") == time(14, 30)
