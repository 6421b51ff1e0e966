"""Areas as everybody may see them, also strangers: names, whether they are open, their host, their outline.

No number that depends on people, ever. An area that is joined to another one resolves to that main area.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from models import (
    Address,
    Area,
    Association,
    Cell,
    Door,
    Membership,
    Municipality,
    Resident,
    db,
)

main = aliased(Area)


def villages() -> Sequence[Any]:
    """Every area by its own name, with the ref of its main area: rows of name, ref, municipality. In order of names."""
    found = (
        select(Area.name, main.ref, Municipality.name.label("municipality"))
        .join(main, main.id == func.coalesce(Area.joined_to_id, Area.id))
        .join(Municipality, Municipality.id == main.municipality_id)
        .where(main.state != "closed")
        .order_by(Municipality.name, Area.name, Area.id)
    )
    return db.session.execute(found).all()


def areas_of(association_id: int) -> Sequence[Any]:
    """The areas of an association: rows of ref, label, suggestions, in the order of names."""
    own = (Area.association_id == association_id, Area.joined_to_id.is_(None))
    found = select(Area.ref, Area.label, Area.suggestions).where(*own).order_by(Area.label, Area.id)
    return db.session.execute(found).all()


def area_shapes() -> Sequence[Any]:
    """Every area's polygon and the regions of its cells, for the index in memory, in the order of keys and cells.

    Rows: id and ref (the main area's), own_id, key, polygon, cell_id, region (None: the whole cell). Polygons are WKB
    in degrees.
    """
    found = (
        select(
            main.id,
            main.ref,
            Area.id.label("own_id"),
            Area.key,
            Area.polygon,
            Cell.id.label("cell_id"),
            Cell.region,
        )
        .join(main, main.id == func.coalesce(Area.joined_to_id, Area.id))
        .outerjoin(Cell, Cell.area_id == Area.id)
        .order_by(Area.key, Area.id, Cell.id)
    )
    return db.session.execute(found).all()


def area_from_outside(ref: str, address_ref: str | None = None) -> Any:
    """One area for everybody: ref (the main area's), label, state, polygon, municipality, country, association, its
    host_name and host_phone (or None), and of an address inside the area its street, number, postcode and city.
    `own_polygon` is that of the area asked for, where it is joined to a main one; `has_addresses`: the register knows
    doors here. One statement."""
    host, inside = aliased(Resident), _inside(address_ref)
    found = (
        select(
            main.ref,
            main.label,
            main.state,
            main.polygon,
            Area.polygon.label("own_polygon"),
            Municipality.name.label("municipality"),
            Municipality.country,
            Association.name.label("association"),
            host.name.label("host_name"),
            host.phone.label("host_phone"),
            exists().where(Cell.area_id == main.id, Door.cell_id == Cell.id).label("has_addresses"),
            inside.c.street,
            inside.c.number,
            inside.c.postcode,
            inside.c.city,
        )
        .select_from(Area)
        .join(main, main.id == func.coalesce(Area.joined_to_id, Area.id))
        .join(Municipality, Municipality.id == main.municipality_id)
        .outerjoin(Association, Association.id == main.association_id)
        .outerjoin(host, host.id == _first_host())
        .outerjoin(inside, inside.c.area_id == main.id)
        .where(Area.ref == ref, main.state != "closed")
    )
    return db.session.execute(found).first()


def area_of_address(address_ref: str) -> str | None:
    """The ref of the main area in which this address of the register lies, or None."""
    inside = _inside(address_ref)
    return db.session.scalar(select(main.ref).join(inside, inside.c.area_id == main.id).where(main.state != "closed"))


def _inside(address_ref: str | None) -> Any:
    """The address with the id of the main area that its door belongs to; no row without an address."""
    area = aliased(Area)
    return (
        select(
            func.coalesce(area.joined_to_id, area.id).label("area_id"),
            Address.street,
            Address.number,
            Address.postcode,
            Address.city,
        )
        .join(Door, Door.id == Address.door_id)
        .join(Cell, Cell.id == Door.cell_id)
        .join(area, area.id == Cell.area_id)
        .where(Address.ref == (address_ref or ""))
        .subquery()
    )


def _first_host() -> Any:
    """The host whose name stands on the pages: the one who has been host for longest, as in queries/who.py."""
    hosting = select(Membership.resident_id).where(
        Membership.association_id == main.association_id, Membership.role == "host"
    )
    return hosting.order_by(Membership.since, Membership.id).limit(1).scalar_subquery()
