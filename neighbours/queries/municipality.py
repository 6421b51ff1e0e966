"""What a municipality sees of its areas: names, associations, open or opening soon. Nobody and no number of people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text

from models import Municipality, db

OVERVIEW = text(
    """
    SELECT a.name AS area_name, a.label, a.state, s.name AS association_name, s.label AS kind, joined.label AS joined_to
      FROM area a
      LEFT JOIN association s ON s.id = a.association_id
      LEFT JOIN area joined ON joined.id = a.joined_to_id
     WHERE CAST(:municipality_id AS INTEGER) IS NULL OR a.municipality_id = :municipality_id
     ORDER BY a.name, a.id
    """
)


def countries(municipality_id: int | None) -> list[str]:
    """The country of one municipality, or those of all, as two letters each."""
    found = select(Municipality.country).distinct().order_by(Municipality.country)
    own = found if municipality_id is None else found.where(Municipality.id == municipality_id)
    return list(db.session.execute(own).scalars())


def overview(municipality_id: int | None) -> Sequence[Row[Any]]:
    """The areas of one municipality, or of all for the operator, by name."""
    return db.session.execute(OVERVIEW, {"municipality_id": municipality_id}).all()
