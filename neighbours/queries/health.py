"""Whether the database answers and stands at the newest migration: for machines that ask /healthz."""

import re
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import db
from neighbours.config import ROOT

NAMED = re.compile(r'^(revision|down_revision) = "([^"]+)"', re.MULTILINE)


def is_migrated() -> bool:
    """True once every migration of this release has run. False also when the database cannot be reached."""
    try:
        stands_at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        db.session.rollback()
        return False
    return stands_at == newest_migration()


@cache
def newest_migration() -> str | None:
    """The revision that no other follows. Read from the files: Alembic would take 12 MiB of each web worker."""
    named = [dict(NAMED.findall(file.read_text("utf-8"))) for file in (ROOT / "migrations/versions").glob("*.py")]
    ends = {each["revision"] for each in named} - {each.get("down_revision") for each in named}
    return min(ends, default=None)
