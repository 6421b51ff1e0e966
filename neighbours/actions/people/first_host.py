"""Giving an area its association and its first local host: the operator's act, by `flask add-host`.

The host has joined like everybody else before and is confirmed by this. Hosts of their own making come later.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from models import Area, Association, Membership, Resident
from neighbours.actions.moving import THE_CLOCK, move, record
from neighbours.actions.telling import tell
from neighbours.database import writing
from neighbours.rules.errors import Refused
from neighbours.rules.people.contact import Contact

HERE = ("waiting", "confirmed")


def add_host(contact: Contact, name: str | None, association: str, label: str, now: datetime) -> Row[*tuple[Any, ...]]:
    """Make the neighbour with this contact local host of the association, which then runs the neighbour's area.

    `name` tells apart those who share a contact. Twice is harmless. Returns a row with the neighbour's name and
    area_name. Raises Refused when there is no such neighbour, or several, or another association has the area.
    """
    with writing() as session:
        person = _neighbour(session, contact, name)
        association_id = _association(session, person, association, label, now)
        areas = or_(Area.id == person.area_id, Area.joined_to_id == person.area_id)
        session.execute(update(Area).where(areas).values(association_id=association_id))
        if person.status == "waiting":
            also = {"confirmed_at": now, "confirmed_how": "setup"}
            move(session, Resident, "confirm", Resident.id == person.id, by=THE_CLOCK, now=now, also=also)
            told = select(Resident.id).where(Resident.id == person.id)
            tell(session, "confirmed", told, thing="resident", thing_id=person.id, now=now)
        _make_host(session, person.id, association_id, now)
        return person


def _neighbour(session: Session, contact: Contact, name: str | None) -> Row[*tuple[Any, ...]]:
    column = Resident.email if contact.channel == "email" else Resident.phone
    columns = (Resident.id, Resident.name, Resident.status, Resident.area_id)
    of_area = (Area.label.label("area_name"), Area.municipality_id, Area.association_id)
    found = select(*columns, *of_area).join(Area, Area.id == Resident.area_id)
    found = found.where(column == contact.address, Resident.status.in_(HERE))
    people = session.execute(found if name is None else found.where(Resident.name == name)).all()
    if not people:
        raise Refused("contact", "No neighbour has this contact. The host joins on the start page first.")
    if len(people) > 1:
        names = ", ".join(person.name for person in people)
        raise Refused("name", f"Several neighbours share this contact: {names}. Say which one by --name.")
    return people[0]


def _association(session: Session, person: Row[*tuple[Any, ...]], name: str, label: str, now: datetime) -> int:
    same = Association.municipality_id == person.municipality_id, func.lower(Association.name) == name.lower()
    found = session.scalar(select(Association.id).where(*same))
    if person.association_id is not None and person.association_id != found:
        other = session.scalar(select(Association.name).where(Association.id == person.association_id))
        raise Refused("association", f"{person.area_name} belongs to {other} already.")
    if found is not None:
        return found
    row = Association(municipality_id=person.municipality_id, name=name, label=label, created_at=now)
    session.add(row)
    session.flush()
    record(session, "association", [row.id], "found", "open", by=THE_CLOCK, now=now)
    return row.id


def _make_host(session: Session, resident_id: int, association_id: int, now: datetime) -> None:
    theirs = Membership.resident_id == resident_id, Membership.association_id == association_id
    member = session.execute(select(Membership).where(*theirs)).scalar_one_or_none()
    if member is None:
        member = Membership(resident_id=resident_id, association_id=association_id, role="host", since=now)
        session.add(member)
    elif member.role == "host":
        return
    member.role = "host"
    session.flush()
    record(session, "membership", [member.id], "make_host", "host", by=THE_CLOCK, now=now)
