"""One standing offer of help, as its page shows it to whoever is signed in. One statement."""

from typing import Any

from sqlalchemy import Row, text

from models import Moment, db
from neighbours.database import not_apart_from_me
from neighbours.queries.help.nearby import Viewer

ONE = text(
    """
    SELECT o.id, o.ref, o.status, o.resident_id, o.area_id, o.kind, o.subkind, o.title, o.text, o.language,
           o.languages, o.slots, o.opened_at,
           giver.name AS giver_name, giver.status AS giver_status,
           area.label AS area_name, near.band
      FROM offer o
      JOIN area ON area.id = o.area_id
      JOIN resident giver ON giver.id = o.resident_id
      LEFT JOIN near_cell near ON near.a = :cell AND near.band IN (0, 1, 2, 3, 4, 5) AND near.b = o.cell_id
     WHERE o.ref = :ref AND {giver_is_there}
    """.replace("{giver_is_there}", not_apart_from_me("o.resident_id"))
).columns(opened_at=Moment())


def one_offer(viewer: Viewer, ref: str) -> Row[Any] | None:
    """The offer with area_name and its band from the viewer's cell (None beyond reach), or None.

    Of its giver: giver_name, giver_status.
    """
    return db.session.execute(ONE, {"me": viewer.resident_id, "cell": viewer.cell_id, "ref": ref}).first()
