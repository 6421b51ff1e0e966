"""What people type is tidied, and civil numbers are stopped where a telephone number is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neighbours.rules.texts import has_civil_number, tidy_line, tidy_text


def test_a_line_loses_double_spaces_line_ends_and_control_characters():
    assert tidy_line("  Slå \x00græs\r\n\tpå\x07  fredag \u202e", 80) == "Slå græs på fredag"


def test_a_text_keeps_its_paragraphs_but_no_more_than_one_empty_line():
    assert tidy_text("  Hej  du\r\n\r\n\r\n\r\nTak \u2028Anna\n", 80) == "Hej du\n\nTak\nAnna"


def test_letters_are_composed_before_they_are_counted():
    assert tidy_line("a\u030a" * 5, 5) == "å" * 5


def test_family_emoji_and_persian_joiners_stay_whole():
    assert tidy_line("👩‍👩‍👧 می‌خواهم", 80) == "👩‍👩‍👧 می‌خواهم"


@pytest.mark.parametrize("nothing", [None, "", "  \n", "\u200b\u200d", "\u3164\u2800", "\x00", "\ud800"])
def test_what_nobody_can_see_is_empty(nothing):
    with pytest.raises(ValueError, match="^empty$"):
        tidy_line(nothing, 80)
    assert tidy_text(nothing, 80, optional=True) == ""


def test_one_character_too_many_is_long_and_none_is_cut_away():
    assert tidy_line("x" * 80, 80) == "x" * 80
    with pytest.raises(ValueError, match="^long$"):
        tidy_line("x" * 81, 80)


@pytest.mark.parametrize(
    "text",
    [
        "Mit nummer er 010190-1234",
        "290200–1234",
        "610190 - 1234 (erstatning)",
        "cpr 0101901234",
        "Personnummer: 010190 1234",
        "０１０１９０-１２３４",
        "BSN 111222333",
        "mijn nummer 123456782",
        "1234.56.782",
        "123 456 782",
        "bsn: 10000008",
    ],
)
def test_a_civil_number_is_found(text):
    assert has_civil_number(text)
    with pytest.raises(ValueError, match="^civil_number$"):
        tidy_line(text, 80)
    assert tidy_line(text, 80, may_hold_numbers=True)


@pytest.mark.parametrize(
    "text",
    [
        "Ring 86 52 12 34",
        "+45 86521234",
        "0612345678",
        "+31 6 12345678",
        "+31 123456782",
        "0031123456782",
        "0101901234",
        "320190-1234",
        "011390-1234",
        "290201-1234",
        "123456789",
        "000000000",
        "10000008",
        "8660 Skanderborg",
        "12.06.2026-2027",
        "1234567890123",
    ],
)
def test_a_telephone_number_a_date_or_a_sum_is_not_a_civil_number(text):
    assert not has_civil_number(text)


@given(st.text(max_size=300))
def test_whatever_is_typed_comes_out_encodable_short_and_the_same_when_tidied_again(text):
    for tidy in (tidy_line, tidy_text):
        tidied = tidy(text, 2000, optional=True, may_hold_numbers=True)
        tidied.encode()
        assert "\x00" not in tidied
        assert tidy(tidied, 2000, optional=True, may_hold_numbers=True) == tidied
