"""The commands of `flask`, gathered from the rooms they live in."""

from flask import Flask

from neighbours import commands_places, commands_register, commands_setup, commands_worker, serve


def register(app: Flask) -> None:
    """Add every command to the app."""
    for room in (commands_places, commands_register, commands_setup, commands_worker, serve):
        room.register(app)
