"""How somebody wishes to be told, for themselves or for whoever holds the link of a mail. One statement."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from models import NoticeWish, Resident, db
from neighbours.queries.people.themselves import HERE
from neighbours.rules.notices import USUAL
from neighbours.rules.people.contact import way_to


class Wishes(NamedTuple):
    """`hows`: how, by notice. `told_by`: message or host. `way`: email, text or host; `message_way`: without a wish."""

    hows: dict[str, str]
    told_by: str
    way: str
    message_way: str


def own_wishes(resident_id: int) -> Wishes | None:
    """The wishes of somebody who is here; None of anybody else."""
    return _wishes(Resident.id == resident_id)


def wishes_by_link(resident_ref: str) -> Wishes | None:
    """The same by the ref in a link."""
    return _wishes(Resident.ref == resident_ref)


def _wishes(whose: ColumnElement[bool]) -> Wishes | None:
    told = (Resident.told_by, Resident.email, Resident.phone, NoticeWish.notice, NoticeWish.how)
    found = select(*told).outerjoin(NoticeWish, NoticeWish.resident_id == Resident.id)
    rows = db.session.execute(found.where(whose, Resident.status.in_(HERE))).all()
    if not rows:
        return None
    row = rows[0]
    kept = {each.notice: each.how for each in rows if each.notice in USUAL}
    ways = (way_to(told_by, row.email, row.phone) for told_by in (row.told_by, "message"))
    return Wishes(dict(USUAL) | kept, row.told_by, *ways)
