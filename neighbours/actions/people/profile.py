"""A neighbour's own details: name, languages, what they like to help with, where they are shown, a break, a contact.

Each function changes one page's worth and leaves one Step row. Not here: joining, confirming, deleting an account.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from models import Address, Area, Cell, Door, HelpRequest, Home, Offer, Resident
from neighbours.actions.moving import Actor, record
from neighbours.actions.people.one_time_codes import HERE, Proof, use_code
from neighbours.database import writing
from neighbours.geo.folding import fold
from neighbours.rules.errors import NotHere
from neighbours.rules.help.kinds import kinds_mask
from neighbours.sealing import unseal


def change_details(resident_id: int, *, name: str, languages: int, language: str, now: datetime) -> None:
    """The name to be shown, the languages spoken (a mask), the language of pages and letters."""
    with writing() as session:
        _change(
            session,
            resident_id,
            "details",
            now,
            name=name,
            languages=languages,
            language=language,
        )


def change_help(
    resident_id: int,
    *,
    kinds: Sequence[str],
    slots: int,
    reach: int,
    share_phone: bool,
    most_a_week: int,
    now: datetime,
) -> None:
    """What the neighbour likes to help with, when (a mask), how far (metres; 0 the own village), how often asked."""
    with writing() as session:
        _change(
            session,
            resident_id,
            "help",
            now,
            kinds=kinds_mask(kinds),
            slots=slots,
            reach=reach,
            share_phone=share_phone,
            most_a_week=most_a_week,
        )


def change_shown(resident_id: int, village_only: bool, now: datetime) -> None:
    """Show the village only, or the corner of it again: the corner is found by opening the person's own home.

    What is out already goes to the whole cell too when the village is to be shown only. The other way round it stays:
    nobody is shown more closely than when they posted.
    """
    with writing() as session:
        whole_id, home = _whole_and_home(session, resident_id)
        corner_id = None if village_only or home is None else _corner(session, resident_id, home)
        cell_id = whole_id if corner_id is None else corner_id
        _change(
            session,
            resident_id,
            "shown",
            now,
            village_only=village_only,
            cell_id=cell_id,
        )
        if village_only:
            _hide_what_is_out(session, resident_id, whole_id)


def take_break(resident_id: int, until: date | None, now: datetime) -> None:
    """Be asked nothing up to and including this local day; None ends the break."""
    with writing() as session:
        _change(session, resident_id, "break", now, break_until=until)


def switch_suggestions(resident_id: int, on: bool, now: datetime) -> None:
    """Whether what fits is shown first and one may be asked; else lists are in the order of time, and nobody asks."""
    with writing() as session:
        _change(session, resident_id, "suggest" if on else "unsuggest", now, suggestions=on)


def change_contact(resident_id: int, proof: Proof, now: datetime) -> None:
    """Use the code up that was sent to the new contact, and keep it. Raises TooLate when it is used or late."""
    column = "email" if proof.contact.channel == "email" else "phone"
    with writing() as session:
        use_code(session, proof, now)
        _change(session, resident_id, "contact", now, **{column: proof.contact.address})


def _change(session: Session, resident_id: int, move: str, now: datetime, **values: Any) -> None:
    own = (Resident.id == resident_id, Resident.status.in_(HERE))
    row = session.execute(update(Resident).where(*own).values(**values).returning(Resident.status)).first()
    if row is None:
        raise NotHere("resident")
    record(
        session,
        "resident",
        [resident_id],
        move,
        row.status,
        by=Actor(resident_id),
        now=now,
    )


def _hide_what_is_out(session: Session, resident_id: int, whole_id: int) -> None:
    for thing, owner in ((HelpRequest, HelpRequest.asker_id), (Offer, Offer.resident_id)):
        session.execute(update(thing).where(owner == resident_id).values(cell_id=whole_id))


def _whole_and_home(session: Session, resident_id: int) -> tuple[int, bytes | None]:
    """The whole cell of the neighbour's area, and the sealed home if an address was given."""
    found = (
        select(Cell.id, Home.sealed)
        .select_from(Resident)
        .join(Cell, (Cell.area_id == Resident.area_id) & Cell.whole)
        .outerjoin(Home, Home.resident_id == Resident.id)
        .where(Resident.id == resident_id)
    )
    row = session.execute(found).first()
    if row is None:
        raise NotHere("resident")
    return row.id, row.sealed


def _corner(session: Session, resident_id: int, sealed: bytes) -> int | None:
    """The cell of the own door, as long as it lies in the area that the neighbour belongs to now."""
    home = unseal(f"home:{resident_id}", sealed)
    main = aliased(Area)
    found = select(Door.cell_id).join(Cell, Cell.id == Door.cell_id).join(Area, Area.id == Cell.area_id)
    found = found.join(main, main.id == func.coalesce(Area.joined_to_id, Area.id))
    found = found.join(Resident, (Resident.area_id == main.id) & (Resident.id == resident_id))
    if "door" in home:
        return session.scalar(found.where(Door.id == home["door"]))
    by_words = [getattr(Address, part) == home[part] for part in ("street", "number", "unit", "postcode", "city")]
    found = found.join(Address, Address.door_id == Door.id).where(Address.street_folded == fold(home["street"]))
    return session.scalar(found.where(*by_words).order_by(Door.id).limit(1))
