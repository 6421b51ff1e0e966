"""10,000 due mails through the real worker into a mail server on this machine, beside a bare loop of smtplib."""

import os
import signal
import smtplib
import tempfile
import time
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from models import db
from tests.bench.rows import Row, Settings
from tests.test_many_mails import Counting, counting, due, start_workers, tell_neighbours
from tests.test_worker import end_of, wait_until
from tests.village import build_village
from tests.yes import add_neighbours

MAILS, BARE, PATIENCE = 10_000, 2_000, 3_600


class Sent(NamedTuple):
    """Mails a second by the worker and by the bare loop; the worker's processor time for each, in milliseconds."""

    rate: float
    bare: float
    cpu: float
    lost: int
    twice: int


def rows(engine: str, settings: Settings) -> Iterator[Row]:
    """10,000 due mails through one worker process; none lost, none twice."""
    with tempfile.TemporaryDirectory() as folder:
        sent = through_the_worker(folder, settings())
    yield Row(
        f"10,000 due mails through one worker, {engine}",
        f"{sent.rate:.0f} a second, {sent.cpu:.1f} ms CPU each; lost {sent.lost}, twice {sent.twice}",
        f"bare smtplib, one mail made before {sent.bare:.0f} a second",
        f"{sent.rate / sent.bare:.2f}",
        "none lost, none twice",
        sent.lost == sent.twice == 0,
    )


def through_the_worker(folder: str, settings: Mapping[str, Any]) -> Sent:
    """A village of MAILS neighbours in this folder, each of whom is told something by one worker process."""
    app = create_app({"TESTING": True, "INSTANCE": Path(folder), **settings})
    with app.app_context():
        upgrade()
        build_village()
    add_neighbours(app, MAILS)
    with counting() as (sink, where):
        took, cpu = _work(app, sink, where)
        names = sink.names.copy()
        bare = _bare(sink, where)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    lost, twice = MAILS - len(names), names.total() - len(names)
    return Sent(MAILS / took, BARE / bare, 1000 * cpu / MAILS, lost, twice)


def _work(app: Flask, sink: Counting, where: dict[str, str]) -> tuple[float, float]:
    (worker,) = start_workers(app, 1, where | {"PYTHONWARNINGS": "ignore"})
    try:
        used, begun = _cpu(worker.pid), time.monotonic()
        tell_neighbours(app, MAILS)
        wait_until(lambda: sink.names.total() >= MAILS and due(app) == 0, PATIENCE)
        return time.monotonic() - begun, _cpu(worker.pid) - used
    finally:
        end_of(worker, signal.SIGTERM)


def _bare(sink: Counting, where: dict[str, str]) -> float:
    """Seconds for BARE times the same mail, made before, with no database."""
    mail = message_from_bytes(sink.last, policy=policy.SMTP)
    with smtplib.SMTP(where["SMTP_HOST"], int(where["SMTP_PORT"])) as server:
        begun = time.monotonic()
        for _mail in range(BARE):
            server.send_message(mail, "drift@example.org", ["nabo@example.org"])
        return time.monotonic() - begun


def _cpu(pid: int) -> float:
    """Seconds that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
