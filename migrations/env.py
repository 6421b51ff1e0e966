"""Runs the migrations on the app's own connection, batched so that SQLite can change constraints."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

migrate = current_app.extensions["migrate"]
db = migrate.db


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Migrations name no type of ours: a later change of models.py must not change an old migration."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "Moment" else False


def run() -> None:
    """Migrate in one transaction, with foreign keys off while SQLite rebuilds tables."""
    with db.engine.connect() as connection:
        foreign_keys(connection, "OFF")
        context.configure(
            connection=connection, target_metadata=db.metadata, render_item=render_item, **migrate.configure_args
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.rollback()
        foreign_keys(connection, "ON")


def foreign_keys(connection: Connection, state: str) -> None:
    """Said to the driver itself: inside a transaction, which SQLAlchemy would begin, SQLite does not hear it."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")  # type: ignore[union-attr]


run()
