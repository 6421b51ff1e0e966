"""One request for help: for its asker with who offered, for a neighbour with "I can help", for a helper how it stands.

What is sent from here goes to replies.py (the answers) and ask.py (change, take back, withdraw).
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.help.wanted import one_request
from neighbours.rules.errors import NotHere
from neighbours.rules.help import showing
from neighbours.rules.help.choosing import read_reasons
from neighbours.rules.help.reasons import reasons
from neighbours.rules.may import is_still_undoable, may_reply
from neighbours.web.help.forms.replies import ReplyForm
from neighbours.web.help.nearby import viewer
from neighbours.web.words import where_written
from neighbours.wording import asked_words, band_words, not_needed_words, size_words, when_words, why_words

pages = Blueprint("help", __name__, url_prefix="/help")

TEMPLATES = {
    showing.ASKER: "help/asker.html",
    showing.HELPER: "help/helper.html",
    showing.NEIGHBOUR: "help/neighbour.html",
    showing.HOST: "help/neighbour.html",
    showing.CLOSED: "help/closed.html",
}


@pages.get("/<ref>")
def one(ref: str) -> ResponseReturnValue:
    """One request for help."""
    return help_page(ref)


def help_page(ref: str, form: ReplyForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The page of a request as the signed-in person may see it; `form` keeps what was typed beside "I can help".

    Raises NotHere where nothing may be seen.
    """
    rows, moment = one_request(viewer(), ref), now()
    view = showing.view_of_request(g.who, rows[0], moment) if rows else None
    if view is None:
        raise NotHere
    row = rows[0]
    facts: dict[str, Any] = {"row": row, "when": when_words(row), "size": size_words(row), "where": where_written(row)}
    if view == showing.ASKER:
        facts |= {"replies": _replies(rows, moment), "may_take_back": _may_take_back(row, moment)}
    else:
        facts |= {"where": _where(row), "why": _why(row), "told": showing.reply_as_told(row, moment)}
        facts |= {"in_reserve": facts["told"] == "reserve" and showing.is_full_ahead(row, moment)}
        facts |= {"not_needed": not_needed_words(row.status)}
        facts |= {"form": form or _form(row), "may_reply": row.band is not None and may_reply(g.who, row)}
    return render_template(TEMPLATES[view], **facts), status


def _form(row: Any) -> ReplyForm:
    """An empty line; the telephone as in one's own details."""
    return ReplyForm(formdata=None, share_phone=row.shares_phone)


def _where(row: Any) -> str:
    """How far it is, and where they meet."""
    far = "" if row.band is None else band_words(row.band, row.area_name, g.who.area_name)
    return Markup(" · ").join(words for words in (far, where_written(row)) if words)


def _why(row: Any) -> str:
    if row.band is None:
        return _("You are its local host.")
    if row.asked_for:
        return asked_words(read_reasons(row.asked_for), row.area_name, g.who.area_name, row.asker_name)
    found = reasons(row, in_own_area=row.area_name == g.who.area_name, own=g.who.likes)
    return why_words(found, row.area_name, g.who.area_name)


def _may_take_back(row: Any, moment: datetime) -> bool:
    """Posted just now, and nobody has replied."""
    return row.status == "open" and row.reply_ref is None and is_still_undoable(row.opened_at, moment)


def _replies(rows: list[Any], moment: datetime) -> list[dict[str, Any]]:
    """Who offered, for the asker; a withdrawn reply is nobody's any more."""
    return [
        {
            "row": row,
            "far": _far(row),
            "may_answer": showing.is_to_be_answered(row),
            "may_keep": showing.may_be_kept_in_reserve(row, moment),
            "in_reserve": row.reply_status == "reserve" and showing.is_full_ahead(row, moment),
            "may_undo": row.status in ("open", "agreed") and showing.reply_as_told(row, moment) != row.reply_status,
        }
        for row in rows
        if row.reply_status is not None and row.reply_status != "withdrawn"
    ]


def _far(row: Any) -> str:
    return "" if row.helper_band is None else band_words(row.helper_band, row.helper_area_name, g.who.area_name)
