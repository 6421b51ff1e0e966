"""Telling somebody: the messages that are written beside the act that they tell of, in its transaction.

Each is one set-based statement, however many people: by which way each is told, and whether at once, with the daily
letter or not at all, as rules/notices.py says. How they go out is in outbox.py; what they say is in messages.py.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from models import (
    Agreement,
    Area,
    Dispatch,
    HelpRequest,
    Moment,
    Municipality,
    NoticeWish,
    Proposal,
    Reply,
    Resident,
    Thread,
    new_ref,
)
from neighbours.actions.local_time import LocalDay, NextLetter
from neighbours.rules.notices import AT_ONCE, CANNOT_WAIT, DAILY, NEVER, NOTICE_OF, USUAL
from neighbours.rules.people.contact import DANISH_LANDLINES, DANISH_MOBILES, DUTCH, DUTCH_MOBILE, Contact
from neighbours.sealing import seal

# Who is told, as a select of resident ids; what is told, as a select of five columns.
People = Select[int]
Notices = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class RandomRef(GenericFunction[str]):
    """Sixteen random hex characters made by the database, anew for each row of a set-based INSERT."""

    name = "random_ref"
    type = String()
    inherit_cache = True


@compiles(RandomRef, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return "lower(hex(randomblob(8)))"


@compiles(RandomRef, "postgresql")
def _of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    # The first eight characters of a UUID are all chance; later ones hold its version and variant.
    eight = "substr(CAST(gen_random_uuid() AS varchar), 1, 8)"
    return f"{eight} || {eight}"


def _word(text: str) -> ColumnElement[str]:
    """A word of the rules as it stands in the statement: constants need no parameters."""
    return literal_column(f"'{text}'", String())


def _begins(*starts: str) -> ColumnElement[bool]:
    """Whether the telephone number begins with one of these, which are all of one length."""
    listed = ", ".join(f"'{start}'" for start in starts)
    beginning = func.substr(Resident.phone, literal_column("1"), literal_column(str(len(starts[0]))))
    return beginning.bool_op("IN")(literal_column(f"({listed})"))


IS_LANDLINE = or_(
    and_(_begins(*DANISH_LANDLINES), ~_begins(*DANISH_MOBILES)), and_(_begins(DUTCH), ~_begins(DUTCH_MOBILE))
)
# By which way a resident is told: as they chose, else by what they have.
CHANNEL: ColumnElement[str] = case(
    (Resident.told_by == _word("host"), _word("host")),
    (Resident.email.is_not(None), _word("email")),
    (Resident.phone.is_(None) | IS_LANDLINE, _word("host")),
    else_=_word("text"),
)
# Which notice a kind belongs to, and how one is told of it who never said otherwise where that is not at once.
NOTICES = {kind: notice for kind, notice in NOTICE_OF.items() if notice in USUAL}
OTHERWISE = {kind: USUAL[notice] for kind, notice in NOTICES.items() if USUAL[notice] != AT_ONCE}
# Nobody tells them anything any more.
GONE = (_word("left"), _word("refused"))


def tell(
    session: Session,
    kind: str,
    to: People,
    *,
    thing: str,
    thing_id: int,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """One message to each resident whose id `to` finds, in the caller's transaction and in one statement.

    By e-mail where the resident has one, else by text message, else by the host; due then, or with the daily letter
    after that; not at all to whoever wishes never to be told of such a thing.
    """
    found = to.subquery()
    what = [literal(kind), literal(thing), literal(thing_id), literal(due_at or now, Moment())]
    tell_each(session, select(found.c[0], *what), now=now)


def tell_each(session: Session, notices: Notices, *, now: datetime) -> None:
    """As `tell`, for notices of several kinds: `notices` selects resident id, kind, thing, thing id, due at."""
    told = _told(notices).subquery()
    waits = and_(told.c.may_wait, told.c.channel != _word("host"))
    columns: dict[str, ColumnElement[Any]] = {
        "ref": RandomRef(),
        "kind": told.c.kind,
        "channel": told.c.channel,
        "resident_id": told.c.resident_id,
        "language": told.c.language,
        "thing": told.c.thing,
        "thing_id": told.c.thing_id,
        "status": case((waits, _word("gathers")), else_=_word("due")),
        "tries": literal_column("0"),
        "created_at": literal(now, Moment()),
        "due_at": case((waits, NextLetter(told.c.due_at, told.c.zone)), else_=told.c.due_at),
    }
    session.execute(insert(Dispatch).from_select(list(columns), select(*columns.values()), include_defaults=False))


def _told(notices: Notices) -> Select[*tuple[Any, ...]]:
    """The notices that somebody wishes to be told of, each with its reader, by which way, and whether it may wait."""
    what = notices.subquery()
    resident_id, kind, thing, thing_id, due_at = what.c
    notice = _looked_up(NOTICES, kind)
    how = func.coalesce(NoticeWish.how, _looked_up(OTHERWISE, kind), _word(AT_ONCE))
    of_the_letter = and_(how == _word(DAILY), *(kind != _word(each) for each in CANNOT_WAIT))
    # Each branch is worked out only where it is taken; of an AND SQLite works out both sides, for each of 500 readers.
    may_wait = case((of_the_letter, ~_would_be_late(due_at)), else_=literal_column("false"))
    return (
        select(
            *(Resident.id.label("resident_id"), Resident.language, CHANNEL.label("channel"), Municipality.zone),
            *(kind.label("kind"), thing.label("thing"), thing_id.label("thing_id"), due_at.label("due_at")),
            may_wait.label("may_wait"),
        )
        .select_from(what)
        .join(Resident, Resident.id == resident_id)
        .join(Area, Area.id == Resident.area_id)
        .join(Municipality, Municipality.id == Area.municipality_id)
        .outerjoin(NoticeWish, and_(NoticeWish.resident_id == Resident.id, NoticeWish.notice == notice))
        .outerjoin(Proposal, and_(thing == _word("proposal"), Proposal.id == thing_id))
        .outerjoin(Agreement, Agreement.id == _agreement_id(thing, thing_id))
        .outerjoin(Reply, and_(thing == _word("reply"), Reply.id == thing_id))
        .outerjoin(Thread, and_(thing == _word("thread"), Thread.id == thing_id))
        .outerjoin(HelpRequest, HelpRequest.id == _help_request_id(thing, thing_id))
        .where(Resident.status.not_in(GONE), how != _word(NEVER))
    )


def _looked_up(words: Mapping[str, str], kind: ColumnElement[str]) -> ColumnElement[str]:
    return case(*((kind == _word(key), _word(word)) for key, word in words.items()))


def _agreement_id(thing: ColumnElement[str], thing_id: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(Proposal.agreement_id, case((thing == _word("agreement"), thing_id)))


def _help_request_id(thing: ColumnElement[str], thing_id: ColumnElement[int]) -> ColumnElement[int]:
    itself = case((thing == _word("help_request"), thing_id))
    return func.coalesce(Agreement.help_request_id, Reply.help_request_id, Thread.help_request_id, itself)


def _would_be_late(due_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether what is due then would come too late with the daily letter: `waits_for_letter` of rules/notices.py."""
    letter_at, zone = NextLetter(due_at, Municipality.zone), Municipality.zone
    days = (case((Agreement.id.is_not(None), Agreement.day), else_=HelpRequest.day), Proposal.day)
    is_soon = (day.between(LocalDay(due_at, zone), LocalDay(letter_at, zone)) for day in days)
    runs_out = HelpRequest.expires_at.between(due_at, letter_at)
    return or_(*(func.coalesce(each, literal_column("false")) for each in (HelpRequest.urgent, *is_soon, runs_out)))


def untell(session: Session, kind: str, *, thing: str, ids: People | list[int]) -> bool:
    """Take back what has not gone out yet about these things: the act it tells of was undone.

    Also what waits for the daily letter, or lies in one that has not gone out. Returns whether a worker had some of it
    in hand: then it may go out all the same.
    """
    about = (Dispatch.kind == kind, Dispatch.thing == thing, Dispatch.thing_id.in_(ids))
    taken_back = delete(Dispatch).where(Dispatch.status.in_(("due", "gathers")), *about)
    rows = session.execute(taken_back.returning(Dispatch.leased_until, Dispatch.digest_id)).all()
    letters = [row.digest_id for row in rows if row.digest_id is not None]
    return any(row.leased_until is not None for row in rows) or (bool(letters) and _is_in_hand(session, letters))


def _is_in_hand(session: Session, letters: list[int]) -> bool:
    """Whether a worker holds one of these daily letters."""
    held = select(Dispatch.id).where(Dispatch.id.in_(letters), Dispatch.leased_until.is_not(None))
    return session.scalar(held.limit(1)) is not None


def last_told(session: Session, kinds: tuple[str, ...], to: People, *, thing: str, thing_id: int) -> str | None:
    """Which of these kinds the resident whom `to` finds was told of last, or is about to be; None: of none."""
    about = (Dispatch.thing == thing, Dispatch.thing_id == thing_id, Dispatch.resident_id.in_(to))
    told = select(Dispatch.kind).where(Dispatch.kind.in_(kinds), Dispatch.status != "failed", *about)
    return session.scalar(told.order_by(Dispatch.id.desc()).limit(1))


def tell_contact(
    session: Session, kind: str, contact: Contact, said: dict[str, str], language: str, now: datetime
) -> None:
    """A sealed message to an address that need not be a resident's."""
    ref = new_ref()
    row = {"ref": ref, "kind": kind, "channel": contact.channel, "language": language}
    sealed = seal(f"dispatch:{ref}", {"to": contact.address, **said})
    session.execute(insert(Dispatch).values(**row, sealed=sealed, status="due", tries=0, created_at=now, due_at=now))
