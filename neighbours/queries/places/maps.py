"""What a map may show: areas as everybody may see them, and cells only as seen from one's own. One statement each.

A band is all that one neighbour learns of how far another one is, so cells are told apart by band and area alone.
Nothing here depends on any person but the one who looks.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models import AdjacentArea, Area, Cell, NearCell, db
from neighbours.geo.drawing import Piece

main = aliased(Area)


def cells_near(cell_id: int) -> list[Piece]:
    """Every cell of the own and the adjacent areas, with its band from this cell; an area that was never cut whole."""
    found = (
        select(main.ref, main.label, NearCell.band, Cell.whole, Cell.region, Area.polygon)
        .join(Cell, Cell.id == NearCell.b)
        .join(Area, Area.id == Cell.area_id)
        .join(main, main.id == NearCell.area_b)
        .where(NearCell.a == cell_id)
        .order_by(main.label, main.ref, NearCell.band, Cell.id)
    )
    rows = db.session.execute(found).all()
    cut = {row.ref for row in rows if not row.whole}
    return [
        Piece(row.ref, row.label, row.band, row.region or row.polygon)
        for row in rows
        if not (row.whole and row.ref in cut)
    ]


def area_and_neighbours(ref: str) -> list[Piece]:
    """An area and the ones beside it that are open or opening, for everybody; nothing of one that is closed."""
    own, head = aliased(Area), aliased(Area)
    heads = select(head.id).join(own, head.id == func.coalesce(own.joined_to_id, own.id))
    mine = heads.where(own.ref == ref, head.state != "closed").scalar_subquery()
    beside = select(func.coalesce(own.joined_to_id, own.id)).join(AdjacentArea, AdjacentArea.other_id == own.id)
    members = select(own.id).where(func.coalesce(own.joined_to_id, own.id) == mine)
    near = beside.where(AdjacentArea.area_id.in_(members))
    return _areas(_drawn().where((main.id == mine) | main.id.in_(near)))


def all_areas() -> list[Piece]:
    """Every area that is open or opening."""
    return _areas(_drawn())


def _drawn() -> Any:
    return (
        select(main.ref, main.label, Area.polygon)
        .join(main, main.id == func.coalesce(Area.joined_to_id, Area.id))
        .where(main.state != "closed")
        .order_by(main.label, main.ref, Area.id)
    )


def _areas(statement: Any) -> list[Piece]:
    rows: Sequence[Any] = db.session.execute(statement).all()
    return [Piece(row.ref, row.label, None, row.polygon) for row in rows]
