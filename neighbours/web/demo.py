"""The demo's own pages: try it as somebody, and all the post that would have gone out.

The doors let nobody in but a visitor on this same machine, and only where the database carries the mark of a demo.
"""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.demo.trying import people_to_try, try_as
from neighbours.actions.people.sessions import end_session
from neighbours.clock import now
from neighbours.kept import kept_message
from neighbours.language import _l
from neighbours.queries import demo as rows
from neighbours.rules.people.devices import device_label
from neighbours.sealing import unseal
from neighbours.web import doors
from neighbours.web.kept import waits_for_me
from neighbours.web.wire.typed_cookie import forget_typed

pages = Blueprint("demo", __name__, url_prefix="/demo")

MOST_POST = 50
ROLES = {
    "asks": ("heart-hand", _l("asks for help")),
    "helps": ("hands", _l("likes to help")),
    "next village": ("village", _l("lives in the next village")),
    "host": ("key", _l("is the local host")),
    "municipality": ("village", _l("works at the municipality")),
}


@pages.get("")
def choose() -> ResponseReturnValue:
    """Try it as …"""
    roles = people_to_try()
    people = [(row, *ROLES[roles[row.ref]]) for row in rows.people_to_try(list(roles))]
    return render_template("demo/choose.html", people=people)


@pages.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in as one of them, without a code; what waited for them is shown, what waited for another is thrown away."""
    token = try_as(request.form.get("person", ""), device_label(request.user_agent.string), now())
    if g.who.session_id is not None:
        end_session(g.who.session_id, now())
    doors.sign_in(token)
    if waits_for_me():
        return redirect(url_for("kept.page"), 303)
    return forget_typed(redirect(url_for("public.start"), 303))


@pages.get("/post")
def outbox() -> ResponseReturnValue:
    """All mails, text messages and letters, newest first."""
    post = [(row, _content(row)) for row in rows.post(MOST_POST)]
    return render_template("demo/outbox.html", post=post, most=MOST_POST)


def _content(row: Any) -> Any:
    """What was written: the kept message, or the code of a letter; None before it went out or once it is used."""
    if row.way != "letter":
        return kept_message(current_app.config["INSTANCE"], row.way, row.ref)
    return unseal(f"letter:{row.resident_id}", row.sealed)["code"] if row.sealed else None
