"""One request for help, as its page shows it to whoever is signed in. One statement.

Replies come along with it: all of them to the asker, one's own to anybody else. No address, and nothing of anybody's
cell but the band. Who may see which part is decided in rules/help/showing.py.
"""

from typing import Any

from sqlalchemy import Boolean, Date, Row, Time, text

from models import Moment, db
from neighbours.database import not_apart_from_me
from neighbours.queries.help.nearby import Viewer

ONE = text(
    """
    SELECT h.id, h.ref, h.status, h.asker_id, h.acted_by_id, h.area_id, h.kind, h.subkind, h.title, h.text, h.language,
           h.languages, coalesce(settled.when_kind, h.when_kind) AS when_kind,
           CASE WHEN settled.id IS NULL THEN h.day ELSE settled.day END AS day,
           CASE WHEN settled.id IS NULL THEN h.at_time ELSE settled.at_time END AS at_time,
           coalesce(settled.slots, h.slots) AS slots, h.minutes, h.places, h.taken, h.place_kind,
           h.place_text, h.urgent, h.first_yes, h.opened_at, h.expires_at,
           h.first_asked_id,
           place.name AS place_name, area.label AS area_name, area.ref AS area_ref, area.association_id, near.band,
           coalesce(asker.name, assisted.name) AS asker_name, writer.name AS writer_name,
           me.phone AS own_phone, me.share_phone AS shares_phone,
           NOT ({askers_are_there}) AS is_apart,
           EXISTS (SELECT 1 FROM report WHERE report.area_id = h.area_id AND report.status = 'open'
                      AND report.thing = 'help_request' AND report.thing_id = h.id) AS is_looked_at,
           r.ref AS reply_ref, CASE WHEN {helper_is_there} THEN r.status ELSE 'withdrawn' END AS reply_status,
           r.line, r.language AS reply_language, r.helper_id, r.reserve_at,
           (SELECT max(step.at) FROM step
             WHERE step.thing = 'reply' AND step.thing_id = r.id AND step.move = 'decline') AS declined_at,
           helper.name AS helper_name, lives.band AS helper_band, lived.label AS helper_area_name,
           agreed.ref AS agreement_ref, agreed.status AS agreement_status, invited.reasons AS asked_for,
           invited.not_now_at, talk.ref AS thread_ref
      FROM help_request h
      JOIN area ON area.id = h.area_id
      JOIN resident me ON me.id = :me
      LEFT JOIN place ON place.id = h.place_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN resident writer ON writer.id = h.acted_by_id AND h.assisted_person_id IS NOT NULL
      LEFT JOIN near_cell near ON near.a = :cell AND near.band IN (0, 1, 2, 3, 4, 5) AND near.b = h.cell_id
      LEFT JOIN reply r ON r.help_request_id = h.id AND (r.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me)
      LEFT JOIN resident helper ON helper.id = r.helper_id AND {helper_is_there}
      LEFT JOIN area lived ON lived.id = helper.area_id
      LEFT JOIN near_cell lives ON lives.a = h.cell_id AND lives.band IN (0, 1, 2, 3, 4, 5)
                               AND lives.b = helper.cell_id
      LEFT JOIN agreement agreed ON agreed.id = (SELECT max(last.id) FROM agreement last WHERE last.reply_id = r.id)
      LEFT JOIN thread talk ON talk.help_request_id = h.id AND talk.helper_id = coalesce(r.helper_id, :me)
      LEFT JOIN agreement settled ON h.places = 1 AND h.status IN ('agreed', 'done')
                                 AND settled.help_request_id = h.id AND settled.status IN ('agreed', 'done')
                                 AND :me IN (settled.helper_id, h.asker_id, h.acted_by_id)
      LEFT JOIN invitation invited ON invited.help_request_id = h.id AND invited.resident_id = :me
     WHERE h.ref = :ref
     ORDER BY r.created_at, r.id
    """.replace("{askers_are_there}", not_apart_from_me("h.asker_id", "h.acted_by_id")).replace(
        "{helper_is_there}", not_apart_from_me("r.helper_id")
    )
).columns(
    day=Date(),
    at_time=Time(),
    urgent=Boolean(),
    first_yes=Boolean(),
    shares_phone=Boolean(),
    is_apart=Boolean(),
    is_looked_at=Boolean(),
    opened_at=Moment(),
    expires_at=Moment(),
    reserve_at=Moment(),
    declined_at=Moment(),
    not_now_at=Moment(),
)


def one_request(viewer: Viewer, ref: str) -> list[Row[Any]]:
    """The request once for each reply that the viewer may know of, the oldest first; once without any; else nothing.

    `band`: how far it is from the viewer's cell, None beyond reach. asker_name; writer_name, where a host asked for
    somebody without an account. Of each reply: reply_ref, reply_status, line, reply_language, helper_id, helper_name,
    helper_band (from the request's cell), helper_area_name, declined_at, reserve_at (UTC), and the latest
    agreement_ref and agreement_status that it led to. own_phone, shares_phone are the viewer's own;
    is_apart: one of the viewer and who asked blocked the other; the reply of somebody blocked is withdrawn.
    is_looked_at: somebody told of a problem with it, and nobody has looked yet.
    asked_for: the reasons for which the viewer was asked to help (rules/help/choosing.py), or None; not_now_at (UTC):
    when the viewer said "not this time" to that. When: for its two the day that they agreed on, where there is one
    helper. thread_ref: of the conversation with this helper, or the viewer's own.
    """
    return list(db.session.execute(ONE, {"me": viewer.resident_id, "cell": viewer.cell_id, "ref": ref}).all())
