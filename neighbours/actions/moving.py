"""The one function that moves a state, by a conditional UPDATE, and leaves one Step row.

Whoever comes second gets TooLate. Actions call it inside their own transaction; it neither begins nor ends one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, update
from sqlalchemy.orm import Session

from models import Agreement, Base, HelpRequest, Offer, Reply, Resident, Step
from neighbours.rules.errors import TooLate
from neighbours.rules.moves import MOVES

Movable = type[HelpRequest] | type[Offer] | type[Reply] | type[Agreement] | type[Resident]


@dataclass(frozen=True)
class Actor:
    """Who moves it: a resident, an official, or nobody (the clock)."""

    resident_id: int | None = None
    official_id: int | None = None


THE_CLOCK = Actor()


def move(
    session: Session,
    thing: Movable,
    name: str,
    *where: ColumnElement[bool],
    by: Actor,
    now: datetime,
    also: dict[str, Any] | None = None,
    returning: tuple[Any, ...] = (),
) -> Row[Any]:
    """Move the one row that `where` finds, and record the step. Returns its id and the `returning` columns.

    `also`: other columns to set in the same UPDATE. Raises TooLate when no row is in a state before the move.
    """
    rows = move_all(session, thing, name, *where, by=by, now=now, also=also, returning=returning)
    if len(rows) != 1:
        raise TooLate(name)
    return rows[0]


def move_all(
    session: Session,
    thing: Movable,
    name: str,
    *where: ColumnElement[bool],
    by: Actor,
    now: datetime,
    also: dict[str, Any] | None = None,
    returning: tuple[Any, ...] = (),
) -> list[Row[Any]]:
    """Move every row that `where` finds and that the move may begin from: two statements, however many rows."""
    kind = thing.__tablename__
    step = MOVES[kind][name]
    statement = update(thing).where(thing.status.in_(step.before), *where).values(status=step.after, **(also or {}))
    rows = list(session.execute(statement.returning(thing.id, *returning)).all())
    record(session, kind, [row.id for row in rows], name, step.after, by=by, now=now)
    return rows


def record(
    session: Session, kind: str, ids: list[int], name: str, after: str, *, by: Actor, now: datetime
) -> None:
    """One Step row for each id, in one statement."""
    if ids:
        who = {"resident_id": by.resident_id, "official_id": by.official_id}
        session.execute(
            insert(Step), [{"thing": kind, "thing_id": i, "move": name, "after": after, "at": now} | who for i in ids]
        )


def new_row(session: Session, row: Base, name: str, *, by: Actor, now: datetime) -> int:
    """Add a new row with its first state and its first Step; returns its id."""
    session.add(row)
    session.flush()
    ident = int(row.id)  # type: ignore[attr-defined]
    status = str(row.status)  # type: ignore[attr-defined]
    record(session, row.__tablename__, [ident], name, status, by=by, now=now)
    return ident
