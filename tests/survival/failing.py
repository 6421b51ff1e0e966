"""A database whose n-th call fails: connections of the drivers themselves, below everything that the house writes.

On SQLite the call fails as on a broken disk. On PostgreSQL the connection is truly lost at that moment, so the server
rolls back what was not committed. `after`: a COMMIT that was done, and whose answer never came.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event

from models import db


class Plan:
    """Which call fails. `calls`: those made since it was set. `has_failed`: whether it came to the one that fails."""

    def __init__(self) -> None:
        self.fails_at, self.after, self.has_failed = 0, False, False
        self.calls: list[str] = []

    @contextmanager
    def failing(self, number: int, *, after_commit: bool = False) -> Iterator[None]:
        """The call of this number fails inside the block, counted from 1; of commits alone with `after_commit`."""
        self.calls, self.fails_at, self.after = [], number, after_commit
        try:
            yield
        finally:
            self.fails_at = 0
            self.has_failed = len(self.calls) >= number

    def count(self, name: str, committed: bool = False) -> bool:
        """Whether this call is to fail."""
        if not self.fails_at or self.after != committed:
            return False
        self.calls.append(name)
        return len(self.calls) == self.fails_at


class OnSqlite(sqlite3.Connection):
    plan: Plan

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(CursorOnSqlite)

    def commit(self) -> None:
        _break_here(self.plan, "COMMIT")
        super().commit()
        _break_here(self.plan, "COMMIT", committed=True)

    def rollback(self) -> None:
        _break_here(self.plan, "ROLLBACK")
        super().rollback()


class CursorOnSqlite(sqlite3.Cursor):
    def execute(self, words: str, *values: Any) -> Any:
        _break_here(self.connection.plan, words)  # type: ignore[attr-defined]
        return super().execute(words, *values)

    def executemany(self, words: str, *values: Any) -> Any:
        _break_here(self.connection.plan, words)  # type: ignore[attr-defined]
        return super().executemany(words, *values)


def _break_here(plan: Plan, name: str, committed: bool = False) -> None:
    if plan.count(name, committed):
        raise sqlite3.OperationalError("disk I/O error")


class OnPostgresql(psycopg.Connection[Any]):
    plan: Plan

    def commit(self) -> None:
        self.lose("COMMIT")
        super().commit()
        self.lose("COMMIT", committed=True)

    def rollback(self) -> None:
        self.lose("ROLLBACK")
        super().rollback()

    def lose(self, name: str, committed: bool = False) -> None:
        if self.plan.count(name, committed):
            self.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")


class CursorOnPostgresql(psycopg.Cursor[Any]):
    def execute(self, query: Any, *values: Any, **more: Any) -> Any:
        self.connection.lose(str(query))  # type: ignore[attr-defined]
        return super().execute(query, *values, **more)

    def executemany(self, query: Any, *values: Any, **more: Any) -> Any:
        self.connection.lose(str(query))  # type: ignore[attr-defined]
        return super().executemany(query, *values, **more)


def plan_of(app: Flask) -> Plan:
    """Let the app's engine connect by these connections from now on."""
    plan = Plan()
    sqlite = type("OnSqlite", (OnSqlite,), {"plan": plan})
    postgresql = type("OnPostgresql", (OnPostgresql,), {"plan": plan})

    def connect(dialect: Any, record: Any, words: Any, named: dict[str, Any]) -> Any:
        if dialect.name == "sqlite":
            return sqlite3.connect(*words, factory=sqlite, **named)
        connection = postgresql.connect(*words, **named)
        connection.cursor_factory = CursorOnPostgresql
        return connection

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        event.listen(db.engine, "do_connect", connect)
    return plan
