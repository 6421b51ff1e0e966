"""The people of every test, and where they live. Three villages in a row: Anneby, Carlsby, Fjernby.

Anna asks and Bo helps in the same corner of Anneby; Dorthe is its host; Wim waits to be confirmed there. Carl lives in
Carlsby, the next village. Elsa and the host Hans live in Fjernby, which Anneby does not reach. Mia works for the
municipality, Otto runs the installation. Everybody speaks Danish and English, and reads
the pages in English. It is noon on Monday 1 June 2026.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from shapely import to_wkb
from shapely.geometry import Polygon, box
from sqlalchemy import event, insert, select, text, update

from models import (
    Address,
    AdjacentArea,
    Area,
    Association,
    Base,
    Cell,
    Door,
    Home,
    Installation,
    Membership,
    Municipality,
    NearCell,
    Official,
    Place,
    RegisterImport,
    Resident,
    db,
)
from neighbours.actions.people.sessions import begin_session
from neighbours.database import writing
from neighbours.geo import bands
from neighbours.geo.cells import cut_cells, whole_cell
from neighbours.geo.folding import fold
from neighbours.rules.help.kinds import kinds_mask
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask
from neighbours.sealing import seal

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
WEST, SOUTH, WIDTH, HEIGHT = 9.80, 56.00, 0.06, 0.03
VILLAGES = ("Anneby", "Carlsby", "Fjernby")
STREETS = ("Engvej", "Kærvej", "Søndergade", "Åvej", "Møllebakken")
DOORS_A_STREET = 24
IGNORED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET", "SAVEPOINT", "RELEASE")


class Statements(list[str]):
    """What was said to the database inside `counted`, without BEGIN, COMMIT, PRAGMA and SET."""


@contextmanager
def counted(app: Flask) -> Iterator[Statements]:
    """Collect the statements that the app's engine executes inside the block."""
    seen = Statements()
    with app.app_context():
        engine = db.engine

    def listen(connection, cursor, statement, parameters, context, executemany):  # type: ignore[no-untyped-def]
        if not statement.lstrip().upper().startswith(IGNORED):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def sign_in_as(app: Flask, name: str) -> FlaskClient:
    """A browser in which this person is signed in."""
    with app.app_context():
        token = _begin(name)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def ident(app: Flask, table: type[Base], **columns: object) -> int:
    """The internal id of the one row with these column values, such as ident(app, Resident, name="Anna")."""
    with app.app_context():
        wanted = [getattr(table, column) == value for column, value in columns.items()]
        return int(db.session.execute(select(table.id).where(*wanted)).scalar_one())  # type: ignore[attr-defined]


def build_village(demo: bool = False) -> None:
    """Fill an empty, migrated database; needs an app context."""
    with writing() as session:
        session.add(
            Installation(
                id=1, demo=demo, operator="Prøve Drift", contact_email="drift@example.org", contact_phone="+4511223344",
                language="en", created_at=NOW,
            )
        )  # fmt: skip
        session.add(
            Municipality(
                id=1, name="Prøvekøb Kommune", country="DK", zone="Europe/Copenhagen", population=60_000,
                population_source="opdigtet", population_year=2026,
            )
        )  # fmt: skip
        session.add(RegisterImport(id=1, at=NOW, file_name="test", doors=360, addresses=360))
        session.flush()
        for number in range(3):
            _add_area(session, number)
        session.flush()
        _add_nearness(session)
        _add_people(session)
        _count_on(session)


def _count_on(session) -> None:  # type: ignore[no-untyped-def]
    """PostgreSQL does not notice ids that were given; its next own one must come after them."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("municipality", "association", "area", "register_import"):
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )


def _add_area(session, number: int) -> None:  # type: ignore[no-untyped-def]
    name, ident = VILLAGES[number], number + 1
    west = WEST + number * WIDTH
    polygon = box(west, SOUTH, west + WIDTH, SOUTH + HEIGHT)
    doors = _doors(west)
    session.add(
        Association(id=ident, municipality_id=1, name=f"{name} Borgerforening", label="Borgerforening", created_at=NOW)
    )
    session.flush()
    session.add(
        Area(
            id=ident, municipality_id=1, association_id=ident, key=f"000{ident}", name=name, label=name,
            polygon=to_wkb(polygon), doors=len(doors), state="open", created_at=NOW, opened_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    session.add(Place(area_id=ident, association_id=None, kind="public", name=f"{name} Bibliotek"))
    session.add(Place(area_id=ident, association_id=ident, kind="green", name=f"{name} Fælled"))
    _add_cells(session, ident, name, polygon, doors)


def _doors(west: float) -> list[tuple[float, float]]:
    """Five streets of 24 doors each, the streets 500 m apart."""
    return [
        (round(west + 0.004 + 0.002 * place, 6), round(SOUTH + 0.004 + 0.005 * street, 6))
        for street in range(len(STREETS))
        for place in range(DOORS_A_STREET)
    ]


def _add_cells(session, area_id: int, name: str, polygon: Polygon, doors: list[tuple[float, float]]) -> None:  # type: ignore[no-untyped-def]
    whole = whole_cell(polygon, doors)
    session.add(
        Cell(area_id=area_id, whole=True, lon=whole.lon, lat=whole.lat, doors=len(doors), region=None, created_at=NOW)
    )
    for cut in cut_cells(polygon, doors):
        cell = Cell(
            area_id=area_id, whole=False, lon=cut.lon, lat=cut.lat, doors=cut.doors, region=to_wkb(cut.region),
            created_at=NOW,
        )  # fmt: skip
        session.add(cell)
        session.flush()
        for member in cut.members:
            _add_door(session, cell.id, name, member, doors[member])


def _add_door(session, cell_id: int, city: str, member: int, door: tuple[float, float]) -> None:  # type: ignore[no-untyped-def]
    row = Door(cell_id=cell_id, lon=door[0], lat=door[1], since_id=1)
    session.add(row)
    session.flush()
    street, number = STREETS[member // DOORS_A_STREET], member % DOORS_A_STREET + 1
    session.add(
        Address(
            door_id=row.id, street=street, number=str(number), unit="", postcode="8660", city=city,
            street_folded=fold(street), place_folded=fold(city), number_value=number,
        )
    )  # fmt: skip


def _add_nearness(session) -> None:  # type: ignore[no-untyped-def]
    adjacent = {1: {2}, 2: {1, 3}, 3: {2}}
    session.execute(
        insert(AdjacentArea), [{"area_id": a, "other_id": b} for a, others in adjacent.items() for b in others]
    )
    rows = session.execute(select(Cell.id, Cell.area_id, Cell.lon, Cell.lat, Cell.whole)).all()
    pairs = bands.near_pairs([bands.NearCell(*row) for row in rows], adjacent)
    session.execute(
        insert(NearCell), [dict(zip(("a", "band", "b", "area_b", "metres"), pair, strict=True)) for pair in pairs]
    )


def _add_people(session) -> None:  # type: ignore[no-untyped-def]
    for name, area_id, street, number, status in PEOPLE:
        _add_resident(session, name, area_id, street, number, status)
    for name, association_id in (("Dorthe", 1), ("Hans", 3)):
        session.add(
            Membership(resident_id=_resident(session, name), association_id=association_id, role="host", since=NOW)
        )
    for name, kinds in (("Bo", ("garden", "digital")), ("Carl", ("lift",))):
        session.execute(update(Resident).where(Resident.name == name).values(kinds=kinds_mask(kinds)))
    session.add(
        Official(
            role="municipality", municipality_id=1, name="Mia", email="mia@example.org", language="en", created_at=NOW
        )
    )
    session.add(
        Official(
            role="operator", municipality_id=None, name="Otto", email="otto@example.org", language="en", created_at=NOW
        )
    )


PEOPLE = (
    ("Anna", 1, "Engvej", 1, "confirmed"),
    ("Bo", 1, "Engvej", 3, "confirmed"),
    ("Dorthe", 1, "Møllebakken", 22, "confirmed"),
    ("Wim", 1, "Kærvej", 2, "waiting"),
    ("Carl", 2, "Engvej", 1, "confirmed"),
    ("Elsa", 3, "Engvej", 1, "confirmed"),
    ("Hans", 3, "Møllebakken", 22, "confirmed"),
)


def _add_resident(session, name: str, area_id: int, street: str, number: int, status: str) -> None:  # type: ignore[no-untyped-def]
    where = select(Door.cell_id).join(Address).where(
        Address.street == street, Address.number == str(number), Address.city == VILLAGES[area_id - 1]
    )  # fmt: skip
    row = Resident(
        name=name, email=f"{name.lower()}@example.org", phone=f"+45201000{len(name)}{area_id}", language="en",
        languages=language_mask(["da", "en"]), area_id=area_id, cell_id=session.execute(where).scalar_one(),
        slots=WHENEVER, reach=10_000, status=status, joined_at=NOW,
        confirmed_at=NOW if status == "confirmed" else None, confirmed_how="setup" if status == "confirmed" else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    address = {"street": street, "number": str(number), "unit": "", "postcode": "8660", "city": VILLAGES[area_id - 1]}
    session.add(Home(resident_id=row.id, sealed=seal(f"home:{row.id}", address), since=NOW))


def _resident(session, name: str) -> int:  # type: ignore[no-untyped-def]
    return int(session.execute(select(Resident.id).where(Resident.name == name)).scalar_one())


def _begin(name: str) -> str:
    with writing() as session:
        resident = session.execute(select(Resident.id).where(Resident.name == name)).scalar_one_or_none()
        official = session.execute(select(Official.id).where(Official.name == name)).scalar_one_or_none()
        return begin_session(session, resident_id=resident, official_id=official, device="Firefox", now=NOW)
