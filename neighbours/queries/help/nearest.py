"""Which open requests and offers are nearest: the inner part of the lists.

`near_cell` is kept in the order of (a, band), and the index of open things in the order of a list within each cell. So
both engines go band by band, take a page at most from each cell, and stop after the band that fills the page. What is
urgent stands in another part of the index: requests are taken from both parts. PostgreSQL says it with LATERAL; SQLite,
which has none, takes the ids first. Where suggestions are switched off the order is the plain one of time.
While somebody is asked in person, alone, nobody else finds the request: until the first wave, or until none will come.
Whom one is apart from is left out here already: found once for the statement, so that it costs little (database.py).
"""

from neighbours.database import not_apart_from_me

URGENT_FIRST = "{near}.band, thing.urgent DESC, thing.opened_at, thing.id"
ORDER = {"help_request": URGENT_FIRST, "offer": "{near}.band, thing.opened_at, thing.id"}
NEWEST_FIRST = "thing.opened_at DESC, thing.id DESC"
NOT_OWN = {
    "help_request": "thing.asker_id IS DISTINCT FROM :me AND thing.acted_by_id IS DISTINCT FROM :me"
    " AND (thing.first_asked_id IS NULL OR thing.wave > 0 OR thing.wave_at IS NULL OR thing.first_asked_id = :me)",
    "offer": "thing.resident_id <> :me",
}
NOT_APART = {
    "help_request": not_apart_from_me("thing.asker_id", "thing.acted_by_id"),
    "offer": not_apart_from_me("thing.resident_id"),
}
A_PAGE_OF_A_CELL = """
           SELECT {what}
             FROM {table} thing
            WHERE thing.cell_id = n.b AND thing.status = 'open' AND {of_urgency} AND {not_own}{wishes}
            ORDER BY thing.opened_at{way}, thing.id{way}
            LIMIT CAST(:most AS bigint) + :skip"""
FROM_A_CELL = {
    "sqlite": f"{{table}} thing ON thing.id IN ({A_PAGE_OF_A_CELL.replace('{what}', 'thing.id')})",
    "postgresql": f"LATERAL ({A_PAGE_OF_A_CELL.replace('{what}', 'thing.*')}) thing",
}
NEAREST = """
    SELECT n.band, n.area_b, thing.id
      FROM near_cell n
     CROSS JOIN ({urgencies}) urgency
     CROSS JOIN {from_a_cell}
     WHERE n.a = :cell
     ORDER BY {order}
     LIMIT :most OFFSET :skip"""


def order_of(table: str, *, by_time: bool, near: str = "near") -> str:
    """The order of a list of `thing`; `near`: what the statement calls what has the band."""
    return NEWEST_FIRST if by_time else ORDER[table].replace("{near}", near)


def nearest(table: str, engine: str, wishes: str = "", *, by_time: bool = False) -> str:
    """A statement that gives band, area_b and id of what is nearest to :cell and not of :me, in order.

    `table`: help_request or offer. `engine`: sqlite or postgresql. `wishes`: conditions, each with AND before it.
    `by_time`: of all within reach what is newest. Values: cell, me, most, skip.
    """
    is_urgent = table == "help_request"
    return NEAREST.replace("{from_a_cell}", FROM_A_CELL[engine]).format(
        table=table,
        not_own=f"{NOT_OWN[table]} AND {NOT_APART[table]}",
        order=order_of(table, by_time=by_time, near="n"),
        way=" DESC" if by_time else "",
        urgencies="SELECT TRUE AS is_urgent UNION ALL SELECT FALSE" if is_urgent else "SELECT FALSE AS is_urgent",
        of_urgency="thing.urgent = urgency.is_urgent" if is_urgent else "NOT urgency.is_urgent",
        wishes=wishes,
    )
