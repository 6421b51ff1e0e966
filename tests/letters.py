"""What lies in the outbox, opened: the one-time codes that went to a contact."""

from flask import Flask
from sqlalchemy import select

from models import Dispatch, db
from neighbours.sealing import unseal


def codes_sent(app: Flask) -> list[tuple[str, str]]:
    """(address, code) of every code in the outbox, oldest first; the code is blank for an unknown contact."""
    with app.app_context():
        rows = db.session.execute(
            select(Dispatch.ref, Dispatch.sealed).where(Dispatch.kind == "code").order_by(Dispatch.id)
        )
        opened = [unseal(f"dispatch:{row.ref}", row.sealed) for row in rows]
        return [(each["to"], each["code"].strip()) for each in opened]


def last_code(app: Flask) -> str:
    """The code that was sent last."""
    return codes_sent(app)[-1][1]
