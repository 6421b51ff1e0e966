"""The local host's desk: people who wait, yes and no, one letter to print, and who did not come."""

from datetime import datetime
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.people import hosting, letters, unsealing
from neighbours.clock import now
from neighbours.language import _, in_language
from neighbours.queries.people.desk import desk as desk_rows
from neighbours.rules.moves import UNDO

pages = Blueprint("host", __name__, url_prefix="/host")

PARTS = ("waiting", "ring", "unanswered", "missed")


@pages.get("")
def desk() -> ResponseReturnValue:
    """Everything that waits for the host."""
    moment = now()
    addresses = unsealing.open_waiting_homes(g.who.hosts_id, g.who.resident_id, moment)
    rows = desk_rows(g.who.hosts_id, moment, moment - UNDO)
    parts = {part: [row for row in rows if row.part == part] for part in PARTS}
    return render_template("host/desk.html", **parts, addresses=addresses, zone=g.who.zone)


@pages.post("/people/<ref>/confirm")
def confirm(ref: str) -> ResponseReturnValue:
    """Yes, I know this neighbour."""
    name = hosting.confirm_neighbour(ref, *_host())
    flash(_("%(name)s is let in. You can take it back for 10 minutes.", name=name), "done")
    return _back()


@pages.post("/people/<ref>/refuse")
def refuse(ref: str) -> ResponseReturnValue:
    """No."""
    hosting.refuse_neighbour(ref, *_host())
    flash(_("You said no. You can take it back for 10 minutes."), "done")
    return _back()


@pages.post("/people/<ref>/undo")
def undo(ref: str) -> ResponseReturnValue:
    """Take the answer back."""
    hosting.undo_answer(ref, *_host())
    flash(_("You took your answer back. Your neighbour waits again."), "done")
    return _back()


@pages.post("/people/<ref>/letter")
def make_letter(ref: str) -> ResponseReturnValue:
    """Make the letter with the code, and show it for printing."""
    return redirect(url_for("host.letter", ref=letters.make_letter(ref, *_host())), 303)


@pages.get("/letters/<ref>")
def letter(ref: str) -> ResponseReturnValue:
    """The letter on one A4 page, in the language of the one who gets it."""
    paper = letters.open_letter(ref, *_host())
    address = current_app.config["BASE_URL"] + url_for("account.letter_code")
    qr = segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)
    until = paper["expires_at"].astimezone(ZoneInfo(g.who.zone)).date()
    with in_language(paper["language"]):
        sheet = render_template("host/sheet.html", paper=paper, address=address, qr=qr, until=until)
    return render_template("host/letter.html", sheet=sheet, paper=paper)


def _host() -> tuple[int, int, datetime]:
    return g.who.hosts_id, g.who.resident_id, now()


def _back() -> ResponseReturnValue:
    return redirect(url_for("host.desk"), 303)
