""" "Yes please" with fifty racing, and posting with 500 messages in one transaction, beside bare commits.

Both sides of a ratio are measured in turn in the same run. Processor time is that of this process: a PostgreSQL beside
it has its own.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, func, select, update

from app import create_app
from models import Dispatch, HelpRequest, Installation, Reply, Resident, db, new_ref
from neighbours.actions.help import agreeing
from neighbours.actions.moving import Actor, new_row
from neighbours.actions.telling import tell
from neighbours.database import writing
from neighbours.rules.errors import TooLate
from neighbours.rules.help.slots import WHENEVER
from tests.bench.rows import Row, Settings, spread
from tests.village import NOW, build_village, counted
from tests.yes import add_neighbours, ask, person

RACING, RACES, MESSAGES, POSTS = 50, 20, 500, 40


def rows(engine: str, settings: Settings) -> Iterator[Row]:
    """Saying yes and posting."""
    yield raced(engine, settings)
    if engine == "SQLite":
        yield posted("SQLite, synchronous=NORMAL", settings(), "NORMAL")
    yield posted(engine if engine != "SQLite" else "SQLite, synchronous=FULL", settings())


def raced(engine: str, settings: Settings) -> Row:
    """Fifty say yes at once to one place."""
    with tempfile.TemporaryDirectory() as folder:
        found = races(folder, settings())
    ours, bare = statistics.median(found.ours), statistics.median(found.bare)
    ratios = [a / b for a, b in zip(found.ours, found.bare, strict=True)]
    one_winner = set(found.winners) == {1} and not found.errors
    return Row(
        f"“yes please”, 50 racing for one place, {engine}",
        f"{found.statements} statements, {ours * 1000:.2f} ms CPU each; "
        f"{'one winner' if one_winner else f'winners {found.winners}'} in {len(found.winners)} races, "
        f"{found.errors} errors",
        f"bare UPDATE and COMMIT, 50 racing {bare * 1000:.2f} ms",
        f"{statistics.median(ratios):.1f}{spread(ratios, 1)}",
        "≤ 5 statements, one winner",
        found.statements <= 5 and one_winner,
    )


def posted(engine: str, settings: dict[str, str], synchronous: str = "") -> Row:
    """A request with 500 messages in one transaction. Under NORMAL a commit costs nothing: its goal is a time."""
    with tempfile.TemporaryDirectory() as folder:
        both = posts(folder, settings, synchronous)
    ours, bare = (statistics.median(each) * 1000 for each in both)
    ratios = [a / b for a, b in zip(*both, strict=True)]
    ratio = statistics.median(ratios)
    return Row(
        f"post + 500 messages, one transaction, {engine}",
        f"{ours:.1f} ms",
        f"one UPDATE and COMMIT {bare:.1f} ms",
        f"{ratio:.1f}{spread(ratios, 1)}",
        "≤ 2 ms" if synchronous else "≤ 2.5",
        ours <= 2 if synchronous else ratio <= 2.5,
    )


class Races(NamedTuple):
    """Statements of a yes that wins, seconds of processor time a yes and a bare UPDATE; winners and other errors."""

    statements: int
    ours: list[float]
    bare: list[float]
    winners: list[int]
    errors: int


@contextmanager
def house(folder: str, settings: Mapping[str, Any], many: int) -> Iterator[Flask]:
    """A village with so many neighbours more."""
    app = create_app({"TESTING": True, "INSTANCE": Path(folder), "CLOCK": lambda: NOW, **settings})
    with app.app_context():
        upgrade()
        build_village()
    add_neighbours(app, many)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def races(folder: str, settings: Mapping[str, Any]) -> Races:
    """RACES times fifty who say yes to fifty replies on one place; in turn fifty who change one row."""
    with house(folder, settings, RACING) as app:
        by, found = Actor(person(app, "Anna")), Races(_statements_of_a_yes(app), [], [], [], 0)
        errors = 0
        for number in range(RACES + 1):
            acts = [_yes(app, reply, by) for reply in _replies(app)]
            took, given = _together(acts)
            bare, _given = _together([_bare(app)] * RACING)
            errors += sum(isinstance(each, Exception) and not isinstance(each, TooLate) for each in given)
            if number:  # the first only warms
                found.ours.append(took / RACING)
                found.bare.append(bare / RACING)
                found.winners.append(sum(isinstance(each, str) for each in given))
        return found._replace(errors=errors)


def posts(folder: str, settings: Mapping[str, Any], synchronous: str = "") -> tuple[list[float], list[float]]:
    """Seconds of a request posted with MESSAGES messages in one transaction, and of a single row that is changed."""
    with house(folder, settings, MESSAGES) as app, app.app_context():
        if synchronous:
            event.listen(db.engine, "connect", lambda one, record: one.execute(f"PRAGMA synchronous={synchronous}"))
            db.session.remove()
            db.engine.dispose()
        anna, ours, bare = person(app, "Anna"), list[float](), list[float]()
        for number in range(POSTS + 1):
            took, one = _seconds(lambda: _post(anna)), _seconds(_one_row)
            if number:
                ours.append(took)
                bare.append(one)
        told = db.session.scalar(select(func.count()).select_from(Dispatch))
        assert told == MESSAGES * (POSTS + 1), told
        return ours, bare


def middle(values: list[float]) -> float:
    return statistics.median(values)


def _statements_of_a_yes(app: Flask) -> int:
    by, (reply, *_others) = Actor(person(app, "Anna")), _replies(app)
    with app.app_context(), counted(app) as statements:
        agreeing.accept(reply, share_phone=True, by=by, now=NOW)
    return len(statements)


def _replies(app: Flask) -> list[int]:
    """The ids of fifty replies to a new request of one place."""
    help_id = ask(app)
    with app.app_context(), writing() as session:
        helpers = session.scalars(select(Resident.id).where(Resident.name.like("Nabo %"))).all()
        rows = [
            Reply(help_request_id=help_id, helper_id=helper, language="da", status="offered", created_at=NOW)
            for helper in helpers
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def _yes(app: Flask, reply: int, by: Actor) -> Callable[[], object]:
    return lambda: _in(app, lambda: agreeing.accept(reply, share_phone=True, by=by, now=NOW))


def _bare(app: Flask) -> Callable[[], object]:
    return lambda: _in(app, _one_row)


def _in(app: Flask, act: Callable[[], object]) -> object:
    with app.app_context():
        try:
            return act()
        except Exception as error:
            return error


def _together(acts: list[Callable[[], object]]) -> tuple[float, list[object]]:
    """Seconds of processor time for all, let go at once from threads that stand ready; and what each gave."""
    gate = threading.Barrier(len(acts) + 1)

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        begun = [pool.submit(run, act) for act in acts]
        gate.wait()
        before = time.process_time()
        given = [each.result() for each in begun]
        return time.process_time() - before, given


def _one_row() -> None:
    """One UPDATE and its COMMIT."""
    with writing() as session:
        session.execute(update(Installation).values(rules_version=Installation.rules_version + 1))


def _post(asker: int) -> None:
    """A request with its step, and a message to each of 500."""
    with writing() as session:
        area, cell = session.execute(select(Resident.area_id, Resident.cell_id).where(Resident.id == asker)).one()
        row = HelpRequest(
            ref=new_ref(), asker_id=asker, area_id=area, cell_id=cell, kind="digital", title="Hjælp", language="da",
            languages=1, when_kind="whenever", slots=WHENEVER, place_kind="home", status="open", created_at=NOW,
            opened_at=NOW, expires_at=NOW,
        )  # fmt: skip
        ident = new_row(session, row, "open", by=Actor(asker), now=NOW)
        everybody = select(Resident.id).where(Resident.name.like("Nabo %"))
        tell(session, "confirmed", everybody, thing="help_request", thing_id=ident, now=NOW)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
