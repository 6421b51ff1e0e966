"""What lies in a daily letter or asks by itself, with what the rules need to know whether it is still so."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from models import Agreement, Dispatch, HelpRequest, Invitation, Proposal, Reply, Thread, db
from neighbours.database import are_apart
from neighbours.rules.notices import ASKING


def held_by(letter_ids: list[int]) -> list[Row[Any]]:
    """What these letters hold, in the order in which it was told: rows for `is_still_so` of rules/notices.py.

    Each with id, letter_id, kind. One statement; none for no letters.
    """
    if not letter_ids:
        return []
    found = _told().where(Dispatch.digest_id.in_(letter_ids), Dispatch.status == "gathers")
    return list(db.session.execute(found.order_by(Dispatch.id)).all())


def asking_among(ids: list[int]) -> list[Row[Any]]:
    """Such rows of those of these messages that ask somebody to help. The reading ends here."""
    rows = list(db.session.execute(_told().where(Dispatch.id.in_(ids), Dispatch.kind.in_(ASKING))).all())
    db.session.rollback()
    return rows


def _told() -> Select[*tuple[Any, ...]]:
    own = aliased(Reply)
    itself, agreed = (case((Dispatch.thing == thing, Dispatch.thing_id)) for thing in ("help_request", "agreement"))
    of_it = func.coalesce(Agreement.help_request_id, Reply.help_request_id, Thread.help_request_id, itself)
    has_replied = select(own.id).where(own.help_request_id == HelpRequest.id, own.helper_id == Dispatch.resident_id)
    invited = and_(Invitation.help_request_id == HelpRequest.id, Invitation.resident_id == Dispatch.resident_id)
    return (
        select(
            *(Dispatch.id, Dispatch.digest_id.label("letter_id"), Dispatch.kind),
            HelpRequest.status.label("help_status"),
            Reply.status.label("reply_status"),
            Agreement.status.label("agreement_status"),
            Proposal.status.label("suggestion_status"),
            Invitation.not_now_at,
            has_replied.exists().label("has_replied"),
            _is_apart().label("is_apart"),
        )
        .outerjoin(Proposal, and_(Dispatch.thing == "proposal", Proposal.id == Dispatch.thing_id))
        .outerjoin(Agreement, Agreement.id == func.coalesce(Proposal.agreement_id, agreed))
        .outerjoin(Reply, and_(Dispatch.thing == "reply", Reply.id == Dispatch.thing_id))
        .outerjoin(Thread, and_(Dispatch.thing == "thread", Thread.id == Dispatch.thing_id))
        .outerjoin(HelpRequest, HelpRequest.id == of_it)
        .outerjoin(Invitation, invited)
    )


def _is_apart() -> Any:
    """Whether the reader and who asks, or the two whom it is about, are apart."""
    asker_id = func.coalesce(HelpRequest.asker_id, HelpRequest.acted_by_id)
    helper_id = func.coalesce(Agreement.helper_id, Reply.helper_id, Thread.helper_id)
    return or_(are_apart(asker_id, Dispatch.resident_id), are_apart(asker_id, helper_id))
