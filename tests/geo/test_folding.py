"""Spellings meet in one folded form, and a typed address comes apart in the right places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neighbours.geo.folding import fold, parse_question

TEXTS = st.text(alphabet="aeouyijæøåÿäöüßœAEOUÆØÅIJ n-'.é4", max_size=12) | st.text(max_size=12)


@pytest.mark.parametrize(
    "spellings",
    [
        ["Søndergade", "søndergade", "SØNDERGADE", "sondergade", "soendergade", "Söndergade", "So\u0308ndergade"],
        ["Kærvej", "kaervej", "karvej", "KÆRVEJ", "Kärvej"],
        ["Låsby", "laasby", "lasby", "LA\u030aSBY", "Laasby"],
        ["Åen", "aaen", "aen", "Aaen"],
        ["IJsselstraat", "ijsselstraat", "ÿsselstraat", "Ysselstraat", "\u0132sselstraat"],
        ["Mühlstraße", "muehlstrasse", "MUHLSTRASSE"],
        ["Vester Allé", "vester alle", "Vester-Alle"],
        ["H.C. Andersens Vej", "h c andersens vej"],
        ["'s-Gravenweg", "s gravenweg", "’s Gravenweg"],
    ],
)
def test_spellings_of_one_name_meet(spellings: list[str]):
    assert len({fold(text) for text in spellings}) == 1


def test_names_that_differ_stay_apart():
    names = ["Søndergade", "Nørregade", "Kærvej", "Kirkevej", "Låsby", "Læsøvej", "Engvej", "Ågade"]
    assert len({fold(name) for name in names}) == len(names)


@settings(max_examples=500)
@given(TEXTS)
def test_folding_twice_changes_nothing_and_leaves_plain_letters(text: str):
    folded = fold(text)
    assert fold(folded) == folded
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxz0123456789 ")


@settings(max_examples=500)
@given(st.text(alphabet="aeouyijæøåÿäöüßAEOUÆØÅ n4-", max_size=12), st.integers(0, 12))
def test_the_fold_of_a_beginning_is_a_beginning_of_the_fold(text: str, length: int):
    assert fold(text).startswith(fold(text[:length]))


@pytest.mark.parametrize(
    ("text", "street", "number", "letter", "unit", "postcode", "place"),
    [
        ("sondergade 4 skanderborg", "sondergade", 4, "", "", "", "skanderborg"),
        ("soendergade 4", "sondergade", 4, "", "", "", ""),
        ("Søndergade 4, Skanderborg", "sondergade", 4, "", "", "", "skanderborg"),
        ("Søndergade 3 a, 2. th, 8660 Skanderborg", "sondergade", 3, "A", "2 th", "8660", "skanderborg"),
        ("Søndergade 3A,2.th.,8660 Skanderborg", "sondergade", 3, "A", "2 th", "8660", "skanderborg"),
        ("Søndergade 4, DK-8660 Skanderborg", "sondergade", 4, "", "", "8660", "skanderborg"),
        ("Søndergade 4 i Veng", "sondergade", 4, "", "", "", "veng"),
        ("Søndergade 4 i", "sondergade", 4, "I", "", "", ""),
        ("Søndergade, 8660", "sondergade", None, "", "", "8660", ""),
        ("Kerkstraat 12-2 1017 GA Amsterdam", "kerkstrat", 12, "", "2", "1017 GA", "amsterdam"),
        ("Kerkstraat 12 bis, 1017ga", "kerkstrat", 12, "", "bis", "1017 GA", ""),
        ("Plein 1944 5", "plein 1944", 5, "", "", "", ""),
        ("Christian 4's Vej 7", "christian 4s vej", 7, "", "", "", ""),
        ("10. Februarvej 3", "10 februarvej", 3, "", "", "", ""),
        ("10. Februarvej", "10 februarvej", None, "", "", "", ""),
        ("2e Weteringstraat 4", "2e weteringstrat", 4, "", "", "", ""),
        ("søndergade3", "sondergade", 3, "", "", "", ""),
        ("Søndergade3a, 8660 Veng", "sondergade", 3, "A", "", "8660", "veng"),
        ("4 High Street", "high street", 4, "", "", "", ""),
        ("Adam-Weber-Weg 10 95463 Bindlach", "adam weber weg", 10, "", "", "95463", "bindlach"),
        ("Søndergade, Veng", "sondergade", None, "", "", "", "veng"),
        ("4", "4", None, "", "", "", ""),
        ("", "", None, "", "", "", ""),
        (" , ;", "", None, "", "", "", ""),
    ],
)
def test_a_typed_address_comes_apart(text, street, number, letter, unit, postcode, place):
    asked = parse_question(text)
    assert (asked.street, asked.number, asked.letter) == (street, number, letter)
    assert (asked.unit, asked.postcode, asked.place) == (unit, postcode, place)


def test_without_number_or_comma_the_last_words_may_be_the_place():
    assert parse_question("vester alle ny veng").readings() == [
        ("vester alle ni veng", ""),
        ("vester alle ni", "veng"),
        ("vester alle", "ni veng"),
        ("vester", "alle ni veng"),
    ]
    assert parse_question("søndergade 4 veng").readings() == [("sondergade", "veng")]


@settings(max_examples=500)
@given(st.text(max_size=300) | st.text(alphabet="4a ,8660.-xØ", max_size=30))
def test_any_text_can_be_asked(text: str):
    asked = parse_question(text)
    assert asked.number is None or 0 < asked.number < 100_000
    assert "," not in asked.street + asked.place
