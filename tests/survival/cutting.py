"""A wire to the mail server that is cut at the n-th thing that either side says on it."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TALK = 65_536


class Wire:
    """Listens on a port of its own and passes on what both sides say.

    `said`: how often one of them began to speak since `cut_at` was set. What is said at the cut does not arrive; both
    sides find the wire dead.
    """

    def __init__(self, port: int) -> None:
        self.beyond, self.cut_at, self.said = port, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set_cut(self, number: int) -> None:
        """Cut, once, when somebody begins to speak for this number of times, counted from 1; 0: never."""
        self.cut_at, self.said = number, 0

    @property
    def was_cut(self) -> bool:
        return 0 < self.cut_at <= self.said

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.beyond))
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other: dict[socket.socket, socket.socket] = {near: far, far: near}
        speaker = None
        with near, far, suppress(OSError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    words = one.recv(TALK)
                    self.said += one is not speaker and bool(words)
                    speaker = one
                    if not words or self.said == self.cut_at:
                        return
                    other[one].sendall(words)


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.listener.close()
