"""A register comes in: streamed, all or nothing, cells cut once and frozen, the same file again changes nothing."""

import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from flask import Flask
from sqlalchemy import delete, func, select, update

from app import create_app
from models import (
    Address,
    AdjacentArea,
    Area,
    Cell,
    Door,
    Home,
    Installation,
    Membership,
    Municipality,
    NearCell,
    RegisterImport,
    Resident,
    Step,
    db,
)
from neighbours.actions.places.addresses import ImportedAddresses, import_addresses
from neighbours.actions.places.areas import import_areas
from neighbours.database import writing
from neighbours.geo.cells import K
from neighbours.rules.errors import Refused
from tests.geo.material import PARISHES, real_draft
from tests.village import HEIGHT, NOW, SOUTH, WEST, WIDTH

REAL = Path(__file__).parents[3] / "shared" / "data" / "addresses" / "invented_skanderborg.csv"
LATER = NOW + timedelta(days=30)
HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE\n"
TABLES = (Area, Cell, NearCell, Door, Address, RegisterImport, Installation, Step, Resident)

Spot = tuple[float, float]


@pytest.fixture
def bare(app_on_both: Flask) -> Flask:
    """The three villages side by side before any register: one whole cell each, one resident in each."""
    with app_on_both.app_context(), writing() as session:
        whole = {area: cell for cell, area in session.execute(select(Cell.id, Cell.area_id).where(Cell.whole))}
        for area, cell in whole.items():
            session.execute(update(Resident).where(Resident.area_id == area).values(cell_id=cell))
        for table in (NearCell, Address, Door, Home, RegisterImport):
            session.execute(delete(table))
        session.execute(delete(Cell).where(~Cell.whole))
        session.execute(update(Area).values(doors=0))
        session.execute(update(Cell).values(doors=0))
    return app_on_both


def spots(village: int, count: int, seed: int = 1) -> list[Spot]:
    """Distinct points inside a village (0, 1, 2), the same for the same seed."""
    chance = random.Random(f"{village} {seed}")
    west = WEST + village * WIDTH
    return [
        (round(west + chance.uniform(0.001, WIDTH - 0.001), 6), round(SOUTH + chance.uniform(0.001, HEIGHT - 0.001), 6))
        for _ in range(count)
    ]


def lines(points: list[Spot], street: str = "Kærvej", unit: str = "") -> str:
    return "".join(
        f"{lon},{lat},{number},{street},{unit},Skanderborg,8660\n" for number, (lon, lat) in enumerate(points, 1)
    )


def take(text: str, now=LATER) -> ImportedAddresses:  # type: ignore[no-untyped-def]
    return import_addresses(io.BytesIO((HEADER + text).encode()), "a.csv", now)


def everything() -> list[list[str]]:
    db.session.rollback()
    return [sorted(map(repr, db.session.execute(select(table.__table__)).all())) for table in TABLES]


def cut_cells_of(area: int) -> list[Cell]:
    return list(db.session.scalars(select(Cell).where(Cell.area_id == area, ~Cell.whole).order_by(Cell.id)))


def homes_of_doors() -> dict[Spot, int]:
    return {(lon, lat): cell for lon, lat, cell in db.session.execute(select(Door.lon, Door.lat, Door.cell_id)).all()}


def test_the_first_register_of_an_area_cuts_its_cells_and_freezes_the_whole(bare):
    with bare.app_context():
        version = db.session.scalar(select(Installation.areas_version))
        done = take(lines(spots(0, 230)))
        assert (done.new, done.doors, done.known, done.outside, done.refused) == (230, 230, 0, 0, 0)
        cells = cut_cells_of(1)
        assert len(cells) == done.cells >= 3
        assert all(cell.doors >= K for cell in cells)
        assert sum(cell.doors for cell in cells) == 230 == db.session.get(Area, 1).doors
        regions = [shapely.from_wkb(cell.region) for cell in cells]
        assert shapely.union_all(regions).equals(shapely.from_wkb(db.session.get(Area, 1).polygon))
        assert db.session.scalar(select(Installation.areas_version)) == version + 1
        assert cut_cells_of(2) == []


def test_each_door_lies_in_the_region_of_its_cell(bare):
    with bare.app_context():
        take(lines(spots(0, 230)))
        regions = {cell.id: shapely.from_wkb(cell.region) for cell in cut_cells_of(1)}
        for (lon, lat), cell in homes_of_doors().items():
            assert shapely.intersects_xy(regions[cell], lon, lat)


def test_near_cells_are_ready_for_the_new_cells_and_the_next_village(bare):
    with bare.app_context():
        take(lines(spots(0, 230)))
        cells = {cell.id for cell in cut_cells_of(1)}
        near = db.session.execute(select(NearCell.a, NearCell.b)).all()
        next_village = db.session.scalars(select(Cell.id).where(Cell.area_id == 2)).one()
        assert {a for a, b in near if b == next_village} >= cells
        assert {b for a, b in near if a in cells} >= cells


def test_residents_without_an_address_stay_in_the_whole_cell(bare):
    with bare.app_context():
        before = db.session.execute(select(Resident.id, Resident.cell_id, Resident.area_id)).all()
        take(lines(spots(0, 230)))
        assert db.session.execute(select(Resident.id, Resident.cell_id, Resident.area_id)).all() == before


def test_the_same_file_again_changes_nothing(bare):
    with bare.app_context():
        text = lines(spots(0, 230)) + lines(spots(0, 3), unit="1. tv") + "9.9,,4,Kærvej,,Veng,8660\n"
        take(text)
        before = everything()
        again = take(text, LATER + timedelta(days=400))
        assert (again.new, again.doors, again.known, again.refused, again.cells) == (0, 0, 233, 1, 0)
        assert everything() == before


def test_flats_behind_one_door_are_one_door_and_never_parted(bare):
    with bare.app_context():
        points = spots(0, 60)
        done = take(lines(points) + lines(points[:20], unit="1. tv") + lines(points[:20], unit="1. tv"))
        assert (done.new, done.doors, done.known) == (80, 60, 20)
        assert db.session.scalar(select(func.count()).select_from(Door)) == 60
        assert len(cut_cells_of(1)) == 1  # 80 addresses, but 60 doors: too few for two cells


def test_two_writings_of_one_point_are_one_door(bare):
    with bare.app_context():
        done = take("9.8100001,56.01,1,Kærvej,,Veng,8660\n9.81000010004,56.010000000,1,Kærvej,1. tv,Veng,8660\n")
        assert (done.new, done.doors) == (2, 1)


def test_a_later_register_puts_new_doors_into_the_cells_that_are_there_and_moves_nothing(bare):
    with bare.app_context():
        take(lines(spots(0, 230)))
        cells = {cell.id: (cell.lon, cell.lat, cell.region) for cell in cut_cells_of(1)}
        doors = homes_of_doors()
        near = db.session.execute(select(NearCell.__table__)).all()
        done = take(lines(spots(0, 500, seed=2), "Nyvej"))
        assert (done.doors, done.cells) == (500, 0)
        assert {cell.id: (cell.lon, cell.lat, cell.region) for cell in cut_cells_of(1)} == cells
        later = homes_of_doors()
        assert {point: later[point] for point in doors} == doors
        assert set(later.values()) == set(cells)
        assert Counter(later.values()) == {cell.id: cell.doors for cell in cut_cells_of(1)}
        assert db.session.execute(select(NearCell.__table__)).all() == near
        assert db.session.scalars(select(RegisterImport.doors).order_by(RegisterImport.id)).all() == [230, 500]


def test_an_area_under_fifty_doors_is_joined_to_the_neighbour_before_the_cut(bare):
    with bare.app_context():
        old = db.session.scalars(select(Cell.id).where(Cell.area_id == 3)).one()
        done = take(lines(spots(1, 120)) + lines(spots(2, 49), "Nyvej"))
        assert done.joined == [("Fjernby", "Carlsby")]
        areas = {area.id: area for area in db.session.scalars(select(Area))}
        assert (areas[3].joined_to_id, areas[2].joined_to_id) == (2, None)
        assert areas[2].label == areas[3].label == "Carlsby & Fjernby"
        assert sum(cell.doors for cell in cut_cells_of(2)) == 169
        assert min(cell.doors for cell in cut_cells_of(2)) >= K
        assert db.session.get(Cell, old) is None
        assert not db.session.execute(select(Resident.id).where(Resident.area_id == 3)).all()
        whole = db.session.scalars(select(Cell.id).where(Cell.area_id == 2, Cell.whole)).one()
        assert db.session.scalars(select(Resident.cell_id).where(Resident.name == "Elsa")).one() == whole
        assert old not in set(db.session.scalars(select(NearCell.b)))


def test_fifty_doors_stand_alone(bare):
    with bare.app_context():
        done = take(lines(spots(1, 120)) + lines(spots(2, 50), "Nyvej"))
        assert done.joined == []
        assert len(cut_cells_of(3)) == 1


def test_three_small_areas_in_a_row_become_one(bare):
    with bare.app_context():
        done = take(lines(spots(0, 20)) + lines(spots(1, 21)) + lines(spots(2, 22)))
        assert len(done.joined) == 2
        (head,) = db.session.scalars(select(Area).where(Area.joined_to_id.is_(None)))
        assert {area.joined_to_id for area in db.session.scalars(select(Area)) if area is not head} == {head.id}
        assert [cell.doors for cell in cut_cells_of(head.id)] == [63]


def test_an_area_that_comes_small_beside_a_cut_one_is_annexed_by_one_of_its_cells(bare):
    with bare.app_context():
        take(lines(spots(1, 120)))
        before = {cell.id: cell.doors for cell in cut_cells_of(2)}
        take(lines(spots(2, 10), "Nyvej"))
        grown = {cell.id: cell.doors - before[cell.id] for cell in cut_cells_of(2)}
        assert sorted(grown.values()) == [0] * (len(before) - 1) + [10]
        take(lines(spots(2, 7, seed=9), "Østvej"))
        last = {cell.id: cell.doors - before[cell.id] for cell in cut_cells_of(2)}
        assert sorted(last.values()) == [0] * (len(before) - 1) + [17]


def test_small_without_any_neighbour_the_doors_wait_in_the_whole_cell(bare):
    with bare.app_context():
        with writing() as session:
            session.execute(delete(AdjacentArea))
        assert take(lines(spots(0, 30))).joined == []
        assert cut_cells_of(1) == []
        assert take(lines(spots(0, 30, seed=2), "Nyvej")).cells == 1
        assert [cell.doors for cell in cut_cells_of(1)] == [60]


def test_what_lies_outside_and_what_is_bad_is_told_and_the_rest_is_taken(bare):
    with bare.app_context():
        text = lines(spots(0, 60)) + "12.5,55.6,4,Nørregade,,København K,1165\n56.01,9.81,4,Ågade,,Veng,8660\n"
        done = take(text + "9.8,,4,Ågade,,Veng,8660\n9.81,56.01,x,Ågade,,Veng,8660\n")
        assert (done.new, done.outside, done.refused) == (60, 1, 3)
        assert done.outside_rows == ["Nørregade 4, 1165 København K (12.50000, 55.60000)"]
        assert [row.line for row in done.refused_rows] == [63, 64, 65]
        assert done.reasons == {
            "longitude and latitude are swapped": 1, "no coordinates": 1, "house number not understood": 1,
        }  # fmt: skip


def test_a_file_that_breaks_in_the_middle_leaves_nothing(bare):
    with bare.app_context():
        before = everything()
        broken = (HEADER + lines(spots(0, 3000))).encode() + "9.9,56.1,4,Ågade,,Veng,8660\n".encode("latin-1")
        with pytest.raises(Refused, match="not in UTF-8") as refusal:
            import_addresses(io.BytesIO(broken), "a.csv", LATER)
        assert refusal.value.field == "file"
        assert everything() == before


def test_without_areas_or_set_up_it_is_refused(bare):
    with bare.app_context():
        with writing() as session:
            for table in (Membership, Resident, NearCell, AdjacentArea, Cell):
                session.execute(delete(table))
            session.execute(delete(db.metadata.tables["place"]))
            session.execute(delete(Area))
        with pytest.raises(Refused, match="flask import-areas"):
            take(lines(spots(0, 3)))
        with writing() as session:
            session.execute(delete(Installation))
        with pytest.raises(Refused, match="flask setup"):
            take(lines(spots(0, 3)))


def test_it_reads_on_in_batches_and_tells_how_far_it_is(bare):
    told: list[int] = []
    read = 0

    def source() -> Iterator[str]:
        nonlocal read
        yield HEADER
        for line in lines(spots(0, 2500)).splitlines(keepends=True):
            read += 1
            yield line

    def progress(rows: int) -> None:
        told.append(rows)
        assert read <= rows + 1

    with bare.app_context():
        import_addresses(source(), "a.csv", LATER, progress)
    assert told == [1000, 2000, 2500]


@pytest.fixture
def parishes(tmp_path: Path) -> Flask:
    """An installation with Skanderborg's 26 parishes and no register."""
    app = create_app({"TESTING": True, "INSTANCE": tmp_path / "instance", "CLOCK": lambda: NOW})
    with app.app_context():
        db.create_all()
        with writing() as session:
            session.add(
                Installation(demo=False, operator="Otto", contact_email="o@example.org", language="da", created_at=NOW)
            )
            session.add(
                Municipality(
                    name="Skanderborg", country="DK", zone="Europe/Copenhagen", population=64_000,
                    population_source="a test", population_year=2026,
                )
            )  # fmt: skip
        import_areas(real_draft(PARISHES).areas, "Skanderborg", NOW)
    return app


def test_the_invented_register_of_real_parishes_comes_in_with_every_fault_counted(parishes):
    if not REAL.exists():
        pytest.skip("../shared/data/addresses/invented_skanderborg.csv is not here")
    with parishes.app_context():
        with REAL.open("rb") as stream:
            done = import_addresses(stream, REAL.name, LATER)
        assert done.reasons == {"no coordinates": 12, "longitude and latitude are swapped": 8}
        assert (done.known, done.outside, done.new) == (40, 3, 33_815 - 20 - 40 - 3)
        doors = db.session.scalars(select(Cell.doors).where(~Cell.whole, Cell.created_at == LATER)).all()
        assert min(doors) >= K
        assert sum(doors) == done.doors
        with REAL.open("rb") as stream:
            again = import_addresses(stream, REAL.name, LATER)
        assert (again.new, again.doors, again.known) == (0, 0, done.new + 40)
