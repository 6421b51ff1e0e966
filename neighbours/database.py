"""How the house speaks with its database: SQLite set up for durability, the one way to write, and who is apart.

SQLite: WAL, synchronous FULL, foreign keys, secure_delete. A writing transaction takes the lock at once
(BEGIN IMMEDIATE), because a deferred one fails under load when it has read before it writes.

Two neighbours are apart when one of them blocked the other. The condition stands here, in words and in Core, because
what is read and what is written must say the same.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, Connection, event, exists, false, literal, or_
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import Block, db

PATIENCE = 10  # seconds for one's turn to write; half of it for the file, which another process may hold
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={PATIENCE * 500}",
)

# What people typed does not stand in the words of an error; and the connection used last is used next, because it
# still has the statements and the pages that it read.
OPTIONS = {"hide_parameters": True, "pool_use_lifo": True}

# SQLite has one writer at a time, and those who wait for it only look again now and then: under fifty writers the
# unluckiest starves. So the threads of one process stand in line here, and only processes meet at the file's lock.
SQLITE_TURN = threading.RLock()


def open_database(app: Flask) -> None:
    """Bind the db object to the app's DATABASE_URL and prepare each connection."""
    url = app.config["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if url.startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = OPTIONS | {"connect_args": {"timeout": PATIENCE / 2}}
    else:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = OPTIONS | {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 50}
    db.init_app(app)
    if url.startswith("sqlite"):
        with app.app_context():
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)


OfSomebody = ColumnElement[int] | ColumnElement[int | None] | int | None


def not_blocked(a: str, b: str) -> str:
    """A condition for a text() statement: neither of the two blocked the other.

    `a`, `b`: a column with its table, or a named value such as ":me". Nobody (NULL) is never blocked.
    """
    one_way = "NOT EXISTS (SELECT 1 FROM block WHERE block.by_id = {} AND block.other_id = {})"
    return f"({one_way.format(a, b)} AND {one_way.format(b, a)})"


def are_apart(a: OfSomebody, b: OfSomebody) -> ColumnElement[bool]:
    """The opposite as a Core clause: one of the two blocked the other. `a`, `b`: a column, a value, or None."""
    if a is None or b is None:
        return false()
    one, other = (literal(who) if isinstance(who, int) else who for who in (a, b))
    ways = ((one, other), (other, one))
    return or_(*(exists().where(Block.by_id == by, Block.other_id == whom) for by, whom in ways))


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction that may write: committed at the end of the block, rolled back on any error."""
    session: Session = db.session()
    session.rollback()
    with _turn() if session.get_bind().dialect.name == "sqlite" else nullcontext():
        session.connection(execution_options={"writes": True})
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn() -> Iterator[None]:
    """One's turn among the threads that write. OperationalError when it does not come in time, as from the file."""
    if not SQLITE_TURN.acquire(timeout=PATIENCE):
        raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("others write"))
    try:
        yield
    finally:
        SQLITE_TURN.release()


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
