"""A scene for the tests that walk every page in every role: the village of every test with something of each kind.

Anna asks: a draft just begun, one that is ready, an open request to which Bo has offered, one withdrawn, one agreed
with Bo, about which they write to each other, one done, one for which Bo suggests another day, and one with which Carl
helps and Bo is in reserve. She also has standing offers: a draft, an open and a withdrawn one. Dorthe made Wim a
letter. The database carries the mark of a demo, so that the demo's own pages are walked too. Here is no test.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from models import (
    Agreement,
    Area,
    AuthSession,
    CalendarAddress,
    Dispatch,
    HelpRequest,
    Installation,
    LetterCode,
    Message,
    Offer,
    Official,
    Proposal,
    Reply,
    Resident,
    db,
)
from neighbours.actions.help.agreeing import finish
from neighbours.actions.help.proposing import suggest
from neighbours.actions.help.reserve import keep_in_reserve
from neighbours.actions.moving import Actor
from neighbours.actions.people.calendar import make_address, read_token
from neighbours.actions.people.letters import make_letter
from neighbours.actions.talk.writing import Said, begin
from neighbours.actions.trust.reporting import report
from neighbours.database import writing
from neighbours.rules.help.asking import Days
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask
from neighbours.wish_links import wish_link
from tests.village import NOW, sign_in_as
from tests.yes import agree, ask, offer, person

WHO_IS = {
    "waiting": "Wim",
    "neighbour": "Nora",
    "elsewhere": "Elsa",
    "asker": "Anna",
    "helper": "Bo",
    "host": "Dorthe",
    "other_host": "Hans",
    "municipality": "Mia",
    "operator": "Otto",
}
SATURDAY = Days("day", date(2026, 6, 6), time(10), 1 << 15)
# Public places never change in these tests; comparing them each time would cost.
TABLES = [name for name in db.metadata.tables if name not in {"address", "door", "near_cell", "cell"}]


@dataclass
class Scene:
    """`refs`: what URLs name, by words such as "open request"; `sessions`: the ref of each role's own session.

    `is_written`: whether anything was written since `keep`, if only to be rolled back.
    """

    app: Flask
    file: Path
    refs: Mapping[str, str]
    sessions: Mapping[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    is_written: bool = True

    def browser(self, role: str) -> FlaskClient:
        """A browser in which somebody of this role is signed in, and has begun to join or to sign in where they can."""
        client = self.app.test_client()
        if role in self.cookies:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookies[role])
        return client

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Whatever is written inside the block is forgotten after it."""
        try:
            yield
        finally:
            self.come_back()

    def keep(self) -> None:
        """What is there now is what `fresh` comes back to."""
        self._let_go()
        shutil.copyfile(self.file, self.file.with_suffix(".kept"))
        self.is_written = False

    def come_back(self) -> None:
        """Forget all that was written since `keep`; quick where nothing was."""
        if self.is_written:
            self._let_go()
            shutil.copyfile(self.file.with_suffix(".kept"), self.file)
            self.is_written = False

    def changed(self) -> set[str]:
        """The tables that are not as they were kept."""
        if not self.is_written:
            return set()
        now, kept = (rows_of(file) for file in (self.file, self.file.with_suffix(".kept")))
        return {name for name in TABLES if now[name] != kept[name]}

    def notice(self, connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        """What the engine is about to execute: whether it writes."""
        self.is_written = self.is_written or statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))

    def _let_go(self) -> None:
        """Close every connection; the last one takes the write-ahead log with it."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def rows_of(file: Path) -> dict[str, list[Any]]:
    """Every row of every table that may change."""
    with closing(sqlite3.connect(file)) as opened:
        return {name: list(opened.execute(f"SELECT * FROM {name} ORDER BY 1")) for name in TABLES}


class PostgresScene(Scene):
    """The same on PostgreSQL: what is there now is kept as tables of another schema."""

    def keep(self) -> None:
        copies = [f"CREATE TABLE kept.{name} AS TABLE {name}" for name in TABLES]
        self._say("DROP SCHEMA IF EXISTS kept CASCADE", "CREATE SCHEMA kept", *copies)

    def come_back(self) -> None:
        if changed := self.changed():
            without_keys = "SET LOCAL session_replication_role = replica"
            emptied = [f"DELETE FROM {name}" for name in changed]
            self._say(without_keys, *emptied, *(f"INSERT INTO {name} TABLE kept.{name}" for name in changed))
        self.is_written = False

    def changed(self) -> set[str]:
        if not self.is_written:
            return set()
        differs = [
            f"SELECT '{name}' WHERE EXISTS ((TABLE {name} EXCEPT TABLE kept.{name}) UNION ALL "
            f"(TABLE kept.{name} EXCEPT TABLE {name}))"
            for name in TABLES
        ]
        return {row[0] for row in self._say(" UNION ALL ".join(differs))}

    def _say(self, *statements: str) -> list[Any]:
        """Everything in one transaction; the rows of the last one."""
        with self.app.app_context():
            db.session.remove()
            with db.engine.begin() as connection:
                answers = [connection.exec_driver_sql(statement) for statement in statements]
                return list(answers[-1]) if answers[-1].returns_rows else []


def build_scene(app: Flask) -> Scene:
    """Fill the village of every test; what is there now is what `fresh` comes back to."""
    _add_nora(app)
    refs = _add_help(app) | _add_offers(app) | _add_letter(app) | _add_calendar(app) | _add_notice(app) | _add_wish(app)
    with app.app_context(), writing() as session:
        session.execute(update(Installation).values(demo=True))
        session.execute(update(Resident).where(Resident.name == "Anna").values(ref="demo-anna"))
        refs["area"] = session.scalar(select(Area.ref).where(Area.name == "Anneby"))
    file = Path(app.config["INSTANCE"]) / "neighbours.sqlite"
    kind = PostgresScene if app.config["DATABASE_URL"].startswith("postgresql") else Scene
    scene = kind(app, file, refs)
    scene.cookies = {role: _cookie(app, name) for role, name in WHO_IS.items()}
    scene.sessions = _sessions(app)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", scene.notice)
    scene.keep()
    return scene


def _add_nora(app: Flask) -> None:
    """A neighbour in Anna's corner who has nothing to do with Anna's request; and Nina, who shares Carl's e-mail."""
    with app.app_context(), writing() as session:
        anna = session.execute(select(Resident).where(Resident.name == "Anna")).scalar_one()
        for name, email in (("Nora", "nora@example.org"), ("Nina", "carl@example.org")):
            row = Resident(
                name=name, email=email, language="da", languages=language_mask(["da", "en"]), slots=WHENEVER,
                area_id=anna.area_id, cell_id=anna.cell_id, reach=10_000, status="confirmed", joined_at=NOW,
            )  # fmt: skip
            session.add(row)


def _add_notice(app: Flask) -> dict[str, str]:
    """Something that Dorthe tells Nora."""
    with app.app_context(), writing() as session:
        nora = session.scalar(select(Resident.id).where(Resident.name == "Nora"))
        row = Dispatch(kind="confirmed", channel="host", resident_id=nora, language="da", created_at=NOW, due_at=NOW)
        session.add(row)
        session.flush()
        return {"host notice": row.ref}


def _add_help(app: Flask) -> dict[str, str]:
    never_posted = {"opened_at": None, "expires_at": None, "when_kind": None, "day": None, "place_kind": None}
    asked = {
        "draft request": ask(app, status="draft", **never_posted),
        "open request": ask(app),
        "withdrawn request": ask(app, status="withdrawn", withdrawn_at=NOW),
        "ready request": ask(app, status="draft", opened_at=None, expires_at=None),
        "agreed request": ask(app, when_kind="whenever", day=None),
        "done request": ask(app),
        "moved request": ask(app),
        "full request": ask(app),
    }
    replied, agreed = offer(app, asked["open request"]), agree(app, asked["agreed request"])
    done, moved = agree(app, asked["done request"]), agree(app, asked["moved request"])
    reserve = offer(app, asked["full request"])
    agree(app, asked["full request"], "Carl")
    with app.app_context():
        keep_in_reserve(reserve, by=Actor(person(app, "Anna")), now=NOW)
        suggest(moved, SATURDAY, by=Actor(person(app, "Bo")), now=NOW)
        finish(done, by=Actor(person(app, "Bo")), now=NOW)
        refs = {name: db.session.get_one(HelpRequest, ident).ref for name, ident in asked.items()}
        agreements = {"agreement": agreed, "done agreement": done, "moved agreement": moved}
        refs |= {name: db.session.get_one(Agreement, ident).ref for name, ident in agreements.items()}
        refs["thread"] = _talk(app, asked["agreed request"])
        refs |= _reports(app)
        refs["suggestion"] = db.session.execute(select(Proposal.ref)).scalar_one()
        return refs | {"reply": db.session.get_one(Reply, replied).ref}


def _talk(app: Flask, help_request_id: int) -> str:
    """Bo asks, Anna answers; needs an app context. Returns the ref of their conversation."""
    anna, bo = person(app, "Anna"), person(app, "Bo")
    ref = begin(help_request_id, bo, Said("Har du en stige, Anna?", "da"), by=Actor(bo), now=NOW)
    begin(help_request_id, bo, Said("Ja, i skuret. Send mig din MitID-kode.", "da"), by=Actor(anna), now=NOW)
    return ref


def _reports(app: Flask) -> dict[str, str]:
    """Anna told of a problem with what Bo wrote, and with Dorthe, who is the only host. Needs an app context."""
    message = db.session.execute(select(Message).order_by(Message.id)).scalars().first()
    assert message is not None
    anna, bo, dorthe = (person(app, name) for name in ("Anna", "Bo", "Dorthe"))
    about = {"reason": "unkind", "text": "Det er ikke pænt", "language": "da", "area_id": 1, "now": NOW}
    told = report(anna, thing="message", thing_id=message.id, against_id=bo, **about)  # type: ignore[arg-type]
    other = report(anna, thing="agreement", thing_id=1, against_id=dorthe, **about)  # type: ignore[arg-type]
    return {"message": message.ref, "report": told, "operator's report": other}


def _add_offers(app: Flask) -> dict[str, str]:
    with app.app_context(), writing() as session:
        anna = session.execute(select(Resident).where(Resident.name == "Anna")).scalar_one()
        whose = {"resident_id": anna.id, "area_id": anna.area_id, "cell_id": anna.cell_id, "slots": WHENEVER}
        what = {"kind": "cooking", "title": "Suppe om torsdagen", "language": "da", "languages": 1, "created_at": NOW}
        posted = {"opened_at": NOW, "expires_at": NOW.replace(year=2027)}
        rows = {
            "draft offer": Offer(**whose, **what, status="draft"),
            "open offer": Offer(**whose, **what, **posted, status="open"),
            "withdrawn offer": Offer(**whose, **what, **posted, status="withdrawn", withdrawn_at=NOW),
        }
        session.add_all(rows.values())
        session.flush()
        return {name: row.ref for name, row in rows.items()}


def _add_letter(app: Flask) -> dict[str, str]:
    dorthe = person(app, "Dorthe")
    with app.app_context():
        wim = db.session.execute(select(Resident.ref).where(Resident.name == "Wim")).scalar_one()
        letter = make_letter(wim, 1, dorthe, NOW)
        assert db.session.execute(select(LetterCode.ref)).scalar_one() == letter
        return {"waiting person": wim, "letter": letter}


def _add_calendar(app: Flask) -> dict[str, str]:
    anna = person(app, "Anna")
    with app.app_context():
        make_address(anna, NOW)
        sealed = db.session.execute(select(CalendarAddress.sealed)).scalar_one()
        return {"calendar address": read_token(anna, sealed)}


def _add_wish(app: Flask) -> dict[str, str]:
    """The end of the link in a mail to Nora."""
    with app.app_context():
        nora = db.session.execute(select(Resident.ref).where(Resident.name == "Nora")).scalar_one()
        return {"wish token": wish_link(nora, "suggestions").rpartition("/")[2]}


def _cookie(app: Flask, name: str) -> str:
    cookie = sign_in_as(app, name).get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return cookie.value


def _sessions(app: Flask) -> dict[str, str]:
    with app.app_context():
        found = {
            name: ref
            for table, column in ((Resident, AuthSession.resident_id), (Official, AuthSession.official_id))
            for name, ref in db.session.execute(
                select(table.name, AuthSession.ref).join(AuthSession, column == table.id)
            )
        }
    return {role: found[name] for role, name in WHO_IS.items()}
