"""Signing in as one of the demo's people without a code: only in a database that carries the mark.

That the visitor sits at this same machine is asked at the doors (web/doors.py), before anything here is called.
"""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from models import Official, Resident
from neighbours.actions.demo import read
from neighbours.actions.demo.people import ref_of
from neighbours.actions.people.sessions import begin_session
from neighbours.actions.setup import mark_of
from neighbours.database import writing
from neighbours.rules.errors import NotHere

HERE = ("waiting", "confirmed")


@lru_cache(maxsize=1)
def people_to_try() -> dict[str, str]:
    """Role (asks, helps, next village, host, municipality) by ref, in the order of the demo's files."""
    return {ref_of(person["key"]): person["role"] for person in read("people")["demo_sign_in"]}


def try_as(ref: str, device: str, now: datetime) -> str:
    """Begin a session as this person; returns its token. Raises NotHere for anybody else, and without the mark."""
    if ref not in people_to_try():
        raise NotHere("person")
    with writing() as session:
        if mark_of(session) is not True:
            raise NotHere("demo")
        resident = session.scalar(select(Resident.id).where(Resident.ref == ref, Resident.status.in_(HERE)))
        official = session.scalar(select(Official.id).where(Official.ref == ref))
        if resident is None and official is None:
            raise NotHere("person")
        return begin_session(session, resident_id=resident, official_id=official, device=device, now=now)
