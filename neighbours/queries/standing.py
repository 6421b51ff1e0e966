"""How far this installation is: asked before anything is served."""

from typing import Literal

from sqlalchemy import inspect, text

from models import db


def standing() -> Literal["empty", "demo", "real"]:
    """The word "empty" before the database is migrated and set up, then "demo" or "real" by its mark."""
    if not inspect(db.engine).has_table("installation"):
        return "empty"
    demo = db.session.execute(text("SELECT demo FROM installation")).scalar_one_or_none()
    return "empty" if demo is None else "demo" if demo else "real"
