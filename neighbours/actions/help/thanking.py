"""A private thank you between the two of an agreement that is done. Said once; the other reads it on their page."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import Agreement, Thanks
from neighbours.actions.moving import Actor, record
from neighbours.database import writing
from neighbours.rules.errors import TooLate


def say_thanks(agreement_id: int, text: str, language: str, *, by: Actor, now: datetime) -> None:
    """Keep the thank you. The second time nothing is changed. Raises TooLate unless the agreement is done."""
    try:
        with writing() as session:
            found = select(Agreement.status, Thanks.id.label("said"))
            mine = (Thanks.agreement_id == Agreement.id) & (Thanks.from_id == by.resident_id)
            row = session.execute(found.outerjoin(Thanks, mine).where(Agreement.id == agreement_id)).one()
            if row.said is not None:
                return
            if row.status != "done":
                raise TooLate("thank")
            session.add(Thanks(agreement_id=agreement_id, from_id=by.resident_id, text=text, language=language, at=now))
            record(session, "agreement", [agreement_id], "thank", row.status, by=by, now=now)
    except IntegrityError:
        # The same click arrived twice at once; the first one was kept.
        return
