"""Nothing can be counted through: no internal id leaves the house, and what a URL names is long and in no order.

Every table's ids are moved into a range of their own, thirteen digits that mean nothing else; then everything that
anybody receives is searched for them.
"""

import math
import re
from itertools import pairwise

import pytest
from flask import Flask, Response, g
from sqlalchemy import Table, func, select

from models import CalendarAddress, Dispatch, HelpRequest, Home, LetterCode, Offer, Resident, db, new_ref
from neighbours.actions.telling import tell
from neighbours.database import writing
from neighbours.sealing import seal, unseal
from tests.privacy import county as places
from tests.privacy.conftest import County
from tests.privacy.crawl import Page, look, masked
from tests.privacy.people import Scene, build_scene
from tests.village import NOW, sign_in_as

FIRST, APART = 3_141_500_000_000, 3_000_000
AN_ID = re.compile(rb"31415\d{8}")
A_REF_BITS = 64
# Columns that name a row of the table which stands in their other column.
BY_NAME = dict.fromkeys(("step", "dispatch", "report", "reminder"), ("thing", "thing_id"))
# Columns that name a row without a foreign key; 0 names none.
SEEN = {"thread": ("asker_seen", "helper_seen")}


@pytest.fixture(scope="module")
def scene(county: County) -> Scene:
    made = build_scene(county())
    with made.app.app_context():
        spread_ids()
    return made


def test_no_answer_and_no_message_holds_an_internal_id(scene: Scene) -> None:
    found = {}
    for key, page in scene.seen().items():
        if ids := set(AN_ID.findall(page.bytes + b"".join(cookies_of(scene.app, page)))):
            found[key] = ids
    assert found == {}


def test_the_cookies_that_were_read_are_the_real_ones(scene: Scene) -> None:
    page = look(sign_in_as(scene.app, "Nina"), "/")
    stranger = look(scene.app.test_client(), "/nearby")
    opened = b"".join(cookies_of(scene.app, page) + cookies_of(scene.app, stranger))
    assert b"csrf_token" in opened
    assert b"_flashes" in opened


def test_an_id_that_slips_out_is_found(scene: Scene) -> None:
    def slip(response: Response) -> Response:
        response.headers["X-Who"] = f"neighbour {g.who.resident_id}"
        return response

    scene.app.after_request_funcs.setdefault(None, []).append(slip)
    try:
        assert AN_ID.search(look(scene.browsers["Nina"], "/").bytes)
    finally:
        scene.app.after_request_funcs[None].remove(slip)


def test_each_table_has_ids_of_its_own(scene: Scene) -> None:
    with scene.app.app_context():
        ids = [db.session.scalar(select(func.max(table.id))) for table in (Resident, HelpRequest, Offer, Dispatch)]
    assert all(AN_ID.fullmatch(str(ident).encode()) for ident in ids)
    assert len({(ident - FIRST) // APART for ident in ids}) == len(ids)


def test_a_ref_has_64_bits_or_more_and_is_in_no_order_of_time(app_on_both: Flask) -> None:
    refs = [new_ref() for _ in range(2_000)]
    assert len(set(refs)) == len(refs)
    assert min(map(len, refs)) * math.log2(64) >= A_REF_BITS
    assert 900 < sum(one < next_one for one, next_one in pairwise(refs)) < 1_100
    assert_made_by_chance(refs, 64)
    with app_on_both.app_context():
        names = dispatch_refs(2_000)
    assert len(set(names)) == len(names)
    assert min(map(len, names)) * math.log2(16) >= A_REF_BITS
    assert 900 < sum(one < next_one for one, next_one in pairwise(names)) < 1_100
    assert_made_by_chance(names, 16)


def test_what_one_may_not_see_answers_like_what_is_not_there(scene: Scene) -> None:
    """A draft, a request beyond reach, somebody else's agreement, letter, session."""
    with scene.app.app_context():
        vera = db.session.scalar(select(Resident.id).where(Resident.name == "Vera"))
        mine = select(HelpRequest.ref).where(HelpRequest.asker_id == vera)
        draft = db.session.scalar(mine.where(HelpRequest.status == "draft"))
        open_one = db.session.scalar(mine.where(HelpRequest.status == "open"))
        agreement = db.session.scalar(select(places.Agreement.ref))
        letter = db.session.scalar(select(LetterCode.ref))
        offer = db.session.scalar(select(Offer.ref).where(Offer.resident_id == vera))
    hidden = [
        ("Nina", f"/help/{draft}"),
        ("Nina", f"/ask/{draft}/check"),
        ("Nina", f"/ask/{open_one}/posted"),
        ("Elsa", f"/help/{open_one}"),
        ("Elsa", f"/offers/{offer}"),
        ("Nina", f"/offer/{offer}/what"),
        ("Nina", f"/agreements/{agreement}"),
        ("Hans", f"/agreements/{agreement}"),
        ("Hans", f"/host/letters/{letter}"),
        ("Mia", f"/help/{open_one}"),
        ("Wim", f"/help/{open_one}"),
        ("Wim", f"/agreements/{agreement}"),
    ]
    for name, address in hidden:
        ref = next(part for part in address.split("/") if len(part) == 12)
        unknown = address.replace(ref, new_ref())
        one, other = (look(scene.browsers[name], each) for each in (address, unknown))
        assert one.status in (403, 404), (name, address)
        assert without(one, address) == without(other, unknown), (name, address)


def without(page: Page, address: str) -> bytes:
    """The page but for its own address, which the language switch carries."""
    return masked(page).replace(address.encode(), b"")


def spread_ids() -> None:
    """Move the ids of every table into a range of their own, with all that points to them; seal anew what names one."""
    first = {table.name: FIRST + number * APART for number, table in enumerate(db.metadata.sorted_tables)}
    first["installation"] = 0
    db.session.remove()
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        for table in db.metadata.sorted_tables:
            raw.execute(f"UPDATE {table.name} SET {', '.join(_shifts(table, first))}")
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        raw.execute("PRAGMA foreign_keys=ON")
    with writing() as session:
        for table, purpose in ((Home, "home"), (LetterCode, "letter"), (CalendarAddress, "calendar")):
            for row in session.scalars(select(table).where(table.sealed.is_not(None))):
                content = unseal(f"{purpose}:{row.resident_id - first['resident']}", row.sealed)
                row.sealed = seal(f"{purpose}:{row.resident_id}", content)


def _shifts(table: Table, first: dict[str, int]) -> list[str]:
    shifts = []
    for column in table.columns:
        to = next((key.column.table.name for key in column.foreign_keys), table.name if column.name == "id" else "")
        if to:
            shifts.append(f"{column.name} = {column.name} + {first[to]}")
    if table.name in BY_NAME:
        thing, ident = BY_NAME[table.name]
        cases = " ".join(f"WHEN '{name}' THEN {number}" for name, number in first.items())
        shifts.append(f"{ident} = {ident} + CASE {thing} {cases} ELSE 0 END")
    shifts += [
        f"{column} = CASE {column} WHEN 0 THEN 0 ELSE {column} + {first['message']} END"
        for column in SEEN.get(table.name, ())
    ]
    return shifts or [f"{table.columns.keys()[0]} = {table.columns.keys()[0]}"]


def cookies_of(app: Flask, page: Page) -> list[bytes]:
    """What the signed cookies of an answer say."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    values = [value.split(";")[0].partition("=")[2] for name, value in page.headers if name == "Set-Cookie"]
    return [repr(signer.loads(value)).encode() for value in values if value]


def dispatch_refs(many: int) -> list[str]:
    """What the database names the messages by that it writes itself, in the order of writing."""
    with writing() as session:
        for _ in range(many // 5):
            people = select(Resident.id).where(Resident.status == "confirmed").limit(5)
            tell(session, "confirmed", people, thing="resident", thing_id=1, now=NOW)
    return list(db.session.scalars(select(Dispatch.ref).order_by(Dispatch.id)))


def assert_made_by_chance(refs: list[str], signs: int) -> None:
    """Every place takes every sign of the alphabet: no place is fixed, as in a UUID's version."""
    for place in range(min(map(len, refs))):
        assert len({ref[place] for ref in refs}) == signs, place
