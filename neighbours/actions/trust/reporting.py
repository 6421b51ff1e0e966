"""Telling of a problem: the report, whom it goes to, and who hears of it. It never goes to the one it is about.

It goes to the hosts of the area's association; where none is left but the one it is about, or who told of it, to the
operator.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, literal, select
from sqlalchemy.orm import Session

from models import Area, Installation, Membership, Moment, Report, Resident
from neighbours.actions.telling import tell_contact, tell_each
from neighbours.rules.people.contact import Contact


def put_before_host(
    session: Session,
    *,
    thing: str,
    thing_id: int,
    against_id: int,
    reason: str,
    area_id: int,
    language: str,
    now: datetime,
) -> None:
    """A report by nobody, in the caller's transaction: words smell of fraud. Nothing is held by it.

    `thing`, `thing_id`: such as message and its id; `against_id`: who wrote it; `reason`: a code of at most 16 letters;
    `language`: of what was written. While one about the same thing is open another is not made.
    """
    about = {"thing": thing, "thing_id": thing_id, "against_id": against_id, "by_id": None}
    same = (Report.thing == thing, Report.thing_id == thing_id, Report.by_id.is_(None), Report.status == "open")
    if not session.scalar(select(exists().where(*same))):
        put(session, about | {"reason": reason, "area_id": area_id, "language": language}, now)


def put(session: Session, report: dict[str, Any], now: datetime) -> int:
    """Keep a report, and tell whoever is to look at it. Returns its id."""
    hosts = hosts_for(report["area_id"], report["against_id"], report["by_id"])
    goes_to = "host" if session.scalar(select(hosts.exists())) else "operator"
    row = Report(**report, goes_to=goes_to, status="open", created_at=now)
    session.add(row)
    session.flush()
    if goes_to == "host":
        found = hosts.subquery()
        what = (literal("reported"), literal("report"), literal(row.id), literal(now, Moment()))
        tell_each(session, select(found.c[0], *what), now=now)
    else:
        house = session.execute(select(Installation.contact_email, Installation.language)).one()
        tell_contact(session, "reported", Contact("email", house.contact_email), {}, house.language, now)
    return row.id


def hosts_for(area_id: int, *but: int | None) -> Select[int]:
    """Ids of the hosts of the area's association, but not the ones given."""
    others = [ident for ident in but if ident is not None]
    return (
        select(Membership.resident_id)
        .join(Area, Area.association_id == Membership.association_id)
        .join(Resident, Resident.id == Membership.resident_id)
        .where(Area.id == area_id, Membership.role == "host", Resident.status == "confirmed")
        .where(Membership.resident_id.not_in(others))
        .distinct()
    )
