"""My help: what we agreed, what I asked for, where I can help, what I offer. And the start page when signed in."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from neighbours.clock import now
from neighbours.queries.help.home import home
from neighbours.queries.help.mine import mine
from neighbours.web.help.cards import agreed_card, news_of, own_card, waits_for_an_answer, wanted_cards
from neighbours.web.help.nearby import viewer
from neighbours.web.wire.versions import rendered

pages = Blueprint("mine", __name__, url_prefix="/mine")

Parts = dict[str, list[Any]]

NEW = timedelta(days=2)  # so long the start page says that one is confirmed now
IN_HAND = ("draft", "held", "open", "agreed")


@pages.get("", endpoint="list")
def my_help() -> ResponseReturnValue:
    """Everything of mine, what is in hand first."""
    return rendered("mine/list.html", _my_help(mine(g.who.resident_id, now())))


def home_page() -> ResponseReturnValue:
    """The start page of a confirmed neighbour: our agreements, what is nearby, what I offered."""
    return rendered("public/home.html", _home(home(viewer(), now())))


def _my_help(parts: Parts) -> dict[str, Any]:
    agreements = parts.get("agreement", [])
    # What was helped with stands there once: as the agreement, where the thank you is.
    told = {row.help_ref for row in agreements if row.status == "done"}
    agreed = {row.help_ref for row in agreements if row.status == "agreed" and row.places == 1}
    replies = parts.get("reply", [])
    return {
        "news": news_of(parts.get("suggestion", []) + parts.get("request", []) + agreements),
        "agreements": [agreed_card(row) for row in agreements if row.status == "agreed"],
        # What is agreed with the one helper it needs stands above, with the day that holds.
        "requests": _own([row for row in parts.get("request", []) if row.ref not in agreed], in_hand=True),
        "replies": [own_card(row) for row in replies if waits_for_an_answer(row)],
        "offers": _own(parts.get("offer", []), in_hand=True),
        "earlier": [own_card(row) for row in agreements if row.status != "agreed"]
        + [own_card(row) for row in replies if not waits_for_an_answer(row)]
        + _own([row for row in parts.get("request", []) if row.ref not in told], in_hand=False)
        + _own(parts.get("offer", []), in_hand=False),
    }


def _home(parts: Parts) -> dict[str, Any]:
    agreements = parts.get("agreement", [])
    own = parts.get("request", []) + agreements
    return {
        "is_new": not own and _is_new(g.who.confirmed_at),
        "news": news_of(parts.get("suggestion", []) + own + parts.get("invited", [])),
        "agreements": [agreed_card(row) for row in agreements if row.status == "agreed"],
        "nearby": wanted_cards(parts.get("nearby", []), g.who),
        "replies": [own_card(row) for row in parts.get("reply", [])],
        "offers": [own_card(row) for row in parts.get("offer", [])],
    }


def _is_new(confirmed_at: datetime | None) -> bool:
    """Confirmed so lately that one may not know it yet."""
    return confirmed_at is not None and now() - confirmed_at < NEW


def _own(rows: list[Any], *, in_hand: bool) -> list[Any]:
    return [own_card(row) for row in rows if (row.status in IN_HAND) == in_hand]
