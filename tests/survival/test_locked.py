"""Another process holds the database: pages are read, writing waits five seconds and says so, then all goes on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import psycopg
import pytest
from flask import Flask
from sqlalchemy import update

from models import AuthSession, Dispatch, HelpRequest, Reply
from neighbours.database import PATIENCE, writing
from tests.processes import wait_until
from tests.survival.running import Answer, Browser, House, house_of, offered, posted, really_now, wrong_in
from tests.yes import add_neighbours, person, stand, stands

WORDS = "Jeg kan komme, når hønsene har fået mad"
MANY = 24
SLACK = 4  # seconds that a busy machine may take for a page
PAGES = ("/", "/nearby", "/mine", "/ask", "/me")
TABLES = "help_request, reply, agreement, dispatch, step, auth_session, attempt, one_time_code, resident, invitation"
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(app: Flask) -> Iterator[None]:
    """Another process alone may write: to the file on SQLite, to the tables of these pages on PostgreSQL."""
    url = app.config["DATABASE_URL"]
    if url.startswith("sqlite"):
        command = [sys.executable, "-c", HOLD, url.removeprefix("sqlite:///")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout and holder.stdout.readline() == b"held\n"
            yield
            holder.communicate()
    else:
        with psycopg.connect(url) as connection:
            connection.execute(f"LOCK TABLE {TABLES} IN EXCLUSIVE MODE")
            yield
            connection.rollback()


def timed(act: object, *words: object, **fields: object) -> tuple[Answer, float]:
    begun = time.monotonic()
    answer = act(*words, **fields)  # type: ignore[operator]
    return answer, time.monotonic() - begun


def see_reads(readers: list[Browser]) -> None:
    """Each page is there, without waiting for who writes."""
    for reader in readers:
        for path in PAGES:
            answer, took = timed(reader.get, path)
            assert answer.status == 200, f"{path}: {answer.status}"
            assert took < PATIENCE - 1, f"{path} waited {took:.1f} s"


def see_refused(writes: list[Future[tuple[Answer, float]]]) -> None:
    for answer, took in (write.result() for write in writes):
        assert answer.status == 503 and answer.headers["Retry-After"] == "120"
        assert "Vi har lukket et øjeblik" in answer.body and WORDS in unescape(answer.body)
        assert PATIENCE - 0.5 <= took <= PATIENCE + SLACK, f"waited {took:.1f} s"


def see_it_survives(app: Flask, seconds: float) -> None:
    now = really_now()
    helpers = add_neighbours(app, MANY)
    help_id = posted(app, now=now)
    waiting = offered(app, help_id, person(app, "Bo"), now)
    with house_of(app, WORKER_PAUSE="0.2") as house:
        house.open_pages(workers=1, threads=64).begin_work()
        writers = [Browser(house, helper) for helper in helpers]
        reader, late = Browser(house, person(app, "Anna")), Browser(house, person(app, "Carl"))
        assert wait_until(lambda: {row.status for row in stands(app, Dispatch)} == {"sent"}, 30)
        with app.app_context(), writing() as session:  # Carl was here yesterday: his page notes that he is here today
            of_carl = AuthSession.resident_id == person(app, "Carl")
            session.execute(update(AuthSession).where(of_carl).values(seen_on=(now - timedelta(days=1)).date()))
        path = f"/help/{stand(app, HelpRequest, id=help_id).ref}/reply"
        with ThreadPoolExecutor(MANY) as pool, held(app):
            end = time.monotonic() + seconds
            while True:
                writes = [pool.submit(timed, writer.post, path, line=WORDS) for writer in writers]
                see_reads([reader, late])
                see_refused(writes)
                if time.monotonic() >= end:
                    break
            assert len(stands(app, Reply)) == 1
        see_it_goes_on(app, house, writers, reader, (path, waiting))


def see_it_goes_on(app: Flask, house: House, writers: list[Browser], asker: Browser, where: tuple[str, str]) -> None:
    """The same buttons, pressed once more; and the worker sends what came of them."""
    path, waiting = where
    assert {writer.post(path, line=WORDS).status for writer in writers} == {303}
    assert len(stands(app, Reply)) == MANY + 1
    assert asker.post(f"/replies/{waiting}/accept").location.startswith("/agreements/")
    assert wait_until(lambda: not stands(app, Dispatch, status="due", kind="somebody_offered"), 30), house.said()
    assert wait_until(lambda: stands(app, Dispatch, status="sent", kind="agreed"), 30), house.said()
    assert house.worker is not None and house.worker.poll() is None
    assert wrong_in(app) == []


def test_while_another_holds_the_database_pages_are_read_and_writing_waits_five_seconds(app_on_both: Flask) -> None:
    see_it_survives(app_on_both, 1)


@pytest.mark.long
def test_a_database_that_is_held_for_half_a_minute(app_on_both: Flask) -> None:
    see_it_survives(app_on_both, 30)
