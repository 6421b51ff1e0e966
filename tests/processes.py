"""What the kernel says about processes, for tests that start real ones. Zombies count as gone."""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

HERE = Path(__file__).resolve().parent.parent


def wait_until(question: Callable[[], object], seconds: float = 15) -> bool:
    """Ask again until the answer is true; False when it never was."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.05)
    return bool(question())


def families() -> dict[int, tuple[int, int]]:
    """Each living process: its parent and its process group."""
    living = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            if state != "Z":
                living[int(entry.name)] = (int(parent), int(group))
    return living


def children_of(pid: int) -> list[int]:
    return [child for child, (parent, _group) in families().items() if parent == pid]


def members_of(groups: set[int]) -> list[int]:
    """Every living process in one of the groups."""
    return [pid for pid, (_parent, group) in families().items() if group in groups]


def command_of(pid: int) -> str:
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def page(address: str, path: str = "/") -> str:
    """The body of a page, straight from the own machine."""
    with build_opener(ProxyHandler({})).open(address + path, timeout=20) as answer:
        return str(answer.read().decode())


def start(*command: str, **settings: str) -> subprocess.Popen[str]:
    """A process of the house with its output caught, as head of a group of its own."""
    settings = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(HERE), **settings}
    return subprocess.Popen(
        command, cwd=HERE, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
