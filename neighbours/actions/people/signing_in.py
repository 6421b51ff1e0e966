"""Signing in: a right code and one of the people who have its contact become a session.

Not here: asking for the code and trying it (one_time_codes.py), sessions themselves (sessions.py).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Official, Resident
from neighbours.actions.people.one_time_codes import HERE, Proof, has_contact, use_code
from neighbours.actions.people.sessions import begin_session
from neighbours.database import writing
from neighbours.rules.errors import NotHere


def sign_in_as(proof: Proof, ref: str, device: str, now: datetime) -> str:
    """Use the code up and begin a session for the neighbour or official with this ref; returns its token.

    Raises TooLate when the code is used or late, NotHere when nobody with this ref has the proved contact.
    """
    with writing() as session:
        use_code(session, proof, now)
        resident_id, official_id = _person(session, proof, ref)
        return begin_session(
            session,
            resident_id=resident_id,
            official_id=official_id,
            device=device,
            now=now,
        )


def _person(session: Session, proof: Proof, ref: str) -> tuple[int | None, int | None]:
    resident = select(Resident.id).where(
        Resident.ref == ref,
        has_contact(Resident, proof.contact),
        Resident.status.in_(HERE),
    )
    official = select(Official.id).where(Official.ref == ref, has_contact(Official, proof.contact))
    resident_id, official_id = session.scalar(resident), session.scalar(official)
    if resident_id is None and official_id is None:
        raise NotHere("person")
    return resident_id, official_id
