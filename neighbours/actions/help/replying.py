""" "I can help": offered, taken back, declined and the decline taken back. Saying yes to it is in agreeing.py.

Whoever moves any of it stands in line at the help request first (moving.py): so a second click finds what the first
one left, and a reply does not move while its request is filled or closed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from models import HelpRequest, Reply, Resident, Step
from neighbours.actions.help.drafting import home_of
from neighbours.actions.help.free_places import asker_is_there
from neighbours.actions.help.inviting import ask_no_more
from neighbours.actions.help.yes import agree, asker_shares, standing_agreement
from neighbours.actions.moving import Actor, move, new_row, replied_to, stand_in_line
from neighbours.actions.talk.newcomers import keep_newcomer_within
from neighbours.actions.telling import tell, untell
from neighbours.actions.trust.reporting import put_before_host
from neighbours.database import apart_from_asker, writing
from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from neighbours.rules.help.showing import WAITS_FOR_AN_ANSWER
from neighbours.rules.moves import UNDO
from neighbours.rules.talk.fraud import smells_of
from neighbours.rules.trust.reporting import BY_WORDS


@dataclass(frozen=True)
class Words:
    """What a helper says beside "I can help": a short line, its language, whether the asker may see the telephone."""

    line: str
    language: str
    share_phone: bool


def offer_help(help_request_id: int, helper_id: int, words: Words, now: datetime) -> str | None:
    """Offer to help. Returns the agreement's ref when "first yes is fine" made one at once, else None.

    Where the first yes is fine and every place is taken, the helper is in reserve. Offering twice is harmless. Raises
    TooLate when the request is not open any more or this helper was declined, NotAllowed to the asker and to who is not
    confirmed (any more), NotHere for an unknown request and between two of whom one blocked the other, Refused("text")
    to a newcomer past the limits (talk/newcomers.py).
    """
    with writing() as session:
        keep_newcomer_within(session, helper_id, words.line, with_whom=(help_request_id, helper_id), now=now)
        home_of(session, helper_id)
        stand_in_line(session, help_request_id)
        before = _before(session, help_request_id, helper_id, now)
        may_stay = before.status == "open" or before.takes_reserve
        if before.reply_status in ("offered", "reserve") or (before.was_declined_lately and may_stay):
            return None
        if before.reply_status != "accepted":
            ask_no_more(session, help_request_id, helper_id)
            return _offer(session, before, helper_id, words, now)
    ref = standing_agreement(before.reply_id)
    if ref is None:
        raise TooLate("ended")
    return ref


def withdraw_reply(reply_id: int, *, by: Actor, now: datetime) -> None:
    """The helper takes the offer back. Harmless twice; raises TooLate when it was accepted or declined.

    A "no thank you" that can still be taken back is not told yet: the helper steps back and is not told any more, nor
    that somebody else helps.
    """
    with writing() as session:
        stand_in_line(session, replied_to(reply_id))
        withdraw_one(session, reply_id, by=by, now=now)


def withdraw_one(session: Session, reply_id: int, *, by: Actor, now: datetime) -> None:
    """The heart of `withdraw_reply`, inside the transaction of a caller who stands in line at the request."""
    status = _status(session, reply_id)
    if status == "declined":
        move(session, Reply, "step_back", Reply.id == reply_id, _was_declined_since(now - UNDO), by=by, now=now)
    elif status != "withdrawn":
        move(session, Reply, "withdraw", Reply.id == reply_id, by=by, now=now)
        untell(session, "somebody_offered", thing="reply", ids=[reply_id])
        untell(session, "in_reserve", thing="reply", ids=[reply_id])
    untell(session, "declined", thing="reply", ids=[reply_id])


def decline(reply_id: int, *, by: Actor, now: datetime) -> None:
    """ "No thank you", without a reason; the helper is told when the ten minutes of undo have passed.

    Harmless twice; raises TooLate when the reply was withdrawn or accepted.
    """
    with writing() as session:
        stand_in_line(session, replied_to(reply_id))
        decline_one(session, reply_id, by=by, now=now)


def decline_one(session: Session, reply_id: int, *, by: Actor, now: datetime) -> None:
    """The heart of `decline`, inside the transaction of a caller who stands in line at the request."""
    if _status(session, reply_id) == "declined":
        return
    row = move(session, Reply, "decline", Reply.id == reply_id, by=by, now=now, returning=(Reply.helper_id,))
    helper = select(Resident.id).where(Resident.id == row.helper_id)
    untell(session, "declined", thing="reply", ids=[reply_id])
    tell(session, "declined", helper, thing="reply", thing_id=reply_id, now=now, due_at=now + UNDO)


def undo_decline(reply_id: int, *, by: Actor, now: datetime) -> None:
    """Take a "no thank you" back within ten minutes. Harmless twice; TooLate afterwards, and where help has ended."""
    with writing() as session:
        stand_in_line(session, replied_to(reply_id))
        reply = session.execute(select(Reply.status, Reply.reserve_at).where(Reply.id == reply_id)).one()
        if reply.status not in WAITS_FOR_AN_ANSWER:
            goes_on = select(HelpRequest.id).where(HelpRequest.status.in_(("open", "agreed")))
            there = asker_is_there(Reply.helper_id, Reply.help_request_id)
            lately = (_was_declined_since(now - UNDO), Reply.help_request_id.in_(goes_on), there)
            name = "back_in_reserve" if reply.reserve_at else "undo_decline"
            move(session, Reply, name, Reply.id == reply_id, *lately, by=by, now=now)
            # Where somebody else helps already, the helper shall hear so; but for one who is in reserve.
            again = select(Reply.id).join(HelpRequest, HelpRequest.id == Reply.help_request_id).where(
                Reply.id == reply_id, or_(HelpRequest.status == "open", Reply.status == "reserve")
            )  # fmt: skip
            untell(session, "declined", thing="reply", ids=again)


def _before(session: Session, help_request_id: int, helper_id: int, now: datetime) -> Row[*tuple[Any, ...]]:
    """The request as it stands, whether one more is in reserve at once, and this helper's reply so far, if any.

    A "no thank you" that can still be taken back is not told yet: to this helper the reply is still offered.
    """
    lately = and_(Reply.status == "declined", _was_declined_since(now - UNDO))
    takes_reserve = and_(HelpRequest.first_yes, HelpRequest.status == "agreed", HelpRequest.expires_at > now)
    mine = (Reply.help_request_id == HelpRequest.id) & (Reply.helper_id == helper_id)
    asked = select(
        HelpRequest.id, HelpRequest.area_id, HelpRequest.status, HelpRequest.first_yes,
        HelpRequest.asker_id, HelpRequest.acted_by_id,
        Reply.id.label("reply_id"), Reply.status.label("reply_status"), lately.label("was_declined_lately"),
        apart_from_asker(helper_id).label("is_apart"),
        takes_reserve.label("takes_reserve"),
    )  # fmt: skip
    row = session.execute(asked.outerjoin(Reply, mine).where(HelpRequest.id == help_request_id)).one_or_none()
    if row is not None and helper_id in (row.asker_id, row.acted_by_id):
        raise NotAllowed("own")
    if row is None or row.is_apart:
        raise NotHere("help_request")
    return row


def _offer(session: Session, before: Row[*tuple[Any, ...]], helper_id: int, words: Words, now: datetime) -> str | None:
    if before.reply_status == "declined" or not (before.status == "open" or before.takes_reserve):
        raise TooLate(before.status if before.status != "open" else "declined")
    by = Actor(helper_id)
    reply_id = _add_reply(session, before, words, by, now)
    if smells_of(words.line):
        what = {"thing": "reply", "thing_id": reply_id, "against_id": helper_id, "reason": BY_WORDS}
        put_before_host(session, **what, area_id=before.area_id, language=words.language, now=now)  # type: ignore[arg-type]
    if before.status != "open":
        return None
    if before.first_yes:
        return agree(session, reply_id, asker_shares=asker_shares(before.asker_id), by=by, now=now, how="first_yes")
    asker = select(func.coalesce(HelpRequest.asker_id, HelpRequest.acted_by_id)).where(HelpRequest.id == before.id)
    untell(session, "somebody_offered", thing="reply", ids=[reply_id])  # of an offer before, not gone out yet
    tell(session, "somebody_offered", asker, thing="reply", thing_id=reply_id, now=now)
    return None


def _add_reply(session: Session, before: Row[*tuple[Any, ...]], words: Words, by: Actor, now: datetime) -> int:
    is_open = before.status == "open"
    said = {"line": words.line, "language": words.language, "share_phone": words.share_phone, "created_at": now}
    said["reserve_at"] = None if is_open else now
    name, status = ("offer", "offered") if is_open else ("offer_in_reserve", "reserve")
    if before.reply_status == "withdrawn":
        move(session, Reply, name, Reply.id == before.reply_id, by=by, now=now, also=said)
        return int(before.reply_id)
    reply = Reply(help_request_id=before.id, helper_id=by.resident_id, status=status, **said)
    return new_row(session, reply, name, by=by, now=now)


def _status(session: Session, reply_id: int) -> str | None:
    return session.scalar(select(Reply.status).where(Reply.id == reply_id))


def _was_declined_since(moment: datetime) -> ColumnElement[bool]:
    of_it = (Step.thing == "reply", Step.thing_id == Reply.id, Step.move == "decline", Step.at >= moment)
    return select(Step.id).where(*of_it).exists()
