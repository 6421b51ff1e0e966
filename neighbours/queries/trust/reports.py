"""What was told as a problem, for whoever looks at it: only what was told of, never the rest of a conversation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, Row, text

from models import Moment, db

REPORTS = """
    SELECT report.id, report.ref, report.thing, report.reason, report.text, report.language, report.status,
           report.goes_to, report.created_at, report.by_id, report.against_id, area.association_id,
           area.label AS area_name, municipality.zone, against.name AS against_name, teller.name AS by_name,
           CASE report.thing WHEN 'message' THEN m.held_at IS NOT NULL ELSE coalesce(h.status, o.status) = 'held' END
               AS is_held,
           coalesce(h.title, o.title, about.title) AS title,
           coalesce(h.language, o.language, about.language) AS title_language,
           coalesce(h.text, o.text, r.line, m.text) AS words,
           coalesce(h.language, o.language, r.language, m.language) AS words_language,
           EXISTS (SELECT 1 FROM membership s JOIN resident host ON host.id = s.resident_id
                    WHERE s.association_id = area.association_id AND s.role = 'host' AND host.status = 'confirmed'
                      AND host.id <> report.against_id AND host.id <> coalesce(report.by_id, 0)) AS has_host
      FROM report
      JOIN area ON area.id = report.area_id
      JOIN municipality ON municipality.id = area.municipality_id
      JOIN resident against ON against.id = report.against_id
      LEFT JOIN resident teller ON teller.id = report.by_id
      LEFT JOIN help_request h ON report.thing = 'help_request' AND h.id = report.thing_id
      LEFT JOIN offer o ON report.thing = 'offer' AND o.id = report.thing_id
      LEFT JOIN message m ON report.thing = 'message' AND m.id = report.thing_id
      LEFT JOIN thread t ON t.id = m.thread_id
      LEFT JOIN agreement g ON report.thing = 'agreement' AND g.id = report.thing_id
      LEFT JOIN reply r ON report.thing = 'reply' AND r.id = report.thing_id
      LEFT JOIN help_request about
             ON about.id = coalesce(t.help_request_id, g.help_request_id, r.help_request_id)
    """


def _statement(where: str) -> Any:
    typed = text(REPORTS + where)
    return typed.columns(created_at=Moment(), is_held=Boolean(), has_host=Boolean())


OF_HOST = _statement(
    """
     WHERE report.status = 'open' AND report.goes_to = 'host' AND area.association_id = :association_id
       AND report.against_id <> :me AND coalesce(report.by_id, 0) <> :me
     ORDER BY report.created_at, report.id
    """
)
OF_OPERATOR = _statement(
    """
     WHERE report.status = 'open' AND (report.goes_to = 'operator' OR NOT EXISTS (
           SELECT 1 FROM membership s JOIN resident host ON host.id = s.resident_id
            WHERE s.association_id = area.association_id AND s.role = 'host' AND host.status = 'confirmed'
              AND host.id <> report.against_id AND host.id <> coalesce(report.by_id, 0)))
     ORDER BY report.created_at, report.id
    """
)
ONE = _statement(" WHERE report.ref = :ref")
TOLD = text(
    """
    SELECT report.ref, report.thing, report.goes_to, report.status,
           CASE report.thing WHEN 'message' THEN m.held_at IS NOT NULL ELSE coalesce(h.status, o.status) = 'held' END
               AS is_held,
           (SELECT host.name FROM membership s JOIN resident host ON host.id = s.resident_id
             WHERE s.association_id = area.association_id AND s.role = 'host' AND host.status = 'confirmed'
               AND host.id NOT IN (report.against_id, report.by_id)
             ORDER BY s.since, s.id LIMIT 1) AS looks_name
      FROM report
      JOIN area ON area.id = report.area_id
      LEFT JOIN help_request h ON report.thing = 'help_request' AND h.id = report.thing_id
      LEFT JOIN offer o ON report.thing = 'offer' AND o.id = report.thing_id
      LEFT JOIN message m ON report.thing = 'message' AND m.id = report.thing_id
     WHERE report.ref = :ref AND report.by_id = :me
    """
).columns(is_held=Boolean())


def reports_for_host(association_id: int, host_id: int) -> Sequence[Row[Any]]:
    """Open reports of the association's areas that this host looks at, the oldest first.

    About whom (against_name), by whom (by_name; None: words smelled of fraud), reason (a code of labels.py), text and
    its language: what was told. thing; is_held; title, words and their languages: what it is about. created_at is UTC.
    """
    return db.session.execute(OF_HOST, {"association_id": association_id, "me": host_id}).all()


def reports_for_operator() -> Sequence[Row[Any]]:
    """The same for the operator: those that no host looks at."""
    return db.session.execute(OF_OPERATOR).all()


def one_report(ref: str) -> Row[Any] | None:
    """A report, open or closed, as above: with all that rules/may.py asks (may_look)."""
    return db.session.execute(ONE, {"ref": ref}).first()


def report_told(ref: str, resident_id: int) -> Row[Any] | None:
    """What this person told: ref, thing, goes_to, status, is_held, looks_name (the host, or None)."""
    return db.session.execute(TOLD, {"ref": ref, "me": resident_id}).first()
