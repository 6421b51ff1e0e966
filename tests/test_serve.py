"""The supervisor with real processes on free ports: what it passes on, restarts, says, and never leaves behind."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from neighbours.serving.listening import address_of, holder_of, keep_alone, listen
from neighbours.serving.supervisor import Restarted, pause_after
from tests.processes import children_of, command_of, members_of, page, start, wait_until

WAITS = (sys.executable, "-c", "import time; time.sleep(1000)")
IGNORES = (
    sys.executable,
    "-c",
    "import signal as s, time; [s.signal(n, s.SIG_IGN) for n in (2, 15)]; time.sleep(1000)",
)
HAS_A_CHILD = (sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '1000'])")


class House:
    """A running supervisor and the two process groups under it."""

    def __init__(self, *worker: str, **settings: str) -> None:
        self.supervisor = start(sys.executable, "-m", "tests.tiny_house", *worker, **settings)
        assert self.supervisor.stdout
        self.address = self.supervisor.stdout.readline().strip()
        assert wait_until(lambda: len(children_of(self.supervisor.pid)) == 2)
        self.groups = set(children_of(self.supervisor.pid))

    def web(self) -> int:
        return next(pid for pid in children_of(self.supervisor.pid) if "gunicorn" in command_of(pid))

    def worker(self) -> int | None:
        return next((pid for pid in children_of(self.supervisor.pid) if "gunicorn" not in command_of(pid)), None)

    def ends(self) -> int:
        return self.supervisor.wait(timeout=20)

    def says(self) -> str:
        assert self.supervisor.stderr
        return self.supervisor.stderr.read()


@pytest.fixture
def house() -> Iterator[Callable[..., House]]:
    houses: list[House] = []

    def build(*worker: str, **settings: str) -> House:
        houses.append(House(*worker, **settings))
        return houses[-1]

    yield build
    for built in houses:
        built.groups.update(children_of(built.supervisor.pid))
        built.supervisor.kill()
        for pid in members_of(built.groups):
            os.kill(pid, signal.SIGKILL)
        built.supervisor.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_both_children_and_is_no_failure(house, number):
    running = house(*WAITS)
    assert page(running.address).startswith("served by")
    running.supervisor.send_signal(number)
    assert running.ends() == 0
    assert members_of(running.groups) == []


def test_an_address_longer_than_the_web_server_would_read_comes_to_the_pages(house):
    running = house(*WAITS)
    assert page(running.address, "/?q=" + "x" * 60_000).startswith("served by")
    with pytest.raises(HTTPError, match="414"):
        page(running.address, "/?q=" + "x" * 70_000)


def test_a_worker_that_ignores_signals_is_killed_with_the_rest(house):
    running = house(*IGNORES)
    assert page(running.address)
    running.supervisor.terminate()
    assert running.ends() == 0
    assert members_of(running.groups) == []


def test_children_of_the_worker_go_with_it(house):
    running = house(*HAS_A_CHILD)
    assert wait_until(lambda: children_of(running.worker()))
    running.supervisor.terminate()
    running.ends()
    assert members_of(running.groups) == []


def test_a_killed_web_server_ends_everything_with_a_failure(house):
    running = house(*WAITS)
    assert page(running.address)
    os.kill(running.web(), signal.SIGKILL)
    assert running.ends() != 0
    assert members_of(running.groups) == []
    assert "The web server ended by itself" in running.says()


def test_a_web_server_that_cannot_start_ends_everything_with_a_failure(house):
    running = house(*WAITS, TINY_APP="tests.tiny_house:nothing()")
    assert running.ends() != 0
    assert members_of(running.groups) == []


def test_a_killed_worker_is_started_again_while_the_pages_go_on(house):
    running = house(*WAITS)
    before, first = page(running.address), running.worker()
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: running.worker() not in (None, first))
    assert page(running.address) == before


def test_nothing_is_left_when_the_supervisor_itself_is_killed(house):
    running = house(*WAITS)
    assert page(running.address)
    running.supervisor.kill()
    assert wait_until(lambda: not members_of(running.groups))


def test_pauses_double_up_to_a_minute():
    assert [pause_after(deaths) for deaths in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_healthy_minute_lets_the_pauses_begin_anew():
    worker = Restarted(("true",), "/")
    worker.group.process.wait()
    worker.look(worker.group.started)
    assert (worker.deaths, worker.groups()) == (1, [])
    worker.look(worker.due - 0.1)
    assert worker.groups() == []
    worker.look(worker.due)
    worker.group.process.wait()
    worker.look(worker.group.started + 59)
    assert worker.deaths == 2
    worker.look(worker.due)
    worker.group.process.wait()
    worker.look(worker.group.started + 60)
    assert worker.deaths == 1


def test_a_taken_port_is_refused_with_the_name_of_its_holder():
    holder = start(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0")
    try:
        port = int(holder.stdout.readline().split("port ")[1].split()[0])
        with pytest.raises(OSError, match=rf"Port {port} is taken by .*http\.server .*\(process {holder.pid}\)"):
            listen("127.0.0.1", port)
    finally:
        holder.kill()
        holder.communicate()


def test_a_holder_on_the_newer_kind_of_address_is_found_too():
    with listen("::1", 0) as listener:
        assert f"(process {os.getpid()})" in holder_of(listener.getsockname()[1])
        assert address_of(listener).startswith("http://localhost:")


def test_a_free_port_has_no_holder_to_name():
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    assert holder_of(port) == "a program of another account"


@pytest.mark.parametrize("port", [-1, 65536])
def test_an_impossible_port_is_refused_in_one_sentence(port):
    with pytest.raises(OSError, match=f"PORT is {port}; it must be from 1 to 65535"):
        listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_in_one_sentence():
    with pytest.raises(OSError, match="Cannot listen on 192.0.2.1 port 8000"):
        listen("192.0.2.1", 8000)


def test_the_lock_names_its_holder_and_is_free_again_afterwards(tmp_path: Path):
    path = tmp_path / "new" / "serve.lock"
    with keep_alone(path) as lock:
        print("process 7, http://localhost:8000", file=lock, flush=True)
        with pytest.raises(OSError, match=r"already runs on this data \(process 7, http://localhost:8000\)"):
            keep_alone(path)
    keep_alone(path).close()
    assert path.read_text() == ""
