"""Many mails through real worker processes into a real mail server: none lost, none twice. On both engines."""

import asyncio
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, select

from models import Dispatch, Resident, db
from neighbours.actions import telling
from neighbours.database import writing
from tests.test_worker import end_of, free_port, said_by, start_worker, wait_until
from tests.yes import add_neighbours

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)


class Counting:
    """A mail server that keeps the name of each mail that it took, and how many connections stood open at once."""

    def __init__(self) -> None:
        self.names: Counter[str] = Counter()
        self.open: set[Any] = set()
        self.most_open = 0
        self.last = b""
        self.hold = threading.Event()
        self.hold.set()
        self.reached = threading.Event()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, answers: Any) -> Any:  # noqa: N802
        session.host_name = name
        self.open.add(session.peer)
        self.most_open = max(self.most_open, len(self.open))
        return answers

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.open.discard(session.peer)
        return "221 Bye"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        found = MESSAGE_ID.search(envelope.content)
        assert found
        self.names[found[1].decode()] += 1
        self.last = envelope.content
        self.reached.set()
        while not self.hold.is_set():
            await _moment()
        return "250 kept"


async def _moment() -> None:
    await asyncio.sleep(0.02)


@contextmanager
def counting() -> Iterator[tuple[Counting, dict[str, str]]]:
    """The mail server, and the settings of a worker that sends there."""
    handler = Counting()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield handler, {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(controller.port), "SMTP_TLS": "none"}
    finally:
        controller.stop()


def tell_neighbours(app: Flask, many: int) -> None:
    """So many mails are due now, by the clock of the worker processes."""
    now = datetime.now(UTC)
    with app.app_context(), writing() as session:
        for first in range(0, many, 1000):
            told = select(Resident.id).where(Resident.name.like("Nabo %")).order_by(Resident.id)
            some = told.offset(first).limit(min(1000, many - first))
            telling.tell(session, "confirmed", some, thing="resident", thing_id=0, now=now)


def due(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Dispatch).where(Dispatch.status == "due")) or 0
        db.session.rollback()
        return found


def is_up(process: subprocess.Popen[bytes]) -> bool:
    """Whether the worker has opened its database."""
    links = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.is_symlink()]
    return any(link.startswith("socket:") or link.endswith(".sqlite") for link in links)


def start_workers(app: Flask, many: int, settings: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    url = app.config["DATABASE_URL"] if app.config["DATABASE_URL"].startswith("postgresql") else ""
    workers = [start_worker(app, DATABASE_URL=url, WORKER_PAUSE="0.2", **settings) for _ in range(many)]
    wait_until(lambda: all(is_up(worker) for worker in workers), 60)
    return workers


def each_once(app: Flask, many: int, patience: float) -> float:
    """Three workers send so many mails; returns how many seconds that took."""
    add_neighbours(app, many)
    with counting() as (sink, settings):
        workers = start_workers(app, 3, settings)
        try:
            begun = time.monotonic()
            tell_neighbours(app, many)
            wait_until(lambda: sink.names.total() >= many and due(app) == 0, patience)
            took = time.monotonic() - begun
        finally:
            codes = [end_of(worker, signal.SIGTERM) for worker in workers]
    with app.app_context():
        rows = db.session.execute(select(Dispatch.ref, Dispatch.status, Dispatch.tries)).all()
    assert sink.names == Counter(row.ref for row in rows) and len(sink.names) == many
    assert {(row.status, row.tries) for row in rows} == {("sent", 1)}
    assert sink.most_open > 1, "only one worker worked"
    assert codes == [0, 0, 0] and said_by(app).read_text() == ""
    return took


def test_three_workers_send_300_mails_each_once(app_on_both: Flask) -> None:
    each_once(app_on_both, 300, patience=90)


@pytest.mark.long
def test_three_workers_send_10_000_mails_each_once(app_on_both: Flask) -> None:
    took = each_once(app_on_both, 10_000, patience=900)
    print(f"{10_000 / took:.0f} mails a second")


def test_what_a_killed_worker_held_goes_out_by_another_and_a_repeat_is_recognisable(app_on_both: Flask) -> None:
    add_neighbours(app_on_both, 30)
    with counting() as (sink, settings):
        sink.hold.clear()
        tell_neighbours(app_on_both, 30)
        (first,) = start_workers(app_on_both, 1, settings | {"WORKER_LEASE": "3"})
        assert sink.reached.wait(60)
        first.kill()
        first.wait()
        sink.hold.set()
        (second,) = start_workers(app_on_both, 1, settings)
        wait_until(lambda: due(app_on_both) == 0, 60)
        assert end_of(second, signal.SIGTERM) == 0
    # The one in hand had reached the mail server, which could not say so any more: it comes twice under one name.
    assert len(sink.names) == 30 and sink.names.total() == 31
