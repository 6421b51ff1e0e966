"""The lists against an oracle: 5,000 random cases on each engine, worked out from doors and polygons alone.

The oracle knows where everybody lives. It finds the cell as the region around the door, its centre as the mean of the
doors inside, what is beside what by the polygons, and distances along the ellipsoid. It shares no code with the lists.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
import shapely
from flask import Flask
from geopy.distance import geodesic
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Area, Cell, db
from neighbours.database import writing
from neighbours.queries.help.nearby import Viewer, Wishes, open_offers, open_requests
from neighbours.rules.help.kinds import KINDS
from tests.queries.towns import Neighbour, Town, build_town

TOWNS = 4
CASES = 5_000
LIMITS_M = (1_000, 3_000, 10_000)
UNSURE_M = 3.0  # centres are kept in whole metres: a town whose centres lie so near a limit proves nothing
BESIDE_M = 25.0


class Unsure(Exception):
    """A town in which rounding could decide: another one is drawn."""


@dataclass
class Spot:
    """All that the oracle says about somebody: the area, and which region of it others may know (None: all of it)."""

    head: int
    region: int | None


class Oracle:
    """One town, worked out by geometry. Areas that were joined count as one, as the areas' own tests hold."""

    def __init__(self, session: Session, town: Town) -> None:
        heads = _pairs(session, select(Area.id, Area.joined_to_id).where(Area.id.in_(town.polygons)))
        self.heads = {area: joined or area for area, joined in heads.items()}
        self.land = {
            head: shapely.union_all([town.polygons[area] for area in self.heads if self.heads[area] == head])
            for head in set(self.heads.values())
        }
        rows = session.execute(
            select(Cell.area_id, Cell.region).where(Cell.area_id.in_(self.land), Cell.whole.is_(False))
        ).all()
        self.regions = [(area, shapely.from_wkb(region)) for area, region in rows]
        self.names = _pairs(session, select(Area.id, Area.label).where(Area.id.in_(self.land)))
        self.centres = self._centres(town)
        self.beside = {
            (a, b) for a in self.land for b in self.land if a != b and _is_beside(self.land[a], self.land[b])
        }
        self.spots = {person.id: self.spot(person) for person in town.neighbours}
        self.seen: dict[tuple[int, int], list[tuple[Any, bool, Any]]] = {}
        self._bands: dict[tuple[int | None, int, int | None, int], int | None] = {}

    def spot(self, person: Neighbour) -> Spot:
        here = Point(person.door)
        (head,) = (head for head, land in self.land.items() if land.covers(here))
        if person.village_only:
            return Spot(head, None)
        (region,) = (at for at, (_, polygon) in enumerate(self.regions) if polygon.covers(here))
        return Spot(head, region)

    def band(self, one: Spot, other: Spot) -> int | None:
        """None: out of reach."""
        key = (one.region, one.head, other.region, other.head)
        if key not in self._bands:
            self._bands[key] = self._band(one, other)
        return self._bands[key]

    def _band(self, one: Spot, other: Spot) -> int | None:
        if one.head == other.head:
            if one.region is None or other.region is None:
                return 1
            if one.region == other.region:
                return 0
        elif (one.head, other.head) not in self.beside:
            return None
        metres = geodesic(*(reversed(self.centres[spot.region, spot.head]) for spot in (one, other))).meters
        if any(abs(metres - limit) < UNSURE_M for limit in LIMITS_M):
            raise Unsure
        return 2 + sum(metres > limit for limit in LIMITS_M)

    def _centres(self, town: Town) -> dict[tuple[int | None, int], tuple[float, float]]:
        doors = np.array(town.doors)
        found = {}
        for at, (head, polygon) in enumerate(self.regions):
            found[at, head] = _middle(doors, polygon)
        for head, land in self.land.items():
            found[None, head] = _middle(doors, land)
        return found


def _pairs(session: Session, statement: Select[Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in session.execute(statement).all()}


def _middle(doors: Any, land: BaseGeometry) -> tuple[float, float]:
    lon, lat = doors[shapely.intersects_xy(land, doors[:, 0], doors[:, 1])].mean(axis=0)
    return float(lon), float(lat)


def _is_beside(one: BaseGeometry, other: BaseGeometry) -> bool:
    a, b = shapely.get_coordinates(shapely.shortest_line(one, other))
    metres = geodesic(a[::-1], b[::-1]).meters
    if BESIDE_M / 2 < metres < BESIDE_M * 2:  # the shortest line in degrees is not quite that in metres
        raise Unsure
    return bool(metres < BESIDE_M)


def expected(
    oracle: Oracle, town: Town, person: Neighbour, wishes: Wishes, things: list[dict[str, Any]]
) -> list[tuple[int, int, str]]:
    """Ids, bands and names of areas in the order of the list, all of it."""
    key = (person.id, id(things))
    if key not in oracle.seen:
        oracle.seen[key] = list(_all_in_order(oracle, person, things))
    return [said for row, is_own_village, said in oracle.seen[key] if _is_wished(row, is_own_village, wishes)]


def _all_in_order(oracle: Oracle, person: Neighbour, things: list[dict[str, Any]]) -> Iterator[tuple[Any, bool, Any]]:
    """What somebody sees who wishes for everything: the row, whether it is in the own village, and what is said."""
    here, found = oracle.spots[person.id], []
    for row in things:
        owners = {row.get("asker_id"), row.get("acted_by_id"), row.get("resident_id")}
        there = oracle.spots[row.get("asker_id") or row["resident_id"]]
        band = oracle.band(here, there)
        if row["status"] == "open" and person.id not in owners and band is not None:
            order = (band, not row.get("urgent", False), row["opened_at"], row["id"])
            found.append((order, row, here.head == there.head, (row["id"], band, oracle.names[there.head])))
    for _, row, is_own_village, said in sorted(found, key=lambda each: each[0]):
        yield row, is_own_village, said


@cache
def _bits(mask: int) -> frozenset[int]:
    return frozenset(bit for bit in range(21) if mask >> bit & 1)


def _is_wished(row: dict[str, Any], is_own_village: bool, wishes: Wishes) -> bool:
    if wishes.kind not in (None, row["kind"]) or (wishes.own_village and not is_own_village):
        return False
    in_time = not wishes.slots or not row["slots"] or not _bits(row["slots"]).isdisjoint(_bits(wishes.slots))
    return in_time and (not wishes.languages or not _bits(row["languages"]).isdisjoint(_bits(wishes.languages)))


def towns(seeds: Iterator[int]) -> list[tuple[Town, Oracle]]:
    """Some towns in one database, each in a place of its own."""
    found: list[tuple[Town, Oracle]] = []
    while len(found) < TOWNS:
        seed = next(seeds)
        with writing() as session:
            town = build_town(session, seed, west=8.0 + 0.5 * len(found), south=55.0 - 0.3 * len(found))
            try:
                oracle = Oracle(session, town)
                _all_bands(oracle)
            except Unsure:
                session.rollback()
                continue
        found.append((town, oracle))
    return found


def _all_bands(oracle: Oracle) -> None:
    spots = {(spot.head, spot.region): spot for spot in oracle.spots.values()}.values()
    for one in spots:
        for other in spots:
            oracle.band(one, other)


def some_wishes(draw: random.Random) -> Wishes:
    return Wishes(
        kind=draw.choice((None, None, *KINDS[:4])),
        slots=draw.choice((0, 0, 1 << draw.randrange(21), 0b111 << 3 * draw.randrange(7))),
        languages=draw.choice((0, 0, 1, 2, 16, 4)),
        own_village=draw.random() < 0.2,
    )


@pytest.mark.parametrize("seed", [2026])
def test_five_thousand_lists_are_what_geometry_says(app_on_both: Flask, seed: int) -> None:
    draw = random.Random(seed)
    with app_on_both.app_context():
        drawn = towns(iter(range(10, 80)))
        seen = {0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 0}
        for number in range(CASES):
            town, oracle = drawn[number % TOWNS]
            person, wishes = draw.choice(town.neighbours), some_wishes(draw)
            offers = number % 5 == 0
            skip, most = draw.choice(((0, 21), (0, 21), (20, 21), (0, 1000)))
            truth = expected(oracle, town, person, wishes, town.offered if offers else town.wanted)
            ask = open_offers if offers else open_requests
            rows = ask(Viewer(person.id, person.cell_id), wishes, skip=skip, most=most)
            assert [(row.id, row.band, row.area_name) for row in rows] == truth[skip : skip + most]
            for row in rows:
                seen[row.band] += 1
        db.session.rollback()
        assert min(seen[band] for band in range(5)) > 500, "the towns must be as wide as the bands"
