"""Conversations as their two read them: all of mine, and one with its messages. One statement each.

Whoever asked, or asked for somebody, is one side; the neighbour is the other. Nobody else finds any of it, nor do two
of whom one blocked the other. While a request is not posted (any more) neither does.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.sql.selectable import TextualSelect

from models import Moment
from neighbours.database import not_blocked
from neighbours.queries.reading import read

A_PAGE = 20

# When the help has ended; NULL while it has not.
ENDED_AT = """CASE WHEN h.status IN ('done', 'withdrawn', 'expired') THEN coalesce(
                (SELECT max(step.at) FROM step
                  WHERE step.thing = 'help_request' AND step.thing_id = h.id AND step.after = h.status
                    AND step.move NOT IN ('hold_later', 'let_go')),
                h.withdrawn_at, h.expires_at) END"""

ONE = """
    SELECT t.id, t.ref, t.helper_id, t.asker_seen, t.helper_seen, h.ref AS help_ref, h.asker_id, h.acted_by_id,
           h.kind, h.title, h.language, h.status, {ended_at} AS ended_at, zoned.zone,
           helper.name AS helper_name, coalesce(asker.name, assisted.name) AS asker_name, writer.name AS writer_name,
           reply.line, reply.language AS line_language, reply.created_at AS replied_at,
           m.id AS message_id, m.ref AS message_ref, m.by_id, m.text, m.language AS message_language, m.smells, m.at,
           m.held_at, said.name AS by_name,
           m.held_at IS NOT NULL AND EXISTS (
               SELECT 1 FROM report WHERE report.against_id = m.by_id AND report.thing = 'message'
                  AND report.thing_id = m.id AND report.status = 'open') AS is_looked_at
      FROM thread t
      JOIN help_request h ON h.id = t.help_request_id
      JOIN area ON area.id = h.area_id
      JOIN municipality zoned ON zoned.id = area.municipality_id
      JOIN resident helper ON helper.id = t.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN resident writer ON writer.id = h.acted_by_id
      LEFT JOIN reply ON reply.help_request_id = h.id AND reply.helper_id = t.helper_id AND reply.line <> ''
                     AND reply.status <> 'withdrawn'
      LEFT JOIN message m ON m.thread_id = t.id AND m.id > coalesce(
            (SELECT seen.id FROM message seen WHERE seen.ref = :after AND seen.thread_id = t.id), 0)
      LEFT JOIN resident said ON said.id = m.by_id
     WHERE t.ref = :ref AND (t.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me)
       AND h.opened_at IS NOT NULL AND {together}
     ORDER BY m.id
    """

MINE = """
    WITH mine AS (
        SELECT t.id, t.helper_seen AS seen, 1 AS helps FROM thread t WHERE t.helper_id = :me
         UNION ALL
        SELECT t.id, t.asker_seen, 0 FROM help_request h JOIN thread t ON t.help_request_id = h.id
         WHERE h.asker_id = :me
         UNION ALL
        SELECT t.id, t.asker_seen, 0 FROM help_request h JOIN thread t ON t.help_request_id = h.id
         WHERE h.acted_by_id = :me AND h.asker_id IS DISTINCT FROM h.acted_by_id)
    SELECT t.ref, h.kind, h.title, h.language, zoned.zone, newest.at,
           CASE WHEN mine.helps = 1 THEN coalesce(asker.name, assisted.name) ELSE helper.name END AS other,
           (SELECT count(*) FROM message m
             WHERE m.thread_id = t.id AND m.id > mine.seen AND m.held_at IS NULL AND m.text IS NOT NULL
               AND CASE WHEN m.by_id = t.helper_id THEN 1 ELSE 0 END <> mine.helps) AS unread
      FROM mine
      JOIN thread t ON t.id = mine.id
      JOIN help_request h ON h.id = t.help_request_id
      JOIN area ON area.id = h.area_id
      JOIN municipality zoned ON zoned.id = area.municipality_id
      JOIN message newest ON newest.id = (SELECT max(m.id) FROM message m WHERE m.thread_id = t.id)
      JOIN resident helper ON helper.id = t.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE h.opened_at IS NOT NULL AND {together}
     ORDER BY newest.id DESC
     LIMIT :most OFFSET :skip
    """

OF_REPLY = """
    SELECT r.id, r.ref, r.status, h.id AS help_request_id, h.ref AS help_ref, h.kind, h.title, h.language, h.asker_id,
           h.acted_by_id, r.helper_id, helper.name AS helper_name, t.ref AS thread_ref, {ended_at} AS ended_at
      FROM reply r
      JOIN help_request h ON h.id = r.help_request_id
      JOIN resident helper ON helper.id = r.helper_id
      LEFT JOIN thread t ON t.help_request_id = h.id AND t.helper_id = r.helper_id
     WHERE r.ref = :ref AND (h.asker_id = :me OR h.acted_by_id = :me OR r.helper_id = :me)
       AND {together}
    """


def _statement(words: str, helper: str, **types: Moment) -> TextualSelect:
    """The words with when the help ended, and only where neither of the two sides blocked the other."""
    together = f"{not_blocked(helper, 'h.asker_id')} AND {not_blocked(helper, 'h.acted_by_id')}"
    return text(words.format(ended_at=ENDED_AT, together=together)).columns(**types)


THREAD = _statement(ONE, "t.helper_id", ended_at=Moment(), replied_at=Moment(), at=Moment(), held_at=Moment())
THREADS = _statement(MINE, "t.helper_id", at=Moment())
TALK_OF_REPLY = _statement(OF_REPLY, "r.helper_id", ended_at=Moment())


def one_thread(ref: str, resident_id: int, after: str = "") -> list[Any]:
    """A conversation of this person, once for each message, the oldest first; once without any; else nothing.

    `after`: the ref of the message after which to begin. ended_at (UTC): when the help ended, None while it has not.
    writer_name: the host who asked for somebody. line, line_language, replied_at: what the neighbour said beside
    "I can help". Of each message: message_id, message_ref, by_id, by_name, text (None: emptied), message_language,
    smells (codes of rules/talk/fraud.py), at, held_at (a host looks at it first), is_looked_at (a
    report holds it that nobody has looked at yet).
    """
    return read(THREAD, {"ref": ref, "me": resident_id, "after": after})


def my_threads(resident_id: int, *, skip: int = 0) -> list[Any]:
    """All conversations of this person, newest first; one more than a page.

    Rows: ref, kind, title, language, zone, at (UTC, of the newest message), other (the name), unread (a number).
    """
    return read(THREADS, {"me": resident_id, "most": A_PAGE + 1, "skip": skip})


def talk_of_reply(ref: str, resident_id: int) -> Any:
    """A reply with its request, and the ref of their conversation if there is one; for its two, else None."""
    rows = read(TALK_OF_REPLY, {"ref": ref, "me": resident_id})
    return rows[0] if rows else None
