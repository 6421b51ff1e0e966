"""Whom somebody meets at a thing with an address of its own, and the way back there. 404 where nothing is seen."""

from typing import Any

from flask import g

from neighbours.clock import now
from neighbours.queries.trust.meeting import whom_one_meets
from neighbours.rules.errors import NotAllowed, NotHere
from neighbours.rules.help import showing
from neighbours.web.help.nearby import viewer
from neighbours.web.words import path_for

BACK = {
    "request": ("help.one", "ref"),
    "offer": ("offers.one", "ref"),
    "reply": ("help.one", "help_ref"),
    "agreement": ("agreements.one", "ref"),
    "thread": ("talk.one", "ref"),
    "message": ("talk.one", "thread_ref"),
}
SEES = (showing.HELPER, showing.NEIGHBOUR, showing.HOST)


def met(where: str, ref: str, *, to_tell: bool = False) -> Any:
    """The row of queries/trust/meeting.py. NotHere where this person sees nothing, NotAllowed at one's own thing."""
    row = whom_one_meets(where, ref, viewer(), to_tell=to_tell)
    if row is None:
        raise NotHere(ref)
    view = _view(where, row)
    if view in (None, showing.CLOSED) or getattr(row, "is_apart", False):
        raise NotHere(ref)
    if row.other_id == g.who.resident_id or view == showing.ASKER:
        raise NotAllowed(ref)
    return row


def way_back(where: str, row: Any) -> str:
    """The page of the thing."""
    endpoint, name = BACK[where]
    return path_for(endpoint, ref=getattr(row, name))


def _view(where: str, row: Any) -> str | None:
    """How the thing is seen; of what only two find, each is as a neighbour to the other."""
    if where == "request":
        return showing.view_of_request(g.who, row, now())
    if where == "offer":
        view = showing.view_of_offer(g.who, row)
        return showing.ASKER if view == showing.HELPER else view
    return showing.NEIGHBOUR
