"""The limits of a newcomer, asked in the transaction of the act: no links, and few first contacts a day.

Who is one is said in rules/talk/newcomers.py. Counted in the database, so that no second process lets one more through.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session

from models import Agreement, Area, HelpRequest, Membership, Municipality, Reply, Resident, Step, Thread
from neighbours.rules.errors import Refused
from neighbours.rules.talk.links import has_link
from neighbours.rules.talk.newcomers import FULL, LINK, MOST_FIRST_CONTACTS, day_began, new_since


def keep_newcomer_within(
    session: Session, resident_id: int, words: str, *, with_whom: tuple[int, int] | None, now: datetime
) -> None:
    """Raise Refused("text", "link" or "full") when a newcomer may not say these words, or not begin one contact more.

    `with_whom`: the ids of the help request and of its helper; None where the two talk already. On PostgreSQL the
    newcomer's row is held, so that two acts at once are counted one after the other: call it before `home_of`.
    """
    zone = session.scalar(
        select(Municipality.zone)
        .join(Area, Area.municipality_id == Municipality.id)
        .join(Resident, Resident.area_id == Area.id)
        .where(Resident.id == resident_id, is_newcomer(now))
        .with_for_update(of=Resident, key_share=True)
    )
    if zone is None:
        return
    if has_link(words):
        raise Refused("text", LINK)
    if with_whom is not None and _first_contacts(session, resident_id, with_whom, now, zone) >= MOST_FIRST_CONTACTS:
        raise Refused("text", FULL)


def keep_asking_within(session: Session, resident_id: int, ref: str, now: datetime) -> None:
    """The same for a draft that asks somebody in person: that begins a contact too."""
    asked = (HelpRequest.ref == ref, HelpRequest.asker_id == resident_id, HelpRequest.first_asked_id.is_not(None))
    found = session.execute(select(HelpRequest.id, HelpRequest.first_asked_id).where(*asked)).one_or_none()
    if found is not None:
        keep_newcomer_within(session, resident_id, "", with_whom=(found.id, found.first_asked_id or 0), now=now)


def keep_texts_without_links(session: Session, resident_id: int, now: datetime, **texts: str | None) -> None:
    """Raise Refused(field, "link") when a newcomer would show a link to many: in a title, a text, a place."""
    linked = [field for field, words in texts.items() if words and has_link(words)]
    if linked and session.scalar(select(Resident.id).where(Resident.id == resident_id, is_newcomer(now))) is not None:
        raise Refused(linked[0], LINK)


def is_newcomer(now: datetime) -> ColumnElement[bool]:
    """Whether the Resident of a statement is one: confirmed within 7 days, by no setup, no host, no help done yet.

    It is done when the other one says so: nobody lets themselves out.
    """
    hosts = exists().where(Membership.resident_id == Resident.id, Membership.role == "host")
    said = (Step.thing == "agreement", Step.thing_id == Agreement.id, Step.move == "finish")
    by_the_other = exists().where(*said, Step.resident_id.is_distinct_from(Resident.id))
    of_it = (HelpRequest.id == Agreement.help_request_id, Agreement.status == "done", by_the_other)
    helped = exists().where(*of_it, or_(Agreement.helper_id == Resident.id, HelpRequest.asker_id == Resident.id))
    let_in = and_(Resident.confirmed_at > new_since(now), Resident.confirmed_how.is_distinct_from("setup"))
    return and_(let_in, ~hosts, ~helped)


def _first_contacts(session: Session, resident_id: int, with_whom: tuple[int, int], now: datetime, zone: str) -> int:
    """With how many the newcomer began today: by a thread, an offer to help, or asking in person; this one left out."""
    began = day_began(now, zone)
    opened = select(Thread.help_request_id, Thread.helper_id).where(
        Thread.opened_by_id == resident_id, Thread.created_at >= began
    )
    offered = select(Reply.help_request_id, Reply.helper_id).where(
        Reply.helper_id == resident_id, Reply.created_at >= began
    )
    asked = select(HelpRequest.id, HelpRequest.first_asked_id).where(
        HelpRequest.asker_id == resident_id, HelpRequest.first_asked_id.is_not(None), HelpRequest.opened_at >= began
    )
    pairs = union(opened, offered, asked).subquery()
    asked_about, helper = with_whom
    others = or_(pairs.c.help_request_id != asked_about, pairs.c.helper_id != helper)
    return session.scalar(select(func.count()).select_from(pairs).where(others)) or 0
