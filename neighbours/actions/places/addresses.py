"""The register comes in: an address file is streamed into doors and addresses, in one transaction.

The first register of an area cuts its cells (first_cells.py); later ones put new doors into the cells that are there
and move nothing. Not here: reading the file's formats (geo/addresses.py), the look-up (queries/places/register.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

import shapely
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models import Address, Area, Cell, Door, Installation, RegisterImport
from neighbours.actions.moving import THE_CLOCK, record
from neighbours.actions.places.cells import bump_areas_version, renew_near_cells
from neighbours.actions.places.first_cells import cut_first_cells, indexed_areas
from neighbours.database import writing
from neighbours.geo.addresses import AddressRow, BadRow, Extent, UnreadableFile, read_addresses
from neighbours.geo.folding import fold
from neighbours.geo.house_numbers import written_number
from neighbours.geo.index import AreaIndex, IndexedArea
from neighbours.rules.errors import Refused

AT_ONCE = 1_000  # rows of one batch
EXAMPLES = 5
DECIMALS = 7  # of a degree: a centimetre; two writings of one access point are one door

Point = tuple[float, float]
AddressKey = tuple[int, str, str, str, str]


@dataclass
class ImportedAddresses:
    """What an import did. `known` were in the register already, or twice in the file; `outside` lie in no area.

    `reasons` counts the refused rows by reason, `refused_rows` holds the first five; `outside_rows` the first five
    as text. `joined` are pairs (small area, the one it was joined to); `cells` were cut.
    """

    new: int = 0
    known: int = 0
    doors: int = 0
    outside: int = 0
    outside_rows: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    refused_rows: list[BadRow] = field(default_factory=list)
    cells: int = 0
    joined: list[tuple[str, str]] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return self.reasons.total()


def import_addresses(
    source: Iterable[str] | BinaryIO,
    file_name: str,
    now: datetime,
    progress: Callable[[int], None] = lambda rows: None,
) -> ImportedAddresses:
    """Store the addresses of a file that lie in an area and are not stored yet; all of it or nothing.

    `source` as geo.addresses.read_addresses takes it; `progress` is told the rows read so far, after every batch.
    The same file again changes nothing. At the first register of an area its cells are cut from the doors so far;
    areas under 50 doors are joined to a neighbour before. Raises Refused: field "file" for an unreadable file,
    "areas" while there is no area, "installation" before `flask setup`.
    """
    with writing() as session:
        if session.get(Installation, 1) is None:
            raise Refused("installation", "Nothing is set up here yet. Run `flask setup` first.")
        areas = indexed_areas(session)
        if not areas:
            raise Refused("areas", "There is no area here yet. Run `flask import-areas` first.")
        return _Intake(session, areas, file_name, now).take(source, progress)


class _Intake:
    """One import under way: the index of areas, what was counted, and the row that the new doors point to."""

    def __init__(self, session: Session, areas: list[IndexedArea], file_name: str, now: datetime) -> None:
        self._session = session
        self._index = AreaIndex(areas)
        self._extent = _extent(areas)
        self._file_name = file_name[:200]
        self._now = now
        self._village_names = dict(session.execute(select(Area.id, Area.name)).all())
        self._register_id: int | None = None
        self._doors_of_area: Counter[int] = Counter()
        self._doors_of_cell: Counter[int] = Counter()
        self.done = ImportedAddresses()

    def take(self, source: Iterable[str] | BinaryIO, progress: Callable[[int], None]) -> ImportedAddresses:
        seen = 0
        for batch in _batches(_readable(source, self._extent)):
            self._store(self._good_rows(batch))
            seen += len(batch)
            progress(seen)
        if self._register_id is not None:
            self._settle(self._register_id)
        return self.done

    def _good_rows(self, batch: Sequence[AddressRow | BadRow]) -> list[AddressRow]:
        rows = []
        for row in batch:
            if isinstance(row, AddressRow):
                rows.append(row)
                continue
            self.done.reasons[row.why.partition(":")[0]] += 1
            if len(self.done.refused_rows) < EXAMPLES:
                self.done.refused_rows.append(row)
        return rows

    def _store(self, rows: list[AddressRow]) -> None:
        points = [_point(row) for row in rows]
        inside: list[tuple[AddressRow, Point]] = []
        area_of: dict[Point, int] = {}
        for row, point, area in zip(rows, points, self._index.areas_at(points) if points else [], strict=True):
            if area is None:
                self._leave_outside(row)
            else:
                inside.append((row, point))
                area_of[point] = area
        doors = self._doors(area_of)
        self._add_addresses([(doors[point], row, self._village_names[area_of[point]]) for row, point in inside])

    def _leave_outside(self, row: AddressRow) -> None:
        self.done.outside += 1
        if len(self.done.outside_rows) < EXAMPLES:
            self.done.outside_rows.append(f"{_address_text(row)} ({row.lon:.5f}, {row.lat:.5f})")

    def _doors(self, area_of: dict[Point, int]) -> dict[Point, int]:
        """The ids of the doors at these points; those that are new are added."""
        doors = _known_doors(self._session, area_of)
        fresh = [self._new_door(point, area) for point, area in area_of.items() if point not in doors]
        if fresh:
            rows = self._session.execute(insert(Door).returning(Door.id, Door.lon, Door.lat), fresh).all()
            doors |= {(lon, lat): id_ for id_, lon, lat in rows}
            self.done.doors += len(fresh)
        return doors

    def _new_door(self, point: Point, area: int) -> dict[str, Any]:
        spot = self._index.cell_at(*point)
        assert spot is not None  # the point lies in an area, and every area has a cell
        self._doors_of_area[area] += 1
        self._doors_of_cell[spot[1]] += 1
        return {"lon": point[0], "lat": point[1], "cell_id": spot[1], "since_id": self._register()}

    def _add_addresses(self, rows: list[tuple[int, AddressRow, str]]) -> None:
        known = _known_addresses(self._session, {door for door, _, _ in rows})
        fresh: dict[AddressKey, dict[str, Any]] = {}
        for door, row, village in rows:
            key = _key(door, row)
            if key in known or key in fresh:
                self.done.known += 1
            else:
                fresh[key] = _address(key, row, village)
        if fresh:
            self._register()
            self._session.execute(insert(Address), list(fresh.values()))
            self.done.new += len(fresh)

    def _register(self) -> int:
        """The row of this import, made when the first new thing needs it."""
        if self._register_id is None:
            row = RegisterImport(at=self._now, file_name=self._file_name, doors=0, addresses=0)
            self._session.add(row)
            self._session.flush()
            self._register_id = row.id
            record(self._session, "register_import", [row.id], "import", "stored", by=THE_CLOCK, now=self._now)
        return self._register_id

    def _settle(self, register_id: int) -> None:
        """Write the counts, cut what has its first register, and renew what depends on cells."""
        session = self._session
        counts = {"doors": self.done.doors, "addresses": self.done.new}
        session.execute(update(RegisterImport).where(RegisterImport.id == register_id).values(**counts))
        for area, count in self._doors_of_area.items():
            session.execute(update(Area).where(Area.id == area).values(doors=Area.doors + count))
        for cell, count in self._doors_of_cell.items():
            session.execute(update(Cell).where(Cell.id == cell).values(doors=Cell.doors + count))
        cut = cut_first_cells(session, self._now)
        self.done.cells, self.done.joined = cut.cells, cut.joined
        if cut.changed:
            renew_near_cells(session, cut.changed)
            bump_areas_version(session)


def _extent(areas: list[IndexedArea]) -> Extent:
    west, south, east, north = shapely.total_bounds([area.polygon for area in areas]).tolist()
    return west, south, east, north


def _readable(source: Iterable[str] | BinaryIO, extent: Extent) -> Iterator[AddressRow | BadRow]:
    try:
        yield from read_addresses(source, extent)
    except UnreadableFile as error:
        raise Refused("file", str(error)) from error


def _batches(rows: Iterator[AddressRow | BadRow]) -> Iterator[list[AddressRow | BadRow]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _point(row: AddressRow) -> Point:
    return round(row.lon, DECIMALS), round(row.lat, DECIMALS)


def _address_text(row: AddressRow) -> str:
    return f"{row.street} {written_number(row.number, row.letter, row.unit)}, {row.postcode} {row.city}".strip(", ")


def _known_doors(session: Session, points: Iterable[Point]) -> dict[Point, int]:
    wanted = set(points)
    found = select(Door.id, Door.lon, Door.lat).where(Door.lon.in_({lon for lon, _ in wanted}))
    return {(lon, lat): id_ for id_, lon, lat in session.execute(found).all() if (lon, lat) in wanted}


def _known_addresses(session: Session, doors: set[int]) -> set[AddressKey]:
    columns = (Address.door_id, Address.street, Address.number, Address.unit, Address.postcode)
    found = session.execute(select(*columns).where(Address.door_id.in_(doors))).all()
    return {(door, street, number, unit, postcode) for door, street, number, unit, postcode in found}


def _key(door: int, row: AddressRow) -> AddressKey:
    return door, row.street, f"{row.number}{row.letter}", row.unit, row.postcode


def _address(key: AddressKey, row: AddressRow, village: str) -> dict[str, Any]:
    """The columns of an address. Its folded place holds the town and the village: people type either."""
    door, street, number, unit, postcode = key
    return {
        "door_id": door,
        "street": street,
        "number": number,
        "unit": unit,
        "postcode": postcode,
        "city": row.city,
        "street_folded": fold(street)[:120],
        "place_folded": f"{fold(row.city)}|{fold(village)}"[:100],
        "number_value": row.number,
        "letter": row.letter,
    }
