"""One's own agreements in one's own calendar: a private address that a telephone or computer reads by itself.

Whoever has the address reads it without signing in; nothing is changed by reading, and nothing is told to anybody else.
"""

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.people import calendar
from neighbours.clock import now
from neighbours.language import _, in_language
from neighbours.queries.help.agenda import events_of
from neighbours.queries.people.calendar import own_calendar
from neighbours.sealing import token_hash
from neighbours.web.wire.ics import calendar_of
from neighbours.web.wire.versions import unless_known

pages = Blueprint("calendars", __name__)

TYPE = "text/calendar; charset=utf-8"


@pages.get("/me/calendar")
def page() -> ResponseReturnValue:
    """My calendar: the address and how to add it, or what it would be."""
    row = own_calendar(g.who.resident_id)
    address = _address(calendar.read_token(g.who.resident_id, row.sealed)) if row else None
    at_once = "webcal" + address[address.index(":") :] if address else None
    return render_template("account/calendar.html", row=row, address=address, at_once=at_once)


@pages.post("/me/calendar")
def make() -> ResponseReturnValue:
    """Make an address; with `old`, the hash of the one that there is, another one in its place."""
    if old := request.form.get("old"):
        calendar.renew_address(g.who.resident_id, old, now())
        flash(_("You have a new address. The old one does not work any more."), "done")
    else:
        calendar.make_address(g.who.resident_id, now())
        flash(_("Your calendar address is ready."), "done")
    return redirect(url_for("calendars.page"), 303)


@pages.post("/me/calendar/off")
def switch_off() -> ResponseReturnValue:
    """Switch it off."""
    calendar.switch_off(g.who.resident_id)
    flash(_("Your calendar address is switched off."), "done")
    return redirect(url_for("calendars.page"), 303)


@pages.get("/calendar/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """The agreements of whoever made this address. For calendars, so what is not there is said without a page."""
    found = events_of(token_hash(token), now())
    if found is None:
        return Response(status=404, content_type="text/plain; charset=utf-8")
    language, rows = found
    with in_language(language):
        body = calendar_of(rows)
    return unless_known(Response(body, content_type=TYPE))


def _address(token: str) -> str:
    return f"{current_app.config['BASE_URL'].rstrip('/')}{url_for('calendars.feed', token=token)}"
