"""Confirming by the letter: the neighbour types the code that came to their own address.

A letter's code is single use, bound to the person and to the area it was made for, and it expires. Not here: the host's
yes and making the letter (the host's actions), which use `letter_hash`.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import LetterCode, Resident
from neighbours.actions.moving import Actor, move
from neighbours.actions.people.attempts import is_within
from neighbours.database import writing
from neighbours.rules.people.codes import LETTER_TRIES, Trial
from neighbours.sealing import keyed_hash


def letter_hash(code: str) -> str:
    """What is kept of a letter's code (eight signs, see rules/people/codes.py)."""
    return keyed_hash("letter", code)


def confirm_by_letter(resident_id: int, code: str, now: datetime) -> Trial:
    """Confirm the waiting neighbour if the code is theirs, for the area they live in now, unused and in time.

    Raises TooLate when the neighbour is not waiting any more. Any other code reads as WRONG.
    """
    with writing() as session:
        if not is_within(session, LETTER_TRIES, str(resident_id), now):
            return Trial.OFTEN
        trial = _use_letter(session, resident_id, code, now)
        if trial is Trial.RIGHT:
            also = {"confirmed_at": now, "confirmed_how": "letter"}
            move(
                session,
                Resident,
                "confirm",
                Resident.id == resident_id,
                by=Actor(resident_id),
                now=now,
                also=also,
            )
        return trial


def _use_letter(session: Session, resident_id: int, code: str, now: datetime) -> Trial:
    # The person is taken before their letter, as by the host who makes a new one: so neither waits for the other.
    own_area = session.scalar(select(Resident.area_id).where(Resident.id == resident_id).with_for_update())
    own = (
        LetterCode.code_hash == letter_hash(code),
        LetterCode.resident_id == resident_id,
        LetterCode.area_id == own_area,
    )
    used = session.execute(
        update(LetterCode)
        .where(*own, LetterCode.used_at.is_(None), LetterCode.expires_at > now)
        .values(used_at=now, sealed=None)
        .returning(LetterCode.id)
    )
    if used.first() is not None:
        return Trial.RIGHT
    row = session.execute(select(LetterCode.used_at).where(*own)).first()
    if row is None:
        return Trial.WRONG
    return Trial.USED if row.used_at is not None else Trial.LATE
