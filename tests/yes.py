"""Material for the tests of yes: a help request of Anna's, replies, agreements, and how they stand now."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Row, select

from models import Agreement, AssistedPerson, Base, HelpRequest, Reply, Resident, Step, db
from neighbours.actions.help.agreeing import accept
from neighbours.actions.help.replying import Words, offer_help
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask
from tests.village import NOW, ident

WORDS = Words(line="Jeg kan komme fredag", language="da", share_phone=True)
FRIDAY = date(2026, 6, 5)


def person(app: Flask, name: str) -> int:
    return ident(app, Resident, name=name)


def ask(app: Flask, asker: str = "Anna", **more: Any) -> int:
    """An open help request for Friday; returns its id."""
    with app.app_context(), writing() as session:
        who = session.execute(select(Resident).where(Resident.name == asker)).scalar_one()
        columns: dict[str, Any] = {
            "asker_id": who.id, "area_id": who.area_id, "cell_id": who.cell_id, "kind": "digital",
            "title": "Hjælp til Digital Post", "language": "da", "languages": language_mask(["da"]),
            "when_kind": "day", "day": FRIDAY, "slots": WHENEVER, "place_kind": "home", "status": "open",
            "created_at": NOW, "opened_at": NOW, "expires_at": datetime(2026, 6, 5, 22, tzinfo=NOW.tzinfo),
        }  # fmt: skip
        row = HelpRequest(**(columns | more))
        session.add(row)
        session.flush()
        return row.id


def karen(app: Flask) -> int:
    """Somebody in Dorthe's cell without an account, whom Dorthe added; returns her id."""
    with app.app_context(), writing() as session:
        dorthe = session.execute(select(Resident).where(Resident.name == "Dorthe")).scalar_one()
        row = AssistedPerson(
            area_id=1, cell_id=dorthe.cell_id, name="Karen", language="da", consent_how="telefon", consent_at=NOW,
            added_by_id=dorthe.id,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def offer(app: Flask, help_request_id: int, helper: str = "Bo", at: datetime = NOW, words: Words = WORDS) -> int:
    """The helper offers; returns the reply's id."""
    helper_id = person(app, helper)
    with app.app_context():
        offer_help(help_request_id, helper_id, words, at)
    return int(stand(app, Reply, help_request_id=help_request_id, helper_id=helper_id).id)


def agree(app: Flask, help_request_id: int, helper: str = "Bo", share_phone: bool = True) -> int:
    """The helper offers and Anna says yes; returns the agreement's id."""
    reply_id = offer(app, help_request_id, helper)
    with app.app_context():
        ref = accept(reply_id, share_phone=share_phone, by=Actor(person(app, "Anna")), now=NOW)
    return int(stand(app, Agreement, ref=ref).id)


def stand(app: Flask, table: type[Base], **columns: Any) -> Row[Any]:
    """How the one row with these column values stands now."""
    (row,) = stands(app, table, **columns)
    return row


def stands(app: Flask, table: type[Base], **columns: Any) -> list[Row[Any]]:
    with app.app_context():
        wanted = [getattr(table, name) == value for name, value in columns.items()]
        return list(db.session.execute(select(*table.__table__.c).where(*wanted)).all())


def moves(app: Flask, thing: str, thing_id: int) -> list[str]:
    """The moves of a thing, in order."""
    with app.app_context():
        steps = select(Step.move).where(Step.thing == thing, Step.thing_id == thing_id).order_by(Step.id)
        return list(db.session.scalars(steps))


def add_neighbours(app: Flask, many: int) -> list[int]:
    """More confirmed neighbours in Anna's corner; their ids."""
    with app.app_context(), writing() as session:
        anna = session.execute(select(Resident).where(Resident.name == "Anna")).scalar_one()
        rows = [
            Resident(
                name=f"Nabo {number}", email=f"nabo{number}@example.org", phone=None, language="da", languages=1,
                area_id=anna.area_id, cell_id=anna.cell_id, status="confirmed", joined_at=NOW,
            )
            for number in range(many)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


MINUTES = timedelta(minutes=1)
