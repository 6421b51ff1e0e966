"""The list query beside the same answer out of memory, and point to area beside a bare tree."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from app import create_app
from models import HelpRequest, NearCell, Resident, db
from neighbours.database import writing
from neighbours.geo.index import AreaIndex, IndexedArea
from neighbours.queries.help.nearby import EVERYTHING, Viewer, Wishes, open_requests
from neighbours.rules.help.kinds import KINDS
from neighbours.rules.help.slots import WHENEVER
from tests.bench.rows import Row, Settings, many_times, spread
from tests.queries.towns import build_town
from tests.village import NOW, build_village

PAGE = 21


def rows(engine: str, settings: Settings) -> Iterator[Row]:
    """The list query at 10,000 and 100,000 open requests beside the same answer out of memory."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"TESTING": True, "INSTANCE": Path(folder), **settings()})
        with app.app_context():
            upgrade()
            build_village()
            for already, many in ((0, 10_000), (10_000, 100_000)):
                viewers = fill(many - already)
                for words, wishes in (("", EVERYTHING), (", one kind", Wishes(kind="lift"))):
                    both = [compared(viewers, wishes) for _ in range(3)]
                    yield many_times(f"list query, {many:,} open, {engine}{words}", both, 6)
            db.session.remove()
            db.engine.dispose()


def areas() -> Iterator[Row]:
    """Point to area."""
    runs = [points_to_areas() for _ in range(5)]
    alone, bulk, tree = ([run[name] for run in runs] for name in ("alone", "bulk", "tree"))
    for what, took, goal in (("point → area, 2,209 areas, alone", alone, 30), ("point → area, in bulk", bulk, 4)):
        middle, other = statistics.median(took), statistics.median(tree)
        yield Row(
            what,
            f"{middle:.1f} µs{spread(took, 1)}",
            f"STRtree with a predicate {other:.1f} µs",
            f"{middle / other:.2f}",
            f"≤ {goal} µs",
            middle <= goal,
        )


def fill(many: int, seed: int = 1) -> list[Viewer]:
    """A town with this many open requests more; some of its people to look from. Needs an app context."""
    draw = random.Random(seed)
    with writing() as session:
        if not session.scalar(select(func.count()).select_from(Resident).where(Resident.id >= seed * 10_000)):
            build_town(session, seed, 9.0, 56.0)
        people = session.execute(
            select(Resident.id, Resident.cell_id, Resident.area_id).where(Resident.id >= seed * 10_000)
        ).all()
        start = (session.scalar(select(func.max(HelpRequest.id))) or 0) + 1
        for at in range(0, many, 10_000):
            session.execute(
                insert(HelpRequest),
                [_request(draw, draw.choice(people), start + at + k) for k in range(min(10_000, many - at))],
            )
    with writing() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return [Viewer(person.id, person.cell_id) for person in draw.sample(people, 40)]


def _request(draw: random.Random, asker: Any, ident: int) -> dict[str, Any]:
    opened = NOW - timedelta(seconds=draw.randrange(10**6))
    return {
        "id": ident, "ref": f"bench{ident:07d}", "asker_id": asker.id, "area_id": asker.area_id,
        "cell_id": asker.cell_id,
        "kind": draw.choice(KINDS), "title": f"Hjælp {ident}", "language": "da", "languages": draw.choice((1, 2, 3)),
        "slots": draw.choice((0, WHENEVER, 1 << draw.randrange(21))), "urgent": draw.random() < 0.1, "status": "open",
        "when_kind": "whenever", "place_kind": "home", "created_at": opened, "opened_at": opened,
        "expires_at": NOW + timedelta(days=14),
    }  # fmt: skip


@dataclass
class Memory:
    """Every open request in arrays, sorted within its cell as a page wants it; and the cells near each cell by band."""

    ids: Any
    kinds: Any
    rank: Any
    starts: dict[int, tuple[int, int]]
    near: dict[int, list[list[int]]]
    own: dict[int, Any]

    def nearest(self, viewer: Viewer, wishes: Wishes) -> list[int]:
        """The same page: band by band until it is full."""
        found: list[int] = []
        for cells in self.near[viewer.cell_id]:
            spans = [self.starts[cell] for cell in cells if cell in self.starts]
            if not spans:
                continue
            at = np.concatenate([np.arange(a, b) for a, b in spans])
            if wishes.kind:
                at = at[self.kinds[at] == KINDS.index(wishes.kind)]
            at = at[~np.isin(self.ids[at], self.own.get(viewer.resident_id, ()))]
            left = PAGE - len(found)
            if len(at) > left:
                at = at[np.argpartition(self.rank[at], left)[:left]]
            found += self.ids[at[np.argsort(self.rank[at])]].tolist()
            if len(found) >= PAGE:
                break
        return found[:PAGE]


def memory() -> Memory:
    """What the database holds now."""
    asked = select(
        HelpRequest.id,
        HelpRequest.cell_id,
        HelpRequest.kind,
        HelpRequest.urgent,
        HelpRequest.opened_at,
        HelpRequest.asker_id,
        HelpRequest.acted_by_id,
    ).where(HelpRequest.status == "open")
    rows = sorted(db.session.execute(asked).all(), key=lambda row: (not row.urgent, row.opened_at, row.id))
    rank = {row.id: at for at, row in enumerate(rows)}
    rows.sort(key=lambda row: (row.cell_id, rank[row.id]))
    cells = np.array([row.cell_id for row in rows])
    cut = np.flatnonzero(np.diff(cells)) + 1
    edges = [0, *cut.tolist(), len(rows)]
    near: dict[int, list[list[int]]] = {}
    for a, band, b in db.session.execute(
        select(NearCell.a, NearCell.band, NearCell.b).order_by(NearCell.a, NearCell.band)
    ).all():
        near.setdefault(a, [[] for _ in range(6)])[band].append(b)
    own: dict[int, list[int]] = {}
    for row in rows:
        for who in {row.asker_id, row.acted_by_id} - {None}:
            own.setdefault(who, []).append(row.id)
    return Memory(
        ids=np.array([row.id for row in rows]),
        kinds=np.array([KINDS.index(row.kind) for row in rows]),
        rank=np.array([rank[row.id] for row in rows]),
        starts={int(cells[a]): (a, b) for a, b in pairwise(edges)},
        near=near,
        own={who: np.array(ids) for who, ids in own.items()},
    )


def compared(viewers: list[Viewer], wishes: Wishes = EVERYTHING) -> tuple[float, float]:
    """Seconds a page by the database and by memory; both must give the same."""
    held = memory()
    for viewer in viewers:
        assert [row.id for row in open_requests(viewer, wishes)] == held.nearest(viewer, wishes)
    return _each(lambda viewer: open_requests(viewer, wishes), viewers), _each(
        lambda viewer: held.nearest(viewer, wishes), viewers
    )


def _each(act: Callable[[Viewer], object], viewers: list[Viewer]) -> float:
    begun = time.perf_counter()
    for viewer in viewers:
        act(viewer)
    return (time.perf_counter() - begun) / len(viewers)


def points_to_areas(many: int = 2_209) -> dict[str, float]:
    """Microseconds a point: by our index alone and in bulk, and by a bare tree with a predicate."""
    side = round(many**0.5)
    boxes = [
        shapely.segmentize(shapely.box(x / 10, y / 10, x / 10 + 0.1, y / 10 + 0.1), 0.002)
        for x in range(side)
        for y in range(side)
    ]
    index = AreaIndex([IndexedArea(at, f"{at:05d}", shape) for at, shape in enumerate(boxes)])
    tree = shapely.STRtree(boxes)
    spots = np.random.default_rng(1).uniform(0, side / 10, (4_000, 2))
    return {
        "alone": _micro(lambda: [index.area_at(lon, lat) for lon, lat in spots], len(spots)),
        "bulk": _micro(lambda: index.areas_at(spots), len(spots)),
        "tree": _micro(lambda: [tree.query(shapely.Point(spot), predicate="intersects") for spot in spots], len(spots)),
    }


def _micro(act: Callable[[], object], many: int) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) / many * 1e6
