"""The fifty best helpers among 300,000 for one request: our one statement beside a k-d tree with arrays in memory.

The land is a grid of villages of three kilometres, each with four cells; when everybody was asked last is known. Both
must choose the same people in the same order before anything is timed.
"""

import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from flask_migrate import upgrade
from scipy.spatial import cKDTree
from sqlalchemy import insert

from app import create_app
from models import Area, Cell, HelpRequest, Invitation, NearCell, Resident, db
from neighbours.actions.help.inviting import _helpers
from neighbours.database import writing
from neighbours.rules.help.choosing import WEEK, Wave
from neighbours.rules.help.kinds import KINDS, kinds_mask
from neighbours.rules.help.slots import WHENEVER
from tests.bench.rows import Row, Settings, many_times
from tests.village import NOW, build_village

SIDE, VILLAGE, HELPERS = 46, 3_000, 300_000  # villages a side, metres, people
BEST = Wave(50, next_areas=True)
FIRST = 1_000_000  # ids of the bench begin here
AT = [(-700, -700), (-700, 700), (700, -700), (700, 700)]  # the cells of a village, from its middle
FARTHEST = 2**0.5 * (VILLAGE + 1_400) + 1  # metres to the last cell of the villages next to it
EVERY = 20_000


def rows(engine: str, settings: Settings) -> Iterator[Row]:
    """One row: both choose fifty for each of sixty requests."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"TESTING": True, "INSTANCE": Path(folder), **settings()})
        with app.app_context():
            upgrade()
            build_village()
            land = fill_helpers()
            both = [compared_helpers(land) for _ in range(5)]
            db.session.remove()
            db.engine.dispose()
    yield many_times(f"50 best of {HELPERS:,} helpers, {engine}", both, 4, "k-d tree and arrays")


def fill_helpers(seed: int = 1) -> "Land":
    """Villages, cells, helpers with what they like, and their last invitation. Needs an app context of a village."""
    draw = random.Random(seed)
    villages = [(x, y) for x in range(SIDE) for y in range(SIDE)]
    cells = [(FIRST + 4 * at + k, at, x * VILLAGE + dx, y * VILLAGE + dy)
             for at, (x, y) in enumerate(villages) for k, (dx, dy) in enumerate(AT)]  # fmt: skip
    people = [_person(draw, number, draw.choice(cells)) for number in range(HELPERS)]
    with writing() as session:
        _add(Area, ({"id": FIRST + at, "ref": f"a{at}", "municipality_id": 1, "key": f"a{at}", "name": f"A{at}",
                     "label": f"A{at}", "polygon": b"", "state": "open", "created_at": NOW}
                    for at in range(len(villages))))  # fmt: skip
        _add(Cell, ({"id": ident, "area_id": FIRST + at, "whole": False, "lon": 9.0, "lat": 56.0, "doors": 50,
                     "region": None, "created_at": NOW} for ident, at, _x, _y in cells))  # fmt: skip
        _add(NearCell, _near(cells))
        _add(Resident, (person["row"] for person in people))
        old = _request(FIRST - 1, cells[0], draw)
        _add(HelpRequest, [old | {"id": old["id"] - at, "ref": f"old{at}"} for at in range(4)])
        _add(Invitation, _invitations(people))
    with writing() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return Land(cells, people, [_request(FIRST + at, draw.choice(cells), draw) for at in range(60)])


def _person(draw: random.Random, number: int, cell: tuple[int, int, int, int]) -> dict[str, Any]:
    row = {
        "id": FIRST + number, "ref": f"{draw.getrandbits(60):015x}", "name": "N", "email": "n@example.org",
        "language": "da", "languages": draw.choice((1, 1, 3)), "area_id": FIRST + cell[1], "cell_id": cell[0],
        "slots": draw.choice((0, WHENEVER, 1 << draw.randrange(21))), "reach": draw.choice((0, 3_000, 10_000)),
        "status": "confirmed", "joined_at": NOW, "confirmed_at": NOW, "most_a_week": draw.choice((1, 3)),
    }  # fmt: skip
    kinds = draw.sample(KINDS, 4)
    row["kinds"] = kinds_mask(kinds)
    asked = [NOW - draw.random() * 8 * WEEK for _ in range(draw.choice((0, 1, 1, 2)))]
    return {"row": row, "x": cell[2], "y": cell[3], "asked": asked}


def _near(cells: list[tuple[int, int, int, int]]) -> Iterable[dict[str, Any]]:
    """Each cell's own village and the eight around it."""
    of: dict[int, list[tuple[int, int, int, int]]] = {}
    for cell in cells:
        of.setdefault(cell[1], []).append(cell)
    for a, at, x, y in cells:
        for number in _around(at):
            for b, _at, bx, by in of[number]:
                metres = round(((x - bx) ** 2 + (y - by) ** 2) ** 0.5)
                band = 0 if a == b else 2 if metres < 1_500 else 3 if metres < 3_000 else 4
                yield {"a": a, "band": band, "b": b, "area_b": FIRST + number, "metres": metres}


def _around(at: int) -> list[int]:
    x, y = divmod(at, SIDE)
    beside = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return [nx * SIDE + ny for nx, ny in beside if 0 <= nx < SIDE and 0 <= ny < SIDE]


def _request(ident: int, cell: tuple[int, int, int, int], draw: random.Random) -> dict[str, Any]:
    return {
        "id": ident, "ref": f"bench{ident}", "asker_id": 1, "area_id": FIRST + cell[1], "cell_id": cell[0],
        "kind": draw.choice(KINDS), "title": "Hjælp", "language": "da", "languages": 1,
        "slots": draw.choice((0, 1 << draw.randrange(21))), "status": "open", "when_kind": "whenever",
        "place_kind": "home", "created_at": NOW, "opened_at": NOW, "expires_at": NOW + WEEK,
    }  # fmt: skip


def _invitations(people: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for each in people:
        for at, moment in enumerate(each["asked"]):
            yield {"ref": f"i{at}{each['row']['id']}", "help_request_id": FIRST - 1 - at, "how": "message", "wave": 1,
                   "resident_id": each["row"]["id"], "reasons": "[]", "asked_at": moment}  # fmt: skip


def _add(table: Any, rows: Iterable[dict[str, Any]]) -> None:
    held = list(rows)
    for at in range(0, len(held), EVERY):
        db.session.execute(insert(table), held[at : at + EVERY])


class Land:
    """Everybody in arrays, a k-d tree of where they are seen, and the requests to ask for."""

    def __init__(
        self, cells: list[tuple[int, int, int, int]], people: list[dict[str, Any]], wanted: list[dict[str, Any]]
    ) -> None:
        rows = [each["row"] for each in people]
        self.wanted = [SimpleNamespace(**row, acted_by_id=None, zone="Europe/Copenhagen") for row in wanted]
        self.middle = {ident: (x, y) for ident, _at, x, y in cells}
        self.ids = np.array([row["id"] for row in rows])
        self.at = np.array([(each["x"], each["y"]) for each in people], dtype=float)
        self.tree = cKDTree(self.at)
        self.area, self.reach = (np.array([row[name] for row in rows]) for name in ("area_id", "reach"))
        self.slots, self.languages = (np.array([row[name] for row in rows]) for name in ("slots", "languages"))
        self.kinds = np.array([row["kinds"] for row in rows])
        self.asked = np.array([max((one.timestamp() for one in each["asked"]), default=0.0) for each in people])
        this_week = np.array([sum(one > NOW - WEEK for one in each["asked"]) for each in people])
        self.free = this_week < np.array([row["most_a_week"] for row in rows])
        self.rank = np.argsort(np.argsort([row["ref"] for row in rows]))
        self.around = {FIRST + at: np.array([FIRST + each for each in _around(at)]) for at in range(SIDE * SIDE)}

    def best(self, wanted: Any) -> list[int]:
        """The ids of the fifty best, out of memory."""
        middle = np.array(self.middle[wanted.cell_id])
        near = np.array(self.tree.query_ball_point(middle, FARTHEST), dtype=int)
        near = near[self.free[near] & (self.kinds[near] >> KINDS.index(wanted.kind) & 1 == 1)]
        near = near[(self.languages[near] & wanted.languages) != 0]
        if wanted.slots:
            near = near[(self.slots[near] == 0) | ((self.slots[near] & wanted.slots) != 0)]
        metres = np.rint(np.hypot(*(self.at[near] - middle).T))
        is_next = self.area[near] != wanted.area_id
        fits = ~is_next | ((metres <= self.reach[near]) & np.isin(self.area[near], self.around[wanted.area_id]))
        near, metres, is_next = near[fits], metres[fits], is_next[fits]
        order = np.lexsort((self.rank[near], metres, self.asked[near], is_next))
        return [int(ident) for ident in self.ids[near[order[: BEST.most]]]]


def compared_helpers(land: Land) -> tuple[float, float]:
    """Seconds a request by the database and by memory; both must choose the same. Needs an app context."""
    session = db.session()
    for wanted in land.wanted:
        chosen = [row.id for row in _helpers(session, wanted, BEST, NOW)]
        assert chosen == land.best(wanted) and len(chosen) == BEST.most, (len(chosen), len(land.best(wanted)))
    took = []
    for act in (lambda wanted: _helpers(session, wanted, BEST, NOW), land.best):
        begun = time.perf_counter()
        for wanted in land.wanted:
            act(wanted)
        took.append((time.perf_counter() - begun) / len(land.wanted))
    return took[0], took[1]
