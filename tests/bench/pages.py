"""What pages cost over gunicorn, beside a constant and an ordinary page; a first visit's bytes, a worker's memory."""

import gzip
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from models import Resident, db
from neighbours.actions.demo import load_demo
from neighbours.actions.demo.people import ref_of
from neighbours.actions.demo.trying import try_as
from tests.bench.rows import Row, beside, rounds, spread
from tests.bench.served import Server, serve, start_seconds
from tests.lighthouse import measured, pages_to_measure, what_is_missing

REQUESTS = 150
SITE, ORDINARY = "neighbours.web.site:create_site()", "tests.bench.ordinary:ordinary()"
LEAN, CONSTANT = "tests.bench.ordinary:lean()", "tests.bench.ordinary:constant()"


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


@contextmanager
def demo() -> Iterator[tuple[dict[str, str], str, int]]:
    """The demo in a folder of its own: settings for a server, the cookie of Bo, and his id."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": Path(folder), "DEMO": True})
        with app.app_context():
            upgrade()
            load_demo(datetime.now(UTC))
            token = try_as(ref_of("bo"), "bench", datetime.now(UTC))
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
