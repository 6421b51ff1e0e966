"""What the demo shows of itself: the people one may try it as, and all that would have gone out.

Only asked behind the doors of the demo. Nothing here opens a sealed address.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, text

from models import Moment, db

PEOPLE = text(
    """
    SELECT r.ref, r.name, a.label AS place
      FROM resident r JOIN area a ON a.id = r.area_id
     WHERE r.ref IN :refs AND r.status IN ('waiting', 'confirmed')
    UNION ALL
    SELECT o.ref, o.name, m.name
      FROM official o LEFT JOIN municipality m ON m.id = o.municipality_id
     WHERE o.ref IN :refs
    """
).bindparams(bindparam("refs", expanding=True))

POST = text(
    """
    SELECT post.*, (SELECT m.zone FROM municipality m ORDER BY m.id LIMIT 1) AS zone FROM (
        SELECT d.channel AS way, d.ref, d.status, coalesce(d.sent_at, d.created_at) AS at, r.name, NULL AS area_name,
               NULL AS association_name, NULL AS contact, NULL AS resident_id, NULL AS sealed, d.id
          FROM dispatch d LEFT JOIN resident r ON r.id = d.resident_id
         WHERE d.channel <> 'host' AND d.digest_id IS NULL
        UNION ALL
        SELECT 'letter', l.ref, CASE WHEN l.used_at IS NULL THEN 'sent' ELSE 'used' END, l.made_at, r.name, a.label,
               s.name, coalesce(r.email, r.phone), r.id, l.sealed, l.id
          FROM letter_code l
          JOIN resident r ON r.id = l.resident_id
          JOIN area a ON a.id = l.area_id
          LEFT JOIN association s ON s.id = a.association_id) AS post
     ORDER BY at DESC, id DESC LIMIT :most
    """
).columns(at=Moment())


def people_to_try(refs: Sequence[str]) -> list[Row[Any]]:
    """ref, name and place of the people with these refs who are still here, in the order of the refs."""
    rows = {row.ref: row for row in db.session.execute(PEOPLE, {"refs": list(refs)})}
    return [rows[ref] for ref in refs if ref in rows]


def post(most: int) -> Sequence[Row[Any]]:
    """The newest mails, text messages and letters: way (email, text, letter), ref, status, at, zone, name.

    A letter also has area_name, association_name, contact, resident_id, and `sealed`: its code, until that was used.
    """
    return db.session.execute(POST, {"most": most}).all()
