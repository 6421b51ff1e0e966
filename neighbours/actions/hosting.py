"""What a local host decides about people who wait to be let in: yes, no, and the no taken back.

Each changes only people of areas of the host's own association. The letter with a code is in letters.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from models import Area, Resident
from neighbours.actions.moving import Actor, move
from neighbours.actions.outbox import tell
from neighbours.database import writing
from neighbours.rules.moves import UNDO


def confirm_neighbour(ref: str, association_id: int, host_id: int, now: datetime) -> None:
    """A host's yes: from now on a confirmed neighbour, who is told. Raises TooLate when no longer waiting."""
    also = {"confirmed_at": now, "confirmed_how": "host", "confirmed_by_id": host_id}
    with writing() as session:
        who = _one_of_ours(ref, association_id)
        found = move(session, Resident, "confirm", *who, by=Actor(host_id), now=now, also=also)
        told = select(Resident.id).where(Resident.id == found.id)
        tell(session, "confirmed", told, thing="resident", thing_id=found.id, now=now)


def refuse_neighbour(ref: str, association_id: int, host_id: int, now: datetime) -> None:
    """A host's no, without a reason. Raises TooLate when no longer waiting."""
    also = {"refused_at": now}
    with writing() as session:
        move(session, Resident, "refuse", *_one_of_ours(ref, association_id), by=Actor(host_id), now=now, also=also)


def undo_refusal(ref: str, association_id: int, host_id: int, now: datetime) -> None:
    """Take a no back within ten minutes: the person waits again. Raises TooLate afterwards."""
    still = Resident.refused_at >= now - UNDO
    who = _one_of_ours(ref, association_id)
    with writing() as session:
        move(session, Resident, "undo_refuse", *who, still, by=Actor(host_id), now=now, also={"refused_at": None})


def _one_of_ours(ref: str, association_id: int) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    ours = select(Area.id).where(Area.association_id == association_id)
    return Resident.ref == ref, Resident.area_id.in_(ours)
