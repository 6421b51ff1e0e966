"""Asking neighbours to help, wave after wave: whom the rules choose, the invitation with its reasons, the message.

The rules are in rules/help/choosing.py; `HELPERS` says the same in one statement, and tests/actions/test_inviting.py
holds the two against each other. The worker calls `ask_due`; posting a request only says when its first wave is due.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TextualSelect

from models import (
    Area,
    Dispatch,
    HelpRequest,
    Invitation,
    Moment,
    Municipality,
    NoticeWish,
    Reply,
    Resident,
    db,
    new_ref,
)
from neighbours.actions.help.not_needed import WAITS
from neighbours.actions.moving import stand_in_line
from neighbours.actions.telling import tell_each
from neighbours.database import may_be_asked_directly, not_blocked, one_at_a_time, writing
from neighbours.rules.help.asking import is_day_over
from neighbours.rules.help.choosing import (
    ASKED_DIRECTLY,
    WAVES,
    WEEK,
    Wave,
    asking_reasons,
    is_enough,
    kept_reasons,
    next_wave_at,
    out_of_quiet,
)
from neighbours.rules.help.kinds import kinds_mask
from neighbours.rules.help.reasons import Reason
from neighbours.rules.moves import UNDO
from neighbours.rules.notices import ASKING, NEVER, NOTICE_OF

A_ROUND = 50
TWO_DAYS = timedelta(days=2)
# One at a time asks neighbours, so that nobody is asked by two requests at once past their own limit.
ONE_AT_A_TIME = 20_260_004

HELPERS = """
    SELECT id, reads_mail, asked_at, band, is_next_area
      FROM (SELECT r.id, r.ref, r.email IS NOT NULL AND r.told_by <> 'host' AS reads_mail, n.band, n.metres,
                   n.area_b <> :area AS is_next_area,
                   (SELECT max(i.asked_at) FROM invitation i WHERE i.resident_id = r.id) AS asked_at
              FROM near_cell n
              JOIN resident r ON r.cell_id = n.b AND r.status = 'confirmed' AND r.suggestions
                              AND (r.kinds & :kind) <> 0
              JOIN area lives ON lives.id = r.area_id AND lives.suggestions
             WHERE n.a = :cell AND (n.area_b = :area OR (:next_areas AND n.metres <= r.reach))
               AND (r.slots = 0 OR :slots = 0 OR (r.slots & :slots) <> 0) AND (r.languages & :languages) <> 0
               AND (r.break_until IS NULL OR r.break_until < :today)
               AND r.id <> :asker AND r.id <> :acted_by AND {not_blocked}
               AND NOT EXISTS (SELECT 1 FROM notice_wish s
                                WHERE s.resident_id = r.id AND s.notice = 'suggestions' AND s.how = 'never')
               AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.help_request_id = :help AND i.resident_id = r.id)
               AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = :help AND p.helper_id = r.id)
               AND (SELECT count(*) FROM invitation i
                     WHERE i.resident_id = r.id AND i.asked_at > :week_ago) < r.most_a_week) fits
     ORDER BY is_next_area, asked_at IS NOT NULL, asked_at, metres, ref{binary}
     LIMIT :most""".replace("{not_blocked}", f"{not_blocked('r.id', ':asker')} AND {not_blocked('r.id', ':acted_by')}")


def first_wave_at(opened_at: datetime, *, urgent: bool, zone: str) -> datetime:
    """When the first neighbours are asked: once it can no longer be taken back, but for what is urgent at once."""
    return out_of_quiet(opened_at if urgent else opened_at + UNDO, zone)


def ask_due(now: datetime) -> int:
    """Ask the next wave of every request whose time has come. Returns how many people were asked."""
    due = (HelpRequest.status == "open", _is_time(now))
    ids = db.session.scalars(select(HelpRequest.id).where(*due).order_by(HelpRequest.wave_at).limit(A_ROUND)).all()
    db.session.rollback()
    return sum(_ask(ident, now) for ident in ids)


def not_now(help_request_id: int, resident_id: int, now: datetime) -> None:
    """Who was asked says "not this time": nobody is told. When nobody is left who could still say yes, the next are
    asked at once. Harmless twice, and from whoever was not asked.
    """
    with writing() as session:
        stand_in_line(session, help_request_id)
        mine = (Invitation.help_request_id == help_request_id, Invitation.resident_id == resident_id)
        said = {"not_now_at": func.coalesce(Invitation.not_now_at, literal(now, Moment()))}
        if session.execute(update(Invitation).where(*mine).values(said).returning(Invitation.id)).first() is None:
            return
        ask_no_more(session, help_request_id, resident_id)
        zone = session.scalar(_zone_of(help_request_id))
        waits = (HelpRequest.id == help_request_id, HelpRequest.status == "open", HelpRequest.wave_at > now)
        soon = {"wave_at": out_of_quiet(now, str(zone))}
        session.execute(update(HelpRequest).where(*waits, ~_somebody_may_say_yes()).values(soon))


def ask_no_more(session: Session, help_request_id: int, resident_id: int) -> None:
    """Whoever has answered is not asked any more by a message that is still on its way."""
    about = (Dispatch.thing == "help_request", Dispatch.thing_id == help_request_id, Dispatch.kind.in_(ASKING))
    mine = (Dispatch.resident_id == resident_id, Dispatch.status.in_(("due", "gathers")))
    session.execute(delete(Dispatch).where(*about, *mine))


def _zone_of(help_request_id: int) -> Select[str]:
    of_it = select(Municipality.zone).join(Area, Area.municipality_id == Municipality.id)
    return of_it.join(HelpRequest, HelpRequest.area_id == Area.id).where(HelpRequest.id == help_request_id)


def _somebody_may_say_yes() -> ColumnElement[bool]:
    """Whether somebody was asked by the help request of the statement and has not answered."""
    return exists().where(Invitation.help_request_id == HelpRequest.id, has_not_answered())


def has_not_answered() -> ColumnElement[bool]:
    """Whether who has this Invitation of the statement said neither yes nor "not this time"."""
    same = Reply.help_request_id == Invitation.help_request_id
    said_yes = exists().where(same, Reply.helper_id == Invitation.resident_id).correlate(Invitation)
    return and_(Invitation.not_now_at.is_(None), ~said_yes)


def _ask(help_request_id: int, now: datetime) -> int:
    """The next wave of one request that finds anybody; an empty one takes no time."""
    with writing() as session:
        one_at_a_time(session, ONE_AT_A_TIME)
        row = _due(session, help_request_id, now)
        if row is None:
            return 0
        again_at = next_wave_at(now, urgent=row.urgent, zone=row.zone)
        quiet_until = out_of_quiet(now, row.zone)
        if quiet_until > now:
            # The worker comes late, or the clock jumped: nobody is woken.
            _note(session, help_request_id, row.wave, quiet_until)
            return 0
        if is_day_over(row, now, row.zone):
            # Its time has passed today; it ends with the day.
            _note(session, help_request_id, row.wave, None)
            return 0
        if _ask_directly(session, row, now):
            _note(session, help_request_id, 0, again_at)
            return 1
        if not row.suggestions:
            # Switched off by the area's host: nobody is chosen until it is switched on again.
            _note(session, help_request_id, row.wave, None)
            return 0
        if is_enough(row.places, row.taken, row.waiting):
            _note(session, help_request_id, row.wave, again_at)
            return 0
        for wave in range(row.wave, len(WAVES)):
            if found := _helpers(session, row, WAVES[wave], now):
                _invite(session, row, wave + 1, found, now)
                _note(session, help_request_id, wave + 1, _after_the_letters(session, row, again_at))
                return len(found)
        _note(session, help_request_id, len(WAVES), None)
        return 0


def _after_the_letters(session: Session, row: Row[*tuple[Any, ...]], again_at: datetime) -> datetime:
    """The next wave waits until those of this one have been told, and the pause after that: else all would sit in the
    same daily letters, and few at a time would be many at once.
    """
    about = (Dispatch.thing == "help_request", Dispatch.thing_id == row.id, Dispatch.kind == "asked")
    told_at = session.scalar(select(func.max(Dispatch.due_at)).where(*about, Dispatch.status == "gathers"))
    if told_at is None:
        return again_at
    return max(again_at, next_wave_at(told_at, urgent=row.urgent, zone=row.zone))


def _due(session: Session, help_request_id: int, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The request with its zone and how many wait for an answer, if it is still due; locked under PostgreSQL."""
    waiting = select(func.count()).where(Reply.help_request_id == HelpRequest.id, WAITS)
    found = (
        select(
            *HelpRequest.__table__.c, Municipality.zone, Area.suggestions, waiting.scalar_subquery().label("waiting")
        )
        .join(Area, Area.id == HelpRequest.area_id)
        .join(Municipality, Municipality.id == Area.municipality_id)
        .where(HelpRequest.id == help_request_id, HelpRequest.status == "open", _is_time(now))
        .with_for_update(of=HelpRequest)
    )
    return session.execute(found).first()


def _is_time(now: datetime) -> ColumnElement[bool]:
    """The wave is due; or the clock went back since: no wave is ever two days away."""
    return or_(HelpRequest.wave_at <= now, HelpRequest.wave_at > now + TWO_DAYS)


def _ask_directly(session: Session, row: Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Ask the neighbour whom the asker chose, alone and before all others; whether there was anybody to ask.

    Not who has answered or was asked already, takes a break, never wishes to be told, or is not there to be asked any
    more: then the request goes the ordinary way.
    """
    if row.first_asked_id is None or row.wave > 0:
        return False
    today = now.astimezone(ZoneInfo(row.zone)).date()
    answered = exists().where(Reply.help_request_id == row.id, Reply.helper_id == Resident.id)
    was_asked = exists().where(Invitation.help_request_id == row.id, Invitation.resident_id == Resident.id)
    notice = (NoticeWish.notice == NOTICE_OF["asked_directly"], NoticeWish.how == NEVER)
    in_vain = exists().where(NoticeWish.resident_id == Resident.id, *notice)
    is_free = (or_(Resident.break_until.is_(None), Resident.break_until < today), ~answered, ~was_asked, ~in_vain)
    there = (HelpRequest.id == row.id, text(may_be_asked_directly("resident", "help_request")))
    reads_mail = and_(Resident.email.is_not(None), Resident.told_by != "host").label("reads_mail")
    first = select(Resident.id, reads_mail).join(HelpRequest, HelpRequest.first_asked_id == Resident.id)
    wanted = first.where(*is_free, *there)
    found = session.execute(wanted).all()
    if found:
        _invite(session, row, 0, list(found), now)
    return bool(found)


def _helpers(session: Session, row: Row[*tuple[Any, ...]], wave: Wave, now: datetime) -> list[Row[*tuple[Any, ...]]]:
    """Whom the wave asks, in order: as rules/help/choosing.py says it."""
    values = {
        "area": row.area_id, "cell": row.cell_id, "kind": kinds_mask([row.kind]), "slots": row.slots,
        "languages": row.languages, "asker": row.asker_id or 0, "acted_by": row.acted_by_id or 0, "help": row.id,
        "most": wave.most, "next_areas": wave.next_areas, "week_ago": now - WEEK,
        "today": now.astimezone(ZoneInfo(row.zone)).date(),
    }  # fmt: skip
    return list(session.execute(_statement(session.get_bind().dialect.name), values).all())


@cache
def _statement(engine: str) -> TextualSelect:
    """Refs are compared letter by letter on both engines."""
    words = HELPERS.replace("{binary}", ' COLLATE "C"' if engine == "postgresql" else "")
    typed = text(words).bindparams(bindparam("week_ago", type_=Moment()), bindparam("today", type_=Date()))
    return typed.columns(id=Integer(), reads_mail=Boolean(), asked_at=Moment(), band=Integer(), is_next_area=Boolean())


def _invite(
    session: Session, row: Row[*tuple[Any, ...]], wave: int, found: list[Row[*tuple[Any, ...]]], now: datetime
) -> None:
    """The invitations of a wave (0: of whom the asker chose), and a message to those who read mail."""
    invited = [
        {
            "ref": new_ref(), "help_request_id": row.id, "resident_id": each.id, "wave": wave, "asked_at": now,
            "how": "message" if each.reads_mail else "ring",
            "reasons": kept_reasons(asking_reasons(row.kind, each, now) if wave else [Reason(ASKED_DIRECTLY, None)]),
        }
        for each in found
    ]  # fmt: skip
    session.execute(insert(Invitation), invited)
    kind = literal("asked" if wave else "asked_directly")
    said = (kind, literal("help_request"), Invitation.help_request_id, literal(now, Moment()))
    by_message = (Invitation.help_request_id == row.id, Invitation.wave == wave, Invitation.how == "message")
    tell_each(session, select(Invitation.resident_id, *said).where(*by_message), now=now)


def _note(session: Session, help_request_id: int, wave: int, at: datetime | None) -> None:
    session.execute(update(HelpRequest).where(HelpRequest.id == help_request_id).values(wave=wave, wave_at=at))
