"""Random towns for the oracle of lists: areas, doors, cells, neighbours, requests and offers, in a real database.

Polygons are Voronoi pieces of a box, some left out, in two municipalities; one area is too small to stand alone.
A neighbour of a town knows the exact door that it lives behind; the oracle starts from there.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import shapely
from shapely.geometry import MultiPoint, Point, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import Area, Cell, Door, HelpRequest, Municipality, Offer, Resident
from neighbours.actions.places.cells import renew_adjacency, renew_near_cells
from neighbours.actions.places.first_cells import cut_first_cells
from neighbours.rules.help.kinds import KINDS
from neighbours.rules.help.slots import WHENEVER
from tests.village import NOW

AREAS, LEFT_OUT = 13, 2
PEOPLE, REQUESTS, OFFERS = 260, 900, 250
WIDE, HIGH = 0.22, 0.11  # degrees; about 14 by 12 km


@dataclass
class Neighbour:
    """Where somebody lives, and the cell that the database holds for that."""

    id: int
    door: tuple[float, float]
    village_only: bool
    area_id: int
    cell_id: int


@dataclass
class Town:
    """What was drawn; ids are those of the database. `wanted` and `offered` are the rows as they were inserted."""

    polygons: dict[int, BaseGeometry]
    doors: list[tuple[float, float]]
    neighbours: list[Neighbour] = field(default_factory=list)
    wanted: list[dict[str, Any]] = field(default_factory=list)
    offered: list[dict[str, Any]] = field(default_factory=list)


def build_town(session: Session, seed: int, west: float, south: float) -> Town:
    """Draw a town with its corner at (west, south) and store it, by the actions that store a real one."""
    draw = random.Random(seed)
    town = Town(_areas(session, draw, seed, west, south), [])
    for area_id, polygon in town.polygons.items():
        town.doors += _doors(session, draw, seed, area_id, polygon)
    changed = renew_adjacency(session)
    cut = cut_first_cells(session, NOW)
    renew_near_cells(session, changed | cut.changed | set(town.polygons))
    _people(session, draw, seed, town)
    town.wanted = [_request(draw, town, seed * 10_000 + number) for number in range(REQUESTS)]
    town.offered = [_offer(draw, town, seed * 10_000 + number) for number in range(OFFERS)]
    session.execute(insert(HelpRequest), town.wanted)
    session.execute(insert(Offer), town.offered)
    return town


def _areas(session: Session, draw: random.Random, seed: int, west: float, south: float) -> dict[int, BaseGeometry]:
    """Some areas of two municipalities, each with its whole cell."""
    for number in (1, 2):
        session.add(
            Municipality(
                id=seed * 100 + number, name=f"Kommune {seed}-{number}", country="DK", zone="Europe/Copenhagen",
                population=1000, population_source="opdigtet", population_year=2026,
            )
        )  # fmt: skip
    session.flush()
    frame = box(west, south, west + WIDE, south + HIGH)
    seeds = MultiPoint([(west + draw.random() * WIDE, south + draw.random() * HIGH) for _ in range(AREAS + LEFT_OUT)])
    pieces = [piece.intersection(frame) for piece in shapely.get_parts(shapely.voronoi_polygons(seeds))]
    polygons = {seed * 100 + number: piece for number, piece in enumerate(pieces[:AREAS])}
    for ident, polygon in polygons.items():
        _add_area(session, ident, seed * 100 + 1 + (ident % 3 == 0), polygon)
    return polygons


def _add_area(session: Session, ident: int, municipality_id: int, polygon: BaseGeometry) -> None:
    session.add(
        Area(
            id=ident, municipality_id=municipality_id, key=str(ident), name=f"By {ident}", label=f"By {ident}",
            polygon=shapely.to_wkb(polygon), state="open", created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    middle = polygon.centroid
    session.add(Cell(id=ident * 1000, area_id=ident, whole=True, lon=middle.x, lat=middle.y, doors=0, created_at=NOW))
    session.flush()


def _doors(
    session: Session, draw: random.Random, seed: int, area_id: int, polygon: BaseGeometry
) -> list[tuple[float, float]]:
    """Doors crowded around a few corners, as in a village; the first area has too few to stand alone."""
    west, south, east, north = polygon.bounds
    many = 30 if area_id == seed * 100 else draw.choice((60, 130, 240, 420))
    centres = [(draw.uniform(west, east), draw.uniform(south, north)) for _ in range(3)]
    found: set[tuple[float, float]] = set()
    while len(found) < many:
        lon, lat = draw.choice(centres)
        door = round(draw.gauss(lon, 0.006), 6), round(draw.gauss(lat, 0.004), 6)
        if polygon.contains(Point(door)):
            found.add(door)
    doors = sorted(found)
    rows = [{"cell_id": area_id * 1000, "lon": lon, "lat": lat, "since_id": 1} for lon, lat in doors]
    session.execute(insert(Door), rows)
    session.get_one(Area, area_id).doors = len(doors)
    session.flush()
    return doors


def _people(session: Session, draw: random.Random, seed: int, town: Town) -> None:
    """Neighbours behind random doors; a third shows the village only. The database's own cells are stored with them."""
    inside = {row.id: row for row in session.execute(select(Cell.id, Cell.area_id)).all()}
    wholes = {
        row.area_id: row.id for row in session.execute(select(Cell.area_id, Cell.id).where(Cell.whole.is_(True))).all()
    }
    cells = {(lon, lat): cell for lon, lat, cell in session.execute(select(Door.lon, Door.lat, Door.cell_id)).all()}
    rows = []
    for number in range(PEOPLE):
        door, village_only = draw.choice(town.doors), draw.random() < 1 / 3
        area_id = inside[cells[door]].area_id
        cell_id = wholes[area_id] if village_only else cells[door]
        person = Neighbour(seed * 10_000 + number, door, village_only, area_id, cell_id)
        town.neighbours.append(person)
        rows.append(
            {"id": person.id, "name": f"Nabo {number}", "language": "da", "languages": 3, "area_id": area_id}
            | {"cell_id": cell_id, "village_only": village_only, "status": "confirmed", "joined_at": NOW}
        )
    session.execute(insert(Resident), rows)


def _request(draw: random.Random, town: Town, ident: int) -> dict[str, Any]:
    """A request in any state. Its asker is one of the town; a tenth was typed by somebody else."""
    asker = draw.choice(town.neighbours)
    helper = draw.choice(town.neighbours).id if draw.random() < 0.1 else None
    return _thing(draw, asker, ident) | {
        "asker_id": asker.id,
        "acted_by_id": helper,
        "channel": "on_behalf" if helper else "self",
        "status": draw.choices(("open", "agreed", "done", "draft", "held"), (70, 10, 10, 5, 5))[0],
        "urgent": draw.random() < 0.1,
        "when_kind": "weekdays",
        "minutes": 60,
        "place_kind": "home",
    }


def _offer(draw: random.Random, town: Town, ident: int) -> dict[str, Any]:
    giver = draw.choice(town.neighbours)
    return _thing(draw, giver, ident) | {
        "resident_id": giver.id,
        "status": draw.choice(("open", "open", "open", "withdrawn")),
    }


def _thing(draw: random.Random, person: Neighbour, ident: int) -> dict[str, Any]:
    slots = draw.choice((0, WHENEVER, 1 << draw.randrange(21), draw.getrandbits(21)))
    waited = timedelta(minutes=math.floor(draw.random() * 600))  # few minutes, many requests: some wait equally long
    return {
        "id": ident,
        "cell_id": person.cell_id,
        "area_id": person.area_id,
        "kind": draw.choice(KINDS),
        "title": f"Hjælp {ident}",
        "language": "da",
        "languages": draw.choice((1, 2, 3, 16, 31)),
        "slots": slots,
        "created_at": NOW,
        "opened_at": NOW - waited,
        "expires_at": NOW + timedelta(days=14),
    }
