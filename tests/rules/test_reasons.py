"""Why somebody sees something: the facts, and the one sentence that is made of them."""

from dataclasses import dataclass

import pytest
from flask import Flask

from neighbours.geo.bands import ABOUT_1_KM, CORNER, UP_TO_3_KM, VILLAGE
from neighbours.rules.help.kinds import KINDS, kinds_mask
from neighbours.rules.help.reasons import Likes, Reason, fitting_days, reasons
from neighbours.rules.help.slots import WHENEVER, slot, slot_mask
from neighbours.wording import LIKING, why_tag, why_words

FRIDAY = slot(4, "morning")


@dataclass
class Seen:
    band: int = CORNER
    kind: str = "garden"
    slots: int = WHENEVER
    likes: bool = False


def why(seen: Seen, *, area: str = "Veng", own_slots: int = 0) -> tuple[str, str]:
    own_kinds = kinds_mask([seen.kind]) if seen.likes else 0
    found = reasons(seen, in_own_area=area == "Veng", own=Likes(own_slots, own_kinds))
    return why_words(found, area, "Veng"), why_tag(found)


@pytest.fixture(autouse=True)
def _english(app: Flask):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def test_the_corner_and_what_one_likes_make_one_sentence():
    assert why(Seen(likes=True))[0] == "It is in your corner of Veng, and you like helping in gardens."


@pytest.mark.parametrize(
    ("band", "area", "says"),
    [
        (CORNER, "Veng", "It is in your corner of Veng."),
        (VILLAGE, "Veng", "It is in Veng."),
        (ABOUT_1_KM, "Veng", "It is in Veng too (about 1 km)."),
        (UP_TO_3_KM, "Låsby", "It is in Låsby, next to Veng (1–3 km)."),
    ],
)
def test_the_place_is_always_the_first_reason(band: int, area: str, says: str):
    assert why(Seen(band=band), area=area)[0] == says


def test_the_days_that_both_named_are_a_reason():
    sentence, tag = why(Seen(slots=FRIDAY | slot(1, "evening")), own_slots=FRIDAY | slot(2, "morning"))
    assert sentence == "It is in your corner of Veng, and it fits your Fridays."
    assert tag == "Fits your Fridays"


def test_all_three_reasons_are_said_in_short_sentences():
    sentence, _ = why(Seen(likes=True, slots=FRIDAY), own_slots=FRIDAY)
    assert sentence == "It is in your corner of Veng. You like helping in gardens, and it fits your Fridays."


def test_a_place_that_takes_many_words_is_a_sentence_of_its_own():
    sentence, _ = why(Seen(band=UP_TO_3_KM, likes=True), area="Låsby")
    assert sentence == "It is in Låsby, next to Veng (1–3 km). You like helping in gardens."


@pytest.mark.parametrize(
    ("slots", "own"), [(WHENEVER, FRIDAY), (FRIDAY, WHENEVER), (FRIDAY, 0), (0, FRIDAY), (FRIDAY, 1)]
)
def test_whenever_fits_no_day_in_particular(slots: int, own: int):
    assert fitting_days(slots, own) == 0


def test_many_days_are_not_counted_up():
    assert why(Seen(slots=slot_mask(range(5), [])), own_slots=slot_mask(range(6), []))[1] == "Fits your days"


def test_a_card_says_nothing_where_there_is_only_the_place():
    assert why(Seen())[1] == ""


def test_every_kind_can_be_liked_in_words():
    assert set(LIKING) == set(KINDS)


def test_a_reason_never_holds_more_than_a_code_and_what_it_is_about():
    assert Reason._fields == ("code", "about")
