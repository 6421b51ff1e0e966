"""`flask setup` starts a real installation, `flask demo` a demo village. Neither touches what the other made.

`flask add-host` gives an area its association and first local host, who lets the next ones in.

What they say goes to the terminal in English. Not here: what an answer may be (rules/setting_up.py), storing (actions).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext

from models import db
from neighbours.actions.demo import load_demo
from neighbours.actions.people import first_host
from neighbours.actions.setup import set_up
from neighbours.clock import now
from neighbours.commands.playing import play_a_day
from neighbours.language import PAGE_LANGUAGES
from neighbours.queries.standing import standing
from neighbours.rules import setting_up as rules
from neighbours.rules.errors import Refused

ALREADY = {
    "demo": "This is a demo, and a demo is never made real. A real installation has a database of its own.",
    "real": "This installation is set up already. Nothing was changed.",
}
FLASK = ".venv/bin/flask --app app"
Answers = Mapping[str, Any]


class Question(NamedTuple):
    """`read(typed, answers so far)` gives the answer, or raises ValueError in a sentence; `usual`: what Enter means."""

    option: str
    words: str
    read: Callable[[str, Answers], Any]
    usual: Callable[[Answers], str | None] = lambda answers: None


QUESTIONS = (
    Question("operator", "Who runs this installation (a name)", lambda typed, _: rules.read_name(typed, 200)),
    Question("person", "Your own name, to sign in as operator", lambda typed, _: rules.read_name(typed, 80)),
    Question("email", "E-mail for questions, and to sign in with", lambda typed, _: rules.read_email(typed)),
    Question("country", "Country, two letters", lambda typed, _: rules.read_country(typed), lambda _: "DK"),
    Question("phone", "Telephone, or nothing", lambda typed, so: rules.read_phone(typed, so["country"]), lambda _: ""),
    Question("language", "Language", lambda typed, _: rules.read_one_of(typed, PAGE_LANGUAGES), lambda _: "da"),
    Question("municipality", "Municipality", lambda typed, _: rules.read_name(typed, 120)),
    Question("zone", "Time zone", lambda typed, _: rules.read_zone(typed), lambda so: rules.ZONES.get(so["country"])),
    Question("population", "Its population", lambda typed, _: rules.read_population(typed)),
    Question("source", "Where that figure is published", lambda typed, _: rules.read_name(typed, 200)),
    Question("year", "Year of that figure", lambda typed, _: rules.read_year(typed, now().year)),
)


def register(app: Flask) -> None:
    """Give the app its commands."""
    app.cli.add_command(setup)
    app.cli.add_command(add_host)
    app.cli.add_command(demo)


def with_questions(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each question; what is not given is asked."""
    for question in reversed(QUESTIONS):
        command = click.option(f"--{question.option}", metavar="TEXT", help=f"{question.words}.")(command)
    return command


@click.command()
@with_questions
@with_appcontext
def setup(**given: str | None) -> None:
    """Set up a real installation: who runs it, and its first municipality."""
    if current_app.config["DEMO"]:
        raise click.ClickException("DEMO is set. A real installation has a database of its own: unset DEMO.")
    _refuse("demo", "real")
    flask_migrate.upgrade()
    answers: dict[str, Any] = {}
    for question in QUESTIONS:
        answers[question.option] = _answer(question, given[question.option], answers)
    try:
        _store(answers)
    except Refused as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Set up. {answers['person']} signs in with {answers['email']}.")
    click.echo(f'Next: {FLASK} import-areas FILE --municipality "{answers["municipality"]}", then make serve.')
    click.echo(f"The first local host joins on the start page; then: {FLASK} add-host --help")


@click.command("add-host")
@click.option("--contact", required=True, metavar="TEXT", help="E-mail or telephone that the neighbour joined with.")
@click.option(
    "--association", required=True, metavar="NAME", help="Village association that runs the neighbour's area."
)
@click.option("--label", default="Borgerforening", metavar="TEXT", help="What the association calls its kind.")
@click.option("--name", metavar="NAME", help="Which neighbour, where several share the contact.")
@with_appcontext
def add_host(contact: str, association: str, label: str, name: str | None) -> None:
    """Make a neighbour who has joined the first local host of an association."""
    try:
        known_as = rules.read_name(association, 120), rules.read_name(label, 80)
        person = first_host.add_host(rules.read_any_contact(contact), name, *known_as, now())
    except Refused as error:
        raise click.ClickException(error.message) from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{person.name} is local host in {person.area_name} for {association}.")


@click.command()
@click.option("--first-start", is_flag=True, help="Say nothing when the demo is here already.")
@click.option("--play", is_flag=True, help="Put the demo's clock a day ahead; its people act meanwhile.")
@with_appcontext
def demo(first_start: bool, play: bool) -> None:
    """Load the demo village into a database of its own (DEMO=1); what is there already stays as it is."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("The demo has a database of its own. Start it as: DEMO=1 flask demo, or make run.")
    _refuse("real", words="This is a real installation. The demo is never loaded into one.")
    flask_migrate.upgrade()
    try:
        is_new = load_demo(now(), click.echo)
    except Refused as error:
        raise click.ClickException(error.message) from error
    if is_new:
        click.echo("The demo village is ready.")
    if play:
        play_a_day(click.echo)
    elif not is_new and not first_start:
        click.echo("The demo village is here already. Nothing was changed.")


def _refuse(*marks: str, words: str = "") -> None:
    """Before anything is migrated: stop where the database carries one of these marks."""
    mark = standing()
    # No transaction of ours may stand in the way of the migrations.
    db.session.remove()
    if mark in marks:
        raise click.ClickException(words or ALREADY[mark])


def _answer(question: Question, given: str | None, answers: Answers) -> Any:
    """The answer as it is stored: given as an option, or asked until it can be read."""
    if given is None:
        return _asked(question, answers)
    try:
        return question.read(given, answers)
    except ValueError as error:
        raise click.ClickException(f"--{question.option}: {error}") from error


def _asked(question: Question, answers: Answers) -> Any:
    while True:
        usual = question.usual(answers)
        typed = click.prompt(question.words, default=usual, show_default=bool(usual))
        try:
            return question.read(typed, answers)
        except ValueError as error:
            click.echo(str(error))


def _store(answers: Answers) -> None:
    contact = {"contact_email": answers["email"], "contact_phone": answers["phone"]}
    figure = {"population_source": answers["source"], "population_year": answers["year"]}
    municipality = {
        "name": answers["municipality"],
        **{name: answers[name] for name in ("country", "zone", "population")},
    }
    person = {
        "role": "operator",
        "name": answers["person"],
        **{name: answers[name] for name in ("email", "phone", "language")},
    }
    operator = {name: answers[name] for name in ("operator", "language")} | contact
    set_up(operator, municipality | figure, [person], now(), demo=False)
