"""`flask worker`: send what is due until Ctrl-C or TERM. `flask serve` starts it beside the web server."""

import click
from flask import Flask, current_app

from neighbours.worker import run


def register(app: Flask) -> None:
    """Give the app its `flask worker` command."""
    app.cli.add_command(worker)


@click.command()
def worker() -> None:
    """Send mails and text messages that are due, and let run out what has passed."""
    run(current_app._get_current_object())  # type: ignore[attr-defined]
