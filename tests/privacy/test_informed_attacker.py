"""The informed attacker knows the register, every cell, and has an account in every corner. What is left is counted.

In a county that was read in twice, somebody is let in behind every door by the real joining, asks and offers. What all
the attacker's accounts see of each is one transcript. Doors with the same transcript cannot be told apart, so the rank
of the true door among n such doors is uniform: its median is (n + 1) / 2, the exact door is met with odds 1 / n.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from models import Area, Cell, Door, HelpRequest, NearCell, Offer, Resident, db, new_ref
from neighbours.actions.people import profile
from neighbours.database import writing
from neighbours.geo.cells import K
from neighbours.geo.planar import distance_m
from tests.privacy import county as places
from tests.privacy.conftest import County
from tests.privacy.county import Lives
from tests.privacy.crawl import look
from tests.privacy.land import SOUTH, WEST
from tests.village import NOW, sign_in_as

MEDIAN_RANK, EXACT = 25, 0.02
WHERE = (Resident.area_id, Resident.cell_id)
CARD = re.compile(r'<li class="card">.*?</div></li>', re.DOTALL)
PLACE = re.compile(r'#walk"/></svg><span>(.*?)</span>')
LEADS_TO = re.compile(r'href="/(?:help|offers)/([^"]+)"')


@dataclass
class Victim:
    """Somebody behind a door, and what the attacker knows to belong to them."""

    name: str
    at: Lives
    village_only: bool
    request: str = ""
    offer: str = ""
    saw: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def transcript(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What every account saw of this person, without the names and refs that are chosen or drawn by chance."""
        return tuple(sorted(self.saw.items()))


@dataclass
class Town:
    """The county after its second register, with somebody behind every door and an account in every corner."""

    app: Flask
    victims: list[Victim]
    accounts: dict[str, FlaskClient]

    def classes(self, village_only: bool) -> list[set[int]]:
        """The doors that look alike, for all who show their corner, or for all who show their village only.

        Nobody is in them of whom no account ever saw anything.
        """
        alike = defaultdict(set)
        for victim in self.victims:
            if victim.village_only == village_only and victim.saw:
                alike[victim.transcript].add(victim.at.door_id)
        return list(alike.values())


@pytest.fixture(scope="module")
def town(county: County) -> Town:
    app = county()
    with app.app_context():
        # One neighbour of Sentby came before its register, and picked the village from the list.
        places.move_in("Sidse", None, "Sentby")
        places.import_register(places.late_lines())
        register = places.register()
        victims = _let_in(register)
        accounts = _plant(register)
    opened = Town(app, victims, {name: sign_in_as(app, name) for name in accounts})
    for name, browser in opened.accounts.items():
        _look_on(browser, name, {victim.request: victim for victim in victims} | {v.offer: v for v in victims})
    return opened


def test_the_attacker_sees_a_neighbour_behind_every_door_but_of_the_village_that_cannot_open(town: Town) -> None:
    """Ensomby has 30 doors, and nobody to be joined to in its municipality: not even its own accounts see anybody."""
    with town.app.app_context():
        ensomby = db.session.scalars(select(Area.id).where(Area.name == "Ensomby")).one()
        in_ensomby = set(db.session.scalars(select(Door.id).join(Cell).where(Cell.area_id == ensomby)))
        doors = set(db.session.scalars(select(Door.id)))
    assert len(in_ensomby) == 30
    for village_only in (False, True):
        assert set().union(*town.classes(village_only)) == doors - in_ensomby
    assert {len(victim.saw) > 2 for victim in town.victims if victim.at.area_id != ensomby} == {True}


@pytest.mark.parametrize("village_only", [False, True], ids=["corner", "village"])
def test_doors_that_look_alike_are_at_least_fifty(town: Town, village_only: bool) -> None:
    sizes = [len(doors) for doors in town.classes(village_only)]
    assert min(sizes) >= K
    ranks = [rank for size in sizes for rank in range(1, size + 1)]
    assert median(ranks) >= MEDIAN_RANK
    assert all((size + 1) / 2 >= MEDIAN_RANK for size in sizes)
    assert sum(1 for _ in sizes) / sum(sizes) <= EXACT
    assert all(1 / size <= EXACT for size in sizes)


def test_a_distance_to_the_door_in_steps_of_500_metres_would_be_caught(town: Town) -> None:
    """The count can fail: one more account that reads "about 1.5 km" singles doors out."""
    with town.app.app_context():
        far = {
            ident: round(distance_m(WEST, SOUTH, lon, lat) / 500)
            for ident, lon, lat in db.session.execute(select(Door.id, Door.lon, Door.lat)).all()
        }
    alike = Counter((victim.transcript, far[victim.at.door_id]) for victim in town.victims if not victim.village_only)
    assert min(alike.values()) < K


def test_what_is_seen_is_the_cell_and_nothing_else(town: Town) -> None:
    """The attack works as far as it may: corners are told apart, doors in them are not."""
    with town.app.app_context():
        cells = defaultdict(set)
        for ident, cell_id in db.session.execute(select(Door.id, Door.cell_id).join(Cell).where(~Cell.whole)).all():
            cells[cell_id].add(ident)
    corners = town.classes(village_only=False)
    assert sorted(map(sorted, corners)) == sorted(map(sorted, cells.values()))
    assert len(corners) > 5


def test_the_order_of_a_list_is_that_of_asking_within_a_band(town: Town) -> None:
    opened, lists = _opened(town.app), 0
    for browser in town.accounts.values():
        of_band = defaultdict(list)
        for card in _cards(browser, "/nearby"):
            of_band[PLACE.findall(card)[0]].append(opened[LEADS_TO.findall(card)[0]])
        assert all(times == sorted(times) for times in of_band.values())
        lists += sum(len(times) > K for times in of_band.values())
    assert lists > len(town.accounts)


def test_what_joining_stores_but_the_sealed_home_is_the_same_for_every_door_of_a_cell(town: Town) -> None:
    with town.app.app_context():
        rows = {row.name: row for row in db.session.scalars(select(Resident))}
        for victim in town.victims:
            row = rows[victim.name]
            whole = select(Cell.id).where(Cell.area_id == victim.at.area_id, Cell.whole)
            expected = db.session.scalar(whole) if victim.village_only else victim.at.cell_id
            assert (row.area_id, row.cell_id) == (victim.at.area_id, expected)


def test_showing_the_village_and_the_corner_again_leads_to_the_same_cell(town: Town) -> None:
    with town.app.app_context():
        for victim in town.victims[::12]:
            ident, before = db.session.execute(
                select(Resident.id, Resident.cell_id).where(Resident.name == victim.name)
            ).one()
            profile.change_shown(ident, not victim.village_only, NOW)
            profile.change_shown(ident, victim.village_only, NOW)
            assert db.session.scalar(select(Resident.cell_id).where(Resident.id == ident)) == before


def test_flats_and_houses_at_one_spot_are_one_door(town: Town) -> None:
    with town.app.app_context():
        register = places.register()
    homes = Counter(each.door_id for each in register)
    assert max(homes.values()) >= 3
    # The second register: a border between two areas, and the line between two cells.
    for street in ("Grænsevej", "Skillevej"):
        assert [each for each in register if each.street == street]


def test_a_village_under_fifty_doors_has_one_name_and_the_cells_of_its_neighbour(town: Town) -> None:
    with town.app.app_context():
        areas = {area.name: area for area in db.session.scalars(select(Area))}
        assert (areas["Lilleby"].joined_to_id, areas["Sentby"].joined_to_id) == (areas["Sydby"].id, areas["Flatby"].id)
        sidse = db.session.scalars(select(Resident).where(Resident.name == "Sidse")).one()
        whole = db.session.scalar(select(Cell.id).where(Cell.area_id == areas["Flatby"].id, Cell.whole))
        assert (sidse.area_id, sidse.cell_id) == (areas["Flatby"].id, whole)
    for browser in town.accounts.values():
        for address in ("/", "/nearby", "/nearby/offers"):
            assert not re.search(r"(?<!&amp; )(Lilleby|Sentby)(?! &amp;)", look(browser, address).body.decode())


def test_no_cell_that_anybody_is_shown_in_has_fewer_than_fifty_doors(town: Town) -> None:
    """Also across the border of a municipality: who cannot open alone is shown to nobody."""
    with town.app.app_context():
        heads = {
            ident: joined or ident for ident, joined in db.session.execute(select(Area.id, Area.joined_to_id)).all()
        }
        behind = Counter(db.session.scalars(select(Door.cell_id)))
        of_area: Counter[int] = Counter()
        rows = db.session.execute(select(Cell.id, Cell.area_id, Cell.whole)).all()
        for ident, area_id, _ in rows:
            of_area[heads[area_id]] += behind[ident]
        doors = {ident: of_area[heads[area_id]] if whole else behind[ident] for ident, area_id, whole in rows}
        shown = set(db.session.scalars(select(NearCell.b)))
    small = {ident: many for ident, many in doors.items() if 0 < many < K}
    assert small, "Ensomby is too small, and has no neighbour of its own municipality"
    assert shown.isdisjoint(small)


def test_an_area_without_a_register_is_one_cell(town: Town) -> None:
    with town.app.app_context():
        udenby = db.session.scalars(select(Area).where(Area.name == "Udenby")).one()
        cells = db.session.scalars(select(Cell).where(Cell.area_id == udenby.id)).all()
        first, second = places.move_in("Ulla", None, "Udenby"), places.move_in("Uffe", None, "Udenby")
        rows = db.session.scalars(select(Resident).where(Resident.id.in_((first, second)))).all()
        assert [cell.whole for cell in cells] == [True]
        assert {row.cell_id for row in rows} == {cells[0].id}


def _let_in(register: Iterable[Lives]) -> list[Victim]:
    """Two people behind every door: one shows the corner, one the village only. In an order that says nothing."""
    behind = {each.door_id: each for each in register}
    victims = [
        Victim(f"Offer{door}-{shows:d}", each, shows) for door, each in behind.items() for shows in (False, True)
    ]
    random.Random(7).shuffle(victims)
    places.send_codes(victim.name for victim in victims)
    for victim in victims:
        places.come_in(victim.name, victim.at.ref, village_only=victim.village_only)
    with writing() as session:
        session.execute(update(Resident).values(status="confirmed", confirmed_at=NOW, confirmed_how="letter"))
    _ask_and_offer(victims)
    return victims


def _ask_and_offer(victims: list[Victim]) -> None:
    """Those who show their corner ask by the pages' actions; their words stand for all, so the rest is copied."""
    people = {row.name: row for row in db.session.execute(select(Resident.name, Resident.id, *WHERE)).all()}
    for place, victim in enumerate(victims):
        if not victim.village_only:
            places.ask(people[victim.name].id, victim.name, minutes=place)
    first = db.session.execute(select(HelpRequest.__table__).limit(1)).one()._mapping
    copied = {name: first[name] for name in first if name not in ("id", "ref", "title", "asker_id", "opened_at")}
    requests, offers = [], []
    for place, victim in enumerate(victims):
        own = {name: getattr(people[victim.name], name) for name in ("area_id", "cell_id")} | {"title": victim.name}
        opened = {"opened_at": NOW + timedelta(minutes=place), "ref": new_ref()}
        if victim.village_only:
            requests.append(copied | own | opened | {"asker_id": people[victim.name].id})
        shared = {name: copied[name] for name in copied if name in Offer.__table__.columns}
        offers.append(shared | own | opened | {"resident_id": people[victim.name].id, "ref": new_ref()})
    with writing() as session:
        session.execute(insert(HelpRequest), requests)
        session.execute(insert(Offer), offers)
    refs = {table: _refs_by_title(table) for table in (HelpRequest, Offer)}
    for victim in victims:
        victim.request, victim.offer = refs[HelpRequest][victim.name], refs[Offer][victim.name]


def _refs_by_title(table: type[HelpRequest] | type[Offer]) -> dict[str | None, str]:
    return {row.title: row.ref for row in db.session.execute(select(table.title, table.ref)).all()}


def _opened(app: Flask) -> dict[str, datetime | None]:
    with app.app_context():
        rows = db.session.execute(select(HelpRequest.ref, HelpRequest.opened_at)).all()
        return {row.ref: row.opened_at for row in rows}


def _plant(register: Iterable[Lives]) -> list[str]:
    """An account of the attacker in each cell, and one in each area that shows the village only."""
    in_cell = {each.cell_id: each for each in register}
    in_area = {each.area_id: each for each in register}
    names = []
    for number, each in enumerate([*in_cell.values(), *in_area.values()], start=1):
        names.append(f"Spion {number}")
        places.move_in(names[-1], each, village_only=number > len(in_cell))
    return names


def _look_on(browser: FlaskClient, account: str, of_ref: dict[str, Victim]) -> None:
    """Read both lists to their end, and note each card with the one it belongs to."""
    for address in ("/nearby", "/nearby/offers"):
        for card in _cards(browser, address):
            ref = LEADS_TO.findall(card)[0]
            if ref in of_ref:
                victim = of_ref[ref]
                words = card.replace(ref, "").replace(victim.name, "")
                victim.saw[account] = (*victim.saw.get(account, ()), words)


def _cards(browser: FlaskClient, address: str) -> list[str]:
    cards: list[str] = []
    for page in range(1, 200):
        found = CARD.findall(look(browser, f"{address}?page={page}").body.decode())
        if not found:
            return cards
        cards += found
    raise AssertionError("a list without an end")
