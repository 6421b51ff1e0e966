"""Reminding: who has to be told of what by now, once each, found by what is true now.

When, is in rules/reminders.py. A reminder is found by one set-based INSERT for all zones, and its messages are written
in the same transaction. What is past before its message went out is taken back, so that it is found anew should it
become true again. The worker calls `remind_due` at most once a minute.
"""

from datetime import datetime
from functools import cache
from typing import Any, get_type_hints

from sqlalchemy import Date, String, TextClause, Time, bindparam, delete, func, literal, select, text, update

from models import Area, Dispatch, Moment, Municipality, Reminder, Resident, db
from neighbours.actions.telling import tell_each
from neighbours.database import not_blocked, one_at_a_time, writing
from neighbours.rules.help.choosing import out_of_quiet
from neighbours.rules.notices import NEVER, NOTICE_OF, USUAL
from neighbours.rules.reminders import NOON, REMINDERS, Bounds, due_bounds, is_quiet, true_bounds

AT_ONCE = 500  # reminders in one transaction
# Two workers do not look for the same at once.
ONE_AT_A_TIME = 20_260_005

# How each bound is bound: a column of the table `here`, which has a row for each zone.
TYPES: dict[str, Any] = {"str": String(), "date": Date(), "time": Time(), "datetime": Moment()}
HERE = {name: TYPES[kind.__name__] for name, kind in get_type_hints(Bounds).items()}
ASKER = "coalesce(h.asker_id, h.acted_by_id)"
PLACE = """
          JOIN area ON area.id = h.area_id
          JOIN municipality m ON m.id = area.municipality_id
          JOIN here ON here.zone = m.zone"""
PARTS = {
    "asker": ASKER,
    "asked": f"FROM help_request h {PLACE}",
    "agreed": f"FROM agreement a JOIN help_request h ON h.id = a.help_request_id AND a.status = 'agreed' {PLACE}",
    "the_two": f"JOIN resident r ON r.id IN (a.helper_id, {ASKER})",
    "of_agreement": "SELECT 'agreement' AS thing, a.id AS thing_id, r.id AS resident_id",
    "of_request": "SELECT 'help_request' AS thing, h.id AS thing_id, r.id AS resident_id",
    "not_blocked": not_blocked("r.id", "p.helper_id"),
}

# What is true of each kind: thing, thing_id, whom to tell, the day it is about. A nudge is about what waits `since`.
FOUND = {
    "tomorrow": """
        {of_agreement}, a.day AS day {agreed} {the_two}
         WHERE a.day BETWEEN here.today AND here.last_day
           AND (a.day > here.today OR coalesce(a.at_time, :noon) > here.clock)
           AND a.created_at < CASE WHEN a.day = here.today THEN here.settled_today ELSE here.settled_tomorrow END
           AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.agreement_id = a.id AND p.status = 'accepted'
                 AND p.answered_at >= CASE WHEN a.day = here.today THEN here.settled_today
                                           ELSE here.settled_tomorrow END)""",
    "in_two_hours": """
        {of_agreement}, a.day AS day {agreed} {the_two}
         WHERE a.day = here.today AND a.at_time > here.clock AND a.at_time <= here.last_time""",
    "is_it_done": """
        {of_agreement}, a.day AS day {agreed} JOIN resident r ON r.id = {asker}
         WHERE a.day BETWEEN here.done_first AND here.done_last
           AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.agreement_id = a.id AND p.status = 'proposed'
                              AND (p.day IS NULL OR p.day >= here.today))""",
    "runs_out": """
        {of_request}, CASE WHEN h.expires_at <= here.midnight THEN here.today ELSE here.tomorrow END AS day
        {asked} JOIN resident r ON r.id = {asker}
         WHERE h.status = 'open' AND h.taken = 0 AND h.opened_at <= here.opened_by
           AND h.expires_at > :now AND h.expires_at <= here.runs_out_by""",
    "nudge": """
        {of_request}, here.today AS day, max(p.created_at) AS since
        {asked} JOIN resident r ON r.id = {asker}
          JOIN reply p ON p.help_request_id = h.id AND p.status = 'offered' AND p.created_at <= here.offered_by
         WHERE h.status = 'open' AND {not_blocked}
         GROUP BY h.id, r.id, here.today
        UNION ALL
        {of_agreement}, here.today AS day, p.created_at AS since
        {agreed}
          JOIN proposal p ON p.agreement_id = a.id AND p.status = 'proposed' AND p.created_at <= here.proposed_by
          JOIN resident r ON r.id = CASE WHEN p.by_id = a.helper_id THEN {asker} ELSE a.helper_id END
         WHERE (p.day IS NULL OR p.day >= here.today)""",
}

# Those of them who live here and wish to hear of it.
WISHED = """
    SELECT f.* FROM ({found}) f JOIN resident r ON r.id = f.resident_id AND r.status = 'confirmed'
     WHERE {wish} (SELECT 1 FROM notice_wish w
                    WHERE w.resident_id = r.id AND w.notice = '{notice}' AND w.how {how})"""
SAID = """
    SELECT 1 FROM reminder said
     WHERE said.kind = :kind AND said.thing = f.thing AND said.thing_id = f.thing_id
       AND said.resident_id = f.resident_id AND {once}"""
ONCE = dict.fromkeys(REMINDERS, "said.day = f.day") | {"nudge": "(said.day = f.day OR said.at >= f.since)"}

REMIND = """
    WITH here AS ({here})
    INSERT INTO reminder (kind, thing, thing_id, resident_id, day, at)
    SELECT :kind, f.thing, f.thing_id, f.resident_id, f.day, :now
      FROM ({found}) f
     WHERE NOT EXISTS ({said})
     LIMIT :most
    RETURNING id"""

PAST = """
    WITH here AS ({here})
    SELECT d.id FROM dispatch d
     WHERE d.kind = :kind AND d.status IN ('due', 'gathers') AND d.digest_id IS NULL
       AND (d.thing, d.thing_id, d.resident_id) NOT IN (SELECT f.thing, f.thing_id, f.resident_id FROM ({found}) f)"""


def remind_due(now: datetime) -> int:
    """Tell everybody what is due and was not said; take back what is past. Returns how many reminders were written.

    Nothing goes out in the quiet hours of a zone: what still waits there then is put off until they end.
    """
    zones = sorted(db.session.scalars(select(Municipality.zone).distinct()))
    db.session.rollback()
    if not zones:
        return 0
    for kind in REMINDERS:
        _take_back(kind, [true_bounds(now, zone) for zone in zones], now)
    for zone in zones:
        if is_quiet(now, zone):
            _put_off(zone, now)
    awake = [due_bounds(now, zone) for zone in zones if not is_quiet(now, zone)]
    return sum(_remind_all(kind, awake, now) for kind in REMINDERS) if awake else 0


def _remind_all(kind: str, bounds: list[Bounds], now: datetime) -> int:
    told = 0
    while some := _remind(kind, bounds, now):
        told += some
        if some < AT_ONCE:
            break
    return told


def _remind(kind: str, bounds: list[Bounds], now: datetime) -> int:
    """Up to AT_ONCE reminders of one kind with their messages, in one transaction."""
    with writing() as session:
        one_at_a_time(session, ONE_AT_A_TIME)
        found = session.execute(_statement(REMIND, kind, len(bounds)), _values(kind, bounds, now) | {"most": AT_ONCE})
        ids = list(found.scalars())
        if ids:
            said = (Reminder.kind, Reminder.thing, Reminder.thing_id, literal(now, Moment()))
            tell_each(session, select(Reminder.resident_id, *said).where(Reminder.id.in_(ids)), now=now)
    return len(ids)


def _take_back(kind: str, bounds: list[Bounds], now: datetime) -> None:
    """What did not go out yet and is not true any more; what a worker has in hand is left to it."""
    past = list(db.session.scalars(_statement(PAST, kind, len(bounds)), _values(kind, bounds, now)))
    db.session.rollback()
    if not past:
        return
    about = (Dispatch.kind, Dispatch.thing, Dispatch.thing_id, Dispatch.resident_id, Dispatch.created_at)
    with writing() as session:
        waits = (Dispatch.id.in_(past), Dispatch.status.in_(("due", "gathers")), _not_in_hand(now))
        for row in session.execute(delete(Dispatch).where(*waits).returning(*about)).all():
            of_it = (Reminder.kind == row.kind, Reminder.thing == row.thing, Reminder.thing_id == row.thing_id)
            same = (*of_it, Reminder.resident_id == row.resident_id, Reminder.at == row.created_at)
            newest = select(func.max(Reminder.id)).where(*same).scalar_subquery()
            session.execute(delete(Reminder).where(Reminder.id == newest))


def _put_off(zone: str, now: datetime) -> None:
    """What could not be delivered before the quiet hours waits for their end."""
    there = (
        select(Resident.id)
        .join(Area, Area.id == Resident.area_id)
        .join(Municipality, Municipality.id == Area.municipality_id)
        .where(Municipality.zone == zone)
    )
    morning = out_of_quiet(now, zone)
    waits = (Dispatch.kind.in_(REMINDERS), Dispatch.status == "due", Dispatch.due_at < morning)
    of_it = (*waits, Dispatch.resident_id.in_(there), _not_in_hand(now))
    if db.session.scalar(select(Dispatch.id).where(*of_it).limit(1)) is None:
        db.session.rollback()
        return
    with writing() as session:
        session.execute(update(Dispatch).where(*of_it).values(due_at=morning))


@cache
def _statement(pattern: str, kind: str, zones: int) -> TextClause:
    """The pattern for one kind, with a row of `here` for each zone: today_0 is the today of the first."""
    here = " UNION ALL ".join(
        "SELECT " + ", ".join(f":{name}_{number} AS {name}" for name in HERE) for number in range(zones)
    )
    words = pattern.format(here=here, found=_wished(kind), said=SAID.format(once=ONCE[kind]))
    bound = {f"{name}_{number}": type_ for number in range(zones) for name, type_ in HERE.items()}
    bound |= {"kind": String(), "now": Moment(), "noon": Time()}
    return text(words).bindparams(*(bindparam(name, type_=bound[name]) for name in bound if f":{name}" in words))


def _wished(kind: str) -> str:
    """Without a word from the person it is as is usual for the notice."""
    notice = NOTICE_OF[kind]
    is_wished_for = USUAL[notice] == NEVER
    wish, how = ("EXISTS", "<> 'never'") if is_wished_for else ("NOT EXISTS", "= 'never'")
    return WISHED.format(found=FOUND[kind].format(**PARTS), wish=wish, notice=notice, how=how)


def _values(kind: str, bounds: list[Bounds], now: datetime) -> dict[str, Any]:
    here = {f"{name}_{number}": value for number, each in enumerate(bounds) for name, value in each._asdict().items()}
    return here | {"kind": kind, "now": now, "noon": NOON}


def _not_in_hand(now: datetime) -> Any:
    return Dispatch.leased_until.is_(None) | (Dispatch.leased_until <= now)
