"""What the code glues together, read in Danish: grammatical in each combination, and never longer than one breath."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import product

import pytest
from flask import Flask

from neighbours import wording
from neighbours.geo.bands import ABOUT_1_KM, FURTHER, UP_TO_3_KM, UP_TO_10_KM
from neighbours.labels import KINDS
from neighbours.language import PAGE_LANGUAGES, format_moment
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
from tests.test_translations import LONGEST_SENTENCE, sentences
from tests.test_wording import FRIDAY, Row

PLACES = [Reason(IN_YOUR_CORNER, 0), Reason(IN_YOUR_VILLAGE, 1)] + [
    Reason(code, band)
    for code in (NEAR_IN_YOUR_VILLAGE, NEXT_VILLAGE)
    for band in (ABOUT_1_KM, UP_TO_3_KM, UP_TO_10_KM, FURTHER)
]
LIKED = [[], *([Reason(YOU_LIKE_IT, kind)] for kind in KINDS)]
FITTING = [[], *([Reason(FITS_YOUR_DAYS, slot_mask(days, []))] for days in ([2], [0, 4], [0, 1, 4]))]


@pytest.fixture(autouse=True)
def _danish(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Accept-Language": "da"}):
        yield


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(slots=day_mask(FRIDAY, ["afternoon"])), "fredag den 12. juni om eftermiddagen"),
        (Row(slots=day_mask(FRIDAY, ["morning", "evening"])), "fredag den 12. juni om formiddagen eller om aftenen"),
        (Row(at_time=time(9, 30)), "fredag den 12. juni kl.\xa09.30"),
        (Row("weekdays", None, slots=slot_mask([0, 4], ["morning"])), "mandage og fredage om formiddagen"),
        (Row("weekdays", None, slots=slot_mask([0, 1, 3], [])), "mandage, tirsdage og torsdage"),
        (Row("weekdays", None, time(8, 5), slots=slot_mask([1, 3], [])), "tirsdage og torsdage kl.\xa08.05"),
        (Row("weekdays", None, slots=slot_mask(range(5), ["afternoon"])), "hverdage om eftermiddagen"),
        (Row("weekdays", None, slots=slot_mask([5, 6], ["evening"])), "i weekenden om aftenen"),
        (Row("weekdays", None, slots=slot_mask(range(7), ["evening"])), "alle dage om aftenen"),
        (Row("whenever", None, slots=WHENEVER), "når det passer"),
    ],
)
def test_when_is_good_danish(row: Row, says: str):
    assert wording.when_words(row) == says


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(1, "1 minut"), (45, "45 minutter"), (60, "1 time"), (80, "1 time 20 minutter"), (90, "1½ time"),
     (120, "2 timer"), (150, "2½ time")],
)  # fmt: skip
def test_how_long_is_good_danish(minutes: int, says: str):
    assert wording.how_long(minutes) == says


def test_a_moment_is_good_danish():
    assert (
        format_moment(datetime(2026, 6, 12, 7, 30, tzinfo=UTC), "Europe/Copenhagen")
        == "fredag den 12. juni kl.\xa09.30"
    )


@pytest.mark.parametrize(
    ("band", "here", "next_village"),
    [
        (0, "i dit hjørne af Veng", "i dit hjørne af Låsby"),
        (1, "i Veng", "i Låsby"),
        (2, "cirka 1 km", "cirka 1 km, i Låsby"),
        (3, "1–3 km", "1–3 km, i Låsby"),
        (5, "længere væk", "længere væk, i Låsby"),
    ],
)
def test_how_far_is_said_in_the_words_of_the_house(band: int, here: str, next_village: str):
    assert wording.band_words(band, "Veng", "Veng") == here
    assert wording.band_words(band, "Låsby", "Veng") == next_village


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(minutes=90, places=2), "1½ time · 2 hjælpere søges"),
        (Row(places=3, taken=2), "1 hjælper mere søges"),
        (Row(places=3, taken=1), "2 hjælpere mere søges"),
    ],
)
def test_how_many_helpers_is_good_danish(row: Row, says: str):
    assert wording.size_words(row) == says


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([Reason(IN_YOUR_CORNER, 0)], "Det er i dit hjørne af Kirsebærsted."),
        (
            [Reason(IN_YOUR_CORNER, 0), Reason(YOU_LIKE_IT, "garden")],
            "Det er i dit hjørne af Kirsebærsted, og du hjælper gerne med havearbejde.",
        ),
        (
            [Reason(IN_YOUR_VILLAGE, 1), Reason(FITS_YOUR_DAYS, slot_mask([4], []))],
            "Det er i Kirsebærsted, og det passer med dine fredage.",
        ),
        (
            [Reason(NEXT_VILLAGE, 3), Reason(YOU_LIKE_IT, "company"), Reason(FITS_YOUR_DAYS, slot_mask([0, 4], []))],
            "Det er i Kirsebærsted, ved siden af Gåsevingerup (1–3 km). "
            "Du kommer gerne på besøg, og det passer med dine mandage og fredage.",
        ),
    ],
)
def test_why_is_good_danish(found: list[Reason], says: str):
    assert wording.why_words(found, "Kirsebærsted", "Gåsevingerup") == says


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_no_reason_is_longer_than_one_breath(app: Flask, language: str):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        for place, liked, fits in product(PLACES, LIKED, FITTING):
            why = wording.why_words([place, *liked, *fits], "Kirsebærsted", "Gåsevingerup")
            assert [said for said in sentences(why) if len(said.split()) > LONGEST_SENTENCE] == []
