"""A line of the table of `make bench`, and what is measured beside what. Here is nothing that measures."""

import statistics
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.postgres import Server, programs_folder

ROUNDS = 7
BESIDE = {"constant": "bare Flask constant", "ordinary": "ordinary Flask-Login and ORM page"}
Settings = Callable[[], dict[str, str]]


class Row(NamedTuple):
    """One line of the table."""

    what: str
    ours: str
    beside: str
    ratio: str
    goal: str
    met: bool


def rounds(acts: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Each act once a round, one after the other, so that a slow moment meets them all; the first round only warms."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(ROUNDS + 1):
        for name, act in acts.items():
            took = act()
            if number:
                found[name].append(took)
    return found


def beside(what: str, measured: dict[str, list[float]], ours: str, other: str, goal: float | None) -> Row:
    """Throughput as a part of another's: the more the better."""
    ratios = [b / a for a, b in zip(measured[ours], measured[other], strict=True)]
    middle = statistics.median(ratios)
    took, theirs = (statistics.median(measured[name]) * 1000 for name in (ours, other))
    wanted = "–" if goal is None else f"≥ {goal:.2f}"
    return Row(
        what,
        f"{took:.2f} ms CPU",
        f"{BESIDE[other]} {theirs:.2f} ms",
        f"{middle:.2f}{spread(ratios, 2)}",
        wanted,
        goal is None or middle >= goal,
    )


def many_times(what: str, both: list[tuple[float, float]], goal: float, other: str = "numpy in memory") -> Row:
    """How many times as long as another: the less the better."""
    ratios = [ours / other for ours, other in both]
    middle = statistics.median(ratios)
    ours, theirs = (statistics.median(run[at] for run in both) * 1e6 for at in (0, 1))
    return Row(
        what,
        f"{ours:.0f} µs",
        f"{other} {theirs:.0f} µs",
        f"{middle:.1f}{spread(ratios, 1)}",
        f"≤ {goal:.0f}",
        middle <= goal,
    )


def spread(values: list[float], digits: int) -> str:
    return f" ({min(values):.{digits}f}–{max(values):.{digits}f})"


def on_both_engines(measure: Callable[[str, Settings], Iterator[Row]], *, durable: bool = False) -> Iterator[Row]:
    """The rows of SQLite, then of a PostgreSQL, where there is one; `measure` takes the engine's name and settings.

    `durable`: PostgreSQL keeps what it has committed, as a real house's does. Each call of settings is a new database.
    """
    yield from measure("SQLite", dict)
    programs = programs_folder()
    if programs is None:
        print("no PostgreSQL here (Debian: apt-get install postgresql)")
        return
    server = Server(programs, durable=durable)
    try:
        yield from measure("PostgreSQL", lambda: {"DATABASE_URL": server.database()})
    finally:
        server.stop()
