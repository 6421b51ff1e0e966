"""Who sees how much of one request for help, or of one offer. Pure; a row comes from queries/help.

Nobody sees an address here: of a place, others see its kind, its name and the asker's own words for it.
"""

from datetime import datetime
from typing import Any

from neighbours.rules.may import Person, is_asker, is_giver, is_host_of, is_still_undoable

ASKER, HELPER, NEIGHBOUR, HOST, CLOSED = "asker", "helper", "neighbour", "host", "closed"

WAITS_FOR_AN_ANSWER = ("offered", "reserve")


def view_of_request(who: Person, row: Any, now: datetime) -> str | None:
    """How this person sees the request: as its asker, as one who offered, as a neighbour, as its host, or closed.

    Closed: it was open within the person's reach and is not any more. None: not at all, which is 404. The row has
    status, asker_id, acted_by_id, association_id, band (None: out of reach), helper_id and reply_status of one's own.
    Of somebody whom the person is apart from (`is_apart`) nothing is there, but for a host, who sees it as host. Nor
    is what is held, but for a host, and for a helper who has an agreement.
    """
    if is_asker(who, row):
        return ASKER
    if row.status == "draft" or (row.status == "withdrawn" and row.opened_at is None):  # never posted, or taken back
        return None
    if row.is_apart or (row.status == "held" and row.reply_status != "accepted"):
        return HOST if is_host_of(who, row) else None
    if row.helper_id == who.resident_id and reply_as_told(row, now) in ("accepted", "declined", *WAITS_FOR_AN_ANSWER):
        return HELPER
    if row.status == "open" and row.band is not None:
        return NEIGHBOUR
    if is_host_of(who, row):
        return HOST
    return CLOSED if row.band is not None and row.status != "held" and row.opened_at is not None else None


def view_of_offer(who: Person, row: Any) -> str | None:
    """How this person sees the standing offer: as the helper whose it is, as a neighbour, or closed. None: 404."""
    if is_giver(who, row):
        return HELPER
    if row.status in ("draft", "held") or row.band is None or row.opened_at is None:
        return None
    return NEIGHBOUR if row.status == "open" else CLOSED


def is_to_be_answered(row: Any) -> bool:
    """Whether the asker can say yes or no to the reply of this row now."""
    return row.status == "open" and row.reply_status in WAITS_FOR_AN_ANSWER


def may_be_kept_in_reserve(row: Any, now: datetime) -> bool:
    """Whether the asker can keep the neighbour of this row for a place that may fall free."""
    return is_full_ahead(row, now) and row.reply_status == "offered"


def is_full_ahead(row: Any, now: datetime) -> bool:
    """Whether every place is taken and its day has not passed: then those in reserve are needed. Row: expires_at."""
    return bool(row.status == "agreed" and row.expires_at > now)


def reply_as_told(row: Any, now: datetime) -> str | None:
    """The state of a reply as its helper may know it: a "no thank you" can still be taken back for ten minutes."""
    if row.reply_status == "declined" and is_still_undoable(row.declined_at, now):
        return "reserve" if row.reserve_at else "offered"
    status: str | None = row.reply_status
    return status
