"""Asking for help: the draft page by page, opening, changing, taking back, withdrawing, asking again, expiry.

Replies and agreements are made in replying.py and agreeing.py; here they only end with their request.
`resident_id` is always the person who acts; times are aware UTC. rules/help/asking.py checks the input.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select, text, update
from sqlalchemy.orm import Session

from models import (
    Agreement,
    Area,
    AssistedPerson,
    HelpRequest,
    Municipality,
    Offer,
    Place,
    Reply,
    Resident,
    Step,
    new_ref,
)
from neighbours.actions.help.agreeing import cancel_all
from neighbours.actions.help.drafting import (
    advance,
    change,
    drop_draft,
    home_of,
    own_row,
    put_draft,
    undo_drop_draft,
)
from neighbours.actions.help.free_places import has_agreement
from neighbours.actions.help.inviting import first_wave_at
from neighbours.actions.help.not_needed import tell_not_needed, untell_not_needed
from neighbours.actions.moving import THE_CLOCK, Actor, move, move_all, new_row
from neighbours.actions.talk.newcomers import keep_asking_within
from neighbours.actions.trust.holding import was_let_go
from neighbours.database import are_apart, may_be_asked_directly, writing
from neighbours.rules.errors import Refused, TooLate
from neighbours.rules.help.asking import How, What, When, Where, is_day_over, missing_page, request_expires
from neighbours.rules.help.choosing import out_of_quiet
from neighbours.rules.moves import UNDO

AGAIN = (
    "kind", "subkind", "title", "text", "language", "languages", "minutes", "places", "place_kind", "place_id",
    "place_text", "first_yes", "area_id", "cell_id", "asker_id", "assisted_person_id", "acted_by_id", "channel",
)  # fmt: skip
EXPIRES = ("open", "held")
AT_ONCE = 500  # requests that the clock moves in one transaction


def begin_request(resident_id: int, ref: str, what: What, now: datetime, offer_ref: str = "") -> str:
    """Keep the first page as a draft; returns its ref. Sent twice it is one draft. NotAllowed when not confirmed.

    `offer_ref`: whose standing offer it answers; that neighbour is asked first, if the offer is open within reach.
    """
    with writing() as session:
        kept = put_draft(session, HelpRequest, resident_id, ref, what, now)
        if offer_ref:
            there = text(may_be_asked_directly("resident", "help_request"))
            giver = select(Resident.id).join(Offer, Offer.resident_id == Resident.id).where(Offer.ref == offer_ref)
            first = giver.where(Offer.status == "open", Resident.id != resident_id, there).scalar_subquery()
            draft = (HelpRequest.ref == kept, HelpRequest.asker_id == resident_id, HelpRequest.status == "draft")
            session.execute(update(HelpRequest).where(*draft).values(first_asked_id=first))
        return kept


def say_what(resident_id: int, ref: str, what: What, version: int | None, now: datetime) -> None:
    """Change what is asked for. Refused("kind", "replied") when somebody replied; TooLate when the page is stale."""
    with writing() as session:
        row = own_row(session, HelpRequest, resident_id, ref)
        if what.kind != row.kind and session.scalar(select(_has_replies(row.id))):
            raise Refused("kind", "replied")
        change(session, HelpRequest, resident_id, ref, asdict(what), version, now)


def say_when(resident_id: int, ref: str, when: When, version: int | None, now: datetime) -> None:
    """Change when, how long and how many. Refused("places", "taken") below those already agreed; else as say_what.

    An open request lasts as long as one opened now. When those agreed are now enough it is agreed, or done if all are.
    """
    with writing() as session:
        row = own_row(session, HelpRequest, resident_id, ref)
        if when.places < row.taken:
            raise Refused("places", "taken")
        values = asdict(when)
        if row.status == "open":
            values["expires_at"] = _expires(session, row, when.when_kind, when.day, now)
        change(session, HelpRequest, resident_id, ref, values, version, now)
        if row.status == "open" and when.places == row.taken:
            _close_full(session, row.id, Actor(resident_id), now)


def say_where(resident_id: int, ref: str, where: Where, version: int | None, now: datetime) -> None:
    """Change where. Refused("place", "none") for a place of another kind or area; else as say_what."""
    with writing() as session:
        row = own_row(session, HelpRequest, resident_id, ref)
        if where.place_id is not None and not session.scalar(select(_is_place_of(row, where))):
            raise Refused("place", "none")
        change(session, HelpRequest, resident_id, ref, asdict(where), version, now)


def say_how(resident_id: int, ref: str, how: How, version: int | None, now: datetime) -> None:
    """Change urgent, first yes and noticeboard; else as say_what."""
    with writing() as session:
        change(session, HelpRequest, resident_id, ref, asdict(how), version, now)


def open_request(resident_id: int, ref: str, how: How, now: datetime) -> None:
    """Show a complete draft to the neighbours, in the area and cell of whom it is for. Twice is harmless.

    Refused(page, "missing") when a question is unanswered, Refused("day", "past") when its day went by, and
    Refused("text", "full") to a newcomer who asked enough people in person today; NotAllowed when the person is not
    confirmed; TooLate when the draft was dropped.
    """
    with writing() as session:
        keep_asking_within(session, resident_id, ref, now)
        own = home_of(session, resident_id)
        row = own_row(session, HelpRequest, resident_id, ref)
        if row.status != "draft" and row.opened_at is not None:
            return
        home = _home(session, row, own)
        zone = _zone(session, home.area_id)
        if page := missing_page(row):
            raise Refused(page, "missing")
        if is_day_over(row, now, zone):
            raise Refused("day", "past")
        opened = {
            "opened_at": now,
            "expires_at": request_expires(row.when_kind, row.day, now, zone),
            "wave_at": first_wave_at(now, urgent=how.urgent, zone=zone),
        }
        also = asdict(how) | opened | {"area_id": home.area_id, "cell_id": home.cell_id}
        advance(session, HelpRequest, row, "open", resident_id, now, also)


def take_back(resident_id: int, ref: str, now: datetime) -> None:
    """Make an open request a draft again, within ten minutes and before anybody replied, else TooLate."""
    with writing() as session:
        row = own_row(session, HelpRequest, resident_id, ref)
        if row.status == "draft":
            return
        fresh = (HelpRequest.opened_at >= now - UNDO, ~_has_replies(row.id))
        nothing_due = {"opened_at": None, "expires_at": None, "wave_at": None}
        advance(session, HelpRequest, row, "take_back", resident_id, now, nothing_due, *fresh)


def withdraw_request(resident_id: int, ref: str, now: datetime) -> None:
    """End a request: its agreements are cancelled and its replies closed, and all of them told. Twice is harmless."""
    with writing() as session:
        row = own_row(session, HelpRequest, resident_id, ref)
        if row.status == "withdrawn" and row.opened_at is not None:
            return
        advance(session, HelpRequest, row, "withdraw", resident_id, now, {"withdrawn_at": now})
        cancel_all(session, row.id, by=Actor(resident_id), now=now)
        tell_not_needed(session, [row.id], now)
        move_all(session, Reply, "decline", Reply.help_request_id == row.id, by=Actor(resident_id), now=now)


def undo_withdraw_request(resident_id: int, ref: str, now: datetime) -> None:
    """Open it again within ten minutes, with the replies that it closed. Twice is harmless.

    TooLate when its day has passed, or when the withdrawal cancelled an agreement: its helper has been told.
    """
    with writing() as session:
        row = own_row(session, HelpRequest, resident_id, ref)
        if row.status == "open":
            return
        cancelled = exists().where(
            Agreement.help_request_id == row.id,
            Agreement.status == "cancelled",
            Agreement.ended_at == HelpRequest.withdrawn_at,
        )
        fresh = (HelpRequest.opened_at.is_not(None), HelpRequest.withdrawn_at >= now - UNDO)
        still = (HelpRequest.expires_at > now, ~cancelled, was_let_go(HelpRequest))
        advance(session, HelpRequest, row, "undo_withdraw", resident_id, now, {"withdrawn_at": None}, *fresh, *still)
        closed = select(Step.thing_id).where(
            Step.thing == "reply", Step.move == "decline", Step.at == row.withdrawn_at, Step.resident_id == resident_id
        )
        still_there = ~are_apart(Reply.helper_id, resident_id)
        of_it = (Reply.help_request_id == row.id, Reply.id.in_(closed), still_there)
        move_all(session, Reply, "undo_decline", *of_it, by=Actor(resident_id), now=now, also={"reserve_at": None})
        untell_not_needed(session, row.id)


def drop_request(resident_id: int, ref: str, now: datetime) -> None:
    """Let an unfinished draft go. Twice is harmless."""
    with writing() as session:
        drop_draft(session, HelpRequest, resident_id, ref, now)


def undo_drop_request(resident_id: int, ref: str, now: datetime) -> None:
    """Bring a dropped draft back within ten minutes, else TooLate."""
    with writing() as session:
        undo_drop_draft(session, HelpRequest, resident_id, ref, now)


def ask_again(resident_id: int, ref: str, now: datetime) -> str:
    """A new draft with the words of an old request; its day is asked anew. Returns the ref of the draft.

    An unfinished draft with the same words is taken up instead, so that twice is harmless. TooLate while a report holds
    it, or would if it were open, and after a host kept it hidden: it is not shown again by a detour.
    """
    with writing() as session:
        own = home_of(session, resident_id)
        row = own_row(session, HelpRequest, resident_id, ref)
        if not session.scalar(select(was_let_go(HelpRequest)).where(HelpRequest.id == row.id)):
            raise TooLate("again")
        home = _home(session, row, own)
        same = _own_draft_like(session, row)
        if same is not None:
            return same
        values = {name: getattr(row, name) for name in AGAIN} | {"area_id": home.area_id, "cell_id": home.cell_id}
        if row.when_kind != "day":
            values |= {"when_kind": row.when_kind, "slots": row.slots}
        if home.area_id != row.area_id:
            values |= {"place_kind": None, "place_id": None, "place_text": None}
        draft = HelpRequest(ref=new_ref(), status="draft", created_at=now, **values)
        new_row(session, draft, "draft", by=Actor(resident_id), now=now)
        return draft.ref


def expire_due(now: datetime) -> int:
    """Move every request that is open or held and whose time has passed; returns how many. Set-based, by the clock.

    With helpers agreed it is agreed (fill), with agreements that are all done it is done (finish), else expired. Those
    who wait for an answer are told that they are not needed, but not at night. On PostgreSQL what somebody moves at
    this moment is left to the next time, so that nobody waits for the clock who holds what the clock wants.
    """
    moved = 0
    while some := _expire_some(now):
        moved += some
    return moved


def _expire_some(now: datetime) -> int:
    due = (
        select(HelpRequest.id, Municipality.zone)
        .join(Area, Area.id == HelpRequest.area_id)
        .join(Municipality, Municipality.id == Area.municipality_id)
        .where(HelpRequest.status.in_(EXPIRES), HelpRequest.expires_at <= now)
        .order_by(HelpRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=HelpRequest)
    )
    with writing() as session:
        # Taken before the agreements are looked at: so each is as its places say, and is told of once.
        zones = {row.id: row.zone for row in session.execute(due)}
        ids = list(zones)
        if not ids:
            return 0
        still_open = (HelpRequest.id.in_(ids), HelpRequest.status.in_(EXPIRES))
        for name, *where in (("fill", has_agreement("agreed")), ("finish", has_agreement("done")), ("expire",)):
            move_all(session, HelpRequest, name, *still_open, *where, by=THE_CLOCK, now=now)
        for zone in sorted(set(zones.values())):
            there = [ident for ident in ids if zones[ident] == zone]
            tell_not_needed(session, there, now, out_of_quiet(now + UNDO, zone))
    return len(ids)


def _home(session: Session, row: Row[*tuple[Any, ...]], own: Row[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]]:
    """Area and cell of whom it is for: the person who acts, whose `own` are given, or the one they act for."""
    if row.assisted_person_id is None:
        return own
    of_them = select(AssistedPerson.area_id, AssistedPerson.cell_id).where(AssistedPerson.id == row.assisted_person_id)
    return session.execute(of_them).one()


def _zone(session: Session, area_id: int) -> str:
    zone = select(Municipality.zone).join(Area, Area.municipality_id == Municipality.id).where(Area.id == area_id)
    return session.execute(zone).scalar_one()


def _expires(session: Session, row: Row[*tuple[Any, ...]], when_kind: str, day: Any, now: datetime) -> datetime:
    """A change that leaves the day or the days as they are leaves the end as it is."""
    if (row.when_kind, row.day) == (when_kind, day):
        return row.expires_at  # type: ignore[no-any-return]
    return request_expires(when_kind, day, now, _zone(session, row.area_id))


def _close_full(session: Session, request_id: int, by: Actor, now: datetime) -> None:
    """Every place is taken: agreed while one of the agreements stands, else done."""
    this = HelpRequest.id == request_id
    if not move_all(session, HelpRequest, "fill", this, has_agreement("agreed"), by=by, now=now):
        move(session, HelpRequest, "finish", this, by=by, now=now)
    tell_not_needed(session, [request_id], now)


def _has_replies(request_id: int) -> ColumnElement[bool]:
    return exists().where(Reply.help_request_id == request_id)


def _is_place_of(row: Row[*tuple[Any, ...]], where: Where) -> ColumnElement[bool]:
    """A place of that kind, in the request's area or one that is joined to it."""
    joined = select(Area.id).where((Area.id == row.area_id) | (Area.joined_to_id == row.area_id))
    return exists().where(Place.id == where.place_id, Place.kind == where.place_kind, Place.area_id.in_(joined))


def _own_draft_like(session: Session, row: Row[*tuple[Any, ...]]) -> str | None:
    wanted = [HelpRequest.__table__.c[name] for name in ("kind", "title", "text", "asker_id", "assisted_person_id")]
    same = [column.is_not_distinct_from(getattr(row, column.name)) for column in wanted]
    newest = select(HelpRequest.ref).where(HelpRequest.status == "draft", *same)
    return session.scalar(newest.order_by(HelpRequest.id.desc()).limit(1))
