"""The supervisor under `flask serve`: the web server and the worker, each as a process group of its own.

It passes on INT and TERM, restarts a dead worker with back-off and ends non-zero when the web server ends by itself.
Nothing stays behind: what has not gone after `GRACE` seconds is killed, and should the supervisor itself be killed, the
kernel sends TERM to its children. What the two commands are, it is told.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

import click

GRACE = 4.0
TICK = 0.1
HEALTHY = 60.0
LONGEST_PAUSE = 60
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None)


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
