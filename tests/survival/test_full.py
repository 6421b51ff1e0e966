"""The disk is full: writing is refused kindly, with nothing half-written, and reading goes on; with room all does."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from models import Agreement, HelpRequest, db
from neighbours.worker import Worker, _try_round
from tests.conftest import _build, _running
from tests.postgres import Server, programs_folder
from tests.survival.running import all_rows, offered, posted, wrong_in
from tests.village import NOW, sign_in_as
from tests.web.asking import WHAT, new_form
from tests.yes import add_neighbours, stand, stands

WORDS = "Æbletræet skal beskæres, og grenene skal køres væk. " * 18
SIZE = 160  # megabytes
MOST = 2_000


class Disk(NamedTuple):
    """A house on a disk that `fills`, but for `left` bytes, and has room again."""

    app: Flask
    fills: Callable[[int], None]
    empties: Callable[[], None]


@pytest.fixture
def small_file(app: Flask) -> Disk:
    """SQLite's own limit of a file's pages, on every connection."""
    most = [0]

    def limit(connection: Any, record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={most[0] or 1_000_000}")

    def fills(left: int) -> None:
        with app.app_context():
            pages, size = (db.session.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
            most[0] = pages + left // size
        anew()

    def empties() -> None:
        most[0] = 0
        anew()

    def anew() -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    with app.app_context():
        event.listen(db.engine, "connect", limit)
    return Disk(app, fills, empties)


@pytest.fixture
def small_disk(sqlite_village: Path, tmp_path: Path, clock: Any) -> Iterator[Disk]:
    """A PostgreSQL of its own on a disk of memory, which a file of nothing fills."""
    programs = programs_folder()
    if programs is None:
        pytest.skip("no PostgreSQL here (Debian: apt-get install postgresql)")
    with disk_of_memory() as folder:
        server = Server(programs, str(folder))
        try:
            settings = {"INSTANCE": tmp_path / "instance", "DATABASE_URL": server.keep("village")}
            shutil.copytree(sqlite_village, settings["INSTANCE"])
            _build(settings)
            ballast = folder / "ballast"
            for app in _running(settings, clock):
                yield Disk(app, lambda left: fill(ballast, left), ballast.unlink)
        finally:
            server.stop()


@contextmanager
def disk_of_memory() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="neighbours-disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "tmpfs", str(folder)]
    try:
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("only root may mount a small disk for PostgreSQL, and not in every container")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


def fill(path: Path, left: int) -> None:
    free = os.statvfs(path.parent)
    with path.open("wb") as ballast:
        ballast.write(b"\0" * max(free.f_bavail * free.f_bsize - left, 0))


@pytest.fixture(params=["small_file", "small_disk"], ids=["sqlite", "postgresql"])
def disk(request: pytest.FixtureRequest) -> Disk:
    found: Disk = request.getfixturevalue(request.param)
    return found


def post_until_refused(app: Flask, anna: FlaskClient) -> tuple[dict[str, Any], Any]:
    """One draft after the other, until there is no room: the one that was refused, and the answer."""
    for _number in range(MOST):
        words, before = WHAT | {"ref": new_form(anna), "text": WORDS}, all_rows(app)
        answer = anna.post("/ask", data=words, headers={"Origin": "http://localhost"})
        if answer.status_code != 303:
            assert all_rows(app) == before
            return words, answer
        assert len(stands(app, HelpRequest, ref=words["ref"])) == 1
    raise AssertionError("the disk was never full")


def see_refused_kindly(answer: Any) -> None:
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "120"
    assert "closed for a moment" in answer.text and WORDS.strip() in unescape(answer.text)


def see_reads(browser: FlaskClient) -> None:
    assert {browser.get(path).status_code for path in ("/", "/nearby", "/mine", "/ask", "/me")} == {200}


def see_whole_or_not(app: Flask, anna: FlaskClient, reply: str) -> None:
    """ "Yes please" on a full disk finds room in what the tables have already, or is not made at all."""
    before = all_rows(app)
    status = int(anna.post(f"/replies/{reply}/accept").status_code)
    assert (status == 303) == (all_rows(app) != before) and status in (303, 503)
    assert wrong_in(app) == []


def test_on_a_full_disk_nothing_is_half_written_and_with_room_all_goes_on(disk: Disk) -> None:
    app, anna = disk.app, sign_in_as(disk.app, "Anna")
    replies = [offered(app, posted(app, now=NOW), helper, NOW) for helper in add_neighbours(app, 6)]
    disk.fills(8192)
    refused, answer = post_until_refused(app, anna)
    see_refused_kindly(answer)
    see_reads(anna)
    for reply in replies:
        see_whole_or_not(app, anna, reply)
    assert not _try_round(app, Worker())
    see_reads(anna)
    assert wrong_in(app) == []
    disk.empties()
    assert anna.post("/ask", data=refused).status_code == 303
    assert stand(app, HelpRequest, ref=refused["ref"]).text == WORDS.strip()
    assert {anna.post(f"/replies/{reply}/accept").status_code for reply in replies} == {303}
    assert len(stands(app, Agreement)) == len(replies)
    assert not _try_round(app, Worker())
    assert wrong_in(app) == []
