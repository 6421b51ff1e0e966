"""The host's desk: who waits, who is to be told or rung, what nobody has answered, and who did not come.

Only of areas of the host's own association. Addresses are not here: they are sealed (actions/people/letters.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Date, Row, bindparam, text

from models import Moment, db
from neighbours.database import not_blocked
from neighbours.queries.outbox import A_WHILE, BY_HOST, OF_WHAT, SAID, TYPES
from neighbours.rules.notices import local_day

# What the words of a message need besides, in the first part alone.
MORE = {name: said for name, said in SAID.items() if name not in ("title", "day", "area_name")}
DESK = text(
    """
    SELECT CASE WHEN d.channel = 'host' THEN 'tell' ELSE 'unreached' END AS part,
           CASE WHEN d.done_at IS NULL THEN 'waits' ELSE 'told' END AS status, r.id AS resident_id, d.ref, r.name,
           d.created_at AS since, asked_in.label AS area_name, NULL AS letter_ref, NULL AS letter_made_at, r.phone,
           h.title, NULL AS language, NULL AS other_name, {day} AS day, r.email IS NOT NULL AS has_email, {more}
      FROM area lives
      JOIN resident r ON r.area_id = lives.id AND r.status IN ('waiting', 'confirmed')
      JOIN dispatch d ON d.resident_id = r.id
      {of_what}
     WHERE lives.association_id = :association_id AND {by_host}
       AND ((d.done_at IS NULL AND d.status IN ('due', 'failed')) OR d.done_at > :since)
       AND (r.id <> :me OR NOT EXISTS (
              SELECT 1 FROM membership other
               WHERE other.association_id = lives.association_id AND other.role = 'host' AND other.resident_id <> :me))
    UNION ALL
    SELECT 'waiting', r.status, r.id, r.ref, r.name, r.joined_at, a.label, l.ref, l.made_at, NULL, NULL, NULL, NULL,
           NULL, r.email IS NOT NULL, {none}
      FROM resident r
      JOIN area a ON a.id = r.area_id
      LEFT JOIN letter_code l ON l.resident_id = r.id AND l.used_at IS NULL AND l.expires_at > :now
     WHERE a.association_id = :association_id
       AND (r.status = 'waiting' OR (r.status = 'refused' AND r.refused_at > :since)
            OR (r.status = 'confirmed' AND r.confirmed_how = 'host' AND r.confirmed_at > :since))
    UNION ALL
    SELECT 'missed', g.status, helper.id, g.ref, helper.name, g.ended_at, a.label, NULL, NULL, NULL, h.title,
           h.language, coalesce(asker.name, assisted.name), g.day, TRUE, {none}
      FROM agreement g
      JOIN help_request h ON h.id = g.help_request_id
      JOIN area a ON a.id = h.area_id
      JOIN resident helper ON helper.id = g.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE a.association_id = :association_id AND g.status = 'missed'
    UNION ALL
    SELECT 'ring', h.status, r.id, h.ref, r.name, i.asked_at, a.label, NULL, NULL, r.phone, h.title, h.language,
           NULL, h.day, FALSE, {none}
      FROM invitation i
      JOIN help_request h ON h.id = i.help_request_id AND h.status = 'open'
      JOIN resident r ON r.id = i.resident_id AND r.status = 'confirmed'
                     AND (r.break_until IS NULL OR r.break_until < :today)
      JOIN area a ON a.id = r.area_id
     WHERE a.association_id = :association_id AND i.how = 'ring' AND i.not_now_at IS NULL AND {not_blocked}
       AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = h.id AND p.helper_id = r.id)
    UNION ALL
    SELECT 'unanswered', h.status, 0, h.ref, coalesce(asker.name, assisted.name), h.opened_at, a.label, NULL, NULL,
           NULL, h.title, h.language, NULL, h.day, FALSE, {none}
      FROM help_request h
      JOIN area a ON a.id = h.area_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE a.association_id = :association_id AND h.status = 'open' AND h.wave_at IS NULL
       AND (h.wave > 0 OR NOT a.suggestions)
       AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.help_request_id = h.id AND p.status IN ('offered', 'reserve'))
     ORDER BY 6, 4
    """.replace("{day}", SAID["day"])
    .replace("{more}", ", ".join(f"{said} AS {name}" for name, said in MORE.items()))
    .replace("{none}", ", ".join(["NULL"] * len(MORE)))
    .replace("{of_what}", OF_WHAT)
    .replace("{by_host}", BY_HOST)
    .replace("{not_blocked}", not_blocked("r.id", "coalesce(h.asker_id, h.acted_by_id)"))
).bindparams(
    *(bindparam(name, type_=Moment()) for name in ("now", "since", "long_ago")), bindparam("today", type_=Date())
)
TYPED = DESK.columns(**TYPES, since=Moment(), letter_made_at=Moment(), has_email=Boolean())


def desk(association_id: int, host_id: int, now: datetime, undo_since: datetime, zone: str) -> Sequence[Row[Any]]:
    """Rows of `part`, oldest first; what the host did just now is among them, so that it can be taken back.

    waiting: to be let in. tell: who is told by the host; unreached: whose message failed for good; both with what the
    words of a message need (SAID of queries/outbox.py), a phone if any, and status waits or told; nothing older than
    A_WHILE. What is about the host is not theirs to see while there is another host, and a report about or by them
    never. ring: somebody without e-mail who is asked to help. unanswered: all who fit were asked. missed: one of the
    two did not come. `zone`: of the area, for who takes a break today.
    """
    values: dict[str, Any] = {"association_id": association_id, "me": host_id, "now": now, "since": undo_since}
    values |= {"long_ago": now - A_WHILE, "today": local_day(now, zone)}
    return db.session.execute(TYPED, values).all()
