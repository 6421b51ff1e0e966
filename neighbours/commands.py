"""The commands of `flask`, gathered from the rooms they live in."""

from flask import Flask

from neighbours import serve


def register(app: Flask) -> None:
    """Add every command to the app."""
    for room in (serve,):
        room.register(app)
