"""What the code glues together, read in Dutch: grammatical in each combination. That no reason is long is asked of
every language in test_wording_danish.py."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from flask import Flask

from neighbours import wording
from neighbours.language import PAGE_LANGUAGES, format_day, format_moment
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
from tests.test_wording import FRIDAY, Row

TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _dutch(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Accept-Language": "nl"}):
        yield


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(slots=day_mask(FRIDAY, ["afternoon"])), "vrijdag 12 juni 's\xa0middags"),
        (Row(slots=day_mask(FRIDAY, ["morning", "evening"])), "vrijdag 12 juni 's\xa0ochtends of 's\xa0avonds"),
        (Row(at_time=time(9, 30)), "vrijdag 12 juni om 9.30\xa0uur"),
        (Row("weekdays", None, slots=slot_mask([0, 4], ["morning"])), "maandagen en vrijdagen 's\xa0ochtends"),
        (Row("weekdays", None, slots=slot_mask([0, 1, 3], [])), "maandagen, dinsdagen en donderdagen"),
        (Row("weekdays", None, time(8, 5), slots=slot_mask([1, 3], [])), "dinsdagen en donderdagen om 8.05\xa0uur"),
        (Row("weekdays", None, slots=slot_mask(range(5), ["afternoon"])), "door de week 's\xa0middags"),
        (Row("weekdays", None, slots=slot_mask([5, 6], ["evening"])), "in het weekend 's\xa0avonds"),
        (Row("weekdays", None, slots=slot_mask(range(7), ["evening"])), "elke dag 's\xa0avonds"),
        (Row("whenever", None, slots=WHENEVER), "wanneer het uitkomt"),
    ],
)
def test_when_is_good_dutch(row: Row, says: str):
    """The 's never stands alone at the end of a line."""
    assert wording.when_words(row) == says


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(1, "1 minuut"), (45, "45 minuten"), (60, "1 uur"), (80, "1 uur 20 minuten"), (90, "1½ uur"), (120, "2 uur"),
     (150, "2½ uur")],
)  # fmt: skip
def test_how_long_is_good_dutch(minutes: int, says: str):
    assert wording.how_long(minutes) == says


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
):
    with app.test_request_context("/", headers={"Accept-Language": language}):
        assert format_day(FRIDAY) == day
        assert format_day(date(2037, 6, 12)) == far_day
        assert format_moment(datetime(2026, 6, 12, 7, 30, tzinfo=UTC), "Europe/Amsterdam") == moment


def test_every_language_of_the_pages_has_its_days_above():
    assert sorted(PAGE_LANGUAGES) == ["da", "en", "nl"]


@pytest.mark.parametrize(
    ("band", "here", "next_village"),
    [
        (0, "in uw hoek van Veng", "in uw hoek van Låsby"),
        (1, "in Veng", "in Låsby"),
        (2, "ongeveer 1 km", "ongeveer 1 km, in Låsby"),
        (3, "1–3 km", "1–3 km, in Låsby"),
        (5, "verder weg", "verder weg, in Låsby"),
    ],
)
def test_how_far_is_said_in_the_words_of_the_house(band: int, here: str, next_village: str):
    assert wording.band_words(band, "Veng", "Veng") == here
    assert wording.band_words(band, "Låsby", "Veng") == next_village


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row(minutes=90, places=2), "1½ uur · 2 helpers gezocht"),
        (Row(places=3, taken=2), "nog 1 helper gezocht"),
        (Row(places=3, taken=1), "nog 2 helpers gezocht"),
    ],
)
def test_how_many_helpers_is_good_dutch(row: Row, says: str):
    assert wording.size_words(row) == says


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([Reason(IN_YOUR_CORNER, 0)], "Het is in uw hoek van Elst."),
        (
            [Reason(IN_YOUR_CORNER, 0), Reason(YOU_LIKE_IT, "garden")],
            "Het is in uw hoek van Elst, en u helpt graag in de tuin.",
        ),
        (
            [Reason(IN_YOUR_VILLAGE, 1), Reason(FITS_YOUR_DAYS, slot_mask([4], []))],
            "Het is in Elst, en het past bij uw vrijdagen.",
        ),
        (
            [Reason(NEAR_IN_YOUR_VILLAGE, 2), Reason(FITS_YOUR_DAYS, slot_mask([0, 1, 4], []))],
            "Het is ook in Elst (ongeveer 1 km). Het past bij uw dagen.",
        ),
        (
            [Reason(NEXT_VILLAGE, 3), Reason(YOU_LIKE_IT, "cooking"), Reason(FITS_YOUR_DAYS, slot_mask([0, 4], []))],
            "Het is in Elst, naast Bemmel (1–3 km). "
            "U kookt graag of doet de was, en het past bij uw maandagen en vrijdagen.",
        ),
    ],
)
def test_why_is_good_dutch(found: list[Reason], says: str):
    assert wording.why_words(found, "Elst", "Bemmel") == says


@pytest.mark.parametrize("typed", ["24-12", "24-12-2026", "24 december", "komende vrijdag", "volgende vrijdag"])
def test_days_can_be_typed_as_the_dutch_hints_say(typed: str):
    assert read_day(typed, TODAY) == (date(2026, 12, 24) if typed[0] == "2" else date(2026, 6, 5))


def test_times_can_be_typed_as_the_dutch_hints_say():
    assert read_clock("14.30") == read_clock("14.30 uur") == time(14, 30)
