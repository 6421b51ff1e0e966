"""The commands of `flask`, gathered from the rooms they live in."""

from flask import Flask

from neighbours import commands_places, serve


def register(app: Flask) -> None:
    """Add every command to the app."""
    for room in (commands_places, serve):
        room.register(app)
