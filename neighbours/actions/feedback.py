"""Somebody tells what is hard to read or use: one sealed message to the contact e-mail of whoever runs this.

No account is needed, so it is limited by the visitor's network and in all. Nothing is kept once it is sent.
"""

from datetime import datetime

from sqlalchemy import select

from models import Installation
from neighbours.actions.people.attempts import is_within
from neighbours.actions.telling import tell_contact
from neighbours.database import writing
from neighbours.rules.people.codes import FEEDBACK_BY_VISITOR, FEEDBACK_IN_ALL, network_of
from neighbours.rules.people.contact import Contact


def give_feedback(said: dict[str, str], visitor: str, now: datetime) -> bool:
    """Send `said` (text, contact, page; tidied) to the operator. False: too many came from there, or in all."""
    with writing() as session:
        if not is_within(session, FEEDBACK_BY_VISITOR, network_of(visitor), now):
            return False
        if not is_within(session, FEEDBACK_IN_ALL, "all", now):
            return False
        house = session.execute(select(Installation.contact_email, Installation.language)).one()
        tell_contact(session, "feedback", Contact("email", house.contact_email), said, house.language, now)
        return True
