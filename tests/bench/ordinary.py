"""Three applications to measure beside ours: a constant, and a list page as most people would write it, and a lean one.

The ordinary one has Flask-Login, ORM objects, an included card, a url_for and a relation a card. The lean one has two
statements, rows of Core and one template with addresses written out; it has no doors, sessions, forms or languages.
Both read our tables.
"""

from typing import Any

from flask import Flask, render_template, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required
from jinja2 import DictLoader
from sqlalchemy import Select, select

from models import Area, HelpRequest, NearCell, Resident, db
from neighbours.config import read_settings
from neighbours.database import open_database

MENU = ("Nearby", "Ask", "Mine")
TEMPLATES = {
    "base.html": "<!doctype html><title>{% block title %}{% endblock %}</title><nav>{% for name in menu %}"
    "<a href='{{ url_for('one', ref=name) }}'>{{ name }}</a>{% endfor %} {{ current_user.row.name }}</nav>"
    "{% block main %}{% endblock %}",
    "list.html": "{% extends 'base.html' %}{% block title %}Nearby{% endblock %}{% block main %}<ul>"
    "{% for thing in things %}{% include 'card.html' %}{% endfor %}</ul>{% endblock %}",
    "card.html": "<li class='card'><h2><a href='{{ url_for('one', ref=thing.ref) }}'>{{ thing.title }}</a></h2>"
    "<p>{{ area_of(thing).label }} · {{ thing.day or thing.when_kind }} · {{ thing.minutes or '' }}</p>"
    "<p>{{ asker_of(thing).name if thing.asker_id else '' }}</p>{% if thing.urgent %}<b>Urgent</b>{% endif %}</li>",
    "lean.html": "<!doctype html><title>Nearby</title><nav>{% for name in menu %}<a href='/one/{{ name }}'>{{ name }}"
    "</a>{% endfor %} {{ who.name }}</nav><ul>{% for thing in things %}<li class='card'>"
    "<h2><a href='/one/{{ thing.ref }}'>{{ thing.title }}</a></h2>"
    "<p>{{ thing.label }} · {{ thing.day or thing.when_kind }} · {{ thing.minutes or '' }}</p>"
    "<p>{{ thing.name or '' }}</p>{% if thing.urgent %}<b>Urgent</b>{% endif %}</li>{% endfor %}</ul>",
}


class User(UserMixin):  # type: ignore[misc]
    def __init__(self, row: Resident) -> None:
        self.id, self.row = str(row.id), row


def constant() -> Flask:
    """Answers four letters."""
    app = Flask(__name__)
    app.add_url_rule("/", "constant", lambda: "yes!")
    return app


def ordinary() -> Flask:
    """The list of twenty open requests near whoever is signed in as resident 2 of the demo (header X-Person)."""
    app = Flask(__name__)
    app.config.update(read_settings(), SECRET_KEY="for measuring only")
    open_database(app)
    app.jinja_loader = DictLoader(TEMPLATES)
    manager = LoginManager(app)
    manager.request_loader(_load)
    app.jinja_env.globals.update(area_of=lambda thing: db.session.get(Area, thing.area_id))
    app.jinja_env.globals.update(asker_of=lambda thing: db.session.get(Resident, thing.asker_id))
    app.add_url_rule("/one/<ref>", "one", lambda ref: url_for("one", ref=ref))
    app.add_url_rule("/", "list", login_required(_list))
    return app


def lean() -> Flask:
    """The same list, for the same header, as lean as Flask, SQLAlchemy's Core and Jinja let it be."""
    app = Flask(__name__)
    app.config.update(read_settings())
    open_database(app)
    app.jinja_loader = DictLoader(TEMPLATES)
    app.add_url_rule("/", "list", _lean_list)
    return app


def _load(request: Any) -> User | None:
    row = db.session.get(Resident, int(request.headers.get("X-Person", "0")))
    return User(row) if row else None


def _list() -> str:
    things = db.session.scalars(_near(select(HelpRequest), current_user.row.cell_id)).all()
    return render_template("list.html", things=things, menu=MENU)


def _lean_list() -> str:
    me = int(request.headers.get("X-Person", "2"))
    who = db.session.execute(select(Resident.name, Resident.cell_id).where(Resident.id == me)).one()
    of_card = (
        HelpRequest.ref, HelpRequest.title, HelpRequest.day, HelpRequest.when_kind, HelpRequest.minutes,
        HelpRequest.urgent, Area.label, Resident.name,
    )  # fmt: skip
    told = select(*of_card).join(Area, Area.id == HelpRequest.area_id)
    told = told.outerjoin(Resident, Resident.id == HelpRequest.asker_id)
    things = db.session.execute(_near(told, who.cell_id)).all()
    return render_template("lean.html", things=things, who=who, menu=MENU)


def _near(told: Select[Any], cell_id: int) -> Select[Any]:
    """The twenty open requests that are nearest to a cell."""
    near = told.join(NearCell, NearCell.b == HelpRequest.cell_id)
    near = near.where(NearCell.a == cell_id, HelpRequest.status == "open")
    return near.order_by(NearCell.band, HelpRequest.urgent.desc(), HelpRequest.opened_at, HelpRequest.id).limit(20)
