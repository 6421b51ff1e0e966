"""Which open requests and offers are nearest: the inner part of the lists.

`near_cell` is kept in the order of (a, band), and the index of open things in the order of a list within each cell. So
both engines go band by band, take a page at most from each cell, and stop after the band that fills the page. What is
urgent stands in another part of the index: requests are taken from both parts. PostgreSQL says it with LATERAL; SQLite,
which has none, takes the ids first.
"""

ORDER = {"help_request": "thing.urgent DESC, thing.opened_at, thing.id", "offer": "thing.opened_at, thing.id"}
NOT_OWN = {
    "help_request": "thing.asker_id IS DISTINCT FROM :me AND thing.acted_by_id IS DISTINCT FROM :me",
    "offer": "thing.resident_id <> :me",
}
A_PAGE_OF_A_CELL = """
           SELECT {what}
             FROM {table} thing
            WHERE thing.cell_id = n.b AND thing.status = 'open' AND {of_urgency} AND {not_own}{wishes}
            ORDER BY thing.opened_at, thing.id
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
     ORDER BY n.band, {order}
     LIMIT :most OFFSET :skip"""


def nearest(table: str, engine: str, wishes: str = "") -> str:
    """A statement that gives band, area_b and id of what is nearest to :cell and not of :me, in order.

    `table`: help_request or offer. `engine`: sqlite or postgresql. `wishes`: conditions, each with AND before it.
    Values: cell, me, most, skip.
    """
    is_urgent = table == "help_request"
    return NEAREST.replace("{from_a_cell}", FROM_A_CELL[engine]).format(
        table=table,
        not_own=NOT_OWN[table],
        order=ORDER[table],
        urgencies="SELECT TRUE AS is_urgent UNION ALL SELECT FALSE" if is_urgent else "SELECT FALSE AS is_urgent",
        of_urgency="thing.urgent = urgency.is_urgent" if is_urgent else "NOT urgency.is_urgent",
        wishes=wishes,
    )
