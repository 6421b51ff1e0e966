"""What the demo's people do while a day is played: they ask, say yes or not this time, agree, write, help and thank.

Each act is the house's own action, one transaction, as if somebody had pressed the button; what nobody may do, or is
too late for, is let be. Those whom a visitor can be (trying.py) do nothing by themselves.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, select

from models import Agreement, HelpRequest, Invitation, Reply, Resident, db, new_ref
from neighbours.actions.demo import read
from neighbours.actions.demo.trying import people_to_try
from neighbours.actions.help import agreeing, asking, inviting, replying, thanking
from neighbours.actions.moving import Actor
from neighbours.actions.talk import writing as talking
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.help.asking import How, What, When, Where
from neighbours.rules.help.slots import day_mask

ASKING, ASKS_A_DAY = 10, 3  # the hour, and how many
LET_BE = (TooLate, NotAllowed, NotHere, Refused)


def play(hour: int, draw: random.Random, now: datetime) -> Counter[str]:
    """One hour of the day: how many asked, offered, said not this time, agreed, wrote, and are done."""
    did = Counter[str]()
    for act in (_answer, _accept, _go_on):
        did.update(act(draw, now))
    if hour == ASKING:
        did["asked"] += sum(_ask(row, draw, now) for row in draw.sample(_all(_people()), ASKS_A_DAY))
    return did


def _answer(draw: random.Random, now: datetime) -> Iterator[str]:
    """Some who were asked say that they can help, some not this time; the others have not looked yet."""
    for row in _all(_invited()):
        luck = draw.random()
        if luck < 0.25 and _tried(replying.offer_help, row.help_id, row.me, _words(row, draw), now):
            yield "offered"
        elif 0.25 <= luck < 0.4 and _tried(inviting.not_now, row.help_id, row.me, now):
            yield "not_now"


def _accept(draw: random.Random, now: datetime) -> Iterator[str]:
    """Yes please."""
    for row in _all(_offered()):
        by = Actor(row.me)
        if draw.random() < 0.5 and _tried(agreeing.accept, row.reply_id, share_phone=True, by=by, now=now):
            yield "agreed"


def _go_on(draw: random.Random, now: datetime) -> Iterator[str]:
    """What was agreed is done when its day has passed; before that the two write to each other now and then."""
    for row in _all(_agreed()):
        if row.day is not None and row.day < now.date():
            if _finish(row, draw, now):
                yield "done"
        elif draw.random() < 0.02 and _write(row, draw, now):
            yield "wrote"


def _tried(act: Callable[..., object], *given: Any, **named: Any) -> bool:
    """Whether it could be done."""
    try:
        act(*given, **named)
    except LET_BE:
        return False
    return True


def _write(row: Row[Any], draw: random.Random, now: datetime) -> bool:
    said = talking.Said(draw.choice(_texts("messages", row.language)), row.language)
    return _tried(talking.begin, row.help_id, row.helper_id, said, by=Actor(row.me), now=now)


def _finish(row: Row[Any], draw: random.Random, now: datetime) -> bool:
    by, words = Actor(row.me), draw.choice(_texts("thanks", row.language))
    done = _tried(agreeing.finish, row.id, by=by, now=now)
    if done:
        _tried(thanking.say_thanks, row.id, words, row.language, by=by, now=now)
    return done


def _ask(row: Row[Any], draw: random.Random, now: datetime) -> bool:
    """A request for a day of the next week, from the first page to "post it"."""
    said = draw.choice(_texts("requests", None))
    what = What(said["kind"], None, said["title"], said["text"], said["language"], row.languages)
    day = now.date() + timedelta(days=draw.randint(1, 6))
    when = When("day", day, None, day_mask(day, ["morning", "afternoon"]), draw.choice((30, 45, 60)), 1)

    def post() -> None:
        ref = asking.begin_request(row.me, new_ref(), what, now)
        asking.say_when(row.me, ref, when, None, now)
        asking.say_where(row.me, ref, Where("home", None, None), None, now)
        asking.open_request(row.me, ref, How(urgent=draw.random() < 0.2, first_yes=False, noticeboard=False), now)

    return _tried(post)


def _words(row: Row[Any], draw: random.Random) -> replying.Words:
    return replying.Words(draw.choice(_texts("lines", row.language)), row.language, True)


@lru_cache(maxsize=32)
def _texts(part: str, language: str | None) -> list[Any]:
    texts: Any = read("play")[part]
    return list(texts if language is None else texts.get(language) or texts["da"])


def _all(wanted: Any) -> list[Row[Any]]:
    """All of it, in a fixed order, so that a day is played the same way again."""
    found = list(db.session.execute(wanted.where(Resident.ref.not_in(people_to_try()))).all())
    db.session.rollback()
    return found


def _people() -> Any:
    """Confirmed neighbours who may ask."""
    me = (Resident.id.label("me"), Resident.languages)
    return select(*me).where(Resident.status == "confirmed").order_by(Resident.id)


def _invited() -> Any:
    """Who was asked and has not answered."""
    return (
        select(Resident.id.label("me"), HelpRequest.id.label("help_id"), Resident.language)
        .join(Invitation, Invitation.resident_id == Resident.id)
        .join(HelpRequest, HelpRequest.id == Invitation.help_request_id)
        .where(HelpRequest.status == "open", inviting.has_not_answered())
        .order_by(Invitation.id)
    )


def _offered() -> Any:
    """Replies that wait for their asker."""
    return (
        select(Resident.id.label("me"), Reply.id.label("reply_id"))
        .join(HelpRequest, HelpRequest.asker_id == Resident.id)
        .join(Reply, Reply.help_request_id == HelpRequest.id)
        .where(HelpRequest.status == "open", Reply.status == "offered")
        .order_by(Reply.id)
    )


def _agreed() -> Any:
    """Agreements that stand, as their asker sees them."""
    return (
        select(
            Resident.id.label("me"), Resident.language, Agreement.id, Agreement.day, Agreement.helper_id,
            HelpRequest.id.label("help_id"),
        )
        .join(HelpRequest, HelpRequest.asker_id == Resident.id)
        .join(Agreement, Agreement.help_request_id == HelpRequest.id)
        .where(Agreement.status == "agreed")
        .order_by(Agreement.id)
    )  # fmt: skip
