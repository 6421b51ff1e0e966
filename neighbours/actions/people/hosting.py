"""What a local host decides about people who wait to be let in: yes, no, and either taken back.

Each finds only people of areas of the host's own association: anybody else is NotHere. The letter with a code is in
letters.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from models import Area, Resident, Step
from neighbours.actions.moving import Actor, move
from neighbours.actions.telling import tell, untell
from neighbours.database import writing
from neighbours.rules.errors import NotHere
from neighbours.rules.moves import UNDO


def confirm_neighbour(ref: str, association_id: int, host_id: int, now: datetime) -> str:
    """A host's yes: from now on a confirmed neighbour, who is told when the undo has passed. Returns the name.

    Raises TooLate when no longer waiting.
    """
    also = {"confirmed_at": now, "confirmed_how": "host", "confirmed_by_id": host_id}
    with writing() as session:
        person = find_neighbour(session, ref, association_id)
        move(session, Resident, "confirm", Resident.id == person.id, by=Actor(host_id), now=now, also=also)
        told = select(Resident.id).where(Resident.id == person.id)
        tell(session, "confirmed", told, thing="resident", thing_id=person.id, now=now, due_at=now + UNDO)
        return str(person.name)


def refuse_neighbour(ref: str, association_id: int, host_id: int, now: datetime) -> None:
    """A host's no, without a reason. Raises TooLate when no longer waiting."""
    with writing() as session:
        person = find_neighbour(session, ref, association_id)
        also = {"refused_at": now}
        move(session, Resident, "refuse", Resident.id == person.id, by=Actor(host_id), now=now, also=also)


def undo_answer(ref: str, association_id: int, host_id: int, now: datetime) -> None:
    """Take a yes or a no back within ten minutes: the person waits again.

    Raises TooLate afterwards; a yes also when it was not a host's, or when the person has done something since.
    """
    with writing() as session:
        person = find_neighbour(session, ref, association_id)
        undo = _undo_yes if person.status == "confirmed" else _undo_no
        undo(session, person.id, Actor(host_id), now)


def _undo_no(session: Session, person_id: int, by: Actor, now: datetime) -> None:
    still = (Resident.id == person_id, Resident.refused_at >= now - UNDO)
    move(session, Resident, "undo_refuse", *still, by=by, now=now, also={"refused_at": None})


def _undo_yes(session: Session, person_id: int, by: Actor, now: datetime) -> None:
    did_something = exists().where(Step.resident_id == Resident.id, Step.at > Resident.confirmed_at)
    still = (Resident.confirmed_how == "host", Resident.confirmed_at >= now - UNDO, ~did_something)
    also = {"confirmed_at": None, "confirmed_how": None, "confirmed_by_id": None}
    move(session, Resident, "undo_confirm", Resident.id == person_id, *still, by=by, now=now, also=also)
    untell(session, "confirmed", thing="resident", ids=[person_id])


def find_neighbour(session: Session, ref: str, association_id: int) -> Row[*tuple[Any, ...]]:
    """id, area_id, status and name of a neighbour of the association's areas; raises NotHere for anybody else.

    On PostgreSQL nobody else acts on them, nor they themselves, until the transaction ends; what is read afterwards
    knows what they did before.
    """
    told = (Resident.id, Resident.area_id, Resident.status, Resident.name)
    ours = select(*told).join(Area, Area.id == Resident.area_id).with_for_update(of=Resident)
    person = session.execute(ours.where(Resident.ref == ref, Area.association_id == association_id)).first()
    if person is None:
        raise NotHere("resident")
    return person
