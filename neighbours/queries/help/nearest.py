"""Which open requests and offers are nearest, by the index alone: the inner part of the lists, for each engine.

`near_cell` is kept in the order of (a, band), and the index of open things in the order of a list within each cell. So
both engines go band by band and stop after the band that fills the page; rows of a band that are not on the page are
looked at on SQLite, and passed by on PostgreSQL, which takes a page at most from each cell (LATERAL, which SQLite has
not; there a request that is urgent is in another part of the index, so both parts are asked).
"""

ORDER = {"help_request": "thing.urgent DESC, thing.opened_at, thing.id", "offer": "thing.opened_at, thing.id"}
NOT_OWN = {
    "help_request": "thing.asker_id IS DISTINCT FROM :me AND thing.acted_by_id IS DISTINCT FROM :me",
    "offer": "thing.resident_id <> :me",
}
OWN = {
    "help_request": "SELECT own.id FROM help_request own WHERE own.asker_id = :me UNION ALL "
    "SELECT own.id FROM help_request own WHERE own.acted_by_id = :me",
    "offer": "SELECT own.id FROM offer own WHERE own.resident_id = :me",
}
SQLITE = """
    SELECT n.band, n.area_b, thing.id
      FROM near_cell n
      JOIN {table} thing ON thing.cell_id = n.b AND thing.status = 'open'
     WHERE n.a = :cell AND thing.id NOT IN ({own}){wishes}
     ORDER BY n.band, {order}
     LIMIT :most OFFSET :skip"""
POSTGRESQL = """
    SELECT n.band, n.area_b, thing.id
      FROM near_cell n
     CROSS JOIN (VALUES {urgencies}) urgency (is_urgent)
     CROSS JOIN LATERAL (
           SELECT thing.*
             FROM {table} thing
            WHERE thing.cell_id = n.b AND thing.status = 'open' AND {of_urgency} AND {not_own}{wishes}
            ORDER BY thing.opened_at, thing.id
            LIMIT CAST(:most AS bigint) + :skip) thing
     WHERE n.a = :cell
     ORDER BY n.band, {order}
     LIMIT :most OFFSET :skip"""


def nearest(table: str, engine: str, wishes: str = "") -> str:
    """A statement that gives band, area_b and id of what is nearest to :cell and not of :me, in order.

    `table`: help_request or offer. `engine`: sqlite or postgresql. `wishes`: conditions, each with AND before it.
    Values: cell, me, most, skip.
    """
    is_urgent = table == "help_request"
    return (SQLITE if engine == "sqlite" else POSTGRESQL).format(
        table=table,
        own=OWN[table],
        not_own=NOT_OWN[table],
        order=ORDER[table],
        urgencies="(TRUE), (FALSE)" if is_urgent else "(FALSE)",
        of_urgency="thing.urgent = urgency.is_urgent" if is_urgent else "NOT urgency.is_urgent",
        wishes=wishes,
    )
