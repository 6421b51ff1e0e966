"""Block somebody, from where one meets them; see whom one blocked, and take it back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.trust import blocking
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.blocks import blocked_by_me, has_blocked_there
from neighbours.rules.errors import NotHere
from neighbours.rules.trust.reporting import MEETINGS
from neighbours.web.trust.meeting import met, way_back

pages = Blueprint("block", __name__)


def _block(where: str, ref: str) -> ResponseReturnValue:
    """What happens when I block this person; and, pressed, I block them. Twice is once."""
    try:
        row = met(where, ref)
    except NotHere:
        if request.method == "POST" and has_blocked_there(g.who.resident_id, ref):
            return redirect(url_for("block.list"), 303)
        raise
    if request.method == "GET":
        return render_template("trust/block.html", row=row, where=where, back_to=way_back(where, row))
    blocking.block(g.who.resident_id, row.other_id, now())
    flash(_("You blocked %(name)s. You can take it back here at any time.", name=row.other_name), "done")
    return redirect(url_for("block.list"), 303)


def _open(place: str) -> None:
    """The page of one place where people meet; each has a name of its own in the table of who opens what."""

    @pages.route(f"/block/{place}/<ref>", methods=["GET", "POST"], endpoint=place)
    def block(ref: str) -> ResponseReturnValue:
        return _block(place, ref)


for each in MEETINGS:
    _open(each)


@pages.get("/me/blocked", endpoint="list")
def blocked() -> ResponseReturnValue:
    """Whom I blocked."""
    return render_template("trust/blocked.html", rows=blocked_by_me(g.who.resident_id))


@pages.post("/me/blocked/<ref>/undo")
def undo(ref: str) -> ResponseReturnValue:
    """Take a block back; who was not blocked is not blocked."""
    blocking.unblock(g.who.resident_id, ref)
    flash(_("The block is taken back."), "done")
    return redirect(url_for("block.list"), 303)
