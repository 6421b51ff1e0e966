"""Telling of a problem: the report, what it holds, whom it goes to, and who hears of it.

It goes to the hosts of the area's association, never to the one it is about; nor does who told of it look at it. Where
no host is left, it goes to the operator. What became of it is in looking.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, literal, or_, select
from sqlalchemy.orm import Session

from models import Area, Installation, Membership, Message, Moment, Report, Resident
from neighbours.actions.people.attempts import is_within
from neighbours.actions.talk.newcomers import is_newcomer
from neighbours.actions.telling import tell_contact, tell_each
from neighbours.actions.trust.holding import hold
from neighbours.database import writing
from neighbours.rules.errors import NotAllowed, Refused
from neighbours.rules.people.contact import Contact
from neighbours.rules.trust.reporting import REPORTS, SEEN_BY_OTHERS


def report(
    by_id: int,
    *,
    thing: str,
    thing_id: int,
    against_id: int,
    reason: str,
    text: str,
    area_id: int,
    language: str,
    now: datetime,
) -> str:
    """Tell of a problem with a thing; it is held until somebody has looked, if it may be. Returns the report's ref.

    Twice by the same person about the same thing is one report. What somebody told of before and was looked at is not
    held once more by the same person. Refused("reason", "often") past a few a day; NotAllowed about oneself.
    """
    if by_id == against_id:
        raise NotAllowed("oneself")
    mine = (Report.by_id == by_id, Report.thing == thing, Report.thing_id == thing_id)
    with writing() as session:
        # On PostgreSQL the same click at the same moment waits here, and finds what the first one left.
        session.execute(select(Resident.id).where(Resident.id == by_id).with_for_update(key_share=True))
        if ref := _open_one(session, by_id, thing, thing_id):
            return ref
        if not is_within(session, REPORTS, str(by_id), now):
            raise Refused("reason", "often")
        is_held = session.scalar(select(~exists().where(*mine))) and _may_hold(session, by_id, thing, against_id, now)
        about = {"thing": thing, "thing_id": thing_id, "against_id": against_id, "area_id": area_id}
        ref = _put(session, about | {"by_id": by_id, "reason": reason, "text": text, "language": language}, now)
        if is_held:
            hold(session, thing, thing_id, by_id, now)
        return ref


def _may_hold(session: Session, by_id: int, thing: str, against_id: int, now: datetime) -> bool:
    """What others see goes out of their sight by one person's word for one thing at a time, and by no newcomer's.

    A message is hidden from its reader alone, who is the one that tells: that is no weapon.
    """
    if thing not in SEEN_BY_OTHERS:
        return True
    same = (Report.by_id == by_id, Report.against_id == against_id, Report.thing.in_(SEEN_BY_OTHERS))
    lately = or_(Report.status == "open", Report.created_at > now - REPORTS.within)
    is_new = exists().where(Resident.id == by_id, is_newcomer(now))
    return bool(session.scalar(select(and_(~exists().where(*same, lately), ~is_new))))


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
    `language`: of what was written. While one is open about the same thing, or about what the
    same writer wrote in the same conversation, another is not made: nobody fills the desk by writing.
    """
    if not _lies_before_host(session, thing, thing_id, against_id):
        about = {"thing": thing, "thing_id": thing_id, "against_id": against_id, "area_id": area_id}
        _put(session, about | {"by_id": None, "reason": reason, "language": language}, now)


def _open_one(session: Session, by_id: int, thing: str, thing_id: int) -> str | None:
    """The ref of the open report by this person about the thing."""
    same = (Report.thing == thing, Report.thing_id == thing_id, Report.by_id == by_id)
    return session.scalar(select(Report.ref).where(*same, Report.status == "open").limit(1))


def _lies_before_host(session: Session, thing: str, thing_id: int, against_id: int) -> bool:
    """Whether a report by nobody is open about what this person wrote there."""
    thread_id = select(Message.thread_id).where(Message.id == thing_id).scalar_subquery()
    in_thread = select(Message.id).where(Message.thread_id == thread_id)
    there = Report.thing_id.in_(in_thread) if thing == "message" else Report.thing_id == thing_id
    by_nobody = (Report.by_id.is_(None), Report.status == "open", Report.against_id == against_id)
    return bool(session.scalar(select(exists().where(*by_nobody, Report.thing == thing, there))))


def _put(session: Session, told: dict[str, Any], now: datetime) -> str:
    """Keep a report, and tell whoever is to look at it. Returns its ref."""
    hosts = hosts_for(told["area_id"], told["against_id"], told["by_id"])
    goes_to = "host" if session.scalar(select(hosts.exists())) else "operator"
    row = Report(**told, goes_to=goes_to, status="open", created_at=now)
    session.add(row)
    session.flush()
    if goes_to == "host":
        found = hosts.subquery()
        what = (literal("reported"), literal("report"), literal(row.id), literal(now, Moment()))
        tell_each(session, select(found.c[0], *what), now=now)
    else:
        said = {} if told["by_id"] else {"of_words": "yes"}
        house = session.execute(select(Installation.contact_email, Installation.language)).one()
        tell_contact(session, "reported", Contact("email", house.contact_email), said, house.language, now)
    return row.ref


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
