"""People as they are shown to themselves: who shares a contact, one's own details, who opened one's address.

Nothing here is about other people's homes; the lists of help are in help/nearby.py.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select, union_all

from models import Area, Home, Municipality, Official, Resident, Unsealing, db
from neighbours.rules.people.contact import Contact

HERE = ("waiting", "confirmed")


def people_sharing(contact: Contact) -> Sequence[Any]:
    """Who has this contact: rows of ref, name, place (area or municipality, or None), role; neighbours first.

    Only for somebody who proved the contact by a one-time code. One statement.
    """
    column = "email" if contact.channel == "email" else "phone"
    residents = (
        select(
            literal(0).label("rank"),
            Resident.id.label("number"),
            Resident.ref,
            Resident.name,
            Area.label.label("place"),
            literal("neighbour").label("role"),
        )
        .join(Area, Area.id == Resident.area_id)
        .where(getattr(Resident, column) == contact.address, Resident.status.in_(HERE))
    )
    officials = (
        select(
            literal(1),
            Official.id,
            Official.ref,
            Official.name,
            Municipality.name,
            Official.role,
        )
        .outerjoin(Municipality, Municipality.id == Official.municipality_id)
        .where(getattr(Official, column) == contact.address)
    )
    return db.session.execute(union_all(residents, officials).order_by("rank", "number")).all()


def own_details(resident_id: int) -> Any:
    """Everything that the page of one's own details shows, in one statement.

    `has_home`: an exact address is kept (sealed), so that one may show one's corner of the village.
    """
    has_home = select(Home.id).where(Home.resident_id == Resident.id).exists()
    found = (
        select(
            Resident.name,
            Resident.email,
            Resident.phone,
            Resident.share_phone,
            Resident.language,
            Resident.languages,
            Resident.village_only,
            Resident.slots,
            Resident.reach,
            Resident.most_a_week,
            Resident.break_until,
            Resident.told_by,
            Area.label.label("area_name"),
            Resident.kinds,
            has_home.label("has_home"),
        )
        .join(Area, Area.id == Resident.area_id)
        .where(Resident.id == resident_id)
    )
    return db.session.execute(found).one()


def has_home(resident_id: int) -> bool:
    """Whether an exact address is kept (sealed) of this person: only then can a letter come."""
    return bool(db.session.execute(select(select(Home.id).where(Home.resident_id == resident_id).exists())).scalar())


def address_log(resident_id: int) -> Sequence[Any]:
    """Who opened this person's address, newest first: rows of name (None: somebody who is gone), why, at."""
    found = (
        select(Resident.name, Unsealing.why, Unsealing.at)
        .join(Home, Home.id == Unsealing.home_id)
        .outerjoin(Resident, Resident.id == Unsealing.by_id)
        .where(Home.resident_id == resident_id)
        .order_by(Unsealing.at.desc(), Unsealing.id.desc())
        .limit(200)
    )
    return db.session.execute(found).all()
