"""The one place that moves a state, by a conditional UPDATE, and leaves one Step row for each move.

Also the places of a help request: they are counted and its state follows in the same UPDATE, so that one place is
never taken twice. Whoever comes second gets TooLate. Actions call this inside their own transaction; nothing here
begins or ends one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, case, insert, select, update
from sqlalchemy.orm import Session

from models import Agreement, Base, HelpRequest, Offer, Proposal, Reply, Report, Resident, Step
from neighbours.rules.errors import TooLate
from neighbours.rules.moves import MOVES

Held = type[HelpRequest] | type[Offer]
Movable = Held | type[Reply] | type[Agreement] | type[Proposal] | type[Report] | type[Resident]


@dataclass(frozen=True)
class Actor:
    """Who moves it: a resident, an official, or nobody (the clock)."""

    resident_id: int | None = None
    official_id: int | None = None


THE_CLOCK = Actor()

# Steps that are collected by the caller, to be written by one INSERT: `write_steps`.
Steps = list[dict[str, Any]]


def move(
    session: Session,
    thing: Movable,
    name: str,
    *where: ColumnElement[bool],
    by: Actor,
    now: datetime,
    also: dict[str, Any] | None = None,
    returning: tuple[Any, ...] = (),
    steps: Steps | None = None,
) -> Row[Any]:
    """Move the one row that `where` finds, and record the step. Returns its id and the `returning` columns.

    `also`: other columns to set in the same UPDATE. `steps`: the caller's list, to be written by `write_steps`.
    Raises TooLate when no row is in a state before the move.
    """
    rows = move_all(session, thing, name, *where, by=by, now=now, also=also, returning=returning, steps=steps)
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
    steps: Steps | None = None,
) -> list[Row[Any]]:
    """Move every row that `where` finds and that the move may begin from: two statements, however many rows."""
    kind = thing.__tablename__
    step = MOVES[kind][name]
    statement = update(thing).where(thing.status.in_(step.before), *where).values(status=step.after, **(also or {}))
    rows = list(session.execute(statement.returning(thing.id, *returning, *_area_of(thing))).all())
    collected = [] if steps is None else steps
    areas = [row.in_area if _area_of(thing) else None for row in rows]
    collected += [
        step_of(kind, row.id, name, step.after, by=by, now=now, area_id=area)
        for row, area in zip(rows, areas, strict=True)
    ]
    if steps is None:
        write_steps(session, collected)
    return rows


def stand_in_line(session: Session, help_request_id: ColumnElement[int] | ScalarSelect[int] | int) -> None:
    """Wait for whoever moves this help request, its replies or its agreements now. Each such move begins here.

    So all locks are taken from the request downwards, and no two actions wait for each other; what is read afterwards
    is how it stands. One statement on PostgreSQL; none on SQLite, which has one writer at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(HelpRequest.id).where(HelpRequest.id == help_request_id).with_for_update())


def replied_to(reply_id: int) -> ScalarSelect[int]:
    """The id of the help request that was replied to, to stand in line at."""
    return select(Reply.help_request_id).where(Reply.id == reply_id).scalar_subquery()


def asked_for(agreement_id: int) -> ScalarSelect[int]:
    """The id of the help request that the agreement is about, to stand in line at."""
    return select(Agreement.help_request_id).where(Agreement.id == agreement_id).scalar_subquery()


def fill_place(
    session: Session,
    *where: ColumnElement[bool],
    by: Actor,
    now: datetime,
    steps: Steps,
    returning: tuple[Any, ...] = (),
) -> Row[Any]:
    """Take one place of the open help request that `where` finds; the last place makes it agreed. One UPDATE.

    Returns id, status, and the `returning` columns. Raises TooLate when it is not open, or full.
    """
    fill = MOVES["help_request"]["fill"]
    is_last = HelpRequest.taken + 1 >= HelpRequest.places
    free = (HelpRequest.status == "open", HelpRequest.taken < HelpRequest.places)
    taken = update(HelpRequest).where(*free, *where).values(
        taken=HelpRequest.taken + 1, status=case((is_last, fill.after), else_=HelpRequest.status)
    )  # fmt: skip
    told: tuple[Any, ...] = (HelpRequest.id, HelpRequest.status, *_area_of(HelpRequest))
    row: Row[Any] | None = session.execute(taken.returning(*told, *returning)).one_or_none()
    if row is None:
        raise TooLate("full")
    if row.status == fill.after:
        steps.append(step_of("help_request", row.id, "fill", fill.after, by=by, now=now, area_id=row.in_area))
    return row


def free_place(session: Session, help_request_id: int, *, by: Actor, now: datetime, steps: Steps) -> str | None:
    """Give one place back; an agreed help request is open again if its day has not passed. Returns its state then."""
    reopen = MOVES["help_request"]["reopen"]
    again = HelpRequest.status.in_(reopen.before) & (HelpRequest.expires_at > now)
    freed = update(HelpRequest).where(HelpRequest.id == help_request_id, HelpRequest.taken > 0).values(
        taken=HelpRequest.taken - 1, status=case((again, reopen.after), else_=HelpRequest.status)
    )  # fmt: skip
    told = (HelpRequest.status, HelpRequest.taken, HelpRequest.places, *_area_of(HelpRequest))
    row = session.execute(freed.returning(*told)).one_or_none()
    # Before its day has passed it is agreed exactly while every place is taken.
    if row is not None and row.status == reopen.after and row.taken + 1 == row.places:
        steps.append(
            step_of("help_request", help_request_id, "reopen", reopen.after, by=by, now=now, area_id=row.in_area)
        )
    return None if row is None else row.status


def take_again(session: Session, help_request_id: int) -> bool:
    """Take a place again that was freed by mistake; the state is the caller's to resume. False: full or withdrawn."""
    # Agreed with a place free: on a day that has passed.
    alive = HelpRequest.status.in_((*MOVES["help_request"]["resume"].before, "agreed"))
    free = (HelpRequest.id == help_request_id, HelpRequest.taken < HelpRequest.places, alive)
    taken = update(HelpRequest).where(*free).values(taken=HelpRequest.taken + 1)
    return session.execute(taken.returning(HelpRequest.id)).one_or_none() is not None


def record(session: Session, kind: str, ids: list[int], name: str, after: str, *, by: Actor, now: datetime) -> None:
    """One Step row for each id, in one statement."""
    write_steps(session, [step_of(kind, ident, name, after, by=by, now=now) for ident in ids])


def step_of(
    kind: str, ident: int, name: str, after: str, *, by: Actor, now: datetime, area_id: int | None = None
) -> dict[str, Any]:
    """One Step row as plain values. `area_id`: where the thing stood then; later a border may move, or the thing go."""
    who = {"resident_id": by.resident_id, "official_id": by.official_id, "area_id": area_id}
    return {"thing": kind, "thing_id": ident, "move": name, "after": after, "at": now} | who


def write_steps(session: Session, steps: Steps) -> None:
    """All the steps in one statement."""
    if steps:
        # Of the table, not of the class: that would part rows with an area from rows without into two statements.
        session.execute(insert(Step.__table__), steps)  # type: ignore[arg-type]


def new_row(session: Session, row: Base, name: str, *, by: Actor, now: datetime, steps: Steps | None = None) -> int:
    """Add a new row with its first state and its first Step (into `steps`, if given); returns its id."""
    session.add(row)
    session.flush()
    ident = int(row.id)  # type: ignore[attr-defined]
    status = str(row.status)  # type: ignore[attr-defined]
    area = getattr(row, "area_id", None)
    first = step_of(row.__tablename__, ident, name, status, by=by, now=now, area_id=area)
    if steps is None:
        write_steps(session, [first])
    else:
        steps.append(first)
    return ident


def _area_of(thing: Movable) -> tuple[ColumnElement[int], ...]:
    """The area that a thing stands in; replies, agreements and what is suggested stand where their request does."""
    return () if thing in (Reply, Agreement, Proposal) else (thing.__table__.c.area_id.label("in_area"),)
