"""The clock of an area inside a statement: `next_letter` and `local_day`, each of a moment and a zone.

Both say what rules/notices.py says. PostgreSQL knows the zones; SQLite does not, and asks the rules themselves.
"""

import sqlite3
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Engine, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from models import Moment
from neighbours.rules.notices import LETTER_AT, local_day, next_letter_at

# As SQLAlchemy writes a naive time for SQLite.
WRITTEN = "%Y-%m-%d %H:%M:%S.%f"


class NextLetter(GenericFunction[datetime]):
    """When the first daily letter after the moment goes."""

    name = "next_letter"
    type = Moment()
    inherit_cache = True


class LocalDay(GenericFunction[date]):
    """The day that it is then in the zone."""

    name = "local_day"
    type = Date()
    inherit_cache = True


@compiles(NextLetter, "postgresql")
def _next_letter(element: Any, compiler: Any, **options: Any) -> str:
    moment, zone = (compiler.process(part, **options) for part in element.clauses)
    local = f"({moment} AT TIME ZONE {zone})"
    passed = f"CASE WHEN CAST({local} AS time) >= '{LETTER_AT}' THEN 1 ELSE 0 END"
    return f"((CAST({local} AS date) + {passed} + time '{LETTER_AT}') AT TIME ZONE {zone})"


@compiles(LocalDay, "postgresql")
def _local_day(element: Any, compiler: Any, **options: Any) -> str:
    moment, zone = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST({moment} AT TIME ZONE {zone} AS date)"


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("next_letter", 2, _written_letter, deterministic=True)
        connection.create_function("local_day", 2, _written_day, deterministic=True)


@lru_cache(64)
def _written_letter(moment: str | None, zone: str) -> str | None:
    return moment and next_letter_at(_read(moment), zone).strftime(WRITTEN)


@lru_cache(64)
def _written_day(moment: str | None, zone: str) -> str | None:
    return moment and local_day(_read(moment), zone).isoformat()


def _read(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)
