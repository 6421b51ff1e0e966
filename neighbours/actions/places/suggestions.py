"""A local host switches suggestions off in an area, or on again. Whom the rules choose is in help/inviting.py."""

from datetime import datetime

from sqlalchemy import update

from models import Area, HelpRequest
from neighbours.actions.moving import Actor, record
from neighbours.database import writing
from neighbours.rules.errors import NotHere


def switch_suggestions(ref: str, association_id: int, on: bool, *, by: Actor, now: datetime) -> str:
    """In the area of this association; returns its name. Raises NotHere for any other area.

    Off: nobody of the area is chosen, and its lists are in the order of time. On: what is open is asked for again.
    """
    own = (Area.ref == ref, Area.association_id == association_id, Area.joined_to_id.is_(None))
    with writing() as session:
        area = session.execute(
            update(Area).where(*own).values(suggestions=on).returning(Area.id, Area.label, Area.state)
        ).one_or_none()
        if area is None:
            raise NotHere("area")
        record(session, "area", [area.id], "suggest" if on else "unsuggest", area.state, by=by, now=now)
        if on:
            unasked = (HelpRequest.area_id == area.id, HelpRequest.status == "open", HelpRequest.wave_at.is_(None))
            session.execute(update(HelpRequest).where(*unasked).values(wave_at=now))
        return str(area.label)
