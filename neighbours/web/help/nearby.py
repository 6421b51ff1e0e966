"""What is open nearby: help wanted, and offers of help, twenty a page."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from neighbours.labels import KINDS, LANGUAGES, PARTS, WEEKDAYS
from neighbours.queries.help.nearby import A_PAGE, Viewer, open_offers, open_requests
from neighbours.rules.languages import languages_of
from neighbours.web.help.cards import Card, offered_cards, wanted_cards
from neighbours.web.help.wishes import Wished, read_wishes
from neighbours.web.wire.versions import rendered
from neighbours.web.words import path_for

pages = Blueprint("nearby", __name__, url_prefix="/nearby")


@pages.get("", endpoint="list")
def help_wanted() -> ResponseReturnValue:
    """Help wanted near me."""
    wished = read_wishes(request.args)
    rows = open_requests(viewer(), wished.wishes, skip=wished.skip)
    return _list("nearby/wanted.html", rows, wanted_cards, wished, path_for("help.one", ref="-"))


@pages.get("/offers")
def offers() -> ResponseReturnValue:
    """Offers of help near me."""
    wished = read_wishes(request.args)
    rows = open_offers(viewer(), wished.wishes, skip=wished.skip)
    return _list("nearby/offered.html", rows, offered_cards, wished, path_for("offers.one", ref="-"))


def viewer() -> Viewer:
    """From where the signed-in person looks, and in which order."""
    return Viewer(g.who.resident_id, g.who.cell_id, by_time=not g.who.suggested)


def _list(
    template: str, rows: list[Any], cards: Callable[..., list[Card]], wished: Wished, example: str
) -> ResponseReturnValue:
    """One statement asked for one row more than a page: it says whether there is another."""
    shown = {"cards": cards(rows[:A_PAGE], g.who), "is_last": len(rows) <= A_PAGE}
    return rendered(
        template,
        shown,
        lambda: {
            "prefix": example.removesuffix("-"),
            "wished": wished,
            "newer": wished.other_page(wished.page - 1) if wished.page > 1 else "",
            "older": "" if shown["is_last"] else wished.other_page(wished.page + 1),
            "chosen": _chosen(wished),
            "choosable": _choosable(wished),
        },
    )


def _chosen(wished: Wished) -> list[str]:
    """What the list is narrowed to, in words."""
    kinds = [KINDS[wished.kind]] if wished.kind else []
    times = [WEEKDAYS[day] for day in wished.days] + [PARTS[part] for part in wished.parts]
    languages = [LANGUAGES[wished.language]] if wished.language else []
    return [str(word) for word in (*kinds, *times, *languages, *([g.who.area_name] if wished.village else []))]


def _choosable(wished: Wished) -> tuple[str, ...]:
    """The languages to choose from: one's own, and the one that is chosen."""
    own = tuple(languages_of(g.who.languages or 0))
    return own if wished.language in (None, *own) else (*own, wished.language)
