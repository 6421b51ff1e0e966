"""Areas come in: all or none, the same again changes nothing, cells and nearness kept ready, on both engines."""

from datetime import timedelta

import pytest
import shapely
from flask import Flask
from sqlalchemy import func, select

from models import AdjacentArea, Area, Cell, Installation, Municipality, NearCell, Step, db
from neighbours.actions.places.areas import import_areas
from neighbours.actions.places.cells import renew_adjacency, renew_near_cells
from neighbours.database import writing
from neighbours.geo.areas import DraftArea
from neighbours.geo.bands import VILLAGE
from neighbours.geo.planar import distance_m
from neighbours.rules.errors import Refused
from tests.village import HEIGHT, NOW, SOUTH, WEST, WIDTH

LATER = NOW + timedelta(days=1)
EDGE = WEST + 3 * WIDTH  # the eastern border of Fjernby


def draft(key: str, name: str, west: float, south: float = SOUTH) -> DraftArea:
    box = shapely.box(west, south, west + WIDTH, south + HEIGHT)
    return DraftArea(key, name, shapely.MultiPolygon([box]), (1,))


NEW = [draft("0010", "Nyby", EDGE), draft("0011", "Østby", EDGE + WIDTH)]


@pytest.fixture
def municipality(app_on_both: Flask) -> str:
    with app_on_both.app_context():
        name = db.session.scalar(select(Municipality.name))
        assert name
        return name


def everything(app: Flask) -> list[object]:
    """All that an import of areas may touch, as comparable rows."""
    with app.app_context():
        tables = (Area, Cell, NearCell, AdjacentArea, Installation, Step)
        return [sorted(map(repr, db.session.execute(select(table.__table__)).all())) for table in tables]


def test_new_areas_are_stored_with_their_whole_cell(app_on_both, municipality):
    with app_on_both.app_context():
        arrival = import_areas(NEW, municipality, LATER)
        assert [area.key for area in arrival.new] == ["0010", "0011"]
        rows = db.session.execute(
            select(Area.name, Area.label, Area.state, Area.doors, Area.polygon, Cell.whole, Cell.region, Cell.lon)
            .join(Cell, Cell.area_id == Area.id)
            .where(Area.key.in_(["0010", "0011"]))
            .order_by(Area.key)
        ).all()
    assert [row[:4] for row in rows] == [("Nyby", "Nyby", "soon", 0), ("Østby", "Østby", "soon", 0)]
    assert all(row.whole and row.region is None for row in rows)
    assert shapely.from_wkb(rows[0].polygon) == NEW[0].polygon
    assert EDGE < rows[0].lon < EDGE + WIDTH


def test_the_areas_version_rises_once_and_each_area_leaves_a_step(app_on_both, municipality):
    with app_on_both.app_context():
        before = db.session.scalar(select(Installation.areas_version))
        import_areas(NEW, municipality, LATER)
        db.session.rollback()
        assert db.session.scalar(select(Installation.areas_version)) == before + 1
        steps = db.session.execute(select(Step.after, Step.at).where(Step.thing == "area")).all()
    assert [tuple(step) for step in steps] == [("soon", LATER), ("soon", LATER)]


def test_neighbours_are_beside_each_other_both_ways_round(app_on_both, municipality):
    with app_on_both.app_context():
        import_areas(NEW, municipality, LATER)
        names = dict(db.session.execute(select(Area.id, Area.name)).all())
        beside = db.session.execute(select(AdjacentArea.area_id, AdjacentArea.other_id)).all()
    pairs = {(names[a], names[b]) for a, b in beside}
    assert {("Fjernby", "Nyby"), ("Nyby", "Fjernby"), ("Nyby", "Østby"), ("Østby", "Nyby")} <= pairs
    assert ("Fjernby", "Østby") not in pairs


def test_near_cells_are_all_pairs_of_the_own_and_adjacent_areas(app_on_both, municipality):
    with app_on_both.app_context():
        import_areas(NEW, municipality, LATER)
        rows = db.session.execute(select(NearCell.a, NearCell.b, NearCell.area_b, NearCell.band, NearCell.metres)).all()
        told = (Cell.id, Cell.area_id, Cell.lon, Cell.lat, Cell.whole)
        cells = {cell.id: cell for cell in db.session.execute(select(*told)).all()}
        beside = {tuple(pair) for pair in db.session.execute(select(AdjacentArea.area_id, AdjacentArea.other_id))}
    expected = {
        (a, b)
        for a in cells
        for b in cells
        if cells[a].area_id == cells[b].area_id or (cells[a].area_id, cells[b].area_id) in beside
    }
    assert {(row.a, row.b) for row in rows} == expected
    assert len(rows) == len(expected)
    for row in rows:
        one, other = cells[row.a], cells[row.b]
        assert row.area_b == other.area_id
        assert row.metres == round(distance_m(one.lon, one.lat, other.lon, other.lat))
        assert (row.band == VILLAGE) == (one.area_id == other.area_id and (one.whole or other.whole))


def test_importing_the_same_again_changes_nothing(app_on_both, municipality):
    with app_on_both.app_context():
        import_areas(NEW, municipality, LATER)
    before = everything(app_on_both)
    with app_on_both.app_context():
        arrival = import_areas(NEW, municipality, LATER + timedelta(days=1))
    assert (len(arrival.new), len(arrival.unchanged)) == (0, 2)
    assert everything(app_on_both) == before


def test_a_changed_polygon_refuses_the_whole_file(app_on_both, municipality):
    with app_on_both.app_context():
        import_areas(NEW[:1], municipality, LATER)
    before = everything(app_on_both)
    shrunk = DraftArea("0010", "Nyby", shapely.MultiPolygon([NEW[0].polygon.buffer(-0.001).convex_hull]), (1,))
    with app_on_both.app_context(), pytest.raises(Refused, match="Nyby .* another polygon") as refused:
        import_areas([shrunk, NEW[1]], municipality, LATER)
    assert refused.value.field == "file"
    assert everything(app_on_both) == before


def test_an_area_over_another_municipalitys_area_is_refused(app_on_both, municipality):
    with app_on_both.app_context():
        with writing() as session:
            session.add(
                Municipality(
                    name="Nabokommune", country="DK", zone="Europe/Copenhagen", population=20_000,
                    population_source="a test", population_year=2026,
                )
            )  # fmt: skip
        with pytest.raises(Refused, match="Fjernby and Nyby overlap"):
            import_areas([draft("0003", "Nyby", EDGE - WIDTH / 2)], "Nabokommune", LATER)
        arrival = import_areas([draft("0003", "Nyby", EDGE)], "Nabokommune", LATER)
        assert [area.key for area in arrival.new] == ["0003"]
        names = dict(db.session.execute(select(Area.id, Area.name)).all())
        beside = {
            (names[a], names[b]) for a, b in db.session.execute(select(AdjacentArea.area_id, AdjacentArea.other_id))
        }
    assert ("Fjernby", "Nyby") in beside


def test_a_municipality_that_is_not_here_is_refused_naming_those_that_are(app_on_both, municipality):
    before = everything(app_on_both)
    with app_on_both.app_context(), pytest.raises(Refused, match=f"called Atlantis here. There is: {municipality}"):
        import_areas(NEW, "Atlantis", LATER)
    assert everything(app_on_both) == before


def test_renewing_nearness_twice_changes_nothing(app_on_both, municipality):
    with app_on_both.app_context():
        import_areas(NEW, municipality, LATER)
        before = everything(app_on_both)
        with writing() as session:
            assert renew_adjacency(session) == set()
            areas = list(session.scalars(select(Area.id)))
            assert renew_near_cells(session, areas) == session.scalar(select(func.count()).select_from(NearCell))
    assert everything(app_on_both) == before


def test_an_area_that_is_joined_to_another_counts_as_that_other_one(app_on_both, municipality):
    with app_on_both.app_context():
        import_areas(NEW, municipality, LATER)
        with writing() as session:
            ids = dict(session.execute(select(Area.name, Area.id)).all())
            session.get_one(Area, ids["Nyby"]).joined_to_id = ids["Fjernby"]
            session.flush()
            renew_near_cells(session, [ids["Nyby"], ids["Fjernby"]])
        areas = dict(db.session.execute(select(Cell.id, Cell.area_id)).all())
        rows = db.session.execute(select(NearCell.a, NearCell.b, NearCell.area_b, NearCell.band)).all()
    inside = [row for row in rows if areas[row.a] == ids["Fjernby"] and areas[row.b] == ids["Nyby"]]
    assert inside and all(row.area_b == ids["Fjernby"] and row.band == VILLAGE for row in inside)
    assert any(areas[row.a] == ids["Fjernby"] and areas[row.b] == ids["Østby"] for row in rows)
    assert all(row.area_b != ids["Nyby"] for row in rows)
