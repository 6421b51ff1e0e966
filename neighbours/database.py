"""How the house speaks with its database: SQLite set up for durability, the one way to write, and who is apart.

SQLite: WAL, synchronous FULL, foreign keys, secure_delete. A writing transaction takes the lock at once
(BEGIN IMMEDIATE), because a deferred one fails under load when it has read before it writes.

Two neighbours are apart when one of them blocked the other. The condition stands here, in words and in Core, because
what is read and what is written must say the same.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, Connection, event, exists, false, func, literal, or_, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Block, HelpRequest, db

PATIENCE = 5.0  # seconds that a write waits in all; then the person hears so instead of looking at an empty page
NO_PATIENCE = 0.05  # for a write that may as well be made by the next page
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)

# What people typed does not stand in the words of an error; and the connection used last is used next, because it
# still has the statements and the pages that it read.
OPTIONS = {"hide_parameters": True, "pool_use_lifo": True, "pool_timeout": PATIENCE, "pool_size": 20}

# SQLite has one writer at a time, and those who wait for it only look again now and then: under fifty writers the
# unluckiest starves. So the threads of one process stand in line here, and only processes meet at the file's lock.
SQLITE_TURN = threading.RLock()


def open_database(app: Flask) -> None:
    """Bind the db object to the app's DATABASE_URL and prepare each connection."""
    url = app.config["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if url.startswith("sqlite"):
        # Whoever waits for a turn has a connection already: with a limit, nobody could read meanwhile.
        options: dict[str, Any] = {"max_overflow": -1, "connect_args": {"timeout": PATIENCE}}
    else:
        options = {"pool_pre_ping": True, "max_overflow": 50, "connect_args": {"connect_timeout": round(PATIENCE)}}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = OPTIONS | options
    db.init_app(app)
    app.teardown_appcontext(_end_reading)
    with app.app_context():
        if url.startswith("sqlite"):
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
        else:
            event.listen(db.engine, "connect", _prepare_postgresql)


OfSomebody = ColumnElement[Any] | InstrumentedAttribute[Any] | int | None


def not_blocked(a: str, b: str) -> str:
    """A condition for a text() statement: neither of the two blocked the other.

    `a`, `b`: a column with its table, or a named value such as ":me". Nobody (NULL) is never blocked.
    """
    one_way = "NOT EXISTS (SELECT 1 FROM block WHERE block.by_id = {} AND block.other_id = {})"
    return f"({one_way.format(a, b)} AND {one_way.format(b, a)})"


def not_apart_from_me(*columns: str) -> str:
    """The same for a list, of each column and :me: whom :me is apart from is found once, not for every row."""
    apart = "SELECT other_id FROM block WHERE by_id = :me UNION ALL SELECT by_id FROM block WHERE other_id = :me"
    return " AND ".join(f"coalesce({column}, 0) NOT IN ({apart})" for column in columns)


MAY_BE_ASKED = """
    {who}.status = 'confirmed' AND {not_apart} AND EXISTS (
        SELECT 1 FROM offer o JOIN near_cell n ON n.a = {asks}.cell_id AND n.b = o.cell_id
         WHERE o.resident_id = {who}.id AND o.status = 'open' AND o.kind = {asks}.kind)"""


def may_be_asked_directly(who: str, asks: str) -> str:
    """A condition for text(): a neighbour can be asked in person, as offering this kind openly within reach.

    `who`, `asks`: what the statement calls the neighbour (resident) and the request (help_request). A break and a wish
    not to be told are nobody's business: they are looked at when it is due.
    """
    together = [not_blocked(f"{who}.id", f"{asks}.{side}") for side in ("asker_id", "acted_by_id")]
    return MAY_BE_ASKED.format(who=who, asks=asks, not_apart=" AND ".join(together))


def apart_from_asker(helper_id: OfSomebody) -> ColumnElement[bool]:
    """Whether this neighbour is apart from who asked, or acted for somebody, in the help request of the statement."""
    return or_(*(are_apart(helper_id, side) for side in (HelpRequest.asker_id, HelpRequest.acted_by_id)))


def are_apart(a: OfSomebody, b: OfSomebody) -> ColumnElement[bool]:
    """The opposite as a Core clause: one of the two blocked the other. `a`, `b`: a column, a value, or None."""
    if a is None or b is None:
        return false()
    one, other = (literal(who) if isinstance(who, int) else who for who in (a, b))
    ways = ((one, other), (other, one))
    return or_(*(exists().where(Block.by_id == by, Block.other_id == whom) for by, whom in ways))


def one_at_a_time(session: Session, key: int) -> None:
    """On PostgreSQL wait for whoever holds this key, until the transaction ends. SQLite has one writer at a time."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(key)))


@contextmanager
def writing(patience: float | None = None) -> Iterator[Session]:
    """One transaction that may write: committed at the end of the block, rolled back on any error.

    `patience`: seconds that it waits for others who write, PATIENCE where it is not said; then OperationalError. On
    SQLite they are for one's turn and for the file together, on PostgreSQL for each lock.
    """
    session: Session = db.session()
    session.rollback()
    until = time.monotonic() + (patience or PATIENCE)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    with _turn(until) if is_sqlite else nullcontext():
        connection = session.connection(execution_options={"writes_until": until})
        try:
            if patience and not is_sqlite:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn(until: float) -> Iterator[None]:
    """One's turn among the threads that write. OperationalError when it does not come in time, as from the file."""
    if not SQLITE_TURN.acquire(timeout=max(until - time.monotonic(), 0)):
        raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("others write"))
    try:
        yield
    finally:
        SQLITE_TURN.release()


def _end_reading(error: BaseException | None) -> None:
    """A connection that is lost when the page is made already shall not take the page with it."""
    if not db.session.registry.has():
        return
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _prepare_postgresql(connection: Any, record: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = {round(PATIENCE * 1000)}")
    connection.autocommit = False


def _begin_sqlite(connection: Connection) -> None:
    """A write waits for the file as long as its turn has left of its patience."""
    until = connection.get_execution_options().get("writes_until")
    if until is None:
        connection.exec_driver_sql("BEGIN")
        return
    left = max(until - time.monotonic(), 0)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={round(left * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
