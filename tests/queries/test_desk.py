"""How the host's desk finds what a host tells: neighbour by neighbour of the association, never through the outbox."""

from typing import Any

from flask import Flask
from sqlalchemy import bindparam, text

from models import Moment, db
from neighbours.queries.people.desk import DESK
from neighbours.queries.reading import engine_name
from tests.village import NOW


def plan(app: Flask) -> str:
    """What the engine means to do, where tables are large."""
    values: dict[str, Any] = {"association_id": 1, "me": 1, "now": NOW, "since": NOW, "long_ago": NOW}
    with app.app_context():
        explain = "EXPLAIN QUERY PLAN" if engine_name() == "sqlite" else "EXPLAIN"
        if engine_name() == "postgresql":
            db.session.execute(text("SET LOCAL enable_seqscan = off"))
        moments = (bindparam(name, type_=Moment()) for name in ("now", "since", "long_ago"))
        told = text(f"{explain} {DESK.text}").bindparams(*moments)
        rows = db.session.execute(told, values | {"today": NOW.date()})
        return "\n".join(str(row[-1]) for row in rows)


def test_the_outbox_is_read_neighbour_by_neighbour(app_on_both: Flask) -> None:
    how = plan(app_on_both)
    assert "ix_dispatch_by_host" in how
    if app_on_both.config["DATABASE_URL"].startswith("postgresql"):
        assert "Index Cond: ((resident_id = r.id) AND (due_at >" in how and "Seq Scan on dispatch" not in how
    else:
        assert "SEARCH d USING INDEX ix_dispatch_by_host (resident_id=? AND due_at>? AND due_at<?)" in how
        assert "SCAN d" not in how and "SEARCH r USING INDEX ix_resident_area_id_status (area_id=?" in how
