"""What becomes of a help request when a place of it falls free, is wanted, or is taken again.

Its state follows its places; those who wait for an answer hear of it (not_needed.py). Inside the caller's transaction,
which stands in line at the request. Agreements are moved in agreeing.py, places are counted in moving.py.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import Session

from models import Agreement, HelpRequest
from neighbours.actions.help.not_needed import somebody_waits, tell_not_needed, untell_not_needed
from neighbours.actions.help.reserve import move_up
from neighbours.actions.moving import Actor, Steps, free_place, move_all, take_again
from neighbours.actions.trust.holding import hold_again
from neighbours.database import apart_from_asker
from neighbours.rules.errors import TooLate


def asker_is_there(helper_id: Any, help_request_id: Any) -> ColumnElement[bool]:
    """Whether neither of the two has blocked the other: the helper, and who asked or acted for somebody."""
    return ~exists().where(HelpRequest.id == help_request_id, apart_from_asker(helper_id))


def has_agreement(status: str) -> ColumnElement[bool]:
    """Whether the help request of the statement has an agreement in this state."""
    return exists().where(Agreement.help_request_id == HelpRequest.id, Agreement.status == status)


def has_wanted_place(now: datetime) -> ColumnElement[bool]:
    """Whether the asker can still say yes, or could once it is let go: a place is free, its day has not passed, and
    somebody waits.
    """
    has_free_place = (
        HelpRequest.status.in_(("open", "held")),
        HelpRequest.taken < HelpRequest.places,
        HelpRequest.expires_at > now,
    )
    return and_(*has_free_place, somebody_waits())


def leave_place(
    session: Session, help_request_id: int, *, by: Actor, now: datetime, steps: Steps, moves_up: bool = True
) -> None:
    """A place falls free: who is longest in reserve moves up, with an agreement of their own, if `moves_up`.

    Not where somebody did not come (`moves_up`): it is late for that, and the asker says yes to them, or not.

    On a day that has passed nobody can take it: then the last one out closes the request. Those who wait need not hear
    that they are not needed, if it can be taken; else whoever did not hear it yet does. What a report holds, or holds
    from now on because it opens, stands still until somebody has looked or its day has passed.
    """
    state = free_place(session, help_request_id, by=by, now=now, steps=steps)
    if state == "held" or (state == "open" and hold_again(session, help_request_id, now, steps)):
        return None
    if state == "open":
        if not (moves_up and move_up(session, help_request_id, steps, now)):
            untell_not_needed(session, help_request_id)
        return None
    of_it = (HelpRequest.id == help_request_id, HelpRequest.status == "agreed", ~has_agreement("agreed"))
    move_all(session, HelpRequest, "finish", *of_it, has_agreement("done"), by=by, now=now, steps=steps)
    move_all(session, HelpRequest, "lapse", *of_it, by=by, now=now, steps=steps)
    return tell_not_needed(session, [help_request_id], now)


def take_place_again(session: Session, help_request_id: int, by: Actor, now: datetime) -> None:
    """Take a place again that was freed by mistake. Raises TooLate when every place is taken, or it was withdrawn."""
    if not take_again(session, help_request_id):
        raise TooLate("full")
    keep_to_places(session, help_request_id, by, now)


def keep_to_places(session: Session, help_request_id: int, by: Actor, now: datetime) -> None:
    """The help request is what its places say: agreed when all are taken, else open, or held by a report."""
    this = HelpRequest.id == help_request_id
    is_full = HelpRequest.taken >= HelpRequest.places
    if move_all(session, HelpRequest, "resume", this, is_full, by=by, now=now):
        tell_not_needed(session, [help_request_id], now)
    elif move_all(session, HelpRequest, "resume_open", this, ~is_full, by=by, now=now):
        hold_again(session, help_request_id, now)
        untell_not_needed(session, help_request_id)
