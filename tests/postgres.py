"""A real PostgreSQL that the tests start themselves, and stop for certain. No village is built here.

PostgreSQL refuses root, and its account cannot enter a clone under a closed home: so the data lies in a folder of /tmp
that belongs to `postgres` (or `nobody`), and the server is reached by a unix socket there, never by TCP. It is fast
because it need not survive a power cut: `fsync` is off.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
KEPT = 8


class Server:
    """One running PostgreSQL with its data in a folder of its own, in /tmp or `within` another one.

    `durable`: what was committed survives a power cut, as in a real house.
    """

    def __init__(self, programs: Path, within: str = "/tmp", *, durable: bool = False) -> None:
        self.programs, self.made = programs, deque[str]()
        self.options = OPTIONS | (DURABLE if durable else {})
        self.folder = Path(tempfile.mkdtemp(prefix="neighbours-pg-", dir=within))
        self.account = account()
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.run("initdb", "-D", f"{self.folder}/data", "-U", "neighbours", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.process = self.begin()

    def command(self, program: str, *arguments: str) -> list[str]:
        """A program of PostgreSQL as an account it accepts, which ends when the tests end however that happens."""
        guard = ["setpriv", "--pdeathsig", "INT"]
        if self.account:
            guard += [f"--reuid={self.account.pw_uid}", f"--regid={self.account.pw_gid}", "--clear-groups"]
        return [*guard, str(self.programs / program), *arguments]

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self.command(program, *arguments), cwd="/", capture_output=True, text=True, env=plain_environment()
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def begin(self) -> subprocess.Popen[bytes]:
        options = [word for name, value in self.options.items() for word in ("-c", f"{name}={value}")]
        command = self.command("postgres", "-D", f"{self.folder}/data", "-k", str(self.folder), *options)
        with open(self.folder / "log", "wb") as log:
            process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log, env=plain_environment())
        end = time.monotonic() + 60
        while not self.answers():
            assert process.poll() is None and time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.05)
        return process

    def answers(self) -> bool:
        try:
            self.execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, *statements: sql.Composable) -> None:
        """Each statement alone and at once, as CREATE DATABASE wants it."""
        with psycopg.connect(
            host=str(self.folder), user="neighbours", dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement)

    def database(self, template: str = "template0") -> str:
        """The SQLAlchemy URL of a new database, a copy of `template`. The last few are kept, older ones dropped."""
        name = f"{template}_{time.monotonic_ns()}"
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        self.made.append(name)
        if len(self.made) > KEPT:
            self.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.made.popleft())))
        return self.url(name)

    def keep(self, name: str) -> str:
        """The SQLAlchemy URL of a new, empty database that stays until the end, to be a template."""
        self.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://neighbours@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running server; a test that needs one is skipped, by name, where PostgreSQL is not installed."""
    programs = programs_folder()
    if programs is None:
        pytest.skip("no PostgreSQL here (Debian: apt-get install postgresql)")
    server = Server(programs)
    yield server
    server.stop()


def programs_folder() -> Path | None:
    """Where initdb and postgres are: the newest of Debian's folders, else on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def account() -> pwd.struct_passwd | None:
    """Whom the server runs as when the tests run as root; None: as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def plain_environment() -> dict[str, str]:
    """No PGHOST or PGDATA of the person who runs the tests, and one locale everywhere."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/"}
