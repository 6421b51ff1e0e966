"""The commands of `flask`, gathered from the rooms they live in."""

from flask import Flask
from flask_migrate import Migrate

from models import db
from neighbours.commands import addresses, areas, setup, worker
from neighbours.serving import serve

COMPARE = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


def register(app: Flask) -> None:
    """Add every command to the app, and the migrations (`flask db`)."""
    Migrate(app, db, render_as_batch=True, compare_type=True, autogenerate_plugins=COMPARE)
    for room in (areas, addresses, setup, worker, serve):
        room.register(app)
