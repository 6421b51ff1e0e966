"""Homes are sealed: unreadable in every file of the database, opened for the right row alone, each opening logged.

The addresses here stand in no register, so that nothing but a home could hold them.
"""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app import create_app
from models import Home, LetterCode, Resident, Unsealing, db
from neighbours.actions.help import opening
from neighbours.actions.help.opening import open_address
from neighbours.actions.moving import Actor
from neighbours.actions.people import letters, unsealing
from neighbours.actions.people.joining import keep_home
from neighbours.config import ROOT
from neighbours.database import writing
from neighbours.sealing import seal, unseal
from tests.village import NOW, sign_in_as
from tests.yes import agree, ask, person

STREET, NUMBER, CITY = "Hemmelighedsgyden", "314159265358", "Intetstedsby"
# Where a sealed home may be opened at all: for the host, on a letter, for a helper, for the owner.
OPENERS = {"unsealing.py", "letters.py", "opening.py", "profile.py"}


def move_in(app: Flask, name: str) -> int:
    """Somebody's home becomes one that no register knows, by the action that joining keeps it with."""
    resident_id = person(app, name)
    place = SimpleNamespace(street=STREET, number=NUMBER, unit="", postcode="9999", city=CITY, door_id=771_234_567_890)
    with app.app_context(), writing() as session:
        session.execute(delete(Unsealing))
        session.execute(delete(Home).where(Home.resident_id == resident_id))
        session.flush()
        keep_home(session, resident_id, place, NOW)  # type: ignore[arg-type]
    return resident_id


def test_no_file_of_the_database_holds_a_home_that_can_be_read(app_on_both: Flask) -> None:
    resident_id = move_in(app_on_both, "Anna")
    stored = everything_stored(app_on_both)
    assert b"Anna" in stored, "what is not sealed is found"
    for secret in (STREET, CITY, NUMBER, "771234567890"):
        for written in (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
            assert written not in stored, secret
    with app_on_both.app_context():
        sealed = db.session.scalar(select(Home.sealed).where(Home.resident_id == resident_id))
        assert unseal(f"home:{resident_id}", sealed or b"")["street"] == STREET


def test_the_search_would_find_one_that_is_not_sealed(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.get_one(Resident, ident_of(session, "Anna")).name = STREET
    assert STREET.encode() in everything_stored(app_on_both)


def test_a_sealed_home_opens_in_its_own_row_alone(app: Flask) -> None:
    with app.app_context():
        sealed = seal("home:17", {"street": STREET})
        for other in ("home:18", "home:1", "letter:17", "assisted:17", ""):
            with pytest.raises(ValueError, match="something else"):
                unseal(other, sealed)
        assert unseal("home:17", sealed) == {"street": STREET}


def test_whoever_moves_a_sealed_home_to_the_own_row_learns_nothing(app: Flask) -> None:
    """With a pen in the database, but without the key."""
    anna, wim = move_in(app, "Anna"), person(app, "Wim")
    with app.app_context(), writing() as session:
        stolen = session.scalar(select(Home.sealed).where(Home.resident_id == anna))
        session.scalars(select(Home).where(Home.resident_id == wim)).one().sealed = stolen or b""
    with app.app_context(), pytest.raises(ValueError, match="something else"):
        unsealing.open_waiting_homes(1, person(app, "Dorthe"), NOW)


def test_a_changed_byte_and_another_key_do_not_open_it(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        sealed = seal("home:17", {"street": STREET})
        broken = sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]
        with pytest.raises(InvalidToken):
            unseal("home:17", broken)
    with create_app({"TESTING": True, "INSTANCE": tmp_path / "other"}).app_context(), pytest.raises(InvalidToken):
        unseal("home:17", sealed)


def test_the_same_home_sealed_twice_is_not_the_same_bytes(app: Flask) -> None:
    with app.app_context():
        assert seal("home:17", {"street": STREET}) != seal("home:17", {"street": STREET})


def test_a_new_key_before_the_old_one_opens_both(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        old = seal("home:17", {"street": STREET})
    keys = tmp_path / "next" / "sealing.key"
    keys.parent.mkdir()
    keys.write_text(f"{Fernet.generate_key().decode()} {app.config['SEALING_KEYS'][0]}\n")
    with create_app({"TESTING": True, "INSTANCE": keys.parent}).app_context():
        assert unseal("home:17", old) == {"street": STREET}
        new = seal("home:17", {"street": STREET})
    with app.app_context(), pytest.raises(InvalidToken):
        unseal("home:17", new)


def test_key_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create_app({"TESTING": True, "INSTANCE": tmp_path / "house"})
    finally:
        os.umask(before)
    for name in ("sealing.key", "secret.key"):
        assert stat.S_IMODE((tmp_path / "house" / name).stat().st_mode) == 0o600


def test_the_key_is_not_in_the_database(app_on_both: Flask) -> None:
    stored = everything_stored(app_on_both)
    for key in (*app_on_both.config["SEALING_KEYS"], app_on_both.config["SECRET_KEY"]):
        assert key.encode() not in stored


def test_every_opening_for_somebody_else_is_in_the_log(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's desk, the letter, the one helper: whatever was opened, its owner can read by whom and why."""
    opened: list[str] = []

    def noting(belongs_to: str, sealed: bytes) -> dict[str, Any]:
        opened.append(belongs_to)
        return unseal(belongs_to, sealed)

    for module in (unsealing, letters, opening):
        monkeypatch.setattr(module, "unseal", noting)
    anna, wim, dorthe, bo = (person(app, name) for name in ("Anna", "Wim", "Dorthe", "Bo"))
    agreement = agree(app, ask(app))
    with app.app_context():
        open_address(agreement, by=Actor(anna), now=NOW)
        with writing() as session:
            wim_ref = session.scalar(select(Resident.ref).where(Resident.id == wim)) or ""
            ref = session.scalar(select(opening.Agreement.ref).where(opening.Agreement.id == agreement))
        letter = letters.make_letter(wim_ref, 1, dorthe, NOW)
    assert opened == []
    host, helper = sign_in_as(app, "Dorthe"), sign_in_as(app, "Bo")
    assert "Kærvej 2" in host.get("/host").text
    assert "Kærvej 2" in host.get(f"/host/letters/{letter}").text
    assert "Engvej 1" in helper.get(f"/agreements/{ref}").text
    homes = {belongs_to for belongs_to in opened if belongs_to.startswith("home:")}
    assert homes == {f"home:{wim}", f"home:{anna}"}
    assert logged(app) == {(wim, dorthe, "join"), (wim, dorthe, "letter"), (anna, bo, "agreement")}


def test_the_owner_reads_who_opened_it_and_nobody_else_does(
    app: Flask, as_person: Callable[[str], FlaskClient]
) -> None:
    as_person("Dorthe").get("/host")
    assert "<tbody>" in log_of(as_person("Wim")) and "Dorthe" in log_of(as_person("Wim"))
    for name in ("Anna", "Carl", "Hans"):
        assert "Nobody has opened it" in log_of(as_person(name)) and "<tbody>" not in log_of(as_person(name))


def log_of(person: FlaskClient) -> str:
    return person.get("/me/address-log").text.split("<main")[1].split("</main")[0]


def test_sealed_homes_are_opened_in_four_files_of_the_house_and_nowhere_else() -> None:
    naming = re.compile(r"unseal\(\s*f?[\"']home:")
    found = {path.name for path in (ROOT / "neighbours").rglob("*.py") if naming.search(path.read_text("utf-8"))}
    assert found == OPENERS


def test_a_letters_code_is_sealed_too_and_gone_once_it_is_used(app_on_both: Flask) -> None:
    dorthe, wim = sign_in_as(app_on_both, "Dorthe"), sign_in_as(app_on_both, "Wim")
    with app_on_both.app_context():
        ref = db.session.scalar(select(Resident.ref).where(Resident.name == "Wim"))
    page = dorthe.get(dorthe.post(f"/host/people/{ref}/letter").headers["Location"]).text
    code = page.split('<p class="code">')[1].split("<")[0]
    stored = everything_stored(app_on_both)
    assert code.encode() not in stored
    assert code.replace("-", "").replace(" ", "").encode() not in stored
    wim.post("/me/code", data={"code": code})
    with app_on_both.app_context():
        assert db.session.scalars(select(LetterCode.sealed)).all() == [None]


def everything_stored(app: Flask) -> bytes:
    """Every byte of the SQLite files (with the log beside them), or of a dump of every PostgreSQL table."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            path = Path(db.engine.url.database or "")
            return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
        connection = db.engine.raw_connection()
        try:
            return b"".join(_dumped(connection, table.name) for table in db.metadata.sorted_tables)
        finally:
            connection.close()


def logged(app: Flask) -> set[tuple[int | None, int | None, str]]:
    """Whose home was opened, by whom, why."""
    with app.app_context():
        rows = select(Home.resident_id, Unsealing.by_id, Unsealing.why).join(Home, Home.id == Unsealing.home_id)
        return {(row.resident_id, row.by_id, row.why) for row in db.session.execute(rows).all()}


def ident_of(session: Any, name: str) -> int:
    return int(session.scalar(select(Resident.id).where(Resident.name == name)))


def _dumped(connection: Any, table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)
