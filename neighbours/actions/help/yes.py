"""A yes becomes an agreement: by the asker's "yes please", by "first yes is fine", or by moving up from the reserve.

A place is taken, the reply moved, the agreement made, and both are told as the yes came about. Who says it when is in
agreeing.py, replying.py and reserve.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, select, union_all
from sqlalchemy.orm import Session

from models import Agreement, HelpRequest, Moment, Reply, Resident, db
from neighbours.actions.help.not_needed import not_needed
from neighbours.actions.moving import Actor, Steps, fill_place, move, new_row, write_steps
from neighbours.actions.telling import tell_each

# By each way to a yes: what the helper is told, and what the asker.
TOLD = {"accept": ("agreed", None), "first_yes": (None, "agreed"), "move_up": ("moved_up", "takes_over")}


def agree(
    session: Session,
    reply_id: int,
    *,
    asker_shares: ColumnElement[bool],
    by: Actor,
    now: datetime,
    how: str = "accept",
) -> str:
    """Make the agreement inside the caller's transaction; returns its ref. `how`: accept, first_yes or move_up.

    The place is taken before the reply is moved: so the help request is locked first, without a statement of its own.
    Five statements. Raises TooLate when the reply cannot be moved so, or every place is taken.
    """
    steps: Steps = []
    agreed_on = (HelpRequest.when_kind, HelpRequest.day, HelpRequest.at_time, HelpRequest.slots)
    askers = (HelpRequest.asker_id, HelpRequest.acted_by_id)
    place = HelpRequest.id == select(Reply.help_request_id).where(Reply.id == reply_id).scalar_subquery()
    filled = fill_place(session, place, by=by, now=now, steps=steps, returning=agreed_on + askers)
    wanted = (Reply.helper_id, Reply.share_phone)
    name = "move_up" if how == "move_up" else "accept"
    reply = move(session, Reply, name, Reply.id == reply_id, by=by, now=now, returning=wanted, steps=steps)
    agreement = Agreement(
        help_request_id=filled.id,
        reply_id=reply_id,
        helper_id=reply.helper_id,
        when_kind=filled.when_kind,
        day=filled.day,
        at_time=filled.at_time,
        slots=filled.slots,
        asker_shares_phone=asker_shares,
        helper_shares_phone=reply.share_phone,
        status="agreed",
        created_at=now,
    )
    new_row(session, agreement, "agree", by=by, now=now, steps=steps)
    write_steps(session, steps)
    both = (reply.helper_id, filled.asker_id or filled.acted_by_id)
    _tell(session, agreement.id, dict(zip(both, TOLD[how], strict=True)), filled, now)
    return agreement.ref


def standing_agreement(reply_id: int) -> str | None:
    """The ref of the agreement that stands, or is done, for this reply."""
    standing = select(Agreement.ref).where(Agreement.reply_id == reply_id, Agreement.status.in_(("agreed", "done")))
    return db.session.scalar(standing.order_by(Agreement.id.desc()).limit(1))


def asker_shares(asker_id: int | None) -> ColumnElement[bool]:
    """Whether the asker shows the own telephone where nobody asks anew: what stands in their own details holds."""
    own = select(Resident.share_phone).where(Resident.id == asker_id).scalar_subquery()
    return func.coalesce(own, literal(False))


def _tell(session: Session, agreement_id: int, kinds: dict[int, str | None], filled: Row[Any], now: datetime) -> None:
    """One statement: the two, each by their kind, and once every place is taken those who are not needed."""
    about = [literal("agreement"), literal(agreement_id), literal(now, Moment())]
    two = [select(literal(to), literal(kind), *about) for to, kind in kinds.items() if kind]
    others = [not_needed([filled.id], now)] if filled.status == "agreed" else []
    tell_each(session, union_all(*two, *others), now=now)
