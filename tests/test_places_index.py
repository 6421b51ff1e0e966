"""What a process keeps in memory of areas: points and villages, built anew only when the areas' version changes."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Area, Cell, Door, db
from neighbours.database import writing
from neighbours.places.index import places_index, villages, villages_called
from tests.village import counted


def test_every_door_lies_in_the_cell_that_it_fell_into(app: Flask) -> None:
    with app.app_context():
        index = places_index(1)
        doors = db.session.execute(select(Door.lon, Door.lat, Cell.area_id, Cell.id).join(Cell)).all()
        assert len(doors) == 360
        assert all(index.cell_at(door.lon, door.lat) == (door.area_id, door.id) for door in doors)


def test_a_point_outside_lies_nowhere(app: Flask) -> None:
    with app.app_context():
        assert places_index(1).area_at(0.0, 0.0) is None
        assert places_index(1).cell_at(0.0, 0.0) is None


def test_a_joined_area_answers_as_its_main_area(app: Flask) -> None:
    with app.app_context():
        with writing() as session:
            session.execute(update(Area).where(Area.name == "Carlsby").values(joined_to_id=1))
        found = places_index(2).area_at(9.87, 56.01)
        assert found is not None and found.id == 1
        main, cell_id = places_index(2).cell_at(9.87, 56.01) or (0, 0)
        assert main == 1 and db.session.get(Cell, cell_id).area_id == 2  # type: ignore[union-attr]


def test_the_same_version_is_read_once_and_a_new_one_again(app: Flask) -> None:
    with app.app_context(), counted(app) as statements:
        for version, read in ((1, 2), (1, 2), (2, 4), (2, 4)):
            places_index(version)
            villages(version)
            assert len(statements) == read


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("anneby", ["Anneby"]),
        ("a", ["Anneby"]),
        ("by", []),
        ("", []),
        ("  ", []),
        ("\x00", []),
        ("FJERN", ["Fjernby"]),
        ("Anneby og Carlsby", ["Anneby"]),
        ("anneby & carlsby", ["Anneby"]),
        ("og & og", []),
        (" & ", []),
    ],
)
def test_villages_are_found_by_name_or_by_how_it_begins(app: Flask, typed: str, names: list[str]) -> None:
    with app.app_context():
        assert [village.name for village in villages_called(typed, 1)] == names
