"""Processor time of a page over gunicorn: of the whole process tree, one request after the other on one connection."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
GUNICORN = (
    "gunicorn --preload --worker-class gthread --workers 1 --threads 8"
    " --log-level error --no-control-socket --keep-alive 75"
)


class Server:
    """A running gunicorn with one worker."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
        self.connection.request("GET", path, headers={"Host": f"localhost:{self.port}", **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()

    def cpu(self, paths: Iterator[str] | list[str], headers: Mapping[str, str], wanted: int) -> float:
        """Seconds of processor time a request, master and worker together."""
        before, many = self._seconds(), 0
        for path in paths:
            status, _headers, _body = self.get(path, headers)
            assert status == wanted, f"{path}: {status}"
            many += 1
        return (self._seconds() - before) / many

    def pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def worker_bytes(self) -> int:
        """Proportional memory of the worker."""
        rollup = Path(f"/proc/{self.pids()[1]}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024

    def _seconds(self) -> float:
        """schedstat counts nanoseconds; the usual counters would be too coarse."""
        return (
            sum(
                int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
                for pid in self.pids()
                for task in os.listdir(f"/proc/{pid}/task")
            )
            / 1e9
        )


@contextmanager
def serve(application: str, settings: Mapping[str, str]) -> Iterator[Server]:
    """Serve an application such as "neighbours.web.site:create_site()" on a free port of this machine."""
    with socket.socket() as spot:
        spot.bind(("127.0.0.1", 0))
        port = spot.getsockname()[1]
    command = [sys.executable, "-m", *GUNICORN.split(), "--bind", f"127.0.0.1:{port}", application]
    process = subprocess.Popen(command, env=os.environ | settings)
    try:
        server = Server(process, port)
        _wait(server)
        yield server
        server.connection.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def start_seconds(application: str, settings: Mapping[str, str]) -> float:
    """Processor time until an application can answer its first request, in a process of its own."""
    module, call = application.split(":")
    code = f"import {module} as m; app = m.{call}; app.test_client().get('/')"
    before = os.times()
    subprocess.run([sys.executable, "-c", code], env=os.environ | settings, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _wait(server: Server) -> None:
    for _again in range(200):
        try:
            server.get("/")
            return
        except OSError:
            server.connection.close()
            time.sleep(0.05)
    raise RuntimeError("gunicorn did not answer")
