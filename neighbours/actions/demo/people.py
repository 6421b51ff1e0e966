"""The demo's associations, places and people, by the keys that its files use."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models import (
    Address,
    Area,
    AssistedPerson,
    Association,
    Cell,
    Door,
    Home,
    Membership,
    Municipality,
    Place,
    Resident,
)
from neighbours.actions.moving import Actor, new_row
from neighbours.rules.help.kinds import kinds_mask
from neighbours.rules.help.slots import slot_mask
from neighbours.rules.languages import language_mask
from neighbours.sealing import seal

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass
class Ids:
    """What the demo's keys stand for, and the one time zone of its municipality."""

    zone: str
    tried: frozenset[str] = frozenset()
    areas: dict[str, Area] = field(default_factory=dict)
    people: dict[str, Resident] = field(default_factory=dict)
    assisted: dict[str, AssistedPerson] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


def add_people(session: Session, data: dict[str, Any], now: datetime) -> Ids:
    """Add everything of people.json but the municipality and its officials."""
    municipality = session.execute(select(Municipality)).scalar_one()
    ids = Ids(municipality.zone, frozenset(person["key"] for person in data["demo_sign_in"]))
    for area in session.execute(select(Area)).scalars():
        main = session.get(Area, area.joined_to_id) if area.joined_to_id else area
        ids.areas[area.key] = main or area
    for number, person in enumerate(data["residents"]):
        ids.people[person["key"]] = _add_resident(session, person, ids, now - timedelta(minutes=37 * number))
    for association in data["associations"]:
        _add_association(session, association, municipality.id, ids, now)
    for place in data["places"]:
        ids.places[place["key"]] = _add_place(session, place, ids)
    for person in data["assisted_persons"]:
        ids.assisted[person["key"]] = _add_assisted(session, person, ids, now)
    return ids


def mask_of(days: list[str], parts: list[str]) -> int:
    """The bit mask of mon … sun and parts of the day."""
    return slot_mask([DAYS.index(day) for day in days], parts)


def ref_of(key: str) -> str:
    """What a URL names the person by: fixed, because a demo's people may change their names, and are tried by it."""
    return f"demo-{key}"[:16]


def _add_resident(session: Session, person: dict[str, Any], ids: Ids, now: datetime) -> Resident:
    area = ids.areas[person["area"]]
    joined = now - timedelta(days=person["joined_days_ago"])
    copied = ("name", "email", "phone", "share_phone", "language", "reach", "village_only", "status", "confirmed_how")
    known = {"ref": ref_of(person["key"])} if person["key"] in ids.tried else {}
    row = Resident(
        **{name: person.get(name) for name in copied} | known,
        languages=language_mask(person["languages"]),
        kinds=kinds_mask(person["helps_with"]),
        slots=mask_of(person["days"], person["parts"]),
        area_id=area.id,
        cell_id=_cell(session, person, area),
        joined_at=joined,
        confirmed_at=joined + timedelta(days=2) if person["status"] == "confirmed" else None,
    )
    new_row(session, row, "join", by=Actor(), now=joined)
    if person["address"]:
        _add_home(session, person["address"], now, resident_id=row.id)
    return row


def _cell(session: Session, person: dict[str, Any], area: Area) -> int:
    """The cut cell of the person's door, or the area's whole cell for those who show their village only."""
    whole = select(Cell.id).where(Cell.area_id == area.id, Cell.whole)
    if person.get("address") is None or person.get("village_only"):
        return int(session.execute(whole).scalar_one())
    return int(_door(session, person["address"]).cell_id)


def _door(session: Session, address: dict[str, str]) -> Row[*tuple[Any, ...]]:
    wanted = [getattr(Address, name) == address[name] for name in ("street", "number", "unit", "postcode")]
    return session.execute(
        select(Address.city, Door.cell_id).join(Door, Door.id == Address.door_id).where(*wanted)
    ).one()


def _add_home(session: Session, address: dict[str, str], now: datetime, **owner: int) -> None:
    ((name, owner_id),) = owner.items()
    home_of = f"home:{owner_id}" if name == "resident_id" else f"assisted:{owner_id}"
    content = address | {"city": _door(session, address).city}
    session.add(Home(sealed=seal(home_of, content), since=now, **owner))


def _add_association(session: Session, data: dict[str, Any], municipality_id: int, ids: Ids, now: datetime) -> None:
    since = now - timedelta(days=data["since_days_ago"])
    copied = {name: data[name] for name in ("name", "label", "steps_in")}
    row = Association(municipality_id=municipality_id, created_at=since, **copied)
    session.add(row)
    session.flush()
    for area in session.execute(select(Area).where(Area.key.in_(data["areas"]))).scalars():
        area.association_id, area.state, area.opened_at = row.id, "open", since
    for key in data["hosts"]:
        person = ids.people[key]
        session.add(Membership(resident_id=person.id, association_id=row.id, role="host", since=since))


def _add_place(session: Session, data: dict[str, Any], ids: Ids) -> Place:
    area = ids.areas[data["area"]]
    green = area.association_id if data["kind"] == "green" else None
    row = Place(area_id=area.id, association_id=green, kind=data["kind"], name=data["name"])
    session.add(row)
    session.flush()
    return row


def _add_assisted(session: Session, data: dict[str, Any], ids: Ids, now: datetime) -> AssistedPerson:
    area = ids.areas[data["area"]]
    copied = {name: data[name] for name in ("name", "phone", "language", "consent_how")}
    row = AssistedPerson(
        area_id=area.id,
        cell_id=_cell(session, data, area),
        consent_at=now - timedelta(days=data["consent_days_ago"]),
        added_by_id=ids.people[data["added_by"]].id,
        **copied,
    )
    session.add(row)
    session.flush()
    _add_home(session, data["address"], now, assisted_person_id=row.id)
    return row
