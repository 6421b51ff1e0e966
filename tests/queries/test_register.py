"""The look-up over the register: what is typed finds the house, on both engines, by one statement."""

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from models import Address, Door, db
from neighbours.database import writing
from neighbours.geo.folding import fold, parse_question
from neighbours.queries.places.register import addresses_like
from tests.village import counted, sign_in_as

EXTRA = [
    ("Broe", "1", ""),
    ("Bro", "1", ""),
    ("Søndergade", "4A", ""),
    ("Søndergade", "4", "1. tv"),
    ("Søndergade", "40", ""),
]


@pytest.fixture
def register(app_on_both: Flask) -> Flask:
    """The village's register with more houses behind one door of Anneby, and the village names in the places."""
    with app_on_both.app_context(), writing() as session:
        door = session.scalars(select(Door.id).order_by(Door.id)).first()
        session.execute(update(Address).values(place_folded="skanderborg|" + Address.place_folded))
        session.execute(insert(Address), [_row(door, *each) for each in EXTRA])
    return app_on_both


def _row(door: int | None, street: str, number: str, unit: str) -> dict[str, object]:
    value = "".join(sign for sign in number if sign.isdigit())
    return {
        "door_id": door,
        "street": street,
        "number": number,
        "unit": unit,
        "postcode": "8660",
        "city": "Anneby",
        "street_folded": fold(street),
        "place_folded": "skanderborg|annebi",
        "number_value": int(value),
        "letter": number.removeprefix(value),
    }


def found(app: Flask, text: str) -> list[str]:
    with app.app_context():
        rows = addresses_like(parse_question(text))
    return [f"{row.street} {row.number_value}{row.letter} {row.unit}".strip() + f", {row.city}" for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "sondergade 4 anneby",
        "soendergade 4, anneby",
        "Søndergade 4 Anneby",
        "SØNDERGADE 4 ANNEBY",
        "söndergade 4 Anneby",
    ],
)
def test_every_spelling_finds_the_house_itself_first(register, text):
    assert found(register, text)[0] == "Søndergade 4, Anneby"


def test_the_exact_number_stands_before_letters_and_longer_numbers(register):
    anneby = [line for line in found(register, "sondergade 4 anneby") if line.endswith("Anneby")]
    assert anneby == [
        "Søndergade 4, Anneby",
        "Søndergade 4 1. tv, Anneby",
        "Søndergade 4A, Anneby",
        "Søndergade 40, Anneby",
    ]
    assert found(register, "sondergade 4a")[0] == "Søndergade 4A, Anneby"
    assert found(register, "sondergade 4, 1. tv")[0] == "Søndergade 4 1. tv, Anneby"


def test_the_beginning_of_a_street_and_other_letters_find_it(register):
    assert found(register, "kaerv 2")[0].startswith("Kærvej 2")
    assert found(register, "karvej")[0].startswith("Kærvej")
    assert found(register, "aavej 7")[0].startswith("Åvej 7")
    assert found(register, "åv")[0].startswith("Åvej")


def test_the_place_may_be_the_village_or_the_town_and_may_follow_without_a_comma(register):
    assert found(register, "søndergade 7, Carlsby")[0] == "Søndergade 7, Carlsby"
    assert found(register, "søndergade fjernby")[0] == "Søndergade 1, Fjernby"
    assert found(register, "søndergade 7 skanderborg") == [
        f"Søndergade 7, {name}" for name in ("Anneby", "Carlsby", "Fjernby")
    ]


def test_of_two_streets_that_fold_alike_the_true_spelling_comes_first(register):
    assert found(register, "bro 1") == ["Bro 1, Anneby", "Broe 1, Anneby"]
    assert found(register, "broe 1") == ["Broe 1, Anneby", "Bro 1, Anneby"]


def test_at_most_eight_are_suggested_and_a_single_letter_suggests_nothing(register):
    assert len(found(register, "kærvej")) == 8
    assert found(register, "k") == []
    assert found(register, "") == []
    assert found(register, "%") == []
    assert found(register, "' OR 1=1 --") == []


def test_what_is_not_there_is_not_found(register):
    assert found(register, "kærvej 999") == []
    assert found(register, "havnegade 1") == []


def test_one_statement_and_the_same_for_everybody_who_asks(register):
    with counted(register) as seen:
        first = found(register, "sondergade 4")
    assert len(seen) == 1
    sign_in_as(register, "Anna")
    assert found(register, "sondergade 4") == first


def test_a_row_names_refs_and_the_area_but_no_id(register):
    with register.app_context():
        row = addresses_like(parse_question("kærvej 3 carlsby"))[0]._mapping
        assert db.session.scalar(select(Address.street).where(Address.ref == row["ref"])) == "Kærvej"
    assert row["area_name"] == "Carlsby"
    assert not {"id", "door_id", "cell_id", "area_id"} & set(row)
