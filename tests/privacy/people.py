"""The victims, and everybody who might learn where they live, with help of every kind between them.

Vera shows her corner of Nordby, Villads his village only; Lise lives in Lilleby (joined to Sydby), Finn in Flatby (one
cell). Each asked in all states, offers, replied to Anna. Bo helps them (the address stays closed), Doris was declined.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import (
    Agreement,
    Area,
    CalendarAddress,
    Dispatch,
    HelpRequest,
    LetterCode,
    Offer,
    Reply,
    Resident,
    Thread,
    db,
)
from neighbours.actions.help import agreeing, asking, replying, thanking
from neighbours.actions.moving import Actor
from neighbours.actions.people import letters
from neighbours.actions.people.calendar import make_address, read_token
from neighbours.actions.talk.writing import Said, begin
from neighbours.mail import compose
from neighbours.messages import write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.wish_links import wish_link
from tests.privacy import county
from tests.privacy.county import Lives
from tests.privacy.crawl import Page, crawl, known_addresses
from tests.village import NOW, sign_in_as

Seen = dict[tuple[str, str], Page]


class Victim(NamedTuple):
    """Whose home the others must not learn: the name, the resident's id, the address at first."""

    name: str
    id: int
    at: Lives
    village_only: bool


VICTIMS = {"Vera": "Nordby", "Villads": "Nordby", "Lise": "Lilleby", "Finn": "Flatby", "Solvej": "Sydby"}
# Who looks on, and where they live. Wim waits to be confirmed; Dorthe and Hans are hosts; Hans of another association.
WATCHERS = {
    "Wim": "Nordby",
    "Nina": "Nordby",
    "Nils": "Nordby",
    "Sofie": "Sydby",
    "Frida": "Flatby",
    "Elsa": "Fjernby",
    "Bo": "Nordby",
    "Doris": "Nordby",
    "Anna": "Nordby",
    "Dorthe": "Nordby",
    "Hans": "Fjernby",
}
OFFICIALS = ("Mia", "Otto")
# One in each corner, one in the next village, one stranger to filters: they try every filter of a list too.
TRY_FILTERS = ("Nina", "Sofie")
# Where the own host may read addresses of people who wait: on paper. (The desk is crawled: only Wim waits.)
ON_PAPER = ("/host/letters/",)
# Where a stranger is sent from every closed page: one page of signing in stands for all.
SIGN_IN_AGAIN = ("/sign-in?next=",)


@dataclass
class Scene:
    """The application with everybody in it: the browsers of those who look on, and the victims by name."""

    app: Flask
    browsers: dict[str, FlaskClient]
    victims: list[Victim]
    addresses: list[str]

    def seen(self) -> Seen:
        """Everything that anybody can look at, by name and address, and every message that would go out."""
        stranger = crawl(stranger_with_a_secret(self.app), self.addresses, without=SIGN_IN_AGAIN)
        found = {("stranger", address): page for address, page in stranger.items()}
        for name, browser in self.browsers.items():
            without = ON_PAPER if name == "Dorthe" else ()
            pages = crawl(browser, self.addresses, filters=name in TRY_FILTERS, without=without)
            found |= {(name, address): page for address, page in pages.items()}
        return found | self.messages()

    def messages(self) -> Seen:
        """Every message in the outbox as it would be written now."""
        with self.app.test_request_context():
            columns = (Dispatch.id, Dispatch.ref, Dispatch.kind, Dispatch.channel, Dispatch.language, Dispatch.sealed)
            rows = db.session.execute(select(*columns)).all()
            about, sender = what_they_tell([row.id for row in rows]), house()
            return {("mail", row.ref): _written(row, about[row.id], sender) for row in rows}


def stranger_with_a_secret(app: Flask) -> FlaskClient:
    """A stranger whose form token has a fixed secret: the version of a page depends on it, as it must."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["csrf_token"] = "the same each time"
    return client


def build_scene(app: Flask, more: int = 0) -> Scene:
    """Everybody moves in, asks, offers, helps and thanks, by the actions behind the pages. `more`: further victims."""
    with app.app_context():
        victims = _move_in(more)
        ids = {row.name: row.id for row in db.session.execute(select(Resident.name, Resident.id)).all()}
        for host in ("Dorthe", "Hans"):
            county.make_host(ids[host])
        for victim in victims:
            (_live_fully if victim.name in ("Vera", "Villads") else _live)(ids, victim.name)
        letters.make_letter(_ref(Resident, ids["Wim"]), county.association_of(1), ids["Dorthe"], NOW)
        make_address(ids["Bo"], NOW)
        addresses = known_addresses(app, _refs(ids))
    browsers = {name: sign_in_as(app, name) for name in (*WATCHERS, *OFFICIALS)}
    # The first look at the desk leaves a line in Wim's log; every later one finds it there.
    browsers["Dorthe"].get("/host")
    return Scene(app, browsers, victims, addresses)


def twin_doors(app: Flask, victim: Victim) -> list[Lives]:
    """The addresses behind other doors of the same cell; for those who show their village only, of the same area."""
    with app.app_context():
        others = [each for each in county.register() if each.door_id != victim.at.door_id]
    if victim.village_only:
        return [each for each in others if each.area_id == victim.at.area_id]
    return [each for each in others if each.cell_id == victim.at.cell_id]


def _move_in(more: int) -> list[Victim]:
    register = county.register()
    names = {row.name: row.id for row in db.session.execute(select(Area.name, Area.id)).all()}
    homes = {name: [each for each in register if each.area_id == ident] for name, ident in names.items()}
    homes["Lilleby"] = [each for each in homes["Sydby"] if 200 <= int(each.number) < 300]
    victims = {**VICTIMS, **{f"Offer{number}": ("Nordby", "Sydby", "Flatby")[number % 3] for number in range(more)}}
    moved = []
    for place, (name, area) in enumerate({**victims, **WATCHERS}.items()):
        # Vera and Nina live in one corner; everybody behind a door of their own.
        corner = [each for each in homes[area] if each.cell_id == homes[area][0].cell_id]
        at = (
            corner[3]
            if name == "Vera"
            else corner[-1]
            if name == "Nina"
            else homes[area][5 + 7 * place % 200 % (len(homes[area]) - 5)]
        )
        village_only = name == "Villads" or (name.startswith("Offer") and place % 2 == 0)
        ident = county.move_in(name, at, village_only=village_only, confirmed=name != "Wim")
        if name in victims:
            moved.append(Victim(name, ident, at, village_only))
    return moved


def _live(ids: dict[str, int], name: str) -> None:
    """Somebody asks and offers; Doris was declined, Nina still waits for an answer, Bo helps."""
    me = ids[name]
    open_one = county.ask(me, f"{name} beder om hjælp")
    replying.decline(county.reply(open_one, ids["Doris"]), by=Actor(me), now=NOW - timedelta(minutes=30))
    county.reply(open_one, ids["Nina"])
    _talk(open_one, me, ids["Nina"])
    county.agree(county.ask(me, f"{name} har en aftale"), me, ids["Bo"])
    county.offer(me, f"{name} tilbyder")


def _talk(request_id: int, asker_id: int, helper_id: int) -> None:
    """The helper asks, the asker answers, and the helper has not read it yet."""
    for by in (helper_id, asker_id):
        begin(request_id, helper_id, Said("Passer det klokken ti?", "da"), by=Actor(by), now=NOW)


def _live_fully(ids: dict[str, int], name: str) -> None:
    """As above, and an agreement in every state; a request withdrawn, one begun; help for Anna, agreed and not yet."""
    _live(ids, name)
    me, bo, anna = ids[name], ids["Bo"], ids["Anna"]
    done = county.agree(county.ask(me, f"{name} blev hjulpet"), me, bo)
    agreeing.finish(done, by=Actor(me), now=NOW)
    thanking.say_thanks(done, "Tusind tak", "da", by=Actor(me), now=NOW)
    agreeing.miss(county.agree(county.ask(me, f"{name} ventede"), me, bo), by=Actor(me), now=NOW)
    agreeing.cancel(county.agree(county.ask(me, f"{name} aflyste"), me, bo), by=Actor(me), now=NOW)
    asking.withdraw_request(me, _ref(HelpRequest, county.ask(me, f"{name} fortrød")), NOW)
    asking.begin_request(me, "", county.WHAT, NOW)
    county.agree(county.ask(anna, f"Anna får hjælp af {name}"), anna, me)
    asked = county.ask(anna, f"Anna beder, {name} svarer")
    county.reply(asked, me)
    _talk(asked, anna, me)


def _written(row: Any, about: Any, sender: Any) -> Page:
    message = write_message(row, about, sender)
    mail = compose(message, sender.contact_email, sender.operator, NOW).as_bytes()
    return Page(0, (), mail + message.text.encode())


def _refs(ids: dict[str, int]) -> dict[str, list[str]]:
    """By blueprint, the refs of what its pages may be about. Pages of asking and offering are their owner's alone, so
    two of Vera's stand for all."""
    tables = (HelpRequest, Offer, Agreement, Area, LetterCode, Thread, Reply)
    found = [list(db.session.scalars(select(table.ref))) for table in tables]
    requests, offers, agreements, areas, papers, threads, replies = found
    mine = select(HelpRequest.ref).where(HelpRequest.asker_id == ids["Vera"], HelpRequest.status.in_(("open", "draft")))
    bos = db.session.execute(select(CalendarAddress.sealed)).scalar_one()
    return {
        "suggestions": agreements,
        "notices": [wish_link(_ref(Resident, ids["Bo"]), "agreements").rpartition("/")[2]],
        "calendars": [read_token(ids["Bo"], bos)],
        "ask": list(db.session.scalars(mine)),
        "help": requests,
        "replies": requests[:1],
        "offer": offers[:1],
        "offers": offers,
        "agreements": agreements,
        "public": areas,
        "maps": areas,
        "host": papers,
        "talk": threads,
        "beginning": [*requests[:2], *replies[:2]],
        "block": [*requests, *offers, *replies, *agreements, *threads],
        "report": [*requests[:2], *offers, *replies[:2], *agreements],
    }


def _ref(table: Any, ident: int) -> str:
    return str(db.session.execute(select(table.ref).where(table.id == ident)).scalar_one())
