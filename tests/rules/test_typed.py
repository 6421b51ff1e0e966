"""Days, times and numbers in every format that people type."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neighbours.rules.typed import read_clock, read_day, read_number

MONDAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24",
        "2026/12/24",
        "24/12",
        "24-12",
        "24.12",
        "24.12.",
        "24/12/2026",
        "24.12.2026",
        "24.12.26",
        "24 12 2026",
        "24. december",
        "24 dec",
        "den 24. dec.",
        "24. DECEMBER 2026",
        "24th of December",
        "24 december 26",
        "d. 24. dec 2026",
        "torsdag den 24. december",
        "thursday 24 december",
        "donderdag 24 december",
        "  24 . 12 . 2026 ",
    ],
)
def test_christmas_eve_is_read_however_it_is_written(text):
    assert read_day(text, MONDAY) == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("i dag", 1),
        ("Today", 1),
        ("vandaag", 1),
        ("i morgen", 2),
        ("Morgen", 2),
        ("tomorrow", 2),
        ("overmorgen", 3),
        ("mandag", 1),
        ("fredag", 5),
        ("på fredag", 5),
        ("next friday", 5),
        ("vrijdag", 5),
        ("lørdag", 6),
        ("søndag", 7),
        ("soendag", 7),
        ("Fri", 5),
        ("woensdag", 3),
    ],
)
def test_a_near_day_is_read_by_its_name(text, day):
    assert read_day(text, MONDAY) == date(2026, 6, day)


def test_without_a_year_it_is_the_next_such_day():
    assert read_day("31/5", MONDAY) == date(2027, 5, 31)
    assert read_day("1/6", MONDAY) == MONDAY
    assert read_day("29. februar", MONDAY) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "31/4",
        "0/1",
        "1/13",
        "12/2026",
        "99",
        "soon",
        "32. maj",
        "24/12/10000",
        "fredag 2. juni",
        "fredag fredag",
        "fri, next fri",
        "mandag i dag",
        "fredag den fredag den 5. juni",
        "-1/2",
        "1e5",
        "24/12/2026/1",
        "٣١/١٣",
        "30. februar",
        "0000-00-00",
        "x" * 5000,
        "2026-12-24T10:00",
        "\x00",
        "den",
        "24.",
        "⁵/6",
    ],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        read_day(text, MONDAY)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("14:30", 14, 30),
        ("14.30", 14, 30),
        ("1430", 14, 30),
        ("kl. 14.30", 14, 30),
        ("kl 9", 9, 0),
        ("9", 9, 0),
        ("2 pm", 14, 0),
        ("2:30 p.m.", 14, 30),
        ("12 am", 0, 0),
        ("14 uur", 14, 0),
        ("om 14:30", 14, 30),
        ("00:00", 0, 0),
        ("14h30", 14, 30),
    ],
)
def test_a_time_is_read_however_it_is_written(text, hour, minute):
    assert read_clock(text) == time(hour, minute)


@pytest.mark.parametrize("text", ["", "24:00", "14:60", "25", "noon", "13 pm", "0 am", "14:3", "-1", "14:30:61", "²"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        read_clock(text)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "two", "1e3", "1_0", "12345", "²", "+3", "9" * 5000])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ValueError):
        read_number(text)
    assert read_number(" 12 ") == 12


@pytest.mark.parametrize("text", ["fri " * 600, "fri " * 60_000, "9" * 5000, "next " * 600])
def test_what_is_far_too_long_for_a_day_is_refused(text):
    with pytest.raises(ValueError):
        read_day(text, MONDAY)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text):
    for read, kind in ((lambda words: read_day(words, MONDAY), date), (read_clock, time), (read_number, int)):
        try:
            assert isinstance(read(text), kind)
        except ValueError:
            continue


def test_next_friday_is_never_today() -> None:
    friday = date(2026, 11, 27)
    assert {read_day(words, friday) for words in ("fredag", "på fredag", "op vrijdag")} == {friday}
    assert {read_day(f"{next_} fredag", friday) for next_ in ("næste", "next", "volgende")} == {date(2026, 12, 4)}
    assert read_day("næste fredag", date(2026, 11, 26)) == friday
