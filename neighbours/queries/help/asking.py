"""What the pages of asking and offering show: one's own draft or request, one's own offer, and unfinished drafts.

One text() statement a page; Core rows. Another person's row is simply not found. Lists for others are in nearby.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Date, Row, Time, bindparam, text

from models import Moment, db
from neighbours.database import may_be_asked_directly
from neighbours.rules.moves import UNDO

OWN_REQUEST = text(
    """
    SELECT h.*, p.ref AS place_ref, p.name AS place_name,
           choice.ref AS choice_ref, choice.id AS choice_id, choice.name AS choice_name, choice.kind AS choice_kind,
           EXISTS (SELECT 1 FROM home WHERE home.resident_id = h.asker_id) AS keeps_address,
           (SELECT f.name FROM resident f WHERE f.id = h.first_asked_id AND {may_be_asked}) AS first_asked_name,
           (SELECT max(theirs.slots) FROM offer theirs
             WHERE theirs.resident_id = h.first_asked_id AND theirs.status = 'open' AND theirs.kind = h.kind
             HAVING count(*) = 1) AS first_asked_slots,
           (SELECT count(*) FROM reply r WHERE r.help_request_id = h.id) AS replies,
           (SELECT count(*) FROM agreement g
             WHERE g.help_request_id = h.id AND g.status = 'cancelled' AND g.ended_at = h.withdrawn_at) AS cancelled
      FROM help_request h
      LEFT JOIN place p ON p.id = h.place_id
      LEFT JOIN place choice ON choice.area_id IN (
            SELECT a.id FROM area a WHERE a.id = h.area_id OR a.joined_to_id = h.area_id)
     WHERE h.ref = :ref AND (h.asker_id = :me OR h.acted_by_id = :me)
     ORDER BY choice.name, choice.id
    """.replace("{may_be_asked}", may_be_asked_directly("f", "h"))
).columns(
    day=Date(), at_time=Time(), urgent=Boolean(), first_yes=Boolean(),
    noticeboard=Boolean(), created_at=Moment(), opened_at=Moment(),
    withdrawn_at=Moment(), expires_at=Moment(),
)  # fmt: skip

OWN_OFFER = text("SELECT o.* FROM offer o WHERE o.ref = :ref AND o.resident_id = :me").columns(
    created_at=Moment(), opened_at=Moment(), withdrawn_at=Moment(),
    expires_at=Moment(),
)  # fmt: skip

_UNFINISHED = """
    SELECT ref, kind, title, language, status FROM {table}
     WHERE {owner} AND (status = 'draft' OR (status = 'withdrawn' AND opened_at IS NULL AND withdrawn_at >= :since))
     ORDER BY id DESC LIMIT 5
    """
UNFINISHED = {
    table: text(_UNFINISHED.format(table=table, owner=owner)).bindparams(bindparam("since", type_=Moment()))
    for table, owner in (("help_request", "(asker_id = :me OR acted_by_id = :me)"), ("offer", "resident_id = :me"))
}


def own_request(resident_id: int, ref: str) -> list[Row[Any]]:
    """One's own request, once for each place of its area to choose from (choice_*), or once without; else nothing.

    All columns of the request; place_ref and place_name of the chosen place; `replies`: how many ever; `cancelled`:
    how many agreements its withdrawal cancelled; `keeps_address`: whether an exact address of the asker is kept;
    `first_asked_name`: the neighbour who is asked before all others, while that can be;
    `first_asked_slots`: the times of the one offer of this kind that they have, else None.
    """
    return list(db.session.execute(OWN_REQUEST, {"me": resident_id, "ref": ref}).all())


def own_offer(resident_id: int, ref: str) -> Row[Any] | None:
    """All columns of one's own offer, or nothing."""
    return db.session.execute(OWN_OFFER, {"me": resident_id, "ref": ref}).first()


def unfinished(table: str, resident_id: int, now: datetime) -> list[Row[Any]]:
    """The newest five drafts of `help_request` or `offer`: ref, kind, title, language, status.

    A draft dropped in the last ten minutes is among them, with status withdrawn, so that it can be brought back.
    """
    values = {"me": resident_id, "since": now - UNDO}
    return list(db.session.execute(UNFINISHED[table], values).all())
