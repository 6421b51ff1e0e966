"""A real house for these tests: gunicorn and the worker as processes on the database of a village; and a browser."""

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from models import Agreement, Dispatch, HelpRequest, Reply, Resident, Step, db
from neighbours.actions.help import asking, replying
from neighbours.actions.people.sessions import begin_session
from neighbours.database import writing
from neighbours.rules.help.asking import How, What, When, Where
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask
from neighbours.serving.listening import listen
from neighbours.serving.serve import web_command, worker_command
from tests.processes import HERE, children_of, wait_until
from tests.survival.consistent import consistent
from tests.yes import WORDS

STORED = (HelpRequest, Reply, Agreement, Step, Dispatch)
ORIGIN = "http://localhost"


def really_now() -> datetime:
    """What the processes take for now, which have no clock of a test."""
    return datetime.now(UTC)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class House:
    """A running house. Its processes are killed with it, however the test ends."""

    def __init__(self, app: Flask, **settings: str) -> None:
        self.app = app
        own = {"INSTANCE": str(app.config["INSTANCE"]), "DATABASE_URL": app.config["DATABASE_URL"]}
        self.environment = os.environ | own | {"SMTP_STARTTLS": "no", "PYTHONWARNINGS": "ignore"} | settings
        self.log = open(os.path.join(app.config["INSTANCE"], "house.log"), "ab")  # noqa: SIM115
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.port = 0

    def open_pages(self, workers: int = 2, threads: int = 16) -> "House":
        listener = listen("127.0.0.1", 0)
        self.port = listener.getsockname()[1]
        self.web = self._start(web_command(listener.fileno(), workers, threads), listener.fileno())
        listener.close()
        assert wait_until(self.answers, 60), self.said()
        return self

    def begin_work(self) -> "House":
        """Start the worker, also anew after its death."""
        self.worker = self._start(worker_command())
        return self

    def answers(self) -> bool:
        try:
            return self.browse("GET", "/healthz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def browse(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {"Host": "localhost", "Origin": ORIGIN, **headers}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            connection.close()

    def web_workers(self) -> list[int]:
        assert self.web
        return children_of(self.web.pid)

    def said(self) -> str:
        with open(self.log.name) as log:
            return log.read()

    def close(self) -> None:
        for process in (self.web, self.worker):
            if process is not None:
                for pid in (process.pid, *children_of(process.pid)):
                    _kill(pid)
                process.wait()
        self.log.close()

    def _start(self, command: list[str], *sockets: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, cwd=HERE, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            pass_fds=sockets, process_group=0,
        )  # fmt: skip


class Browser:
    """Somebody signed in at a house: their cookie, and the form token of their pages."""

    def __init__(self, house: House, resident_id: int) -> None:
        self.house, self.cookie = house, cookie_of(house.app, resident_id)
        self.token = ""
        self.token = form_token(self.get("/ask").body)

    def get(self, path: str) -> Answer:
        return self._keep(self.house.browse("GET", path, Cookie=self.cookie))

    def post(self, path: str, **fields: object) -> Answer:
        body = urlencode({"csrf_token": self.token, **fields}, doseq=True)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._keep(self.house.browse("POST", path, body, Cookie=self.cookie, **kind))

    def _keep(self, answer: Answer) -> Answer:
        if given := answer.headers.get("Set-Cookie", ""):
            self.cookie = given.partition(";")[0]
        return answer


@contextmanager
def house_of(app: Flask, **settings: str) -> Iterator[House]:
    house = House(app, **settings)
    try:
        yield house
    finally:
        house.close()


def cookie_of(app: Flask, resident_id: int) -> str:
    """A cookie of somebody who signed in just now."""
    with app.app_context(), writing() as session:
        token = begin_session(session, resident_id=resident_id, device="Firefox", now=really_now())
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"], kept.permanent = token, True, True
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    return f"{cookie.key}={cookie.value}"


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page)
    assert found, page[:500]
    return unescape(found[1])


def kill_for_good(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def posted(app: Flask, asker: str = "Anna", *, now: datetime, days: int = 7, **how: bool) -> int:
    """A request that was really posted, page by page; returns its id."""
    what = What("digital", None, "Hjælp til Digital Post", None, "da", language_mask(["da", "en"]))
    when = When("day", (now + timedelta(days=days)).date(), None, WHENEVER, 60, 1)
    with app.app_context():
        by = db.session.scalars(select(Resident.id).where(Resident.name == asker)).one()
        ref = asking.begin_request(by, "", what, now)
        asking.say_when(by, ref, when, None, now)
        asking.say_where(by, ref, Where("home", None, None), None, now)
        asking.open_request(by, ref, How(**{"urgent": False, "first_yes": False, "noticeboard": False} | how), now)
        return db.session.scalars(select(HelpRequest.id).where(HelpRequest.ref == ref)).one()


def offered(app: Flask, help_request_id: int, helper_id: int, now: datetime) -> str:
    """Somebody can help; the ref of the reply."""
    with app.app_context():
        replying.offer_help(help_request_id, helper_id, WORDS, now)
        mine = (Reply.help_request_id == help_request_id, Reply.helper_id == helper_id)
        return db.session.scalars(select(Reply.ref).where(*mine)).one()


def all_rows(app: Flask) -> dict[str, list[Any]]:
    """Everything that these acts could leave behind."""
    with app.app_context():
        return {each.__tablename__: list(db.session.execute(select(*each.__table__.c)).all()) for each in STORED}


def wrong_in(app: Flask) -> list[str]:
    """What `consistent` finds in the app's database."""
    with app.app_context():
        return consistent(db.session())


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
