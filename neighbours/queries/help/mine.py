"""One's own help: agreements with what is suggested for them, requests, replies, offers. One statement of five parts.

Every part has the same columns, so that a list can be drawn from any of them. home.py adds what is nearby.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Time, bindparam, text
from sqlalchemy.sql.selectable import TextualSelect

from models import Moment
from neighbours.database import not_apart_from_me
from neighbours.queries.reading import read
from neighbours.rules.moves import UNDO

MOST = 40  # of each part; what is older has been closed for long
A_DAY = timedelta(hours=22)  # a summer day of ours ends at 22 in UTC; a winter one is over an hour early here
NEWS = timedelta(days=7)  # so long the pages say what the other one did

# Nothing is there of somebody whom one is apart from.
ASKERS_ARE_THERE = not_apart_from_me("h.asker_id", "h.acted_by_id")

OWN_AGREEMENTS = """
    SELECT gives.id FROM agreement gives JOIN help_request h ON h.id = gives.help_request_id
     WHERE gives.helper_id = :me AND {askers_are_there} UNION ALL
    SELECT gets.id FROM help_request own JOIN agreement gets ON gets.help_request_id = own.id
     WHERE own.asker_id = :me AND {helper_is_there} UNION ALL
    SELECT gets.id FROM help_request own JOIN agreement gets ON gets.help_request_id = own.id
     WHERE own.acted_by_id = :me AND {helper_is_there}
    """.replace("{askers_are_there}", ASKERS_ARE_THERE).replace(
    "{helper_is_there}", not_apart_from_me("gets.helper_id")
)

AGREEMENTS = """
    SELECT 'agreement' AS part, row_number() OVER (
             ORDER BY g.status <> 'agreed', CASE WHEN g.status = 'agreed' THEN g.day END, g.ended_at DESC, g.id DESC
           ) AS place,
           g.ref, g.status, h.status AS help_status, h.ref AS help_ref, h.kind, h.title, h.language,
           g.when_kind, g.day, g.at_time, g.slots, h.minutes, h.places, h.taken, h.place_kind, p.name AS place_name,
           h.place_text, h.urgent, 0 AS band, '' AS area_name, NULL AS reply_status,
           0 AS replies, g.helper_id = :me AS helps,
           CASE WHEN h.asker_id = :me THEN NULL ELSE coalesce(asker.name, assisted.name) END AS for_whom,
           CASE WHEN g.helper_id = :me THEN coalesce(asker.name, assisted.name) ELSE helper.name END AS who,
           CASE WHEN g.status <> 'agreed' OR NOT (g.asker_shares_phone AND g.helper_shares_phone) THEN NULL
                WHEN g.helper_id = :me THEN coalesce(asker.phone, assisted.phone) ELSE helper.phone END AS phone,
           CASE WHEN g.status = 'cancelled' AND g.ended_at >= :news_since
                 AND NOT EXISTS (SELECT 1 FROM agreement later WHERE later.reply_id = g.reply_id AND later.id > g.id)
                 AND (g.helper_id = :me) <> (g.helper_id = (
                     SELECT step.resident_id FROM step
                      WHERE step.thing = 'agreement' AND step.thing_id = g.id AND step.move = 'cancel'
                      ORDER BY step.id DESC LIMIT 1)) THEN 'cancelled'
                WHEN g.status = 'done' AND EXISTS (
                     SELECT 1 FROM thanks WHERE thanks.agreement_id = g.id AND thanks.from_id <> :me
                                            AND thanks.at >= :news_since) THEN 'thanked'
                WHEN g.status = 'done' AND g.ended_at >= :news_since AND g.helper_id <> :me AND NOT EXISTS (
                     SELECT 1 FROM thanks WHERE thanks.agreement_id = g.id AND thanks.from_id = :me) THEN 'done'
                WHEN g.status = 'agreed' AND g.when_kind <> 'day' AND NOT EXISTS (
                     SELECT 1 FROM proposal s WHERE s.agreement_id = g.id AND s.status = 'proposed'
                                                AND (s.when_kind <> 'day' OR s.day > :day_ago)) THEN 'no_day'
                WHEN g.status = 'agreed' AND h.place_kind = 'home' AND g.address_opened_at IS NULL
                 AND (g.when_kind <> 'day' OR g.day > :day_ago)
                 AND EXISTS (SELECT 1 FROM home WHERE home.resident_id = :me AND h.asker_id = :me) THEN 'address'
                END AS news
      FROM agreement g
      JOIN help_request h ON h.id = g.help_request_id
      JOIN resident helper ON helper.id = g.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN place p ON p.id = h.place_id
     WHERE g.id IN ({own})
    """.replace("{own}", OWN_AGREEMENTS)

# What was suggested: by the other one, to be answered; by oneself, answered of late.
SUGGESTIONS = """
    SELECT 'suggestion' AS part, row_number() OVER (ORDER BY s.id DESC) AS place,
           g.ref, g.status, h.status AS help_status, h.ref AS help_ref, h.kind, h.title, h.language,
           s.when_kind, s.day, s.at_time, s.slots, h.minutes, h.places, h.taken, h.place_kind, NULL AS place_name,
           h.place_text, h.urgent, 0 AS band, '' AS area_name, NULL AS reply_status,
           0 AS replies, g.helper_id = :me AS helps, NULL AS for_whom,
           CASE WHEN g.helper_id = :me THEN coalesce(asker.name, assisted.name) ELSE helper.name END AS who,
           NULL AS phone,
           CASE WHEN s.status = 'accepted' THEN 'moved' WHEN s.status = 'declined' THEN 'kept'
                WHEN s.day = g.day THEN 'timed' ELSE 'suggested' END AS news
      FROM proposal s
      JOIN agreement g ON g.id = s.agreement_id AND g.status = 'agreed'
      JOIN help_request h ON h.id = g.help_request_id
      JOIN resident helper ON helper.id = g.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE g.id IN ({own})
       AND (s.when_kind <> 'day' OR s.day > :day_ago)
       AND ((s.status = 'proposed' AND (g.helper_id = :me) <> (s.by_id = g.helper_id)) OR
            (s.status IN ('accepted', 'declined') AND s.by_id = :me AND s.answered_at >= :news_since
             AND NOT EXISTS (SELECT 1 FROM proposal later WHERE later.agreement_id = g.id AND later.id > s.id)))
    """.replace("{own}", OWN_AGREEMENTS)

REPLIES = """
    SELECT 'reply' AS part, row_number() OVER (ORDER BY r.created_at DESC, r.id) AS place,
           r.ref, CASE WHEN (r.status = 'reserve' OR r.status = 'declined' AND r.reserve_at IS NOT NULL AND EXISTS (
                 SELECT 1 FROM step WHERE step.thing = 'reply' AND step.thing_id = r.id AND step.move = 'decline'
                                      AND step.at >= :undo_since))
                  AND h.status = 'agreed' AND (h.when_kind <> 'day' OR h.day > :day_ago) THEN 'reserve'
                WHEN r.status = 'reserve' OR r.status = 'declined' AND EXISTS (
                 SELECT 1 FROM step WHERE step.thing = 'reply' AND step.thing_id = r.id AND step.move = 'decline'
                                      AND step.at >= :undo_since) THEN 'offered' ELSE r.status END AS status,
           h.status AS help_status, h.ref AS help_ref, h.kind, h.title, h.language,
           h.when_kind, h.day, h.at_time, h.slots, h.minutes, h.places, h.taken, h.place_kind, p.name AS place_name,
           h.place_text, h.urgent, 0 AS band, '' AS area_name, NULL AS reply_status,
           0 AS replies, TRUE AS helps, coalesce(asker.name, assisted.name) AS for_whom,
           coalesce(asker.name, assisted.name) AS who, NULL AS phone, NULL AS news
      FROM reply r
      JOIN help_request h ON h.id = r.help_request_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN place p ON p.id = h.place_id
     WHERE r.helper_id = :me AND r.status IN ('offered', 'reserve', 'declined') AND h.status NOT IN ('draft', 'held')
       AND {askers_are_there}
    """.replace("{askers_are_there}", ASKERS_ARE_THERE)

REQUESTS = """
    SELECT 'request' AS part, row_number() OVER (ORDER BY h.id DESC) AS place,
           h.ref, h.status, h.status AS help_status, h.ref AS help_ref, h.kind, h.title, h.language,
           coalesce(g.when_kind, h.when_kind) AS when_kind, CASE WHEN g.id IS NULL THEN h.day ELSE g.day END AS day,
           CASE WHEN g.id IS NULL THEN h.at_time ELSE g.at_time END AS at_time, coalesce(g.slots, h.slots) AS slots,
           h.minutes, h.places, h.taken, h.place_kind, p.name AS place_name,
           h.place_text, h.urgent, 0 AS band, '' AS area_name, NULL AS reply_status,
           (SELECT count(*) FROM reply r
             WHERE r.help_request_id = h.id AND r.status IN ('offered', 'reserve')) AS replies,
           FALSE AS helps,
           CASE WHEN h.asker_id = :me THEN NULL ELSE coalesce(asker.name, assisted.name) END AS for_whom,
           NULL AS who, NULL AS phone,
           CASE WHEN h.status = 'open' AND EXISTS (
                SELECT 1 FROM reply r WHERE r.help_request_id = h.id AND r.status IN ('offered', 'reserve'))
                THEN 'offered' END AS news
      FROM help_request h
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN place p ON p.id = h.place_id
      LEFT JOIN agreement g ON h.places = 1 AND h.status IN ('agreed', 'done') AND g.help_request_id = h.id
                           AND g.status IN ('agreed', 'done')
     WHERE h.id IN (SELECT own.id FROM help_request own WHERE own.asker_id = :me UNION ALL
                    SELECT own.id FROM help_request own WHERE own.acted_by_id = :me)
    """

OFFERS = """
    SELECT 'offer' AS part, row_number() OVER (ORDER BY o.id DESC) AS place,
           o.ref, o.status, o.status AS help_status, o.ref AS help_ref, o.kind, o.title, o.language,
           'weekdays' AS when_kind, CAST(NULL AS date) AS day, CAST(NULL AS time) AS at_time, o.slots,
           CAST(NULL AS integer) AS minutes, 1 AS places, 0 AS taken,
           NULL AS place_kind, NULL AS place_name, NULL AS place_text, FALSE AS urgent, 0 AS band,
           '' AS area_name, NULL AS reply_status, 0 AS replies, TRUE AS helps,
           NULL AS for_whom, NULL AS who, NULL AS phone, NULL AS news
      FROM offer o
     WHERE o.resident_id = :me
    """

CUT = "SELECT * FROM (SELECT * FROM ({part}) found ORDER BY place LIMIT :most) cut"


def mine(resident_id: int, now: datetime) -> dict[str, list[Any]]:
    """The parts `agreement`, `suggestion`, `reply`, `request` and `offer`, each in its order.

    Rows: part, ref, status, help_status and help_ref (of the request that it is about), kind, title, language,
    when_kind, day, at_time, slots, minutes, places, taken, place_kind, place_name, place_text, urgent, replies (that
    wait for an answer), helps (one is the helper), for_whom (who gets the help, if not oneself), who (the other's
    name), phone (the other's, while both share theirs), news (`cancelled` by the other, `thanked` by the other, `done`
    and not yet thanked for by me, of late; `no_day`: none is agreed on, nor suggested;
    `address`: the helper cannot see mine yet; `offered`: somebody waits for my
    answer). A `suggestion` has the ref and status of its agreement, when it is suggested for, and as news `suggested`
    (of the same day: `timed`) by the other, or `moved` or `kept` by the other's answer to mine.
    A "no thank you" of the last ten minutes still reads offered, or reserve: it can be taken back. A reply reads
    reserve while every place is taken and the day has not passed, else offered.
    """
    return parts_of(IN_PARTS, {"me": resident_id, "most": MOST} | moments(now))


def moments(now: datetime) -> dict[str, datetime]:
    """The moments that the parts ask about: since when a no can be taken back, since when something is news.

    `day_ago`: a day that begins after it has not passed.
    """
    return {"day_ago": now - A_DAY, "undo_since": now - UNDO, "news_since": now - NEWS}


def in_parts(*parts: str) -> TextualSelect:
    """One statement of several parts with the same columns, each cut to its first :most rows."""
    cut = [CUT.replace("{part}", part) for part in parts]
    whole = text(" UNION ALL ".join(cut) + " ORDER BY part, place")
    typed = whole.bindparams(*(bindparam(name, type_=Moment()) for name in ("day_ago", "undo_since", "news_since")))
    return typed.columns(day=Date(), at_time=Time(), urgent=Boolean(), helps=Boolean())


def parts_of(statement: TextualSelect, given: dict[str, Any]) -> dict[str, list[Any]]:
    """The rows of each part of a statement made by `in_parts`; a part without a row is left out."""
    found: dict[str, list[Any]] = {}
    for row in read(statement, given):
        found.setdefault(row.part, []).append(row)
    return found


IN_PARTS = in_parts(AGREEMENTS, SUGGESTIONS, REPLIES, REQUESTS, OFFERS)
