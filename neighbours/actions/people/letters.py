"""The letter with a code that makes somebody a confirmed neighbour: made, shown for printing.

Only a keyed hash of the code stays; the code itself is sealed until it is used or made anew. Typing it is in
confirming.py, how it looks in rules/people/codes.py.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from models import Area, Association, Home, LetterCode, Resident, Unsealing
from neighbours.actions.moving import Actor, step_of, write_steps
from neighbours.actions.people.confirming import letter_hash
from neighbours.actions.people.hosting import find_neighbour
from neighbours.database import writing
from neighbours.rules.errors import NotHere, TooLate
from neighbours.rules.people.codes import LETTER_LASTS, new_letter_code, shown_letter_code
from neighbours.sealing import seal, unseal


def make_letter(resident_ref: str, association_id: int, host_id: int, now: datetime) -> str:
    """A new code for somebody who waits in an area of the association; older ones end. Returns the letter's ref.

    It is one Step of the person's: who made it, and when.
    Raises NotHere for anybody else's neighbour, TooLate when the person is no longer waiting.
    """
    with writing() as session:
        # Held until the end: of two clicks at once the later one ends what the earlier one made.
        person = find_neighbour(session, resident_ref, association_id)
        if person.status != "waiting":
            raise TooLate("resident")
        older = LetterCode.resident_id == person.id, LetterCode.used_at.is_(None)
        session.execute(update(LetterCode).where(*older).values(sealed=None, expires_at=now))
        letter = _new_letter(person, host_id, now)
        session.add(letter)
        session.flush()
        made = step_of(
            "resident", person.id, "letter", person.status, by=Actor(host_id), now=now, area_id=person.area_id
        )
        write_steps(session, [made])
        return letter.ref


def open_letter(ref: str, association_id: int, host_id: int, now: datetime) -> dict[str, Any]:
    """What stands on the paper: name, address, code, area, association, language. The opening is in the person's log.

    Raises NotHere for another association's letter, TooLate when it was used, replaced or has run out, and when the
    person waits no longer: an address is the host's to see only while somebody waits.
    """
    with writing() as session:
        letter = _letter(session, ref, association_id)
        is_over = letter.used_at is not None or letter.sealed is None or letter.expires_at <= now
        if is_over or letter.status != "waiting":
            raise TooLate("letter")
        paper = dict(letter._mapping) | unseal(f"letter:{letter.resident_id}", letter.sealed)
        return paper | {"address": _unsealed_address(session, letter.resident_id, host_id, now)}


def _new_letter(person: Row[*tuple[Any, ...]], host_id: int, now: datetime) -> LetterCode:
    code = new_letter_code(secrets.choice)
    return LetterCode(
        resident_id=person.id,
        area_id=person.area_id,
        code_hash=letter_hash(code),
        sealed=seal(f"letter:{person.id}", {"code": shown_letter_code(code)}),
        made_by_id=host_id,
        made_at=now,
        expires_at=now + LETTER_LASTS,
    )


def _letter(session: Session, ref: str, association_id: int) -> Row[*tuple[Any, ...]]:
    statement = (
        select(
            LetterCode.resident_id,
            LetterCode.sealed,
            LetterCode.used_at,
            LetterCode.expires_at,
            Resident.status,
            Resident.name,
            Resident.language,
            Area.label.label("area_name"),
            Association.name.label("association_name"),
        )
        .join(Resident, Resident.id == LetterCode.resident_id)
        .join(Area, Area.id == LetterCode.area_id)
        .join(Association, Association.id == Area.association_id)
        .where(LetterCode.ref == ref, Association.id == association_id)
    )
    letter = session.execute(statement).first()
    if letter is None:
        raise NotHere("letter")
    return letter


def _unsealed_address(session: Session, resident_id: int, host_id: int, now: datetime) -> dict[str, Any] | None:
    home = session.execute(select(Home.id, Home.sealed).where(Home.resident_id == resident_id)).first()
    if home is None:
        return None
    session.add(Unsealing(home_id=home.id, by_id=host_id, why="letter", at=now))
    return unseal(f"home:{resident_id}", home.sealed)
