"""`flask serve`: the web server (gunicorn) and the worker in the foreground, on one address.

How the two are watched is in supervisor.py, the socket and the lock in listening.py. Setting up and the demo are
commands of their own; here it is only asked whether one of them was done.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask, current_app

from neighbours.actions.demo import read
from neighbours.queries.standing import standing
from neighbours.serving.listening import address_of, keep_alone, listen
from neighbours.serving.supervisor import die_with, supervise

# Threads, because a few idle connections stop gunicorn's default workers. Loaded before the workers part (preload), so
# that all of them share the memory, and one that ended is there again at once.
# A long address or cookie is for the app to answer, with a page that people can read.
GUNICORN = (
    "gunicorn --preload --worker-class gthread --graceful-timeout 3 --log-level warning --no-control-socket"
    " --config python:neighbours.serving.long_addresses --limit-request-field_size 16380"
    " --logger-class neighbours.serving.server_log.ServerLog"
)

SITE = "neighbours.web.site:create_site()"
NO_MAIL = "SMTP_HOST is not set: mails and their sign-in codes are written to {folder}, and nobody gets them."


def register(app: Flask) -> None:
    """Give the app its `flask serve` command."""
    app.cli.add_command(serve)


@click.command()
@click.option("--with-parent", is_flag=True, help="Stop too when the process that started this one is gone.")
def serve(with_parent: bool) -> None:
    """Serve the pages and send what is due, until Ctrl-C."""
    if with_parent:
        die_with(os.getppid())
    mark = standing()
    if mark == "empty":
        raise click.ClickException("Nothing is set up here yet. Run `make setup` first, or `make run` for the demo.")
    settings = current_app.config
    lock_file = Path(settings["INSTANCE"]) / f"{mark}.lock"
    try:
        with keep_alone(lock_file) as lock, listen(settings["HOST"], settings["PORT"]) as listener:
            address = address_of(listener)
            print(f"process {os.getpid()}, {address}", file=lock, flush=True)
            click.echo("\n".join([address, *(sign_in_names(address) if mark == "demo" else ())]))
            if mark != "demo" and not settings["SMTP_HOST"]:
                click.echo(NO_MAIL.format(folder=Path(settings["INSTANCE"]) / "out"))
            web = web_command(listener.fileno(), settings["WORKERS"], settings["THREADS"])
            sys.exit(supervise(web, worker_command(), current_app.root_path, listener.fileno()))
    except OSError as error:
        raise click.ClickException(str(error)) from error


def sign_in_names(address: str) -> Iterator[str]:
    """Where and as whom the demo lets one sign in, a line each."""
    people = read("people")
    names = {person["key"]: person["name"] for person in [*people["residents"], *people["officials"]]}
    yield f"The demo village is open. On {address}/demo you sign in as:"
    for person in people["demo_sign_in"]:
        yield f"  {names[person['key']]} ({person['role']})"


def web_command(socket: int, workers: int, threads: int) -> list[str]:
    """How gunicorn is started on a socket that listens already, given by its file descriptor."""
    size = ["--workers", str(workers), "--threads", str(threads)]
    return [sys.executable, "-m", *GUNICORN.split(), *size, "--bind", f"fd://{socket}", SITE]


def worker_command() -> list[str]:
    """How the worker is started."""
    return [sys.executable, "-m", "flask", "--app", "app", "worker"]
