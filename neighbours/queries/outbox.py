"""What is needed to write a message: whom it goes to, what it is about; and what a host tells. Nobody's address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Row, Time, bindparam, select, text

from models import Installation, Moment, db

ABOUT = text(
    """
    SELECT d.id, d.kind, d.language, r.ref AS resident_ref, r.name, r.email, r.phone, r.status AS resident_status,
           h.ref AS help_ref, h.status AS help_status, h.title, h.language AS help_language, a.ref AS agreement_ref,
           talk.ref AS thread_ref,
           coalesce(asker.name, assisted.name) AS asker_name, helper.name AS helper_name,
           helper.id = d.resident_id AS is_helper,
           CASE WHEN h.asker_id = d.resident_id THEN NULL ELSE coalesce(asker.name, assisted.name) END AS for_whom,
           coalesce(a.when_kind, h.when_kind) AS when_kind, coalesce(a.slots, h.slots) AS slots,
           CASE WHEN a.id IS NULL THEN h.day ELSE a.day END AS day,
           CASE WHEN a.id IS NULL THEN h.at_time ELSE a.at_time END AS at_time,
           s.status AS suggestion_status, s.when_kind AS suggested_kind, s.day AS suggested_day,
           s.at_time AS suggested_at, s.slots AS suggested_slots,
           h.expires_at, m.zone, invitation.reasons, asked_in.label AS area_name, lives_in.label AS own_area_name
      FROM dispatch d
      LEFT JOIN resident r ON r.id = d.resident_id
      LEFT JOIN reply p ON d.thing = 'reply' AND p.id = d.thing_id
      LEFT JOIN proposal s ON d.thing = 'proposal' AND s.id = d.thing_id
      LEFT JOIN agreement a ON a.id = coalesce(s.agreement_id, CASE WHEN d.thing = 'agreement' THEN d.thing_id END)
      LEFT JOIN thread talk ON d.thing = 'thread' AND talk.id = d.thing_id
      LEFT JOIN help_request h
             ON h.id = coalesce(p.help_request_id, a.help_request_id, talk.help_request_id,
                                CASE WHEN d.thing = 'help_request' THEN d.thing_id END)
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN resident helper ON helper.id = coalesce(p.helper_id, a.helper_id)
      LEFT JOIN invitation ON d.kind IN ('asked', 'asked_directly') AND invitation.help_request_id = d.thing_id
                          AND invitation.resident_id = d.resident_id
      LEFT JOIN area asked_in ON asked_in.id = h.area_id
      LEFT JOIN municipality m ON m.id = asked_in.municipality_id
      LEFT JOIN area lives_in ON lives_in.id = r.area_id
     WHERE d.id IN :ids
    """
).bindparams(bindparam("ids", expanding=True))


BY_HOST = text(
    """
    SELECT d.id, r.name, d.language, s.name AS association_name
      FROM dispatch one
      JOIN resident r ON r.id = one.resident_id AND r.status IN ('waiting', 'confirmed')
      JOIN area a ON a.id = r.area_id
      JOIN association s ON s.id = a.association_id
      JOIN dispatch d ON d.resident_id = r.id
     WHERE one.ref = :ref AND s.id = :association_id AND d.done_at IS NULL
       AND ((d.status = 'due' AND d.channel = 'host' AND d.due_at <= :now)
            OR (d.status = 'failed' AND d.kind NOT IN ('code', 'digest')))
     ORDER BY d.id
    """
).bindparams(bindparam("now", type_=Moment()))


def house() -> Row[Any] | None:
    """Whether this is a demo, and who it is that writes: demo, operator, contact_email. None before the setup.

    emptied_at (UTC): when old texts were emptied last.
    """
    told = (Installation.demo, Installation.operator, Installation.contact_email, Installation.emptied_at)
    return db.session.execute(select(*told)).first()  # type: ignore[return-value]


def what_they_tell(ids: list[int]) -> dict[int, Row[Any]]:
    """By dispatch id: kind, name, email, phone of the resident, and title, refs, the two names and when of the thing.

    for_whom: who gets the help, where that is not the resident, as with a host who acts for somebody.
    Of a suggestion also its status and when it is for (suggested_…). The reading ends here: nothing is held open while
    a mail server takes its time.
    `expires_at` and `zone` are the help request's. Of an invitation also its reasons, and the names of the areas of the
    request and of the resident.
    """
    typed = ABOUT.columns(day=Date(), at_time=Time(), suggested_day=Date(), suggested_at=Time(), expires_at=Moment())
    rows = db.session.execute(typed, {"ids": ids}).all() if ids else []
    db.session.rollback()
    return {row.id: row for row in rows}


def told_by_host(ref: str, association_id: int, now: datetime) -> Sequence[Row[Any]]:
    """What waits to be told by a host to the one whose dispatch this is: id, name, language, association_name.

    Oldest first; nothing for another association's neighbour, and once all of it is told.
    """
    return db.session.execute(BY_HOST, {"ref": ref, "association_id": association_id, "now": now}).all()
