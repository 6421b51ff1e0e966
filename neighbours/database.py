"""How the house speaks with its database: SQLite set up for durability, and the one way to write.

SQLite: WAL, synchronous FULL, foreign keys, secure_delete. A writing transaction takes the lock at once
(BEGIN IMMEDIATE), because a deferred one fails under load when it has read before it writes.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import db

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
