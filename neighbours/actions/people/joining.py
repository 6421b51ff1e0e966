"""Joining: a right code makes a newcomer a neighbour who waits to be confirmed, and signs them in.

Nobody is confirmed by typing an address: a host's yes or the code from a letter does that (confirming.py).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from models import Address, Area, Cell, Door, Home, Resident
from neighbours.actions.moving import Actor, record
from neighbours.actions.people.one_time_codes import Proof, use_code
from neighbours.actions.people.sessions import begin_session
from neighbours.database import writing
from neighbours.rules.errors import NotHere
from neighbours.rules.help.kinds import kinds_mask
from neighbours.sealing import seal


@dataclass(frozen=True)
class Newcomer:
    """What was typed on the way, tidied. `languages`, `slots` are masks; `reach` metres, 0 the own village.

    With an address its own area counts, and `area_ref` is not looked at.
    """

    name: str
    area_ref: str
    address_ref: str | None
    village_only: bool
    language: str
    languages: int
    kinds: tuple[str, ...]
    slots: int
    reach: int
    share_phone: bool


def join(newcomer: Newcomer, proof: Proof, device: str, now: datetime) -> str:
    """Use the code up, add the neighbour as waiting, seal the home, begin a session; returns its token.

    Raises TooLate when the code is used or late, NotHere when the area or the address is no more.
    """
    with writing() as session:
        use_code(session, proof, now)
        place = _place(session, newcomer)
        resident_id = _add_resident(session, newcomer, proof, place, now)
        if newcomer.address_ref:
            keep_home(session, resident_id, place, now)
        return begin_session(session, resident_id=resident_id, device=device, now=now)


def keep_home(session: Session, resident_id: int, place: Row[*tuple[Any, ...]], now: datetime) -> None:
    """Seal the exact address (a row with street, number, unit, postcode, city, door_id) into the own table."""
    parts = {name: getattr(place, name) for name in ("street", "number", "unit", "postcode", "city")}
    sealed = seal(f"home:{resident_id}", parts | {"door": place.door_id})
    session.add(Home(resident_id=resident_id, sealed=sealed, since=now))


def _add_resident(
    session: Session, newcomer: Newcomer, proof: Proof, place: Row[*tuple[Any, ...]], now: datetime
) -> int:
    is_whole = newcomer.village_only or newcomer.address_ref is None
    row = Resident(
        name=newcomer.name,
        email=proof.contact.address if proof.contact.channel == "email" else None,
        phone=proof.contact.address if proof.contact.channel == "text" else None,
        share_phone=newcomer.share_phone,
        language=newcomer.language,
        languages=newcomer.languages,
        area_id=place.area_id,
        cell_id=place.whole_id if is_whole else place.cell_id,
        village_only=newcomer.village_only,
        kinds=kinds_mask(newcomer.kinds),
        slots=newcomer.slots,
        reach=newcomer.reach,
        status="waiting",
        joined_at=now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        "resident",
        [row.id],
        "join",
        row.status,
        by=Actor(resident_id=row.id),
        now=now,
    )
    return row.id


def _place(session: Session, newcomer: Newcomer) -> Row[*tuple[Any, ...]]:
    """area_id of the main area, its whole_id, and with an address cell_id and the address's own columns."""
    main, whole = aliased(Area), aliased(Cell)
    columns: list[Any] = [main.id.label("area_id"), whole.id.label("whole_id")]
    if newcomer.address_ref:
        columns += [
            Door.cell_id,
            Address.door_id,
            Address.street,
            Address.number,
            Address.unit,
            Address.postcode,
        ]
        found = select(*columns, Address.city).select_from(Address).join(Door, Door.id == Address.door_id)
        found = found.join(Cell, Cell.id == Door.cell_id).join(Area, Area.id == Cell.area_id)
        found = found.where(Address.ref == newcomer.address_ref)
    else:
        found = select(*columns).select_from(Area).where(Area.ref == newcomer.area_ref)
    found = found.join(main, main.id == func.coalesce(Area.joined_to_id, Area.id))
    found = found.join(whole, (whole.area_id == main.id) & whole.whole).where(main.state != "closed")
    row = session.execute(found).first()
    if row is None:
        raise NotHere("area")
    return row
