"""Setting an installation up, once: who runs it, the first municipality, and whether it is a demo."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Installation, Municipality, Official
from neighbours.database import writing
from neighbours.rules.errors import Refused


def set_up(
    operator: dict[str, Any], municipality: dict[str, Any], people: list[dict[str, Any]], now: datetime, *, demo: bool
) -> None:
    """Store the installation, the municipality and its first officials in one transaction.

    `operator`: operator, contact_email, contact_phone, language. `municipality`: the columns of the table. `people`:
    role (municipality or operator), name, email, phone, language. Raises Refused when there is an installation already.
    """
    with writing() as session:
        if session.get(Installation, 1) is not None:
            raise Refused("installation", "This installation is set up already.")
        session.add(Installation(id=1, demo=demo, created_at=now, **operator))
        home = Municipality(**municipality)
        session.add(home)
        session.flush()
        for person in people:
            owner = home.id if person["role"] == "municipality" else None
            session.add(Official(municipality_id=owner, created_at=now, **person))


def mark_of(session: Session) -> bool | None:
    """Whether the database is marked as a demo; None before it is set up."""
    return session.execute(select(Installation.demo)).scalar_one_or_none()
