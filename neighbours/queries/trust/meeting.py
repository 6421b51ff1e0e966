"""Whom one meets at a request, an offer, a reply, an agreement, in a conversation or by a message. One statement each.

That is from where somebody is blocked and a problem is told. Whether a request or an offer is seen at all is asked in
rules/help/showing.py; of the rest only their two find anything. What one has had with somebody is found to be told of
also when the two are apart: whoever blocks first shall not be out of reach of the host.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Row, bindparam, text
from sqlalchemy.sql.elements import TextClause

from models import Moment, db
from neighbours.database import not_apart_from_me
from neighbours.queries.help.nearby import Viewer

ASKERS_ARE_THERE = not_apart_from_me("h.asker_id", "h.acted_by_id")

# Every statement names the thing, `other` (a resident), and the area that it stands in.
COMMON = """
    other.id AS other_id, other.name AS other_name, area.id AS area_id, area.association_id,
    (SELECT host.name FROM membership m JOIN resident host ON host.id = m.resident_id AND host.status = 'confirmed'
      WHERE m.association_id = area.association_id AND m.role = 'host' AND host.id NOT IN (other.id, :me)
      ORDER BY m.since, m.id LIMIT 1) AS looks_name,
    EXISTS (SELECT 1 FROM membership m JOIN area own ON own.association_id = m.association_id
             JOIN resident me ON me.area_id = own.id AND me.id = :me
             WHERE m.resident_id = other.id AND m.role = 'host') AS is_my_host,
    EXISTS (SELECT 1 FROM agreement g JOIN help_request x ON x.id = g.help_request_id
             WHERE g.status = 'agreed' AND (
                   (g.helper_id = :me AND (x.asker_id = other.id OR x.acted_by_id = other.id))
                OR (g.helper_id = other.id AND (x.asker_id = :me OR x.acted_by_id = :me)))) AS has_agreement"""

REQUEST = """
    SELECT {common}, h.id AS thing_id, h.ref, h.status, h.asker_id, h.acted_by_id, h.opened_at, near.band, h.language,
           NOT ({askers_are_there}) AS is_apart, r.helper_id, r.status AS reply_status,
           (SELECT max(step.at) FROM step
             WHERE step.thing = 'reply' AND step.thing_id = r.id AND step.move = 'decline') AS declined_at
      FROM help_request h
      JOIN area ON area.id = h.area_id
      JOIN resident other ON other.id = coalesce(h.asker_id, h.acted_by_id)
      LEFT JOIN reply r ON r.help_request_id = h.id AND r.helper_id = :me
      LEFT JOIN near_cell near ON near.a = :cell AND near.band IN (0, 1, 2, 3, 4, 5) AND near.b = h.cell_id
     WHERE h.ref = :ref
    """
OFFER = """
    SELECT {common}, o.id AS thing_id, o.ref, o.status, o.resident_id, o.opened_at, near.band, o.language
      FROM offer o
      JOIN area ON area.id = o.area_id
      JOIN resident other ON other.id = o.resident_id
      LEFT JOIN near_cell near ON near.a = :cell AND near.band IN (0, 1, 2, 3, 4, 5) AND near.b = o.cell_id
     WHERE o.ref = :ref AND {other_is_there}
    """
REPLY = """
    SELECT {common}, r.id AS thing_id, r.ref, h.ref AS help_ref, r.language
      FROM reply r
      JOIN help_request h ON h.id = r.help_request_id AND (h.asker_id = :me OR h.acted_by_id = :me)
      JOIN area ON area.id = h.area_id
      JOIN resident other ON other.id = r.helper_id
     WHERE r.ref = :ref AND {other_is_there}
    """
OF_THE_TWO = """
      JOIN area ON area.id = h.area_id
      JOIN resident other
        ON other.id = CASE WHEN its.helper_id = :me THEN coalesce(h.asker_id, h.acted_by_id) ELSE its.helper_id END
     WHERE its.ref = :ref AND (its.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me) AND {other_is_there}
    """
AGREEMENT = """
    SELECT {common}, its.id AS thing_id, its.ref, h.language
      FROM agreement its
      JOIN help_request h ON h.id = its.help_request_id
    """
THREAD = """
    SELECT {common}, its.id AS thing_id, its.ref, h.language
      FROM thread its
      JOIN help_request h ON h.id = its.help_request_id AND h.opened_at IS NOT NULL
    """
MESSAGE = """
    SELECT {common}, m.id AS thing_id, m.ref, t.ref AS thread_ref, m.language
      FROM message m
      JOIN thread t ON t.id = m.thread_id
      JOIN help_request h ON h.id = t.help_request_id AND h.opened_at IS NOT NULL
      JOIN area ON area.id = h.area_id
      JOIN resident other ON other.id = m.by_id
     WHERE m.ref = :ref AND (t.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me) AND m.by_id <> :me
       AND {other_is_there}
    """


MET = """
    WITH had AS (
        SELECT m.by_id AS other_id, 'message' AS place, m.ref, m.at, 1 AS rank
          FROM thread t
          JOIN message m ON m.thread_id = t.id AND m.at > :since AND m.by_id <> :me
          JOIN help_request h ON h.id = t.help_request_id AND h.opened_at IS NOT NULL
         WHERE t.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me
         UNION ALL
        SELECT r.helper_id, 'reply', r.ref, r.created_at, 2
          FROM reply r
          JOIN help_request h ON h.id = r.help_request_id AND (h.asker_id = :me OR h.acted_by_id = :me)
         WHERE r.created_at > :since AND r.line <> ''
         UNION ALL
        SELECT CASE WHEN a.helper_id = :me THEN coalesce(h.asker_id, h.acted_by_id) ELSE a.helper_id END,
               'agreement', a.ref, coalesce(a.ended_at, a.created_at), 3
          FROM agreement a
          JOIN help_request h ON h.id = a.help_request_id
         WHERE (a.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me)
           AND (a.status = 'agreed' OR coalesce(a.ended_at, a.created_at) > :since)),
    each_first AS (SELECT had.*, row_number() OVER (PARTITION BY other_id ORDER BY rank, at DESC, ref) AS number
                     FROM had)
    SELECT other.name, each_first.place, each_first.ref
      FROM each_first
      JOIN resident other ON other.id = each_first.other_id AND other.name IS NOT NULL
     WHERE each_first.number = 1
     ORDER BY other.name, other.id
     LIMIT 50
    """


def _statement(words: str, others: str = not_apart_from_me("other.id"), **more: Any) -> TextClause:
    parts = {"common": COMMON, "askers_are_there": ASKERS_ARE_THERE, "other_is_there": others}
    typed = {"is_my_host": Boolean(), "has_agreement": Boolean()} | more
    return text(words.format(**parts)).columns(**typed)  # type: ignore[return-value]


STATEMENTS = {
    "request": _statement(REQUEST, is_apart=Boolean(), opened_at=Moment(), declined_at=Moment()),
    "offer": _statement(OFFER, opened_at=Moment()),
    "reply": _statement(REPLY.replace(":ref AND", ":ref AND r.status <> 'withdrawn' AND")),
    "agreement": _statement(AGREEMENT + OF_THE_TWO),
    "thread": _statement(THREAD + OF_THE_TWO),
}
# The same whether or not the two are apart, and whether the reply was taken back: a block takes it back.
HAD = {
    where: _statement(words, "1 = 1")
    for where, words in (("reply", REPLY), ("agreement", AGREEMENT + OF_THE_TWO), ("message", MESSAGE))
}
LATELY = text(MET).bindparams(bindparam("since", type_=Moment()))


def whom_one_meets(where: str, ref: str, viewer: Viewer, *, to_tell: bool = False) -> Row[Any] | None:
    """The other person at a request, offer, reply, agreement, thread or message with this ref; None: not there.

    other_id, other_name; thing_id; area_id and association_id of where it stands; language of its words. looks_name:
    the host who would look at a problem, None where there is none but the other one. is_my_host: the other is a host
    of the viewer's own area. has_agreement: the two have one that stands. `to_tell`: what one has had (HAD) is there to
    tell of a problem, also when the two are apart.
    """
    values = {"me": viewer.resident_id, "cell": viewer.cell_id, "ref": ref}
    statement = HAD[where] if to_tell and where in HAD else STATEMENTS[where]
    return db.session.execute(statement, values).first()


def people_met(resident_id: int, since: datetime) -> Sequence[Row[Any]]:
    """Who wrote to this person or had an agreement with them since then (UTC): one row each, apart or not.

    name; place and ref: from where a problem with them is told, their newest message, else reply, else agreement.
    """
    return db.session.execute(LATELY, {"me": resident_id, "since": since}).all()
