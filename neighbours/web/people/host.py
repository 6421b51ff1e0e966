"""The local host's desk: people who wait, yes and no, letters to print, whom to tell what, and who did not come."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions import outbox
from neighbours.actions.people import hosting, letters, unsealing
from neighbours.clock import now
from neighbours.language import _, in_language
from neighbours.messages import Line, letter_words
from neighbours.queries.outbox import told_by_host, what_they_tell
from neighbours.queries.people.desk import desk as desk_rows
from neighbours.queries.trust.reports import reports_for_host
from neighbours.rules.errors import NotHere
from neighbours.rules.moves import UNDO
from neighbours.rules.notices import ASKS_FOR_ANSWER

pages = Blueprint("host", __name__, url_prefix="/host")

PARTS = ("waiting", "ring", "unanswered", "missed")
TOLD = ("tell", "unreached")
MOST_ON_A_CARD = 100


class Said(NamedTuple):
    """One thing that is told, in paragraphs of lines; `asks`: an answer to it is wanted."""

    subject: str
    paragraphs: list[list[Line]]
    asks: bool


class ToTell(NamedTuple):
    """What a host tells one neighbour: as the letter says it, and the refs of the notices that it stands for."""

    row: Any
    notices: list[Said]
    refs: list[str]


@pages.get("")
def desk() -> ResponseReturnValue:
    """Everything that waits for the host."""
    moment = now()
    addresses = unsealing.open_waiting_homes(g.who.hosts_id, g.who.resident_id, moment)
    rows = desk_rows(g.who.hosts_id, g.who.resident_id, moment, moment - UNDO, g.who.zone)
    parts = {part: [row for row in rows if row.part == part] for part in PARTS}
    told = {part: _by_person(row for row in rows if row.part == part) for part in TOLD}
    reports = reports_for_host(g.who.hosts_id, g.who.resident_id)
    return render_template("host/desk.html", **parts, **told, addresses=addresses, reports=reports, zone=g.who.zone)


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


@pages.get("/notice/<ref>")
def notice(ref: str) -> ResponseReturnValue:
    """All that waits for this neighbour, as a letter on one A4 page in their language, signed by the association."""
    rows = told_by_host(ref, *_host())
    if not rows:
        raise NotHere(ref)
    about = what_they_tell([row.id for row in rows])
    with in_language(rows[0].language):
        notices = _each_once(_said(about[row.id]) for row in rows)
        sheet = render_template("host/notice_sheet.html", person=rows[0], notices=notices)
    return render_template("host/notice.html", sheet=sheet, name=rows[0].name)


@pages.post("/notice/<ref>/told")
def told(ref: str) -> ResponseReturnValue:
    """I have told them: this, and what else stood on the same card."""
    outbox.say_told(_refs(ref), *_host())
    flash(_("You have told it. You can take it back for 10 minutes."), "done")
    return _back()


@pages.post("/notice/<ref>/undo")
def undo_told(ref: str) -> ResponseReturnValue:
    """Not told after all."""
    outbox.unsay_told(_refs(ref), *_host())
    flash(_("You took it back. It waits again."), "done")
    return _back()


def _refs(ref: str) -> list[str]:
    return [ref, *request.form.get("with", "").split()[:MOST_ON_A_CARD]]


def _by_person(rows: Iterable[Any]) -> list[ToTell]:
    """One card for each neighbour, and another for what they were told just now."""
    cards: dict[tuple[int, str], ToTell] = {}
    for row in rows:
        card = cards.setdefault((row.resident_id, row.status), ToTell(row, [], []))
        card.notices.append(_said(row))
        card.refs.append(row.ref)
    return [card._replace(notices=_each_once(card.notices)) for card in cards.values()]


def _said(about: Any) -> Said:
    return Said(*letter_words(about, g.who), about.kind in ASKS_FOR_ANSWER)


def _each_once(notices: Iterable[Said]) -> list[Said]:
    said = list(notices)
    return [each for number, each in enumerate(said) if each not in said[:number]]


def _host() -> tuple[int, int, datetime]:
    return g.who.hosts_id, g.who.resident_id, now()


def _back() -> ResponseReturnValue:
    return redirect(url_for("host.desk"), 303)
