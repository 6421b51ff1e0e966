"""The host's desk: who waits to be let in, who is to be rung, what nobody has answered, and who did not come.

Only of areas of the host's own association. Addresses are not here: they are sealed (actions/people/letters.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Date, Row, bindparam, text

from models import Moment, db

DESK = text(
    """
    SELECT 'waiting' AS part, r.status, r.id AS resident_id, r.ref, r.name, r.joined_at AS since, a.label AS area_name,
           l.ref AS letter_ref, l.made_at AS letter_made_at, NULL AS phone, NULL AS title, NULL AS language,
           NULL AS other_name, NULL AS day, r.email IS NOT NULL AS has_email
      FROM resident r
      JOIN area a ON a.id = r.area_id
      LEFT JOIN letter_code l ON l.resident_id = r.id AND l.used_at IS NULL AND l.expires_at > :now
     WHERE a.association_id = :association_id
       AND (r.status = 'waiting' OR (r.status = 'refused' AND r.refused_at > :since)
            OR (r.status = 'confirmed' AND r.confirmed_how = 'host' AND r.confirmed_at > :since))
    UNION ALL
    SELECT 'missed', g.status, helper.id, g.ref, helper.name, g.ended_at, a.label, NULL, NULL, NULL, h.title,
           h.language, coalesce(asker.name, assisted.name), g.day, TRUE
      FROM agreement g
      JOIN help_request h ON h.id = g.help_request_id
      JOIN area a ON a.id = h.area_id
      JOIN resident helper ON helper.id = g.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE a.association_id = :association_id AND g.status = 'missed'
    UNION ALL
    SELECT 'ring', h.status, r.id, h.ref, r.name, i.asked_at, a.label, NULL, NULL, r.phone, h.title, h.language,
           NULL, h.day, FALSE
      FROM invitation i
      JOIN help_request h ON h.id = i.help_request_id AND h.status = 'open'
      JOIN resident r ON r.id = i.resident_id
      JOIN area a ON a.id = r.area_id
     WHERE a.association_id = :association_id AND i.how = 'ring'
       AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = h.id AND p.helper_id = r.id)
    UNION ALL
    SELECT 'unanswered', h.status, 0, h.ref, coalesce(asker.name, assisted.name), h.opened_at, a.label, NULL, NULL,
           NULL, h.title, h.language, NULL, h.day, FALSE
      FROM help_request h
      JOIN area a ON a.id = h.area_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE a.association_id = :association_id AND h.status = 'open' AND h.wave_at IS NULL
       AND (h.wave > 0 OR NOT a.suggestions)
       AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = h.id AND p.status IN ('offered', 'reserve'))
     ORDER BY 6, 4
    """
).bindparams(bindparam("now", type_=Moment()), bindparam("since", type_=Moment()))
TYPED = DESK.columns(since=Moment(), letter_made_at=Moment(), day=Date(), has_email=Boolean())


def desk(association_id: int, now: datetime, undo_since: datetime) -> Sequence[Row[Any]]:
    """Rows of `part` waiting, ring, unanswered or missed, oldest first; who was answered just now is among the waiting.

    ring: somebody without e-mail who is asked to help, with `phone`. unanswered: all who fit were asked.
    """
    return db.session.execute(TYPED, {"association_id": association_id, "now": now, "since": undo_since}).all()
