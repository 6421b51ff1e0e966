"""The demo municipality: invented people and places, loaded into a database that is marked as a demo.

A room of its own: people.py loads associations, places and people, help.py their requests and offers. What is loaded
stands in neighbours/demo; nothing here is used by a real installation.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from models import Area, Door, Resident
from neighbours.actions.demo.help import add_offers, add_requests
from neighbours.actions.demo.people import add_people, ref_of
from neighbours.actions.demo.talk import add_talk
from neighbours.actions.places.addresses import import_addresses
from neighbours.actions.places.areas import import_areas
from neighbours.actions.setup import mark_of, set_up
from neighbours.database import writing
from neighbours.geo.areas import draft_areas
from neighbours.geo.geojson import read_features
from neighbours.rules.errors import Refused

FOLDER = Path(__file__).resolve().parents[2] / "demo"


def load_demo(now: datetime, say: Callable[[str], None] = lambda words: None) -> bool:
    """Load what is not loaded yet, each stage in one transaction; False when all of it was there already.

    Raises Refused in an installation that is set up and not marked as a demo.
    """
    people = read("people")
    _mark(people, now)
    if _count(Resident):
        return False
    if not _count(Area):
        say("Drawing five invented villages …")
        features = read_features((FOLDER / "areas.geojson").read_bytes())
        import_areas(draft_areas(features, "key", "name").areas, people["municipality"]["name"], now)
    if not _count(Door):
        say("Reading about 2,000 invented addresses …")
        with (FOLDER / "addresses.csv").open("rb") as file:
            import_addresses(file, "addresses.csv", now)
    say("Letting 120 invented neighbours move in …")
    _add_everybody(people, now)
    return True


def read(name: str) -> dict[str, Any]:
    """One of the demo's JSON files."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def _mark(people: dict[str, Any], now: datetime) -> None:
    with writing() as session:
        mark = mark_of(session)
    if mark is False:
        raise Refused("installation", "This is a real installation. The demo is never loaded into one.")
    if mark is None:
        who = people["operator"]
        operator = {"operator": who["name"], "contact_email": who["email"], "contact_phone": who["phone"]}
        columns = ("name", "role", "email", "phone", "language")
        officials = [
            {name: person[name] for name in columns} | {"ref": ref_of(person["key"])} for person in people["officials"]
        ]
        set_up(operator | {"language": who["language"]}, people["municipality"], officials, now, demo=True)


def _count(table: type[Resident] | type[Area] | type[Door]) -> int:
    with writing() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def _add_everybody(people: dict[str, Any], now: datetime) -> None:
    with writing() as session:
        ids = add_people(session, people, now)
        add_requests(session, read("requests")["requests"], ids, now)
        add_offers(session, read("offers")["offers"], ids, now)
        add_talk(session, read("talk")["threads"], ids, now)
