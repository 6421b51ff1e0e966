"""`flask import-addresses`: an address file becomes the register, with a progress bar and a report.

What it says goes to the terminal in English. Not here: reading the formats (geo), storing (actions).
"""

from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from neighbours.actions.places.addresses import ImportedAddresses
from neighbours.actions.places.addresses import import_addresses as store_addresses
from neighbours.clock import now
from neighbours.rules.errors import Refused


def register(app: Flask) -> None:
    """Give the app its `flask import-addresses` command."""
    app.cli.add_command(import_addresses)


@click.command("import-addresses")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_addresses(file: Path) -> None:
    """Read addresses from a CSV FILE: OpenAddresses, the Danish register's columns, or street,housenumber,…"""
    try:
        done = _store(file)
    except OSError as error:
        raise click.ClickException(f"The file cannot be read: {error.strerror}.") from error
    except Refused as error:
        raise click.ClickException(f"{error.message} Nothing was stored.") from error
    _tell(done)


def _store(file: Path) -> ImportedAddresses:
    """Store the file; the bar follows the bytes read."""
    size = file.stat().st_size
    with file.open("rb") as stream, click.progressbar(length=size, label=f"Reading {file.name}") as bar:
        read = 0

        def show(rows: int) -> None:
            nonlocal read
            at = min(stream.tell(), size)
            bar.update(at - read)
            read = at

        return store_addresses(stream, file.name, now(), show)


def _tell(done: ImportedAddresses) -> None:
    click.echo(f"New: {_count(done.new, 'address', 'addresses')} behind {_count(done.doors, 'new door')}.")
    click.echo(f"Already there, or twice in the file: {done.known:,}.")
    _tell_outside(done)
    _tell_refused(done)
    for small, head in done.joined:
        click.echo(f"{small} has too few doors to stand alone; it is joined to {head}.")
    if done.cells:
        click.echo(f"Cut: {_count(done.cells, 'cell')}. They are frozen from now on.")
    if not done.new:
        click.echo("Nothing was changed.")


def _tell_outside(done: ImportedAddresses) -> None:
    if done.outside:
        click.echo(f"Outside every area: {done.outside:,}. The first:")
        for line in done.outside_rows:
            click.echo(f"  {line}")


def _tell_refused(done: ImportedAddresses) -> None:
    if done.refused:
        click.echo(f"Refused: {done.refused:,}.")
        for why, count in done.reasons.most_common():
            click.echo(f"  {count:,} × {why}")
        for row in done.refused_rows:
            click.echo(f"  line {row.line}: {row.why}")


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
