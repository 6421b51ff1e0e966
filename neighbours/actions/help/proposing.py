"""Another day for an agreement: suggested by one of the two, answered by the other, taken back, fallen.

Nothing moves until the other says yes; then the agreement is for that day. One suggestion stands at a time: who cannot
on that day says no, or suggests another one instead, which is a no and a suggestion at once. An answer
is not undone: it is told at once, and either of the two may suggest again. Whoever moves any of it stands in line at
the help request first (moving.py). Who may do it is asked in web.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, and_, func, select, update
from sqlalchemy.orm import Session

from models import Agreement, Area, HelpRequest, Municipality, Proposal, Resident
from neighbours.actions.moving import (
    Actor,
    Steps,
    asked_for,
    move,
    move_all,
    new_row,
    stand_in_line,
    step_of,
    write_steps,
)
from neighbours.actions.telling import tell, untell
from neighbours.database import writing
from neighbours.rules.errors import Refused, TooLate
from neighbours.rules.help.asking import Days, is_day_over

SUGGESTED = (Proposal.when_kind, Proposal.day, Proposal.at_time, Proposal.slots)


def suggest(agreement_id: int, days: Days, *, by: Actor, now: datetime, instead: str = "") -> None:
    """Suggest other days or another time; a newer suggestion of the same side replaces the one before.

    `instead`: the ref of the other one's suggestion, which is declined by it; one message says both. The same once more
    is harmless. Refused: day past; when_kind same, when it is agreed like that, or theirs, when the other one suggests
    it. TooLate when the agreement does not stand any more, and when another suggestion of theirs waits for an answer.
    """
    with writing() as session:
        stand_in_line(session, asked_for(agreement_id))
        row = _agreement(session, agreement_id)
        if is_day_over(days, now, row.zone):
            raise Refused("day", "past")
        if days == Days(row.when_kind, row.day, row.at_time, row.slots):
            raise Refused("when_kind", "same")
        steps: Steps = []
        if _makes_room(session, row, days, by, now, steps, instead):
            values = {"agreement_id": agreement_id, "by_id": by.resident_id, "created_at": now, **days._asdict()}
            suggested = new_row(session, Proposal(status="proposed", **values), "suggest", by=by, now=now, steps=steps)
            write_steps(session, steps)
            other = row.asks_id if by.resident_id == row.helper_id else row.helper_id
            _tell(session, "suggested", other, suggested, now)


def say_yes(proposal_id: int, *, by: Actor, now: datetime) -> None:
    """Yes: the agreement is for the suggested day, and the other is told. Harmless twice.

    TooLate when it was taken back, replaced or declined, when its day has passed, when the agreement has ended.
    """
    with writing() as session:
        row = _stand_in_line_of(session, proposal_id)
        if row.status == "accepted":
            return
        if is_day_over(row, now, row.zone):
            raise TooLate("past")
        steps: Steps = []
        _answer(session, row, "accept", by, now, steps)
        days = {column.key: getattr(row, column.key) for column in SUGGESTED}
        standing = update(Agreement).where(Agreement.id == row.agreement_id, Agreement.status == "agreed")
        if session.execute(standing.values(**days).returning(Agreement.id)).one_or_none() is None:
            raise TooLate("ended")
        steps.append(step_of("agreement", row.agreement_id, "another_day", "agreed", by=by, now=now))
        write_steps(session, steps)


def say_no(proposal_id: int, *, by: Actor, now: datetime) -> None:
    """No: everything stays as agreed, and the other is told. Harmless twice; TooLate as for yes."""
    with writing() as session:
        row = _stand_in_line_of(session, proposal_id)
        if row.status != "declined":
            steps: Steps = []
            _answer(session, row, "decline", by, now, steps)
            write_steps(session, steps)


def take_back(proposal_id: int, *, by: Actor, now: datetime) -> None:
    """Whoever suggested it takes it back. Harmless twice; TooLate when it was answered."""
    with writing() as session:
        if _stand_in_line_of(session, proposal_id).status != "withdrawn":
            move(session, Proposal, "withdraw", Proposal.id == proposal_id, by=by, now=now)
            untell(session, "suggested", thing="proposal", ids=[proposal_id])


def fall_with(session: Session, agreement_ids: list[int], *, by: Actor, now: datetime) -> None:
    """What was suggested falls with agreements that end. Inside the caller's transaction, which stands in line."""
    fallen = move_all(session, Proposal, "fall", Proposal.agreement_id.in_(agreement_ids), by=by, now=now)
    if fallen:
        untell(session, "suggested", thing="proposal", ids=[row.id for row in fallen])


def _agreement(session: Session, agreement_id: int) -> Row[Any]:
    """The standing agreement: its days, whom it is between, its zone, and what is suggested now (standing_…)."""
    standing = and_(Proposal.agreement_id == Agreement.id, Proposal.status == "proposed")
    wanted = select(
        Agreement.when_kind, Agreement.day, Agreement.at_time, Agreement.slots, Agreement.helper_id,
        func.coalesce(HelpRequest.asker_id, HelpRequest.acted_by_id).label("asks_id"), Municipality.zone,
        Proposal.id.label("standing_id"), Proposal.ref.label("standing_ref"), Proposal.by_id.label("standing_by_id"),
        *(column.label(f"standing_{column.key}") for column in SUGGESTED),
    ).outerjoin(Proposal, standing)  # fmt: skip
    stands = (Agreement.id == agreement_id, Agreement.status == "agreed")
    row = session.execute(_with_zone(wanted).where(*stands)).one_or_none()
    if row is None:
        raise TooLate("ended")
    return row


def _makes_room(
    session: Session, row: Row[Any], days: Days, by: Actor, now: datetime, steps: Steps, instead: str
) -> bool:
    """Whether there is something new to say: what stood before gives way, unless this side is to answer it first."""
    if row.standing_id is None:
        return True
    standing = Days(row.standing_when_kind, row.standing_day, row.standing_at_time, row.standing_slots)
    is_own = (row.standing_by_id == row.helper_id) == (by.resident_id == row.helper_id)
    if is_own and standing == days:
        return False
    is_answer = not is_own and not is_day_over(standing, now, row.zone)
    if is_answer and row.standing_ref != instead:
        raise TooLate("suggested")
    if is_answer and standing == days:
        raise Refused("when_kind", "theirs")
    name, also = ("decline", {"answered_at": now}) if is_answer else ("replace", {})
    move(session, Proposal, name, Proposal.id == row.standing_id, by=by, now=now, also=also, steps=steps)
    untell(session, "suggested", thing="proposal", ids=[row.standing_id])
    return True


def _stand_in_line_of(session: Session, proposal_id: int) -> Row[Any]:
    """The suggestion as it stands, once nobody else moves it."""
    stand_in_line(session, _asked_for(proposal_id))
    wanted = select(Proposal.id, Proposal.agreement_id, Proposal.by_id, Proposal.status, *SUGGESTED, Municipality.zone)
    of_it = _with_zone(wanted.join(Agreement, Agreement.id == Proposal.agreement_id)).where(Proposal.id == proposal_id)
    return session.execute(of_it).one()


def _answer(session: Session, row: Row[Any], name: str, by: Actor, now: datetime, steps: Steps) -> None:
    this = Proposal.id == row.id
    move(session, Proposal, name, this, by=by, now=now, also={"answered_at": now}, steps=steps)
    untell(session, "suggested", thing="proposal", ids=[row.id])
    _tell(session, "suggestion_answered", row.by_id, row.id, now)


def _tell(session: Session, kind: str, to: int, proposal_id: int, now: datetime) -> None:
    tell(session, kind, select(Resident.id).where(Resident.id == to), thing="proposal", thing_id=proposal_id, now=now)


def _with_zone(wanted: Any) -> Any:
    """A select of agreements, joined with what tells their zone."""
    asked = wanted.join(HelpRequest, HelpRequest.id == Agreement.help_request_id)
    return asked.join(Area, Area.id == HelpRequest.area_id).join(Municipality, Municipality.id == Area.municipality_id)


def _asked_for(proposal_id: int) -> ScalarSelect[int]:
    """The id of the help request whose agreement it is about."""
    asked = select(Agreement.help_request_id).join(Proposal, Proposal.agreement_id == Agreement.id)
    return asked.where(Proposal.id == proposal_id).scalar_subquery()
