"""`flask import-areas`: a GeoJSON file becomes local areas, with a report before anything is stored.

What it says goes to the terminal in English. Not here: the rules of reading and repairing (geo), storing (actions).
"""

from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from neighbours.actions.places.areas import import_areas as store_areas
from neighbours.clock import now
from neighbours.geo.areas import Draft, Finding, draft_areas
from neighbours.geo.geojson import MAX_BYTES, BadFile, read_features
from neighbours.geo.layers import Arrival
from neighbours.rules.errors import Refused

MOST_LINES = 20  # of one kind of finding


def register(app: Flask) -> None:
    """Give the app its `flask import-areas` command."""
    app.cli.add_command(import_areas)


@click.command("import-areas")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", metavar="FIELD", help="Field that holds the key of an area; features of one key are one area.")
@click.option("--name", metavar="FIELD", help="Field that holds the name of an area; otherwise the key is the name.")
@click.option("--municipality", metavar="NAME", required=True, help="Municipality that the areas belong to.")
@click.option("--accept-repairs", is_flag=True, help="Store the areas with the repairs that are listed.")
@click.option("--partial", is_flag=True, help="Leave out features without a geometry.")
@with_appcontext
def import_areas(
    file: Path, key: str | None, name: str | None, municipality: str, accept_repairs: bool, partial: bool
) -> None:
    """Read local areas from a GeoJSON FILE in longitude and latitude."""
    try:
        draft = _draft(file, key, name)
        _tell_draft(draft)
        _check_accepted(draft, accept_repairs, partial)
        arrival = store_areas(draft.areas, municipality, now())
    except OSError as error:
        raise click.ClickException(f"The file cannot be read: {error.strerror}.") from error
    except BadFile as error:
        raise click.ClickException(_refusal([error.message])) from error
    except Refused as error:
        raise click.ClickException(_refusal(error.message.split("\n"))) from error
    _tell_arrival(arrival)


def _draft(file: Path, key: str | None, name: str | None) -> Draft:
    with file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    features = read_features(data)
    with click.progressbar(length=len(features), label=f"Reading {len(features):,} features") as bar:
        return draft_areas(features, key, name, bar.update)


def _tell_draft(draft: Draft) -> None:
    click.echo(f"Taken: {_count(len(draft.areas), 'area')}.")
    _tell("Notes", draft.notes)
    _tell("To be repaired", _sentences(draft.repairs))
    _tell("Without a geometry", _sentences(draft.missing))
    _tell("Refused", _sentences(draft.refused))


def _check_accepted(draft: Draft, accept_repairs: bool, partial: bool) -> None:
    if draft.refused:
        raise Refused("file", f"{_count(len(draft.refused), 'feature')} cannot be taken; see above.")
    if draft.missing and not partial:
        missing = _count(len(draft.missing), "feature")
        raise Refused("file", f"{missing} without a geometry; add --partial to leave out what has none.")
    if draft.repairs and not accept_repairs:
        repairs = _count(len(draft.repairs), "repair")
        raise Refused("file", f"{repairs} would be made; add --accept-repairs if that is right.")
    if not draft.areas:
        raise Refused("file", "The file has no area to store.")


def _refusal(sentences: list[str]) -> str:
    if len(sentences) == 1:
        return f"{sentences[0]} Nothing was stored."
    _tell("Refused", sentences)
    return f"The file is refused for {len(sentences)} reasons; see above. Nothing was stored."


def _tell_arrival(arrival: Arrival) -> None:
    _tell("Slivers", [sliver.sentence for sliver in arrival.slivers])
    _tell("Gaps", [gap.sentence for gap in arrival.gaps])
    _tell("Notes", arrival.notes)
    stored, here = _count(len(arrival.new), "area"), _count(len(arrival.unchanged), "area")
    if arrival.new:
        click.echo(f"Stored: {stored}." + (f" Here already, unchanged: {here}." if arrival.unchanged else ""))
    else:
        click.echo(f"Nothing to store: {here} here already, unchanged.")


def _tell(title: str, sentences: list[str]) -> None:
    if not sentences:
        return
    click.echo(f"{title} ({len(sentences)}):")
    for sentence in sentences[:MOST_LINES]:
        click.echo(f"  {sentence}")
    if len(sentences) > MOST_LINES:
        click.echo(f"  … and {len(sentences) - MOST_LINES:,} more")


def _sentences(findings: list[Finding]) -> list[str]:
    return [finding.sentence for finding in findings]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
