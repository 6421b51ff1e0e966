"""The reserve: neighbours who take over when somebody falls out, the longest in reserve first.

While every place is taken the asker keeps them in reserve; where the first yes is fine, whoever says "I can help" then
is in reserve at once (replying.py). They step back, or are declined, like others who offered. A place falls free in
free_places.py, which calls `move_up`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Area, HelpRequest, Municipality, Reply, Resident
from neighbours.actions.help.yes import agree, asker_shares
from neighbours.actions.moving import THE_CLOCK, Actor, Steps, move, replied_to, stand_in_line, write_steps
from neighbours.actions.telling import tell, untell
from neighbours.database import are_apart, writing
from neighbours.rules.help.asking import is_day_over


def keep_in_reserve(reply_id: int, *, by: Actor, now: datetime) -> None:
    """The asker keeps a neighbour who waits in reserve, and the neighbour is told. Harmless twice.

    TooLate when the reply was withdrawn, declined or accepted, when a place is free, and when the day has passed.
    """
    with writing() as session:
        stand_in_line(session, replied_to(reply_id))
        if session.scalar(select(Reply.status).where(Reply.id == reply_id)) == "reserve":
            return
        is_full = select(HelpRequest.id).where(HelpRequest.status == "agreed", HelpRequest.expires_at > now)
        where = (Reply.id == reply_id, Reply.help_request_id.in_(is_full))
        also, told = {"reserve_at": now}, (Reply.helper_id,)
        row = move(session, Reply, "keep_in_reserve", *where, by=by, now=now, also=also, returning=told)
        untell(session, "declined", thing="reply", ids=[reply_id])
        helper = select(Resident.id).where(Resident.id == row.helper_id)
        tell(session, "in_reserve", helper, thing="reply", thing_id=reply_id, now=now)


def move_up(session: Session, help_request_id: int, steps: Steps, now: datetime) -> bool:
    """Give the place that fell free to who is longest in reserve; whether there was anybody.

    Inside the caller's transaction, which stands in line at the request; `steps` of before are written first. Both are
    told. Nobody moves up once the time that was asked for has passed: then the asker may still say yes. Nor who left,
    or whom the asker blocked, or the other way round.
    """
    asked_by = session.execute(
        select(*HelpRequest.__table__.c, Municipality.zone)
        .join(Area, Area.id == HelpRequest.area_id)
        .join(Municipality, Municipality.id == Area.municipality_id)
        .where(HelpRequest.id == help_request_id)
    ).one()
    if is_day_over(asked_by, now, asked_by.zone):
        return False
    helper = Reply.__table__.c.helper_id
    next_one = (
        select(Reply.id)
        .join(Resident, Resident.id == Reply.helper_id)
        .where(Reply.help_request_id == help_request_id, Reply.status == "reserve", Resident.status == "confirmed")
        .where(~are_apart(helper, asked_by.asker_id), ~are_apart(helper, asked_by.acted_by_id))
        .order_by(Reply.reserve_at, Reply.id)
        .limit(1)
    )
    reply_id = session.scalar(next_one)
    if reply_id is None:
        return False
    write_steps(session, steps)
    steps.clear()
    untell(session, "in_reserve", thing="reply", ids=[reply_id])
    agree(session, reply_id, asker_shares=asker_shares(asked_by.asker_id), by=THE_CLOCK, now=now, how="move_up")
    return True
