"""`make bench`: one run, every figure beside its comparison, with its spread, into docs/performance.md.

`make bench ONLY=acts` measures these rows alone, of GROUPS below; the others stay as they were measured.

A figure is the median of interleaved rounds; the range stands beside it. The goals are the house's own.
"""

import gzip
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from models import Resident, db
from neighbours.actions.demo import load_demo
from neighbours.actions.demo.people import ref_of
from neighbours.actions.demo.trying import try_as
from neighbours.queries.help.nearby import EVERYTHING, Wishes
from tests.bench.acts import posts, races
from tests.bench.lists import compared, fill, points_to_areas
from tests.bench.mails import through_the_worker
from tests.bench.served import Server, serve, start_seconds
from tests.lighthouse import measured, pages_to_measure, what_is_missing
from tests.postgres import Server as Postgres
from tests.postgres import programs_folder
from tests.village import build_village

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
ROUNDS, REQUESTS = 7, 150
SITE, ORDINARY = "neighbours.web.site:create_site()", "tests.bench.ordinary:ordinary()"
LEAN, CONSTANT = "tests.bench.ordinary:lean()", "tests.bench.ordinary:constant()"
BESIDE = {"constant": "bare Flask constant", "ordinary": "ordinary Flask-Login and ORM page"}
BEGIN, END = "<!-- measured -->", "<!-- end -->"


def now() -> datetime:
    return datetime.now(UTC)


class Row(NamedTuple):
    """One line of the table."""

    what: str
    ours: str
    beside: str
    ratio: str
    goal: str
    met: bool


def _met(row: Row) -> str:
    return "–" if row.goal == "–" else "yes" if row.met else "**no**"


def main(only: Sequence[str]) -> None:
    """Measure, and write the table; with `only`, the names of groups, their rows into the table that is there."""
    rows = [row for name, group in GROUPS.items() if name in (only or GROUPS) for row in group()]
    table = {
        row.what: f"| {row.what} | {row.ours} | {row.beside} | {row.ratio} | {row.goal} | {_met(row)} |" for row in rows
    }
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    before, after = rest.split(END)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    said = f"Measured on {now():%-d %B %Y} by `make bench`: {machine}."
    if only:
        said = before.strip().splitlines()[0]
        stood = (line for line in before.splitlines() if line.startswith("| "))
        table = {line.split(" | ")[0].removeprefix("| "): line for line in list(stood)[1:]} | table
    lines = ["| what | ours | beside | ratio | goal | met |", "|---|---|---|---|---|---|", *table.values()]
    PAGE.write_text(f"{head}{BEGIN}\n{said}\n\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    print("\n".join(table[row.what] for row in rows))


def pages() -> Iterator[Row]:
    """The list page over gunicorn, warm, cold and unchanged, beside a constant and an ordinary page."""
    with demo() as (settings, cookie, person), ExitStack() as stack:
        ours = stack.enter_context(serve(SITE, settings))
        constant = stack.enter_context(serve(CONSTANT, settings))
        lean = stack.enter_context(serve(LEAN, settings))
        ordinary = stack.enter_context(serve(ORDINARY, settings))
        us, them = {"Cookie": cookie}, {"X-Person": str(person)}
        # The first page gives the cookie its form token; a browser would keep it.
        us = {"Cookie": ours.get("/nearby", us)[1]["Set-Cookie"].partition(";")[0]}
        _status, headers, body = ours.get("/nearby", us)
        assert body.count(b'class="card"') >= 20, "the list is not full"
        known = us | {"If-None-Match": headers["ETag"]}
        fresh = count()
        measured = rounds(
            {
                "constant": lambda: constant.cpu(["/"] * REQUESTS, {}, 200),
                "ordinary": lambda: ordinary.cpu(["/"] * REQUESTS, them, 200),
                "lean": lambda: lean.cpu(["/"] * REQUESTS, them, 200),
                "cold": lambda: ours.cpu([f"/nearby?x={next(fresh)}" for _ in range(REQUESTS)], us, 200),
                "warm": lambda: ours.cpu(["/nearby"] * REQUESTS, us, 200),
                "packed": lambda: ours.cpu(["/nearby"] * REQUESTS, us | {"Accept-Encoding": "gzip"}, 200),
                "unchanged": lambda: ours.cpu(["/nearby"] * REQUESTS, known, 304),
            }
        )
        yield beside("list of 20 cards, signed in, cold", measured, "cold", "constant", 0.33)
        yield beside("the same beside an ordinary page", measured, "cold", "ordinary", None)
        yield beside("list of 20 cards, signed in, warm", measured, "warm", "constant", 0.50)
        yield beside("the same, packed with gzip", measured, "packed", "constant", None)
        yield beside("an ordinary Flask-Login and ORM page of 20 cards", measured, "ordinary", "constant", None)
        yield beside("the same twenty by Core rows in a lean template, no more", measured, "lean", "constant", None)
        yield beside("unchanged page (ETag, 304)", measured, "unchanged", "constant", 0.65)
        yield from as_a_phone_sees_them(ours, us["Cookie"])
        yield from size_of_a_worker(ours, ordinary, settings, us)


def as_a_phone_sees_them(ours: Server, cookie: str) -> Iterator[Row]:
    """Lighthouse's scores and its largest paint."""
    if missing := what_is_missing():
        print(missing)
        return
    for name, (path, theirs) in pages_to_measure(ours, cookie).items():
        report = measured(ours, path, theirs)
        scores, paint = report["scores"], report["audits"]["largest-contentful-paint"]["displayValue"]
        said = " · ".join(f"{category} {score}" for category, score in scores.items())
        yield Row(
            f"Lighthouse 12, mobile: {name}", said, f"largest paint {paint}", "", "100", min(scores.values()) == 100
        )


def size_of_a_worker(ours: Server, other: Server, settings: dict[str, str], us: dict[str, str]) -> Iterator[Row]:
    """Memory after many pages, and what it takes to start; of an ordinary application the same."""
    for path in ("/", "/nearby", "/mine", "/ask", "/me", "/find?q=s") * 35:
        ours.get(path, us)
    held, theirs = ours.worker_bytes() / 2**20, other.worker_bytes() / 2**20
    what = "memory of a worker after 210 pages, with its part of what it shares"
    yield Row(
        what,
        f"{held:.0f} MiB",
        f"ordinary page's worker {theirs:.0f} MiB",
        f"{held / theirs:.2f}",
        "≤ 80 MiB",
        held <= 80,
    )
    runs = [[start_seconds(each, settings) for each in (SITE, ORDINARY)] for _ in range(5)]
    started, others = [run[0] for run in runs], [run[1] for run in runs]
    middle = statistics.median(started)
    ratios = [mine / other for mine, other in runs]
    yield Row(
        "start to the first answer",
        f"{middle:.2f} s CPU",
        f"ordinary page {statistics.median(others):.2f} s",
        f"{statistics.median(ratios):.2f}{spread(ratios, 2)}",
        "≤ 1.2 s",
        middle <= 1.2,
    )


def lists(engine: str, settings: dict[str, str]) -> Iterator[Row]:
    """The list query at 10,000 and 100,000 open requests beside the same answer out of memory."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"TESTING": True, "INSTANCE": Path(folder), **settings})
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


def mails(engine: str, settings: dict[str, str]) -> Iterator[Row]:
    """10,000 due mails through one worker process; none lost, none twice."""
    with tempfile.TemporaryDirectory() as folder:
        sent = through_the_worker(folder, settings)
    yield Row(
        f"10,000 due mails through one worker, {engine}",
        f"{sent.rate:.0f} a second, {sent.cpu:.1f} ms CPU each; lost {sent.lost}, twice {sent.twice}",
        f"bare smtplib, one mail made before {sent.bare:.0f} a second",
        f"{sent.rate / sent.bare:.2f}",
        "none lost, none twice",
        sent.lost == sent.twice == 0,
    )


def on_postgres() -> Iterator[Row]:
    """The same on PostgreSQL, where there is one."""
    programs = programs_folder()
    if programs is None:
        print("no PostgreSQL here (Debian: apt-get install postgresql)")
        return
    server = Postgres(programs)
    try:
        yield from lists("PostgreSQL", {"DATABASE_URL": server.database()})
        yield from mails("PostgreSQL", {"DATABASE_URL": server.database()})
    finally:
        server.stop()


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


def first_visit() -> Iterator[Row]:
    """What a stranger's first page weighs."""
    before, font = first_visit_bytes()
    yield Row("first visit before the font", f"{before:,} bytes", "", "", "≤ 25,000", before <= 25_000)
    yield Row("first visit with the font", f"{before + font:,} bytes", "", "", "≤ 60,000", before + font <= 60_000)


def first_visit_bytes() -> tuple[int, int]:
    """Bytes of the page with all that it loads by itself, packed; and of the font."""
    with demo() as (settings, _cookie, _person):
        app = create_app({"INSTANCE": Path(settings["INSTANCE"]), "DEMO": True})
        client = app.test_client()
        page = client.get("/", headers={"Accept-Encoding": "gzip"})
        files = app.extensions["files"]
        named = {name for name in files if name in gzip.decompress(page.data).decode() and "leaflet" not in name}
        sizes = {name: len(files[name].packed or files[name].body) for name in named}
        return len(page.data) + sum(sizes.values()), len(
            next(file.body for name, file in files.items() if "latin-5" in name)
        )


def acts() -> Iterator[Row]:
    """Saying yes and posting, on SQLite and on a PostgreSQL that keeps what it has committed, as a real house does."""
    yield from acts_on("SQLite", lambda: {})
    yield posted("SQLite, synchronous=NORMAL", {}, "NORMAL")
    programs = programs_folder()
    if programs is None:
        print("no PostgreSQL here (Debian: apt-get install postgresql)")
        return
    server = Postgres(programs, durable=True)
    try:
        yield from acts_on("PostgreSQL", lambda: {"DATABASE_URL": server.database()})
    finally:
        server.stop()


def acts_on(engine: str, settings: Callable[[], dict[str, str]]) -> Iterator[Row]:
    """Both acts on one engine."""
    with tempfile.TemporaryDirectory() as folder:
        found = races(folder, settings())
    ours, bare = statistics.median(found.ours), statistics.median(found.bare)
    ratios = [a / b for a, b in zip(found.ours, found.bare, strict=True)]
    one_winner = set(found.winners) == {1} and not found.errors
    yield Row(
        f"“yes please”, 50 racing for one place, {engine}",
        f"{found.statements} statements, {ours * 1000:.2f} ms CPU each; "
        f"{'one winner' if one_winner else f'winners {found.winners}'} in {len(found.winners)} races, "
        f"{found.errors} errors",
        f"bare UPDATE and COMMIT, 50 racing {bare * 1000:.2f} ms",
        f"{statistics.median(ratios):.1f}{spread(ratios, 1)}",
        "≤ 5 statements, one winner",
        found.statements <= 5 and one_winner,
    )
    yield posted(engine if engine != "SQLite" else "SQLite, synchronous=FULL", settings())


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


@contextmanager
def demo() -> Iterator[tuple[dict[str, str], str, int]]:
    """The demo in a folder of its own: settings for a server, the cookie of Bo, and his id."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": Path(folder), "DEMO": True})
        with app.app_context():
            upgrade()
            load_demo(now())
            token = try_as(ref_of("bo"), "bench", now())
            person = db.session.scalar(select(Resident.id).where(Resident.ref == ref_of("bo")))
            db.session.remove()
            db.engine.dispose()
        yield {"INSTANCE": folder, "DEMO": "1", "PYTHONWARNINGS": "ignore"}, _cookie(app, token), int(person or 0)


def _cookie(app: Flask, token: str) -> str:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"], session.permanent = token, True, True
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    return f"{cookie.key}={cookie.value}"


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


def many_times(what: str, both: list[tuple[float, float]], goal: float) -> Row:
    """How many times as long as another: the less the better."""
    ratios = [ours / other for ours, other in both]
    middle = statistics.median(ratios)
    ours, other = (statistics.median(run[at] for run in both) * 1e6 for at in (0, 1))
    return Row(
        what,
        f"{ours:.0f} µs",
        f"numpy in memory {other:.0f} µs",
        f"{middle:.1f}{spread(ratios, 1)}",
        f"≤ {goal:.0f}",
        middle <= goal,
    )


def spread(values: list[float], digits: int) -> str:
    return f" ({min(values):.{digits}f}–{max(values):.{digits}f})"


GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "pages": pages,
    "sqlite": lambda: lists("SQLite", {}),
    "mails": lambda: mails("SQLite", {}),
    "postgres": on_postgres,
    "acts": acts,
    "areas": areas,
    "first_visit": first_visit,
}

if __name__ == "__main__":
    main(sys.argv[1:])
