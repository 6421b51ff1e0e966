"""An invented county for the proofs: areas and register through the real imports, people through the real joining.

Eight areas in a row, each 3.7 by 3.3 km. Nordby and Sydby are cut into cells; Lilleby (30 doors) is joined to Sydby;
Udenby has no register; Flatby is one cut cell; Sentby has no register at first, and 30 doors with the second one;
Fjernby is beyond reach of Nordby. Ensomby (30 doors) is alone in a municipality of its own, beside Fjernby.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import shapely
from sqlalchemy import func, insert, select, update

from models import (
    Address,
    Agreement,
    Area,
    Association,
    Cell,
    Door,
    HelpRequest,
    Home,
    Membership,
    Municipality,
    Offer,
    OneTimeCode,
    Place,
    Reply,
    Resident,
    db,
)
from neighbours.actions.help import agreeing, asking, offering, replying
from neighbours.actions.moving import Actor
from neighbours.actions.people.hosting import confirm_neighbour
from neighbours.actions.people.joining import Newcomer, join
from neighbours.actions.people.one_time_codes import Proof
from neighbours.actions.places.addresses import import_addresses
from neighbours.actions.places.areas import import_areas
from neighbours.actions.setup import set_up
from neighbours.database import writing
from neighbours.geo.areas import draft_areas
from neighbours.geo.geojson import read_features
from neighbours.rules.help.asking import How, What, When, Where
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.languages import language_mask
from neighbours.rules.people.contact import Contact
from neighbours.sealing import keyed_hash, seal
from tests.privacy.land import DOORS, HEIGHT, SOUTH, WEST, WIDTH, feature, line, lines_of
from tests.village import NOW

HOME_KOMMUNE, NEXT_KOMMUNE = "Prøvekøb Kommune", "Nabokøb Kommune"
LATE_DOORS = 30
CODE = "123456"
HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH"

WHAT = What("garden", None, "Græsset skal slås", "Ved huset", "da", language_mask(["da"]))
WHEN = When("whenever", None, None, WHENEVER, 60, 1)
WHERE = Where("home", None, None)
HOW = How(urgent=False, first_yes=False, noticeboard=False)


@dataclass(frozen=True)
class Lives:
    """A line of the register with what the database made of it."""

    ref: str
    door_id: int
    cell_id: int
    area_id: int
    street: str
    number: str
    unit: str
    postcode: str
    city: str

    @property
    def home(self) -> dict[str, Any]:
        """What is sealed of it."""
        parts = {name: getattr(self, name) for name in ("street", "number", "unit", "postcode", "city")}
        return parts | {"door": self.door_id}


def build_county() -> None:
    """Set up, areas, the first register, associations; needs an app context and an empty, migrated database."""
    municipality = {
        "name": HOME_KOMMUNE, "country": "DK", "zone": "Europe/Copenhagen", "population": 60_000,
        "population_source": "opdigtet", "population_year": 2026,
    }  # fmt: skip
    operator = {
        "operator": "Prøve Drift",
        "contact_email": "drift@example.org",
        "contact_phone": None,
        "language": "da",
    }
    officials = [
        {"role": role, "name": name, "email": f"{name.lower()}@example.org", "phone": None, "language": "da"}
        for role, name in (("municipality", "Mia"), ("operator", "Otto"))
    ]
    set_up(operator, municipality, officials, NOW, demo=False)
    with writing() as session:
        session.add(Municipality(**municipality | {"name": NEXT_KOMMUNE}))
    _import_areas(range(7), HOME_KOMMUNE)
    _import_areas([7], NEXT_KOMMUNE)
    import_register(line for number, many in enumerate(DOORS) for line in lines_of(number, many))
    with writing() as session:
        for area in session.scalars(select(Area).order_by(Area.id)).all():
            _add_association(session, area)


def import_register(lines: Iterable[str]) -> None:
    """Read these lines of an address file, as `flask import-addresses` does."""
    import_addresses(io.BytesIO("\n".join([HEADER, *lines, ""]).encode()), "register.csv", NOW)


def late_lines() -> list[str]:
    """The second register: Sentby's first doors, and new doors on borders of areas and on lines between cells."""
    lines = lines_of(5, LATE_DOORS)
    middle = SOUTH + HEIGHT / 2
    for number in (1, 2, 3, 5, 6):  # not the border behind which Udenby begins: it is to stay without a register
        lines.append(line(WEST + number * WIDTH, middle + number / 10_000, number, "Grænsevej"))
    for number, (lon, lat) in enumerate(_on_cut_lines(), start=1):
        lines.append(line(lon, lat, number, "Skillevej"))
    return lines


def register() -> list[Lives]:
    """Every address of the register; needs an app context."""
    main = func.coalesce(Area.joined_to_id, Area.id)
    parts = (Address.street, Address.number, Address.unit, Address.postcode, Address.city)
    found = (
        select(Address.ref, Door.id, Door.cell_id, main, *parts)
        .join(Door, Door.id == Address.door_id)
        .join(Cell, Cell.id == Door.cell_id)
        .join(Area, Area.id == Cell.area_id)
        .order_by(Address.id)
    )
    return [Lives(*row) for row in db.session.execute(found).all()]


def move_in(name: str, at: Lives | None, area: str = "", *, village_only: bool = False, confirmed: bool = True) -> int:
    """Join with an address, or with the name of an area alone; a host's yes follows. Returns the resident's id."""
    send_codes([name])
    area_ref = db.session.scalar(select(Area.ref).where(Area.name == area)) or ""
    come_in(name, at.ref if at else None, area_ref, village_only=village_only)
    person = db.session.execute(select(Resident.id, Resident.ref, Resident.area_id).where(Resident.name == name)).one()
    if confirmed:
        confirm_neighbour(person.ref, association_of(person.area_id), person.id, NOW)
        with writing() as session:  # nobody is a newcomer, who may not write to so many
            session.execute(
                update(Resident).where(Resident.id == person.id).values(confirmed_at=NOW - timedelta(days=8))
            )
    return person.id


def send_codes(names: Iterable[str]) -> None:
    """Everybody has asked for a code; it is the same one."""
    with writing() as session:
        session.execute(insert(OneTimeCode), [_code(contact_of(name)) for name in names])


def come_in(name: str, address_ref: str | None, area_ref: str = "", *, village_only: bool = False) -> None:
    """Join with the code that was sent, by the action behind the last page of joining."""
    newcomer = Newcomer(
        name=name, area_ref=area_ref, address_ref=address_ref, village_only=village_only, language="da",
        languages=language_mask(["da"]), kinds=("garden",), slots=WHENEVER, reach=10_000, share_phone=False,
    )  # fmt: skip
    join(newcomer, Proof(contact_of(name), (_code_ref(name),), CODE), "Firefox", NOW)


def contact_of(name: str) -> Contact:
    return Contact("email", f"{name.lower().replace(' ', '.')}@example.org")


def make_host(resident_id: int) -> None:
    """The neighbour becomes a host of the association of the own area."""
    with writing() as session:
        area_id = session.execute(select(Resident.area_id).where(Resident.id == resident_id)).scalar_one()
        session.add(Membership(resident_id=resident_id, association_id=association_of(area_id), role="host", since=NOW))


def association_of(area_id: int) -> int:
    """The id of the association of an area."""
    return int(db.session.execute(select(Area.association_id).where(Area.id == area_id)).scalar_one() or 0)


def ask(resident_id: int, title: str = "Græsset skal slås", minutes: int = 0) -> int:
    """Ask for help at home through all the pages' actions; returns the id. `minutes`: after NOW."""
    at = NOW + timedelta(minutes=minutes)
    words = What("garden", None, title, None, "da", language_mask(["da"]))
    ref = asking.begin_request(resident_id, "", words, at)
    asking.say_when(resident_id, ref, WHEN, 1, at)
    asking.say_where(resident_id, ref, WHERE, 2, at)
    asking.open_request(resident_id, ref, HOW, at)
    return _id_of(HelpRequest, ref)


def offer(resident_id: int, title: str = "Jeg slår gerne græs") -> int:
    """A standing offer; returns its id."""
    words = What("garden", None, title, None, "da", language_mask(["da"]))
    ref = offering.begin_offer(resident_id, "", words, NOW)
    offering.say_slots(resident_id, ref, WHENEVER, 1, NOW)
    offering.open_offer(resident_id, ref, NOW)
    return _id_of(Offer, ref)


def reply(request_id: int, helper_id: int) -> int:
    """ "I can help"; returns the reply's id."""
    replying.offer_help(request_id, helper_id, replying.Words("Jeg kommer gerne", "da", False), NOW)
    mine = select(Reply.id).where(Reply.help_request_id == request_id, Reply.helper_id == helper_id)
    return db.session.execute(mine).scalar_one()


def agree(request_id: int, asker_id: int, helper_id: int) -> int:
    """ "I can help" and "yes please"; returns the agreement's id."""
    ref = agreeing.accept(reply(request_id, helper_id), share_phone=False, by=Actor(asker_id), now=NOW)
    return _id_of(Agreement, ref)


def move_home(resident_id: int, to: Lives) -> None:
    """Only the sealed home changes: the same person behind another door."""
    with writing() as session:
        sealed = seal(f"home:{resident_id}", to.home)
        session.execute(update(Home).where(Home.resident_id == resident_id).values(sealed=sealed))


def everything_but_homes() -> dict[str, list[Any]]:
    """Every row of every table but `home`, to show that nothing else differs."""
    tables = [table for table in db.metadata.sorted_tables if table.name != "home"]
    return {table.name: [tuple(row) for row in db.session.execute(select(table)).all()] for table in tables}


def _import_areas(numbers: Iterable[int], municipality: str) -> None:
    features = [feature(number) for number in numbers]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    import_areas(draft_areas(read_features(content), "key", "name").areas, municipality, NOW)


def _on_cut_lines() -> list[tuple[float, float]]:
    """Points in the middle of the lines along which two cells of one area meet."""
    cells = db.session.execute(select(Cell.area_id, Cell.region).where(Cell.whole.is_(False))).all()
    regions = [(area_id, shapely.from_wkb(region)) for area_id, region in cells]
    points = []
    for at, (area_id, one) in enumerate(regions):
        for other_area, other in regions[at + 1 :]:
            border = shapely.intersection(one, other) if area_id == other_area else None
            if border is not None and border.length > 0:
                middle = shapely.line_interpolate_point(shapely.line_merge(border), 0.5, normalized=True)
                points.append((middle.x, middle.y))
    return points


def _add_association(session: Any, area: Area) -> None:
    """Each area gets an association and is open; each has a library."""
    name = f"{area.name} Borgerforening"
    row = Association(municipality_id=area.municipality_id, name=name, label="Borgerforening", created_at=NOW)
    session.add(row)
    session.flush()
    area.association_id, area.state, area.opened_at = row.id, "open", NOW
    session.execute(insert(Place).values(ref=f"place{area.id:07}", area_id=area.id, kind="public", name="Biblioteket"))


def _id_of(table: Any, ref: str) -> int:
    return int(db.session.execute(select(table.id).where(table.ref == ref)).scalar_one())


def _code(contact: Contact) -> dict[str, Any]:
    name = contact.address.partition("@")[0]
    return {
        "ref": _code_ref(name),
        "contact_hash": keyed_hash("contact", contact.address),
        "code_hash": keyed_hash(f"code:{contact.address}", CODE),
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=10),
    }


def _code_ref(name: str) -> str:
    return f"c-{name.lower().replace(' ', '.')}"[:16]
