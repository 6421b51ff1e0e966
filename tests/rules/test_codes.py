"""Codes are read in every way people type them."""

import pytest

from neighbours.rules.people.codes import (
    CODES_ASKED,
    CODES_ASKED_BY_VISITOR,
    LETTER_SIGNS,
    TRIES_BY_CONTACT,
    TRIES_BY_VISITOR,
    network_of,
    new_letter_code,
    read_code,
    read_letter_code,
    shown_letter_code,
)


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        " 123 456 ",
        "123-456",
        "12 34 56",
        "１２３４５６",
        "١٢٣٤٥٦",
        "123\u200b456",
    ],
)
def test_six_digits_are_read_in_any_format(typed: str) -> None:
    assert read_code(typed) == "123456"


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "12345a", "½23456", "123456" * 9, "<123456>", "\x00"],
)
def test_anything_else_is_no_code(typed: str) -> None:
    assert read_code(typed) == ""


def test_a_letter_code_survives_paper_and_hasty_fingers() -> None:
    code = new_letter_code(lambda signs: signs[-1])
    assert code == LETTER_SIGNS[-1] * 8
    assert read_letter_code(shown_letter_code(code)) == code
    assert read_letter_code(" bcdf 3479 ") == "BCDF3479"


@pytest.mark.parametrize("typed", ["", "BCDF346", "BCDF34798", "BCDF346O", "ACDF3479", "BCDF\x003479\x00Ø"])
def test_anything_else_is_no_letter_code(typed: str) -> None:
    assert read_letter_code(typed) == ""


def test_no_sign_of_a_letter_looks_like_another() -> None:
    assert len(set(LETTER_SIGNS)) == len(LETTER_SIGNS)
    assert not set(LETTER_SIGNS) & set("0O1IL2Z5S8UAE6")


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_a_visitor_is_counted_by_the_network_of_a_household(address: str, counted_as: str) -> None:
    assert network_of(address) == counted_as


def test_the_page_that_says_how_long_to_wait_need_not_know_which_of_the_two_was_hit() -> None:
    assert CODES_ASKED.pause == CODES_ASKED_BY_VISITOR.pause == 3600
    assert TRIES_BY_CONTACT.pause == TRIES_BY_VISITOR.pause == 300
