"""Messages: all my conversations, one of them, and what is new in it. How one begins is in beginning.py.

To anybody but its two a conversation is not there: 404. Whoever opens it has read it; that alone is written by a GET,
and only when something was new.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import new_ref
from neighbours.actions.moving import Actor
from neighbours.actions.talk import writing
from neighbours.clock import now
from neighbours.language import _, ngettext
from neighbours.queries.talk.threads import A_PAGE, my_threads, one_thread
from neighbours.rules.errors import NotHere, Refused, TooLate
from neighbours.rules.talk.fraud import smells_of
from neighbours.rules.talk.threads import is_closed
from neighbours.web.help.changed import changed_page
from neighbours.web.help.wishes import read_wishes
from neighbours.web.talk.forms import MessageForm
from neighbours.web.wire.versions import unless_known
from neighbours.web.words import written_by

REF = re.compile(r"[A-Za-z0-9_-]{12}")
LOOKED_BACK = 10  # messages
pages = Blueprint("talk", __name__, url_prefix="/messages")


@dataclass(frozen=True)
class Line:
    """One thing said, ready to be read. `text`: None when it was emptied, or a host looks at it first (`is_held`)."""

    ref: str
    by: str
    is_mine: bool
    text: str | None
    language: str
    at: Any
    is_held: bool = False
    smells: tuple[str, ...] = ()


@pages.get("", endpoint="list")
def my_messages() -> ResponseReturnValue:
    """All my conversations, newest first."""
    return render_template("talk/list.html", **_listed())


@pages.get("/new")
def news() -> ResponseReturnValue:
    """What the list says now, and how many messages are new: for the page that stays open."""
    unread = g.who.unread_messages
    words = ngettext("%(num)s new message", "%(num)s new messages", unread) if unread else ""
    return _told(render_template("talk/rows.html", **_listed()), words)


@pages.route("/<ref>", methods=["GET", "POST"])
def one(ref: str) -> ResponseReturnValue:
    """One conversation; what is written goes here too."""
    rows = _rows(ref)
    form = MessageForm(is_warned=_is_warned(rows))
    if request.method == "GET":
        _read_all(rows)
        return _page(rows, form)
    if is_closed(rows[0].ended_at, now()):
        return closed_page(url_for("talk.one", ref=ref))
    if not form.validate():
        return _page(rows, form), 422
    try:
        writing.write(rows[0].id, said(form), by=Actor(g.who.resident_id), now=now())
    except Refused as refused:
        form.refuse(refused.message)
        return _page(rows, form), 422
    except TooLate:
        return closed_page(url_for("talk.one", ref=ref))
    flash(_("Your message is sent."), "done")
    return redirect(url_for("talk.one", ref=ref, _anchor="newest"), 303)


@pages.get("/<ref>/new")
def new(ref: str) -> ResponseReturnValue:
    """What was said after the message ?after=, as it stands on the page, and how many messages are new elsewhere."""
    after = request.args.get("after", "")
    rows = _rows(ref, after if REF.fullmatch(after) else "")
    _read_all(rows)
    html = render_template("talk/lines.html", lines=_lines(rows), zone=rows[0].zone)
    theirs = [row for row in rows if row.message_id and _is_theirs(row)]
    return _told(html, _("New message from %(name)s", name=theirs[-1].by_name) if theirs else "")


def said(form: MessageForm) -> writing.Said:
    """The words of a valid form."""
    return writing.Said(form.text.data, written_by(g.who, form.text.data), form.ref.data or "")


def closed_page(url: str) -> ResponseReturnValue:
    """409: nothing more is written about this help."""
    return changed_page(_("This help is over. You cannot write about it any more."), url)


def _listed() -> dict[str, Any]:
    wished = read_wishes(request.args)
    rows = my_threads(g.who.resident_id, skip=(wished.page - 1) * A_PAGE)
    newer = wished.other_page(wished.page - 1) if wished.page > 1 else ""
    older = wished.other_page(wished.page + 1) if len(rows) > A_PAGE else ""
    return {"rows": rows[:A_PAGE], "newer": newer, "older": older}


def _rows(ref: str, after: str = "") -> list[Any]:
    rows = one_thread(ref, g.who.resident_id, after)
    if not rows:
        raise NotHere(ref)
    return rows


def _read_all(rows: list[Any]) -> None:
    """Note what the other side wrote and this one has now read; the menu counts it no more."""
    row = rows[0]
    helps = row.helper_id == g.who.resident_id
    seen = row.helper_seen if helps else row.asker_seen
    unread = [each for each in rows if each.message_id and each.message_id > seen and _is_theirs(each)]
    if unread:
        writing.note_read(row.id, rows[-1].message_id, by=Actor(g.who.resident_id), now=now())
        counted = sum(each.held_at is None and each.text is not None for each in unread)
        g.who = replace(g.who, unread_messages=max(0, g.who.unread_messages - counted))


def _is_theirs(row: Any) -> bool:
    """Whether the other side wrote it: whoever asked, and a host who asked for them, are one side."""
    return (row.by_id == row.helper_id) != (row.helper_id == g.who.resident_id)


def _is_warned(rows: list[Any]) -> bool:
    """Whether one of the newest messages of the other side smells of fraud: what comes next may be the answer."""
    return any(row.smells and _is_theirs(row) for row in rows[-LOOKED_BACK:])


def _page(rows: list[Any], form: MessageForm) -> str:
    row = rows[0]
    helps = row.helper_id == g.who.resident_id
    form.ref.data = form.ref.data or new_ref()
    return render_template(
        "talk/one.html",
        row=row,
        form=form,
        helps=helps,
        other=row.asker_name if helps else row.helper_name,
        for_whom=row.asker_name if not helps and row.asker_id != g.who.resident_id else None,
        lines=sorted([*_first_line(row), *_lines(rows)], key=lambda line: line.at),
        zone=row.zone,
        is_over=is_closed(row.ended_at, now()),
    )


def _first_line(row: Any) -> list[Line]:
    """What the neighbour said beside "I can help"."""
    if not row.line:
        return []
    mine, smells = row.helper_id == g.who.resident_id, tuple(smells_of(row.line))
    return [Line("", row.helper_name, mine, row.line, row.line_language, row.replied_at, smells=smells)]


def _lines(rows: list[Any]) -> list[Line]:
    return [_line(row) for row in rows if row.message_id]


def _line(row: Any) -> Line:
    mine = row.by_id == g.who.resident_id
    # Until somebody has looked, the writer sees no difference: only the other one can have told.
    is_held = row.held_at is not None and row.text is not None and not (mine and row.is_looked_at)
    text = None if is_held and not mine else row.text
    smells = tuple(row.smells.split(",")) if row.smells and row.text is not None else ()
    return Line(row.message_ref, row.by_name, mine, text, row.message_language, row.at, is_held, smells)


def _told(html: str, said: str) -> Response:
    """The answer to a page that asks again and again: 304 while nothing is new. `said`: what the ear hears of it."""
    return unless_known(jsonify(html=html, unread=g.who.unread_messages, said=said))
