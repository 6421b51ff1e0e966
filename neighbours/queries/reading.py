"""Reading for the pages that everybody opens: one statement, said to the driver itself.

SQLAlchemy prepares a statement and a result anew each time, which takes longer than the statement: of a list that is
not changed it was half the work. Here a statement is compiled once; its types stay SQLAlchemy's own. There is no
transaction: each statement sees what was committed before it. What writes, and what is read within a transaction,
belongs to the session (database.py).
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import Flask, g, has_request_context
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import TextualSelect

from models import db
from neighbours.clock import now

Convert = Callable[[Any], Any]
Raw = list[tuple[Any, ...]]
PLACEHOLDER = re.compile(r"(?<![:\w]):(\w+)")


class Read(NamedTuple):
    """A statement, its values, and the rows as the driver gave them.

    `since`: of each moment among the values, how long after now.
    """

    statement: TextualSelect
    values: Mapping[str, Any]
    since: Mapping[str, timedelta]
    raw: Raw


class Prepared(NamedTuple):
    """A statement in the words of one driver, and what is done to values on their way in and out, by name."""

    words: str
    into: Mapping[str, Convert]
    out: Mapping[str, Convert]


def open_reading(app: Flask) -> None:
    """Give the connection back when the page is made."""
    app.teardown_appcontext(_give_back)


def read(statement: TextualSelect, values: Mapping[str, Any]) -> list[Any]:
    """All rows of a statement that only reads, by named columns. DBAPIError as from the session."""
    raw, names, out = _read(statement, values)
    if has_request_context():
        _remember(statement, values, raw)
    return _typed(raw, names, out)


def engine_name() -> str:
    """sqlite or postgresql: where the two need a statement in other words."""
    return db.engine.dialect.name


def again(before: Read) -> bool:
    """Whether it gives the same rows now; moments among the values have moved along with the clock."""
    values = dict(before.values) | {name: now() + since for name, since in before.since.items()}
    return _read(before.statement, values)[0] == before.raw


def reads() -> list[Read]:
    """All that was read for this page so far."""
    if "reads" not in g:
        g.reads = []
    done: list[Read] = g.reads
    return done


def _read(statement: TextualSelect, values: Mapping[str, Any]) -> tuple[Raw, tuple[str, ...], Mapping[str, Convert]]:
    """The rows as the driver gave them, the names of their columns, and how they are converted."""
    engine = db.engine
    prepared = _prepared(statement, engine.dialect.name)
    given = dict(values) | {name: to(values[name]) for name, to in prepared.into.items()}
    try:
        cursor = _connection(engine).cursor()
        for listener in engine.dispatch.before_cursor_execute:  # as from the session: whoever listens hears of it
            listener(None, cursor, prepared.words, given, None, False)
        cursor.execute(prepared.words, given)
        raw = cursor.fetchall()
    except engine.dialect.loaded_dbapi.Error as error:
        _let_go(error)
        raise _wrapped(error, prepared.words) from error
    names = tuple(column[0] for column in cursor.description)
    cursor.close()
    return raw, names, prepared.out


def _remember(statement: TextualSelect, values: Mapping[str, Any], raw: Raw) -> None:
    moments = {name: value for name, value in values.items() if isinstance(value, datetime)}
    since = {name: timedelta(seconds=round((value - now()).total_seconds())) for name, value in moments.items()}
    reads().append(Read(statement, values, since, raw))


def _connection(engine: Engine) -> Any:
    """The one that this page reads by."""
    if "reading" not in g:
        g.reading = engine.raw_connection()
        _by_itself(g.reading, True)
    return g.reading


def _give_back(error: BaseException | None) -> None:
    connection = g.pop("reading", None)
    if connection is not None:
        _by_itself(connection, False)
        connection.close()


def _let_go(error: Exception) -> None:
    """Nobody shall have this connection again."""
    connection = g.pop("reading", None)
    if connection is not None:
        connection.invalidate(error)


def _by_itself(connection: Any, each: bool) -> None:
    """Whether each statement stands by itself. On SQLite it does already: there the session says BEGIN in words."""
    if db.engine.dialect.name != "sqlite":
        connection.driver_connection.autocommit = each


@cache
def _prepared(statement: TextualSelect, engine: str) -> Prepared:
    """Both drivers take values by name: `:me` is SQLite's own, psycopg writes %(me)s."""
    dialect = db.engine.dialect
    words = statement.element.text
    if engine != "sqlite":
        words = PLACEHOLDER.sub(r"%(\1)s", words.replace("%", "%%"))
    bound = statement.compile(dialect=dialect).binds
    into = {name: value.type.dialect_impl(dialect).bind_processor(dialect) for name, value in bound.items()}
    named = {column.name: column.type.dialect_impl(dialect) for column in statement.selected_columns}
    out = {name: kind.result_processor(dialect, None) for name, kind in named.items()}
    return Prepared(words, _only(into), _only(out))


def _only(converts: Mapping[str, Convert | None]) -> Mapping[str, Convert]:
    """Those that do something."""
    return {name: convert for name, convert in converts.items() if convert is not None}


def _typed(raw: Raw, names: tuple[str, ...], out: Mapping[str, Convert]) -> list[Any]:
    make = _row(names)._make
    converts = [(names.index(name), convert) for name, convert in out.items() if name in names]
    rows = []
    for values in map(list, raw):
        for at, convert in converts:
            values[at] = convert(values[at])
        rows.append(make(values))
    return rows


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


def _wrapped(error: Exception, words: str) -> BaseException:
    """As SQLAlchemy gives it to whoever asks by the session, without the values."""
    return DBAPIError.instance(words, None, error, db.engine.dialect.loaded_dbapi.Error, hide_parameters=True)
