"""The socket the house listens on, who holds a port that is taken, and the lock that keeps a second start apart.

Read from the kernel's own files under /proc; no start and no stop of anything is here.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

LISTENING = "0A"
LOOPBACK = {"", "0.0.0.0", "127.0.0.1", "::", "::1", "localhost"}


def listen(host: str, port: int) -> socket.socket:
    """A bound and listening socket; OSError with one sentence saying who holds the port, or why else it cannot be.

    Port 0 takes any free one.
    """
    if not 0 <= port <= 65535:
        raise OSError(f"PORT is {port}; it must be from 1 to 65535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OSError(
                f"Port {port} is taken by {holder_of(port)}. Stop it, or choose another: PORT=8001"
            ) from error
        raise OSError(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error


def address_of(listener: socket.socket) -> str:
    """What a person types in the browser. Passkeys refuse 127.0.0.1, so the own machine is always localhost."""
    host, port = listener.getsockname()[:2]
    name = "localhost" if host in LOOPBACK else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def keep_alone(path: Path) -> TextIO:
    """An open lock file, given back by the kernel however its holder ends; OSError in one sentence where it is held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = open(path, "a+")  # noqa: SIM115 (the caller keeps it open while it serves)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        holder = lock.read().strip() or "just starting"
        lock.close()
        raise OSError(f"Neighbours already runs on this data ({holder}). Nothing was started.") from error
    lock.truncate(0)
    return lock


def holder_of(port: int) -> str:
    """Who listens on a TCP port, as "gunicorn (process 123)", as far as this account may see."""
    wanted = set(sockets_on(port))
    for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        if wanted & set(sockets_of(process)):
            return f"{spoken_name(process)} (process {process.name})"
    return "a program of another account"


def spoken_name(process: Path) -> str:
    """The beginning of the command line: "python" alone would say little."""
    with suppress(OSError):
        words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        return " ".join([Path(words[0]).name, *words[1:]])[:60].strip()
    return "a program"


def sockets_on(port: int) -> Iterator[str]:
    """The inode numbers of the sockets that listen on a port."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]


def sockets_of(process: Path) -> Iterator[str]:
    """The inode numbers of the sockets a process has open; none where it ended or may not be looked into."""
    with suppress(OSError):
        for number in os.listdir(process / "fd"):
            with suppress(OSError):
                target = os.readlink(process / "fd" / number)
                if target.startswith("socket:["):
                    yield target[8:-1]
