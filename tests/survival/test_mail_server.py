"""A mail server in every kind of trouble: pages do not notice, nothing is locked, and the outbox says how it is."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import get_ident
from time import monotonic
from typing import Any, NamedTuple

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from models import Dispatch, HelpRequest, db
from neighbours.worker import Worker, _try_round
from tests.conftest import Clock
from tests.processes import wait_until
from tests.survival.running import offered, posted, wrong_in
from tests.test_worker import Sink, free_port
from tests.village import IGNORED, NOW, sign_in_as
from tests.yes import MINUTES, person, stand, stands

PAGES = ("/", "/nearby", "/mine", "/me", "/ask")
HANGS = 60.0


class Trouble(NamedTuple):
    """What the mail server does, and how a message stands then."""

    name: str
    status: str
    error: str | None


TROUBLES = [
    Trouble("refused", "due", "ConnectionRefusedError"),
    Trouble("slow", "sent", None),
    Trouble("421", "due", "SMTPRecipientsRefused 421"),
    Trouble("450", "due", "SMTPRecipientsRefused 450"),
    Trouble("550", "failed", "SMTPRecipientsRefused 550"),
    Trouble("dropped", "due", "SMTPServerDisconnected"),
    Trouble("hangs", "due", "TimeoutError"),
]


class Server(Sink):
    """A real mail server that gives trouble until it is `well`."""

    def __init__(self, trouble: str) -> None:
        super().__init__()
        self.port = 0
        self.drops = trouble == "dropped"
        self.answer = f"{trouble} not now" if trouble.isdigit() else "250 OK"
        self.pause = {"slow": 1.0, "hangs": HANGS}.get(trouble, 0.0)

    def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Any:  # noqa: N802
        if not self.drops:
            return super().handle_DATA(server, session, envelope)
        self.reached.set()
        server.transport.abort()
        return self._later()

    def be_well(self) -> None:
        self.drops, self.pause, self.answer = False, 0.0, "250 OK"
        self.mails.clear()


@contextmanager
def mail_server(app: Flask, trouble: str) -> Iterator[Server]:
    """One that the app sends by; refused: nobody listens until it is well."""
    handler = Server(trouble)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    port = free_port() if trouble == "refused" else handler.port
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_STARTTLS=False)
    try:
        yield handler
    finally:
        handler.be_well()
        controller.stop()


@contextmanager
def statements_of_this_thread(app: Flask) -> Iterator[list[str]]:
    """What a page says to the database, whatever the worker says meanwhile."""
    seen: list[str] = []
    here = get_ident()
    with app.app_context():
        engine = db.engine

    def listen(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if get_ident() == here and not statement.lstrip().upper().startswith(IGNORED):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def said_by_pages(app: Flask, browser: FlaskClient) -> dict[str, list[str]]:
    """The statements of each page."""
    said = {}
    for path in PAGES:
        with statements_of_this_thread(app) as statements:
            assert browser.get(path).status_code == 200
        said[path] = list(statements)
    return said


def see_nothing_is_locked(app: Flask) -> None:
    """Nobody holds the right to write, nor an open transaction."""
    url = app.config["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        return
    with psycopg.connect(url) as other:
        held = other.execute("SELECT mode FROM pg_locks WHERE mode LIKE '%Exclusive%' AND locktype <> 'virtualxid'")
        open_ones = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'"
        assert (held.fetchall(), other.execute(open_ones).fetchall()) == ([], [])


def see_pages_go_on(app: Flask, before: dict[str, list[str]], help_id: int) -> None:
    """Pages say what they say otherwise; somebody writes, and need not wait."""
    assert said_by_pages(app, sign_in_as(app, "Anna")) == before
    path = f"/help/{stand(app, HelpRequest, id=help_id).ref}/reply"
    begun = monotonic()
    assert sign_in_as(app, "Carl").post(path, data={"line": "Jeg kan også"}).status_code == 303
    assert monotonic() - begun < 3


def see_trouble(app: Flask, clock: Clock, trouble: Trouble) -> None:
    help_id = posted(app, now=NOW)
    for _twice in range(2):
        before = said_by_pages(app, sign_in_as(app, "Anna"))
    offered(app, help_id, person(app, "Bo"), NOW)
    before = said_by_pages(app, sign_in_as(app, "Anna"))
    with mail_server(app, trouble.name) as server, ThreadPoolExecutor(1) as another:
        (dispatch,) = stands(app, Dispatch)
        round_of: Future[bool] = another.submit(_try_round, app, Worker())
        if trouble.name in ("slow", "hangs"):
            assert wait_until(server.reached.is_set, 20)
            see_nothing_is_locked(app)
        see_pages_go_on(app, before, help_id)
        if trouble.name == "hangs":
            assert not round_of.done(), "it did not hang"
        round_of.result()
        row = stand(app, Dispatch, id=dispatch.id)
        assert (row.status, row.error, row.leased_by) == (trouble.status, trouble.error, None)
        assert (row.due_at > clock.now) == (trouble.status == "due")
        see_nothing_is_locked(app)
        see_it_recovers(app, clock, server, trouble, dispatch)
    assert wrong_in(app) == []


def see_it_recovers(app: Flask, clock: Clock, server: Server, trouble: Trouble, dispatch: Any) -> None:
    """Once the server is well, what was due goes out with the next try; what failed, or was sent, does not."""
    server.be_well()
    app.config.update(SMTP_PORT=server.port)
    clock.now += 2 * MINUTES
    assert not _try_round(app, Worker())
    came = [each["Message-ID"].strip("<>").partition("@")[0] for each in server.mails]
    assert came.count(dispatch.ref) == (trouble.status == "due")
    assert stand(app, Dispatch, id=dispatch.id).status == ("failed" if trouble.status == "failed" else "sent")


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_pages_do_not_notice_and_the_outbox_says_how_it_is(app_on_both: Flask, clock: Clock, trouble: Trouble) -> None:
    app_on_both.config.update(SMTP_PATIENCE=3.0)
    see_trouble(app_on_both, clock, trouble)


@pytest.mark.long
def test_a_mail_server_that_hangs_for_a_minute_meets_the_ordinary_patience(app_on_both: Flask, clock: Clock) -> None:
    see_trouble(app_on_both, clock, TROUBLES[-1])
