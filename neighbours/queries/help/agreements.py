"""An agreement as its two see it, what is suggested for it, and a reply with its request as the routes ask about it.

One statement each. The other's telephone is in the row only when both share it; no address is (that is
actions/help/opening.py).
"""

from typing import Any

from sqlalchemy import Boolean, Date, Row, Time, text

from models import Moment, db
from neighbours.database import not_apart_from_me, not_blocked
from neighbours.queries.help.nearby import Viewer

# Nothing is there of somebody whom one is apart from.
ASKERS_ARE_THERE = not_apart_from_me("h.asker_id", "h.acted_by_id")
THEY_ARE_THERE = f"{not_apart_from_me('a.helper_id')} AND (a.helper_id <> :me OR {ASKERS_ARE_THERE})"
# Nobody moves up who has left, or is apart from who asked (actions/help/reserve.py).
NEXT_IN_RESERVE = """(
    SELECT kept.id FROM reply kept JOIN resident r ON r.id = kept.helper_id AND r.status = 'confirmed'
     WHERE kept.help_request_id = h.id AND kept.status = 'reserve' AND h.status IN ('open', 'agreed')
       AND {together}
     ORDER BY kept.reserve_at, kept.id LIMIT 1)""".replace(
    "{together}", " AND ".join(not_blocked("kept.helper_id", f"h.{who}") for who in ("asker_id", "acted_by_id"))
)

AGREEMENT = text(
    """
    SELECT a.id, a.ref, a.status, a.when_kind, a.day, a.at_time, a.slots, a.created_at, a.ended_at,
           a.address_opened_at, a.asker_shares_phone, a.helper_shares_phone, a.helper_id,
           h.ref AS help_ref, h.status AS help_status, h.asker_id, h.acted_by_id, h.area_id, h.kind, h.subkind,
           h.title, h.text, h.language, h.minutes, h.places, h.taken, h.place_kind, h.place_text,
           place.name AS place_name, area.label AS area_name, area.association_id, m.zone,
           coalesce(asker.name, assisted.name) AS asker_name, writer.name AS writer_name, helper.name AS helper_name,
           CASE WHEN h.asker_id = :me THEN NULL ELSE coalesce(asker.name, assisted.name) END AS for_whom,
           EXISTS (SELECT 1 FROM home WHERE home.resident_id = :me AND h.asker_id = :me) AS keeps_address,
           reply.ref AS reply_ref, reply.line, reply.language AS reply_language, reply.status AS reply_status,
           NOT EXISTS (
             SELECT 1 FROM agreement later WHERE later.reply_id = a.reply_id AND later.id > a.id) AS is_newest,
           CASE WHEN a.helper_id = :me THEN helper.phone ELSE coalesce(asker.phone, assisted.phone) END AS own_phone,
           CASE WHEN NOT (a.asker_shares_phone AND a.helper_shares_phone) THEN NULL
                WHEN a.helper_id = :me THEN coalesce(asker.phone, assisted.phone) ELSE helper.phone END AS other_phone,
           (SELECT step.resident_id FROM step
             WHERE step.thing = 'agreement' AND step.thing_id = a.id AND step.move IN ('cancel', 'finish', 'miss')
             ORDER BY step.id DESC LIMIT 1) AS last_by_id,
           suggested.ref AS suggested_ref, suggested.by_id, suggested.when_kind AS suggested_kind,
           suggested.day AS suggested_day, suggested.at_time AS suggested_at, suggested.slots AS suggested_slots,
           last.by_id AS kept_by_id, next.ref AS next_ref, next_helper.name AS next_name,
           EXISTS (
             SELECT 1 FROM dispatch d
              WHERE d.resident_id IN (a.helper_id, h.asker_id, h.acted_by_id) AND d.resident_id <> :me
                AND d.thing = 'agreement' AND d.thing_id = a.id AND d.status = 'failed' AND d.done_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM dispatch later
                                 WHERE later.resident_id = d.resident_id AND later.thing = 'agreement'
                                   AND later.thing_id = a.id AND later.status = 'sent' AND later.id > d.id)
           ) AS is_unreached,
           mine.text AS my_thanks, mine.language AS my_thanks_language,
           theirs.text AS their_thanks, theirs.language AS their_thanks_language
      FROM agreement a
      JOIN help_request h ON h.id = a.help_request_id
      JOIN reply ON reply.id = a.reply_id
      JOIN area ON area.id = h.area_id
      JOIN municipality m ON m.id = area.municipality_id
      JOIN resident helper ON helper.id = a.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
      LEFT JOIN resident writer ON writer.id = h.acted_by_id AND h.assisted_person_id IS NOT NULL
      LEFT JOIN place ON place.id = h.place_id
      LEFT JOIN proposal suggested ON suggested.agreement_id = a.id AND suggested.status = 'proposed'
      LEFT JOIN proposal last ON last.status = 'declined' AND last.id = (
           SELECT max(each.id) FROM proposal each WHERE each.agreement_id = a.id)
      LEFT JOIN reply next ON next.id = {next_in_reserve}
      LEFT JOIN resident next_helper ON next_helper.id = next.helper_id
      LEFT JOIN thanks mine ON mine.agreement_id = a.id AND mine.from_id = :me
      LEFT JOIN thanks theirs ON theirs.agreement_id = a.id AND theirs.from_id <> :me
     WHERE a.ref = :ref AND (a.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me)
       AND {they_are_there}
    """.replace("{they_are_there}", THEY_ARE_THERE).replace("{next_in_reserve}", NEXT_IN_RESERVE)
).columns(
    day=Date(), at_time=Time(), suggested_day=Date(), suggested_at=Time(),
    created_at=Moment(), ended_at=Moment(), address_opened_at=Moment(),
    asker_shares_phone=Boolean(), helper_shares_phone=Boolean(), keeps_address=Boolean(), is_newest=Boolean(),
    is_unreached=Boolean(),
)  # fmt: skip

SUGGESTION = text(
    """
    SELECT s.id, s.ref, s.status, s.by_id, s.when_kind, s.day, s.at_time, s.slots, a.ref AS agreement_ref,
           a.status AS agreement_status, a.helper_id, h.asker_id, h.acted_by_id,
           coalesce(asker.name, assisted.name) AS asker_name, helper.name AS helper_name
      FROM proposal s
      JOIN agreement a ON a.id = s.agreement_id
      JOIN help_request h ON h.id = a.help_request_id
      JOIN resident helper ON helper.id = a.helper_id
      LEFT JOIN resident asker ON asker.id = h.asker_id
      LEFT JOIN assisted_person assisted ON assisted.id = h.assisted_person_id
     WHERE s.ref = :ref AND (a.helper_id = :me OR h.asker_id = :me OR h.acted_by_id = :me)
       AND {they_are_there}
    """.replace("{they_are_there}", THEY_ARE_THERE)
).columns(day=Date(), at_time=Time())

REPLY = text(
    """
    SELECT r.id, r.ref, r.status, r.helper_id, helper.name AS helper_name,
           h.ref AS help_ref, h.status AS help_status, h.asker_id, h.acted_by_id, h.area_id, r.line, r.language,
           (SELECT a.ref FROM agreement a WHERE a.reply_id = r.id AND a.status IN ('agreed', 'done')
             ORDER BY a.id DESC LIMIT 1) AS agreement_ref,
           EXISTS (SELECT 1 FROM near_cell n WHERE n.a = :cell AND n.b = h.cell_id) AS within_reach
      FROM reply r
      JOIN help_request h ON h.id = r.help_request_id
      JOIN resident helper ON helper.id = r.helper_id
     WHERE r.ref = :ref AND {helper_is_there}
       AND (h.asker_id = :me OR h.acted_by_id = :me OR {askers_are_there})
    """.replace("{helper_is_there}", not_apart_from_me("r.helper_id")).replace("{askers_are_there}", ASKERS_ARE_THERE)
).columns(within_reach=Boolean())


def one_agreement(ref: str, resident_id: int) -> Row[Any] | None:
    """Who, what, when, where, the thanks, for one of the two; None for anybody else, and for two who are apart.

    for_whom: who gets the help, if not oneself; keeps_address: one asked oneself, and an address of one's own is kept.
    own_phone: what would be shared; other_phone: only when both share.
    is_unreached: our message to the other about this agreement did not arrive, and nobody has told them since.
    is_newest: the two have no later agreement about the same help.
    suggested_…: the other day or time that waits for an answer; by_id: who suggested it. kept_by_id: who suggested
    last, where the answer was no. next_…: the reply and the name of who moves up next; only the asker may read them.
    last_by_id: who cancelled, finished or said that the other did not come. Times are UTC; `zone` is the area's own.
    """
    return db.session.execute(AGREEMENT, {"ref": ref, "me": resident_id}).one_or_none()


def one_suggestion(ref: str, resident_id: int) -> Row[Any] | None:
    """What one of the two suggested, with its agreement, for one of the two; None as of the agreement."""
    return db.session.execute(SUGGESTION, {"ref": ref, "me": resident_id}).one_or_none()


def one_reply(ref: str, viewer: Viewer) -> Row[Any] | None:
    """A reply with its request; None where the viewer is apart from one of its two.

    within_reach: whether somebody of the viewer's cell may know of the request at all.
    """
    given = {"ref": ref, "me": viewer.resident_id, "cell": viewer.cell_id}
    return db.session.execute(REPLY, given).one_or_none()
