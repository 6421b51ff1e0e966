"""What is needed to write a message: whom it goes to, what it is about; and what a host tells. Nobody's address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Row, Time, bindparam, select, text

from models import Installation, Moment, db
from neighbours.database import not_blocked

# Of every message: what its words need, by name; `d` is the dispatch, `r` its recipient.
SAID = {
    "kind": "d.kind",
    "resident_ref": "r.ref",
    "help_ref": "h.ref",
    "help_status": "h.status",
    "title": "h.title",
    "help_language": "h.language",
    "agreement_ref": "g.ref",
    "thread_ref": "talk.ref",
    "asker_name": "coalesce(asker.name, assisted.name)",
    "helper_name": "helper.name",
    "is_helper": "helper.id = d.resident_id",
    "for_whom": "CASE WHEN h.asker_id = d.resident_id THEN NULL ELSE coalesce(asker.name, assisted.name) END",
    "when_kind": "coalesce(g.when_kind, h.when_kind)",
    "slots": "coalesce(g.slots, h.slots)",
    "day": "CASE WHEN g.id IS NULL THEN h.day ELSE g.day END",
    "at_time": "CASE WHEN g.id IS NULL THEN h.at_time ELSE g.at_time END",
    "suggestion_status": "s.status",
    "suggested_kind": "s.when_kind",
    "suggested_day": "s.day",
    "suggested_at": "s.at_time",
    "suggested_slots": "s.slots",
    "expires_at": "h.expires_at",
    "zone": "m.zone",
    "reasons": "invitation.reasons",
    "area_name": "asked_in.label",
    "own_area_name": "lives_in.label",
    "of_words": "report.id IS NOT NULL AND report.by_id IS NULL",
}
TYPES = {
    "day": Date(), "at_time": Time(), "suggested_day": Date(), "suggested_at": Time(), "expires_at": Moment(),
    "is_helper": Boolean(), "of_words": Boolean(),
}  # fmt: skip
OF_WHAT = """
      LEFT JOIN reply p ON d.thing = 'reply' AND p.id = d.thing_id
      LEFT JOIN proposal s ON d.thing = 'proposal' AND s.id = d.thing_id
      LEFT JOIN agreement g ON g.id = coalesce(s.agreement_id, CASE WHEN d.thing = 'agreement' THEN d.thing_id END)
      LEFT JOIN thread talk ON d.thing = 'thread' AND talk.id = d.thing_id
      LEFT JOIN report ON d.thing = 'report' AND report.id = d.thing_id
      LEFT JOIN help_request h
             ON h.id = coalesce(p.help_request_id, g.help_request_id, talk.help_request_id,
                                CASE WHEN d.thing = 'help_request' THEN d.thing_id END)
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN resident helper ON helper.id = coalesce(p.helper_id, g.helper_id)
      LEFT JOIN invitation ON d.kind IN ('asked', 'asked_directly') AND invitation.help_request_id = d.thing_id
                          AND invitation.resident_id = d.resident_id
      LEFT JOIN area asked_in ON asked_in.id = h.area_id
      LEFT JOIN municipality m ON m.id = asked_in.municipality_id
      LEFT JOIN area lives_in ON lives_in.id = r.area_id
"""
SAYING = ", ".join(f"{said} AS {name}" for name, said in SAID.items())
ABOUT = text(
    """
    SELECT d.id, d.language, r.name, r.email, r.phone, r.status AS resident_status,
           {saying}
      FROM dispatch d
      LEFT JOIN resident r ON r.id = d.resident_id
      {of_what}
     WHERE d.id IN :ids
    """.replace("{saying}", SAYING).replace("{of_what}", OF_WHAT)
).bindparams(bindparam("ids", expanding=True))

A_WHILE = timedelta(days=14)
# What a host tells instead of a worker, of :long_ago to :now: not a question that is over, nor what is between two who
# are apart but for its last words, nor what the host may not know of. ix_dispatch_by_host serves its first two lines.
BY_HOST = """
       (d.channel = 'host' OR d.status = 'failed') AND d.due_at > :long_ago AND d.due_at <= :now
       AND d.kind NOT IN ('code', 'digest')
       AND (d.kind NOT IN ('asked', 'asked_directly')
            OR (h.status = 'open' AND invitation.not_now_at IS NULL))
       AND (d.kind IN ('cancelled', 'declined') OR ({not_blocked}))
       AND (d.kind <> 'reported' OR (report.status = 'open' AND report.against_id <> :me
                                     AND coalesce(report.by_id, 0) <> :me))
""".replace(
    "{not_blocked}",
    f"{not_blocked('r.id', 'coalesce(h.asker_id, h.acted_by_id)')}"
    f" AND {not_blocked('r.id', 'coalesce(p.helper_id, g.helper_id, talk.helper_id)')}",
)
OF_ONE = text(
    """
    SELECT d.id, r.name, d.language, association.name AS association_name
      FROM dispatch one
      JOIN resident r ON r.id = one.resident_id AND r.status IN ('waiting', 'confirmed')
      JOIN area lives ON lives.id = r.area_id
      JOIN association ON association.id = lives.association_id
      JOIN dispatch d ON d.resident_id = r.id
      {of_what}
     WHERE one.ref = :ref AND association.id = :association_id AND d.done_at IS NULL AND d.status IN ('due', 'failed')
       AND {by_host}
     ORDER BY d.id
    """.replace("{of_what}", OF_WHAT).replace("{by_host}", BY_HOST)
).bindparams(bindparam("now", type_=Moment()), bindparam("long_ago", type_=Moment()))


def house() -> Row[Any] | None:
    """Whether this is a demo, and who it is that writes: demo, operator, contact_email. None before the setup.

    emptied_at (UTC): when old texts were emptied last.
    """
    told = (Installation.demo, Installation.operator, Installation.contact_email, Installation.emptied_at)
    return db.session.execute(select(*told)).first()  # type: ignore[return-value]


def what_they_tell(ids: list[int]) -> dict[int, Row[Any]]:
    """By dispatch id: kind, name, email, phone of the resident, and title, refs, the two names and when of the thing.

    for_whom: who gets the help, where that is not the resident, as with a host who acts for somebody.
    of_words: nobody made the report, but words smell. Of a suggestion also its status and when it is for (suggested_…).
    `expires_at` and `zone` are the help request's. Of an invitation also its reasons, and the names of the areas of the
    request and of the resident. The reading ends here: nothing is held open while a mail server takes its time.
    """
    rows = db.session.execute(ABOUT.columns(**TYPES), {"ids": ids}).all() if ids else []
    db.session.rollback()
    return {row.id: row for row in rows}


def told_by_host(ref: str, association_id: int, host_id: int, now: datetime) -> Sequence[Row[Any]]:
    """What waits to be told by a host to the one whose dispatch this is: id, name, language, association_name.

    Oldest first; nothing for another association's neighbour, nothing about a report against or by the host
    (`host_id`), and nothing once all of it is told.
    """
    values = {"ref": ref, "association_id": association_id, "me": host_id, "now": now, "long_ago": now - A_WHILE}
    return db.session.execute(OF_ONE, values).all()
