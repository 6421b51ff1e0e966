"""The commands of `flask`, gathered from the rooms they live in."""

from flask import Flask

from neighbours.commands import addresses, areas, setup, worker
from neighbours.serving import serve


def register(app: Flask) -> None:
    """Add every command to the app."""
    for room in (areas, addresses, setup, worker, serve):
        room.register(app)
