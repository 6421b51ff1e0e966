"""`flask serve`: one small supervisor for the web server (gunicorn) and the worker, in the foreground.

Each child is a process group of its own. The supervisor passes on INT and TERM, restarts a dead worker with back-off
and ends non-zero when the web server ends by itself. Nothing stays behind: what has not gone after `GRACE` seconds is
killed, and should the supervisor itself be killed, the kernel sends TERM to its children. The socket and who holds a
port are in `listening.py`. Here is no setting up and no demo.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click
from flask import Flask, current_app

from neighbours.listening import address_of, keep_alone, listen

GRACE = 4.0
TICK = 0.1
HEALTHY = 60.0
LONGEST_PAUSE = 60
PR_SET_PDEATHSIG = 1
# Threads, because a few idle connections stop gunicorn's default workers.
GUNICORN = "gunicorn --worker-class gthread --graceful-timeout 3 --log-level warning --no-control-socket"

libc = ctypes.CDLL(None)


def register(app: Flask) -> None:
    """Give the app its `flask serve` command."""
    app.cli.add_command(serve)


@click.command()
@click.option("--with-parent", is_flag=True, help="Stop too when the process that started this one is gone.")
def serve(with_parent: bool) -> None:
    """Serve the pages and send what is due, until Ctrl-C."""
    if with_parent:
        die_with(os.getppid())
    settings = current_app.config
    lock_file = Path(settings["INSTANCE"]) / ("demo.lock" if settings["DEMO"] else "serve.lock")
    try:
        with keep_alone(lock_file) as lock, listen(settings["HOST"], settings["PORT"]) as listener:
            print(f"process {os.getpid()}, {address_of(listener)}", file=lock, flush=True)
            click.echo(address_of(listener))
            web = web_command(listener.fileno(), settings["WORKERS"], settings["THREADS"])
            sys.exit(supervise(web, worker_command(), current_app.root_path, listener.fileno()))
    except OSError as error:
        raise click.ClickException(str(error)) from error


def web_command(socket: int, workers: int, threads: int) -> list[str]:
    """How gunicorn is started on a socket that listens already, given by its file descriptor."""
    size = ["--workers", str(workers), "--threads", str(threads)]
    return [sys.executable, "-m", *GUNICORN.split(), *size, "--bind", f"fd://{socket}", "app:create_app()"]


def worker_command() -> list[str]:
    """How the worker is started."""
    return [sys.executable, "-m", "flask", "--app", "app", "worker"]


def supervise(web: Sequence[str], worker: Sequence[str], folder: str, socket: int | None = None) -> int:
    """Run both commands in `folder` until INT, TERM or the end of the web server; the exit code is the answer.

    0 after a signal; otherwise the web server's own code, or 1 where that was 0. Only the web server gets `socket`.
    """
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: asked.append(number))
    pages = Group(web, folder, () if socket is None else (socket,))
    sender = Restarted(worker, folder)
    while not asked and pages.process.poll() is None:
        sender.look(time.monotonic())
        time.sleep(TICK)
    if not asked:
        click.echo(f"The web server ended by itself ({pages.process.returncode}); everything stops.", err=True)
    stop([pages, *sender.groups()], asked[0] if asked else signal.SIGTERM)
    return 0 if asked else abs(pages.process.returncode) or 1


class Group:
    """One command as a process group: started, watched and stopped whole."""

    def __init__(self, command: Sequence[str], folder: str, sockets: Sequence[int] = ()) -> None:
        parent = os.getpid()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            pass_fds=sockets,
            process_group=0,
            preexec_fn=lambda: die_with(parent),
        )

    def is_there(self) -> bool:
        """Whether anything of the group is left, children of a dead leader included."""
        self.process.poll()
        return self.send(0)

    def send(self, number: int) -> bool:
        """Signal every process of the group; False when there is none."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
            return True
        return False


class Restarted:
    """A command started anew 1, 2, 4 … 60 seconds after each death; after a healthy minute it counts from 1 again."""

    def __init__(self, command: Sequence[str], folder: str) -> None:
        self.command, self.folder = command, folder
        self.group: Group | None = Group(command, folder)
        self.deaths, self.due = 0, 0.0

    def groups(self) -> list[Group]:
        """The group that runs now, if one does."""
        return [self.group] if self.group else []

    def look(self, now: float) -> None:
        """Notice a death, or start anew when the pause is over. `now` is monotonic, in seconds."""
        if self.group is None and now >= self.due:
            self.group = Group(self.command, self.folder)
        elif self.group and self.group.process.poll() is not None:
            self.deaths = 1 if now - self.group.started >= HEALTHY else self.deaths + 1
            pause = pause_after(self.deaths)
            click.echo(f"The worker stopped ({self.group.process.returncode}); it starts again in {pause} s.", err=True)
            self.group.send(signal.SIGKILL)
            self.group, self.due = None, now + pause


def pause_after(deaths: int) -> int:
    """Seconds to wait after that many deaths in a row."""
    return min(2 ** (deaths - 1), LONGEST_PAUSE)


def stop(groups: Sequence[Group], number: int) -> None:
    """Pass the signal on to every group, and kill what is still there after `GRACE` seconds."""
    for group in groups:
        group.send(number)
    end = time.monotonic() + GRACE
    while time.monotonic() < end and any(group.is_there() for group in groups):
        time.sleep(TICK)
    for group in groups:
        group.send(signal.SIGKILL)
        group.process.wait()


def die_with(parent: int) -> None:
    """Let the kernel send TERM to this process when `parent` ends, even by kill -9."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
