"""How the lists find what is nearest: by the index, band by band; and page after page nothing is lost or twice."""

import pytest
from flask import Flask
from sqlalchemy import text

from models import db
from neighbours.database import writing
from neighbours.queries.help.nearby import Viewer, open_offers, open_requests
from neighbours.queries.help.nearest import nearest
from neighbours.queries.reading import engine_name
from tests.queries.towns import build_town

VALUES = {"me": 1, "cell": 1, "most": 21, "skip": 0}


def plan(app: Flask, table: str, wishes: str = "") -> str:
    """What the engine means to do, where tables are large."""
    with app.app_context():
        explain = "EXPLAIN QUERY PLAN" if engine_name() == "sqlite" else "EXPLAIN"
        if engine_name() == "postgresql":
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = db.session.execute(text(f"{explain} {nearest(table, engine_name(), wishes)}"), VALUES)
        return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("table", ["help_request", "offer"])
def test_the_index_gives_them_band_by_band(app_on_both: Flask, table: str) -> None:
    how = plan(app_on_both, table)
    assert f"ix_{table}_open" in how
    if app_on_both.config["DATABASE_URL"].startswith("postgresql"):
        assert "pk_near_cell" in how and "Index Cond: ((cell_id = n.b)" in how and "Seq Scan" not in how
    else:
        assert f"INDEX ix_{table}_open (cell_id=? AND status=?" in how and "SEARCH n USING PRIMARY KEY (a=?)" in how
        assert "USE TEMP B-TREE FOR ORDER BY" not in how  # of a band alone


def test_one_kind_has_an_index_of_its_own(app: Flask) -> None:
    assert "ix_help_request_open_kind (cell_id=? AND status=? AND kind=? AND urgent=?)" in plan(
        app, "help_request", " AND thing.kind = 'lift'"
    )


def test_page_after_page_gives_what_one_long_page_gives(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        with writing() as session:
            town = build_town(session, 7, 9.0, 56.0)
        seen = 0
        for person in town.neighbours[:20]:
            viewer = Viewer(person.id, _cell(person.id))
            for find in (open_requests, open_offers):
                whole = [row.id for row in find(viewer, most=1000)]
                pages = [row.id for at in range(0, len(whole) + 4, 4) for row in find(viewer, skip=at, most=4)]
                assert pages == whole and len(set(whole)) == len(whole)
                seen += len(whole)
        assert seen > 100


def _cell(ident: int) -> int:
    return int(db.session.scalar(text("SELECT cell_id FROM resident WHERE id = :id"), {"id": ident}) or 0)
