"""The host's desk: who waits, who is to be told or rung, what nobody has answered, and who did not come.

Only of areas of the host's own association. Addresses are not here: they are sealed (actions/people/letters.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Date, Row, bindparam, text

from models import Moment, db
from neighbours.database import not_blocked

DESK = text(
    """
    SELECT CASE WHEN d.channel = 'host' THEN 'tell' ELSE 'unreached' END AS part,
           CASE WHEN d.done_at IS NULL THEN 'waits' ELSE 'told' END AS status, r.id AS resident_id, d.ref, r.name,
           d.created_at AS since, a.label AS area_name, NULL AS letter_ref, NULL AS letter_made_at, r.phone,
           NULL AS title, NULL AS language, NULL AS other_name,
           CASE WHEN g.id IS NULL THEN h.day ELSE g.day END AS day, r.email IS NOT NULL AS has_email,
           d.kind, h.status AS help_status, h.expires_at, m.zone, s.status AS suggestion_status
      FROM (SELECT * FROM dispatch WHERE status = 'due' AND channel = 'host' AND due_at <= :now
            UNION ALL
            SELECT * FROM dispatch WHERE status = 'sent' AND channel = 'host' AND due_at > :since AND done_at > :since
            UNION ALL
            SELECT * FROM dispatch
             WHERE status = 'failed' AND kind NOT IN ('code', 'digest') AND (done_at IS NULL OR done_at > :since)) d
      JOIN resident r ON r.id = +d.resident_id AND r.status IN ('waiting', 'confirmed')
      JOIN area a ON a.id = r.area_id
      JOIN municipality m ON m.id = a.municipality_id
      LEFT JOIN reply p ON d.thing = 'reply' AND p.id = d.thing_id
      LEFT JOIN proposal s ON d.thing = 'proposal' AND s.id = d.thing_id
      LEFT JOIN agreement g ON g.id = coalesce(s.agreement_id, CASE WHEN d.thing = 'agreement' THEN d.thing_id END)
      LEFT JOIN thread talk ON d.thing = 'thread' AND talk.id = d.thing_id
      LEFT JOIN help_request h
             ON h.id = coalesce(p.help_request_id, g.help_request_id, talk.help_request_id,
                                CASE WHEN d.thing = 'help_request' THEN d.thing_id END)
     WHERE a.association_id = :association_id
       AND (d.kind NOT IN ('asked', 'asked_directly') OR h.status = 'open')
       AND (r.id <> :me OR NOT EXISTS (
              SELECT 1 FROM membership other
               WHERE other.association_id = a.association_id AND other.role = 'host' AND other.resident_id <> :me))
    UNION ALL
    SELECT 'waiting', r.status, r.id, r.ref, r.name, r.joined_at, a.label, l.ref, l.made_at, NULL, NULL, NULL, NULL,
           NULL, r.email IS NOT NULL, NULL, NULL, NULL, NULL, NULL
      FROM resident r
      JOIN area a ON a.id = r.area_id
      LEFT JOIN letter_code l ON l.resident_id = r.id AND l.used_at IS NULL AND l.expires_at > :now
     WHERE a.association_id = :association_id
       AND (r.status = 'waiting' OR (r.status = 'refused' AND r.refused_at > :since)
            OR (r.status = 'confirmed' AND r.confirmed_how = 'host' AND r.confirmed_at > :since))
    UNION ALL
    SELECT 'missed', g.status, helper.id, g.ref, helper.name, g.ended_at, a.label, NULL, NULL, NULL, h.title,
           h.language, coalesce(asker.name, assisted.name), g.day, TRUE, NULL, NULL, NULL, NULL, NULL
      FROM agreement g
      JOIN help_request h ON h.id = g.help_request_id
      JOIN area a ON a.id = h.area_id
      JOIN resident helper ON helper.id = g.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE a.association_id = :association_id AND g.status = 'missed'
    UNION ALL
    SELECT 'ring', h.status, r.id, h.ref, r.name, i.asked_at, a.label, NULL, NULL, r.phone, h.title, h.language,
           NULL, h.day, FALSE, NULL, NULL, NULL, NULL, NULL
      FROM invitation i
      JOIN help_request h ON h.id = i.help_request_id AND h.status = 'open'
      JOIN resident r ON r.id = i.resident_id
      JOIN area a ON a.id = r.area_id
     WHERE a.association_id = :association_id AND i.how = 'ring' AND {not_blocked}
       AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = h.id AND p.helper_id = r.id)
    UNION ALL
    SELECT 'unanswered', h.status, 0, h.ref, coalesce(asker.name, assisted.name), h.opened_at, a.label, NULL, NULL,
           NULL, h.title, h.language, NULL, h.day, FALSE, NULL, NULL, NULL, NULL, NULL
      FROM help_request h
      JOIN area a ON a.id = h.area_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE a.association_id = :association_id AND h.status = 'open' AND h.wave_at IS NULL
       AND (h.wave > 0 OR NOT a.suggestions)
       AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = h.id AND p.status IN ('offered', 'reserve'))
     ORDER BY 6, 4
    """.replace("{not_blocked}", not_blocked("r.id", "coalesce(h.asker_id, h.acted_by_id)"))
).bindparams(bindparam("now", type_=Moment()), bindparam("since", type_=Moment()))
# The plus keeps SQLite from reading all that each neighbour was ever sent: few wait, and ix_dispatch_due finds them.
TYPED = DESK.columns(since=Moment(), letter_made_at=Moment(), day=Date(), has_email=Boolean(), expires_at=Moment())


def desk(association_id: int, host_id: int, now: datetime, undo_since: datetime) -> Sequence[Row[Any]]:
    """Rows of `part`, oldest first; what the host did just now is among them, so that it can be taken back.

    waiting: to be let in. tell: who is told by the host; unreached: whose message failed for good; both with what the
    words of a text need (kind, help_status, day, expires_at, zone, suggestion_status), a phone if any, and status waits
    or told. What is about the host is not theirs to see while there is another host. ring: somebody without e-mail who
    is asked to help. unanswered: all who fit were asked. missed: one of the two did not come.
    """
    values = {"association_id": association_id, "me": host_id, "now": now, "since": undo_since}
    return db.session.execute(TYPED, values).all()
