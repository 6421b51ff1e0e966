"""What a complete request and a complete offer is."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from neighbours.rules.errors import Refused
from neighbours.rules.help import asking
from neighbours.rules.help.slots import WHENEVER, day_mask, parts_of, weekdays_of
from neighbours.rules.languages import language_mask

ZONE = "Europe/Copenhagen"
NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)


def refusal(ask, *given, **named):
    with pytest.raises(Refused) as caught:
        ask(*given, **named)
    return caught.value.field, caught.value.message


def on(day, at_time=None, parts=(), now=NOON):
    return asking.on_day(day, at_time, parts, now=now, zone=ZONE)


def test_a_complete_first_page_is_tidied():
    what = asking.what("digital", "mitid", " Hjælp  med MitID ", " ", "da", ["da", "en"])
    assert what == asking.What("digital", "mitid", "Hjælp med MitID", None, "da", language_mask(["da", "en"]))


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ((None, None, "x", "", "da", ["da"]), ("kind", "none")),
        (("gardening", None, "x", "", "da", ["da"]), ("kind", "none")),
        (("garden", None, None, "", "da", ["da"]), ("title", "empty")),
        (("garden", None, "x" * 81, "", "da", ["da"]), ("title", "long")),
        (("garden", None, "010190-1234", "", "da", ["da"]), ("title", "civil_number")),
        (("garden", None, "x", "y" * 1001, "da", ["da"]), ("text", "long")),
        (("garden", None, "x", "bsn 111222333", "da", ["da"]), ("text", "civil_number")),
        (("garden", None, "x", "", "da", []), ("languages", "none")),
        (("garden", None, "x", "", "da", ["xx"]), ("languages", "none")),
    ],
)
def test_an_incomplete_first_page_names_the_question(given, refused):
    assert refusal(asking.what, *given) == refused


def test_somebody_who_says_it_is_a_telephone_number_is_believed():
    assert asking.what("garden", None, "Ring 010190-1234", "", "da", ["da"], may_hold_numbers=True).title


def test_a_subkind_of_another_kind_is_left_out():
    assert asking.what("garden", "mitid", "x", "", "da", ["da"]).subkind is None


@pytest.mark.parametrize(
    ("text", "chosen", "spoken", "language"),
    [
        ("Slå græs", "da", ["da", "ar"], "da"),
        ("أحتاج مساعدة", "da", ["da", "ar"], "ar"),
        ("کمک لازم دارم", "da", ["da", "fa"], "fa"),
        ("أحتاج", "da", ["da"], "ar"),
        ("Потрібна допомога", "da", ["da"], "uk"),
        ("Slå græs", "ar", ["ar", "da"], "da"),
        ("Help me", "nl", ["da", "nl"], "nl"),
        ("112", "da", ["da"], "da"),
    ],
)
def test_a_text_is_in_the_chosen_language_unless_its_letters_say_otherwise(text, chosen, spoken, language):
    assert asking.written_language(text, chosen, spoken) == language


def test_a_day_in_the_past_or_more_than_a_year_ahead_is_refused():
    assert refusal(on, TODAY - timedelta(days=1)) == ("day", "past")
    assert on(TODAY + timedelta(days=365))
    assert refusal(on, TODAY + timedelta(days=366)) == ("day", "far")
    assert refusal(on, date(9999, 12, 31)) == ("day", "far")


def test_today_is_the_local_day_not_the_utc_one():
    just_after_midnight = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    assert refusal(on, TODAY, now=just_after_midnight) == ("day", "past")


def test_a_part_of_today_that_is_over_is_refused_but_not_beside_one_that_is_to_come():
    assert refusal(on, TODAY, parts=["morning"]) == ("parts", "past")
    assert parts_of(on(TODAY, parts=["morning", "evening"])[1]) == ["morning", "evening"]
    assert on(TODAY)[1] == day_mask(TODAY, [])


def test_an_exact_time_decides_the_part_and_may_not_be_past():
    assert parts_of(on(TODAY, time(14, 30), [])[1]) == ["afternoon"]
    assert parts_of(on(TODAY, time(14, 30), ["morning", "afternoon"])[1]) == ["afternoon"]
    assert refusal(on, TODAY, time(14, 30), ["morning"]) == ("at_time", "part")
    assert refusal(on, TODAY, time(11, 59)) == ("at_time", "past")


def test_a_time_that_the_clocks_jump_over_is_refused_and_one_they_pass_twice_is_not():
    assert refusal(on, date(2027, 3, 28), time(2, 30)) == ("at_time", "skipped")
    assert on(date(2027, 3, 28), time(3, 0))
    assert on(date(2026, 10, 25), time(2, 30))


def test_weekdays_are_crossed_with_parts_and_nonsense_is_left_out():
    slots = asking.on_weekdays([0, 4, 9, -1], ["morning", "night"])
    assert (weekdays_of(slots), parts_of(slots)) == ([0, 4], ["morning"])
    assert refusal(asking.on_weekdays, [7], []) == ("weekdays", "none")


def test_an_offer_without_weekdays_is_for_any_day():
    assert asking.offered_slots([], []) == WHENEVER
    assert parts_of(asking.offered_slots([], ["evening"])) == ["evening"]


@pytest.mark.parametrize(
    ("minutes", "places", "refused"),
    [
        (0, 1, "minutes"),
        (-5, 1, "minutes"),
        (721, 1, "minutes"),
        (60, 0, "places"),
        (60, 21, "places"),
        (None, -1, "places"),
    ],
)
def test_a_size_out_of_range_is_refused(minutes, places, refused):
    assert refusal(asking.size, minutes, places) == (refused, "range")
    assert asking.size(None, 20) == (None, 20)


def test_home_keeps_no_words_and_a_public_place_needs_some():
    assert asking.where("home", 3, "Engvej 1") == asking.Where("home", None, None)
    assert asking.where("public", None, " the library ") == asking.Where("public", None, "the library")
    assert refusal(asking.where, "public", None, " ") == ("place", "none")
    assert refusal(asking.where, "green", None, "x" * 121) == ("place_text", "long")
    assert refusal(asking.where, "moon", None, "x") == ("place_kind", "none")


def test_the_first_unanswered_question_is_asked_next():
    row = SimpleNamespace(title="x", when_kind=None, place_kind=None)
    assert asking.missing_page(row) == "when"
    assert asking.missing_page(row, "when") == "where"
    assert asking.missing_page(SimpleNamespace(title="x", when_kind="day", place_kind="home")) is None


def test_a_request_for_a_day_lasts_until_its_local_midnight_and_others_four_weeks():
    assert asking.request_expires("day", TODAY, NOON, ZONE) == datetime(2026, 6, 1, 22, 0, tzinfo=UTC)
    assert asking.request_expires("weekdays", None, NOON, ZONE) == NOON + timedelta(days=28)


def test_a_draft_is_over_when_its_day_or_its_time_went_by():
    row = SimpleNamespace(when_kind="day", day=TODAY, at_time=None)
    assert not asking.is_day_over(row, NOON, ZONE)
    assert asking.is_day_over(row, NOON + timedelta(hours=12), ZONE)
    row.at_time = time(11, 0)
    assert asking.is_day_over(row, NOON, ZONE)
    assert not asking.is_day_over(SimpleNamespace(when_kind="whenever", day=None), NOON, ZONE)
