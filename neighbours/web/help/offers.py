"""One standing offer of help, for whoever may browse it. Making and changing offers is in offer.py."""

from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from neighbours.queries.help.offers import one_offer
from neighbours.rules.errors import NotHere
from neighbours.rules.help.reasons import Likes, reasons
from neighbours.rules.help.showing import view_of_offer
from neighbours.rules.may import may, may_ask_directly
from neighbours.web.help.nearby import viewer
from neighbours.wording import band_words, slots_words, why_words

pages = Blueprint("offers", __name__, url_prefix="/offers")


@pages.get("/<ref>")
def one(ref: str) -> ResponseReturnValue:
    """One offer of help."""
    row = one_offer(viewer(), ref)
    view = view_of_offer(g.who, row) if row is not None else None
    if row is None or view is None:
        raise NotHere
    may_change = any(may(g.who, "offer", move, row) for move in ("take_back", "open"))
    may_ask = may_ask_directly(g.who, row)
    allowed = {"may_ask": may_ask, "may_withdraw": may(g.who, "offer", "withdraw", row), "may_change": may_change}
    return render_template(
        "offers/one.html", row=row, view=view, when=slots_words(row.slots), **allowed, **_nearness(row)
    )


def _nearness(row: Any) -> dict[str, str]:
    """How far it is and why one sees it; nothing where it is one's own from another cell."""
    if row.band is None:
        return {"far": "", "why": ""}
    own = g.who.area_name
    found = reasons(row, in_own_area=row.area_name == own, own=Likes(g.who.slots or 0, 0))
    return {"far": band_words(row.band, row.area_name, own), "why": why_words(found, row.area_name, own)}
