"""Opening sealed addresses for the own area's host while a join waits. Each opening goes into the log of its owner."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, insert, literal, select

from models import Area, Home, Moment, Resident, Unsealing
from neighbours.database import writing
from neighbours.sealing import unseal

AGAIN_AFTER = timedelta(days=1)


def open_waiting_homes(association_id: int, host_id: int, now: datetime) -> dict[int, dict[str, Any]]:
    """The addresses, by resident id, of those who wait in the association's areas.

    The log gets one row for each home, host and day: a second statement, however many wait, and only when one is new.
    """
    lately = exists().where(Unsealing.home_id == Home.id, Unsealing.by_id == host_id, Unsealing.at > now - AGAIN_AFTER)
    waiting = (
        select(Home.id, Home.resident_id, Home.sealed, lately.label("is_logged"))
        .join(Resident, Resident.id == Home.resident_id)
        .join(Area, Area.id == Resident.area_id)
        .where(Area.association_id == association_id, Resident.status == "waiting")
    )
    with writing() as session:
        homes = session.execute(waiting).all()
        if new := [home.id for home in homes if not home.is_logged]:
            looks = select(Home.id, literal(host_id), literal("join"), literal(now, Moment())).where(Home.id.in_(new))
            session.execute(insert(Unsealing).from_select(["home_id", "by_id", "why", "at"], looks.where(~lately)))
    return {home.resident_id: unseal(f"home:{home.resident_id}", home.sealed) for home in homes}
