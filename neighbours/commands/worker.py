"""`flask worker`: send what is due until Ctrl-C or TERM. `flask serve` starts it beside the web server.

`flask clock-is-right`: what the operator says after the worker rested for long (actions/talk/ending.py).
"""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from neighbours.actions.talk import ending
from neighbours.clock import now
from neighbours.worker import run


def register(app: Flask) -> None:
    """Give the app its `flask worker` command."""
    app.cli.add_command(worker)
    app.cli.add_command(clock_is_right)


@click.command()
def worker() -> None:
    """Send mails and text messages that are due, and let run out what has passed."""
    run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("clock-is-right")
@with_appcontext
def clock_is_right() -> None:
    """Say that this computer's clock is right, after a long rest: old messages are emptied again."""
    moment = now()
    ending.clock_is_right(moment)
    click.echo(f"It is {moment:%d %B %Y, %H:%M} UTC. Old messages are emptied again from tomorrow on.")
