"""Whether the database answers and stands at the newest migration: for machines that ask /healthz."""

from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import db
from neighbours.config import ROOT


def is_migrated() -> bool:
    """True once every migration of this release has run. False also when the database cannot be reached."""
    try:
        stands_at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        db.session.rollback()
        return False
    return stands_at == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()
