"""A conversation between whoever asks and one neighbour: who may begin it, and when it is over. Pure."""

from datetime import datetime, timedelta
from typing import Any

from neighbours.rules.help.showing import HELPER, HOST, NEIGHBOUR, WAITS_FOR_AN_ANSWER, reply_as_told
from neighbours.rules.may import Person, is_asker, may_reply

CLOSES_AFTER = timedelta(days=30)
EMPTIED_AFTER = timedelta(days=90)
EMPTIED_EVERY = timedelta(days=1)
LONGEST_REST = timedelta(days=40)
MOST_LETTERS = 1_000


def is_closed(ended_at: datetime | None, now: datetime) -> bool:
    """Whether nothing can be written any more: 30 days after the help has ended (None: it has not)."""
    return ended_at is not None and now - ended_at >= CLOSES_AFTER


def clock_jumped(emptied_at: datetime | None, now: datetime) -> bool:
    """Whether the clock is before the last run that empties texts, or more than forty days after: then none comes."""
    return emptied_at is not None and not emptied_at <= now <= emptied_at + LONGEST_REST


def may_ask(who: Person, row: Any, view: str | None, now: datetime) -> bool:
    """Whether a neighbour who sees a request so may begin to talk about it now.

    While it is open and within reach; later only who offered and was not declined. `row`, `view`: see
    rules/help/showing.py.
    """
    if view in (NEIGHBOUR, HOST):
        return row.band is not None and may_reply(who, row)
    return view == HELPER and reply_as_told(row, now) in ("accepted", *WAITS_FOR_AN_ANSWER)


def may_write_to_helper(who: Person, row: Any) -> bool:
    """Whether whoever asked may begin to talk with the neighbour of this reply: it was not taken back."""
    return is_asker(who, row) and row.status != "withdrawn"
