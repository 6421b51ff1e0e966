"""Starting the real house: `flask serve` on a village of the tests, and what `make` says before it starts anything."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from neighbours.queries.standing import standing
from tests.processes import HERE, children_of, families, page, start, wait_until

FORM = "Content-Type: application/x-www-form-urlencoded"
SERVE = (sys.executable, "-m", "flask", "--app", "app", "serve")
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def instance(sqlite_village: Path, tmp_path: Path) -> Path:
    """The data of a real village, in a folder of its own."""
    return Path(shutil.copytree(sqlite_village, tmp_path / "instance"))


@pytest.fixture
def serve(instance: Path) -> Iterator[Start]:
    """Start `flask serve` on that data, on any free port."""
    started: list[subprocess.Popen[str]] = []

    def begin(**settings: str) -> subprocess.Popen[str]:
        started.append(
            start(*SERVE, **{"INSTANCE": str(instance), "PORT": "0", "WORKERS": "1", "DATABASE_URL": "", **settings})
        )
        return started[-1]

    yield begin
    for process in started:
        process.terminate()
        process.communicate(timeout=30)


def grown_up(process: subprocess.Popen[str]) -> tuple[str, set[int]]:
    """The printed address once pages and worker run, and everything that was started."""
    address = process.stdout.readline().strip()
    assert page(address, "/healthz")
    family = {process.pid, *children_of(process.pid)}
    return address, family | {child for parent in family for child in children_of(parent)}


def test_a_real_house_with_a_mail_server_prints_its_address_and_nothing_else(serve):
    house = serve(SMTP_HOST="mail.example.org")
    address, _ = grown_up(house)
    house.terminate()
    assert address.startswith("http://localhost:")
    assert house.communicate(timeout=30) == ("", "")
    assert house.returncode == 0


def test_a_killed_house_leaves_nothing_and_can_be_served_again(serve):
    house = serve()
    _, family = grown_up(house)
    assert len(family) == 4
    house.kill()
    house.wait(timeout=30)
    assert wait_until(lambda: not family & set(families()))
    again = serve()
    _, family = grown_up(again)
    again.send_signal(signal.SIGINT)
    assert again.wait(timeout=30) == 0
    assert not family & set(families())


def test_a_second_start_names_the_first_and_does_it_no_harm(serve):
    first = serve()
    address, family = grown_up(first)
    second = serve()
    _, says = second.communicate(timeout=30)
    assert second.returncode != 0
    assert f"already runs on this data (process {first.pid}, {address})" in says
    assert page(address, "/healthz")
    assert family <= set(families())


def test_a_demo_says_who_to_sign_in_as(serve, instance):
    shutil.copy(instance / "neighbours.sqlite", instance / "demo.sqlite")
    with sqlite3.connect(instance / "demo.sqlite") as connection:
        connection.execute("UPDATE installation SET demo = 1")
    connection.close()
    house = serve(DEMO="1")
    grown_up(house)
    house.terminate()
    says = house.stdout.read()
    assert [word for word in ("Anna", "Bo", "Carl", "Dorthe", "Mia") if word not in says] == []


def test_an_empty_house_is_not_served_and_says_what_to_do(serve, tmp_path):
    house = serve(INSTANCE=str(tmp_path / "nothing"))
    _, says = house.communicate(timeout=30)
    assert house.returncode != 0
    assert "Run `make setup` first" in says


def test_a_house_stands_as_real_once_it_is_set_up(app_on_both):
    with app_on_both.app_context():
        assert standing() == "real"


def make(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make") or pytest.skip("no make here")
    settings = {"PATH": os.environ["PATH"], **settings}
    return subprocess.run([program, *words], cwd=folder, env=settings, capture_output=True, text=True, timeout=60)


def test_make_run_stops_with_a_sentence_where_a_database_is_named():
    done = make(HERE, "run", DATABASE_URL="postgresql://somewhere/else")
    assert done.returncode != 0
    assert done.stdout.startswith("DATABASE_URL is set: that is a real installation")


def test_what_a_machine_lacks_is_named_in_one_line_before_anything_is_made(tmp_path):
    for name in ("Makefile", "requirements.txt", "requirements-postgres.txt"):
        shutil.copy(HERE / name, tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sh").symlink_to("/bin/sh")
    done = make(tmp_path, "run", PATH=str(tools))
    assert done.returncode != 0
    assert done.stdout.splitlines() == [
        "Missing on this machine: git python3. On Debian: apt-get install git python3 python3-venv"
    ]
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("GET /find?q=Hemmeligvej HTTP/9.9", ""),
        ("GET / HTTP/1.1\r\nHost: x\r\nCookie neighbours=Hemmelig", ""),
        ("GET / HTTP/1.1\r\nHost: x\r\nX Hemmelig: 1", ""),
        (
            "POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + FORM,
            "contact=hemmelig@example.org\r\n",
        ),
    ],
)
def test_the_log_holds_nothing_of_a_request_that_cannot_be_read(serve, head, body):
    house = serve()
    address, _ = grown_up(house)
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=20) as line:
        line.sendall(f"{head}\r\n\r\n{body}".encode())
        assert line.recv(12) == b"HTTP/1.1 400"
    house.terminate()
    said = "".join(house.communicate(timeout=30))
    assert "emmelig" not in said and "127.0.0.1" not in said and "Traceback" not in said
