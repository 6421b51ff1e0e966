"""Contacts in every format people type; what is none says so in one word."""

import json
from pathlib import Path

import pytest

from neighbours.rules.people.contact import Contact, read_contact, shown_contact, shown_phone

NAUGHTY = Path(__file__).parents[3] / "shared/data/peers/blns.json"


@pytest.mark.parametrize(
    "typed",
    [
        "12345678".replace("1", "2", 1),
        "22 34 56 78",
        "2234-5678",
        "+45 22 34 56 78",
        "0045 22345678",
        "45 22345678",
        "Tlf. 22 34 56 78",
        "(+45) 22.34.56.78",
        "２２３４５６７８",
        "٢٢٣٤٥٦٧٨",
        "\u202a+45\xa022\u00a034\u201156\u201178\u202c",
        "tel:+4522345678",
    ],
)
def test_a_danish_number_is_read_in_any_format(typed: str) -> None:
    assert read_contact(typed, "DK") == Contact("text", "+4522345678")


@pytest.mark.parametrize(
    "typed",
    [
        "06 12345678",
        "0612345678",
        "+31 6 1234 5678",
        "+31 (0)6 12345678",
        "0031(0)612345678",
        "06-12 34 56 78",
    ],
)
def test_a_dutch_number_is_read_in_any_format(typed: str) -> None:
    assert read_contact(typed, "NL") == Contact("text", "+31612345678")


def test_a_national_number_tells_its_country_by_itself() -> None:
    assert read_contact("0612345678", "DK").address == "+31612345678"
    assert read_contact("22345678", "NL").address == "+4522345678"
    assert read_contact("612345678", "NL").address == "+31612345678"
    with pytest.raises(ValueError, match="phone"):
        read_contact("612345678", "DK")


def test_a_number_of_another_country_is_kept_as_it_is() -> None:
    assert read_contact("+49 171 1234567").address == "+491711234567"


@pytest.mark.parametrize(
    "typed",
    [
        "Anna@Example.DK",
        " anna@example.dk ",
        "mailto:anna@example.dk",
        "Anna Larsen <anna@example.dk>",
        "anna@example.dk.",
    ],
)
def test_an_email_is_brought_to_lower_case(typed: str) -> None:
    assert read_contact(typed) == Contact("email", "anna@example.dk")


def test_a_domain_with_danish_letters_is_written_as_mail_servers_speak_it() -> None:
    assert read_contact("post@blåbærgrød.dk").address == "post@xn--blbrgrd-fxak7p.dk"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("", "empty"),
        (" \t\u200b\x00", "empty"),
        ("anna", "phone"),
        ("123", "phone"),
        ("12345678", "phone"),
        ("+45 1234", "phone"),
        ("+31 0000000000", "phone"),
        ("22345678 or 22345679", "phone"),
        ("-22345678x", "phone"),
        ("@", "email"),
        ("anna@", "email"),
        ("anna@dk", "email"),
        ("anna@192.168.0.1", "email"),
        ("anna..larsen@example.dk", "email"),
        ("anna@example.dk\nBcc: all@example.dk", "email"),
        ("anna larsen@example.dk", "email"),
        ("anna@example.dk,bo@example.dk", "email"),
        ("a" * 65 + "@example.dk", "email"),
        ("a@" + "b" * 70 + ".dk", "email"),
        ("2" * 301, "long"),
    ],
)
def test_what_is_no_contact_is_refused_with_one_word(typed: str, word: str) -> None:
    with pytest.raises(ValueError, match=f"^{word}$"):
        read_contact(typed, "DK")


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not beside the project")
def test_no_naughty_string_does_more_than_raise_a_value_error() -> None:
    for text in json.loads(NAUGHTY.read_text()):
        for typed in (text, text + "@example.dk", "+45" + text):
            try:
                contact = read_contact(typed)
            except ValueError as error:
                assert str(error) in {"empty", "long", "email", "phone"}
            else:
                assert contact.address.isascii() and contact.address.isprintable()


def test_a_number_is_shown_in_groups_that_can_be_typed_in_again() -> None:
    assert shown_phone("+4522345678") == "+45 22 34 56 78"
    assert shown_phone("+31612345678") == "+31 612 345 678"
    for number in ("+4522345678", "+31612345678", "+491711234567"):
        assert read_contact(shown_contact(Contact("text", number))).address == number
