"""Looking at what was told: the host's buttons, whose list is on the desk, and the operator's page."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.moving import Actor
from neighbours.actions.trust import looking
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.trust.reports import one_report, reports_for_operator
from neighbours.rules.errors import NotHere
from neighbours.rules.may import may_ever

pages = Blueprint("looking", __name__)


@pages.get("/operator/reports")
def reports() -> ResponseReturnValue:
    """What no host looks at."""
    return render_template("trust/reports.html", reports=reports_for_operator())


@pages.post("/reports/<ref>/release")
def release(ref: str) -> ResponseReturnValue:
    """It is fine: others see it again."""
    return _close(ref, "release", looking.release, _("Thank you for looking. It is closed, and nothing is hidden."))


@pages.post("/reports/<ref>/keep")
def keep(ref: str) -> ResponseReturnValue:
    """It stays hidden."""
    return _close(ref, "keep", looking.keep, _("Thank you for looking. It is hidden now."))


@pages.post("/operator/reports/<ref>/release")
def operator_release(ref: str) -> ResponseReturnValue:
    """The same by the operator."""
    return release(ref)


@pages.post("/operator/reports/<ref>/keep")
def operator_keep(ref: str) -> ResponseReturnValue:
    """The same by the operator."""
    return keep(ref)


def _close(ref: str, move: str, act: Callable[..., None], said: str) -> ResponseReturnValue:
    row: Any = one_report(ref)
    # To whoever may not look at it, it is not there: not even that there is one.
    if row is None or not may_ever(g.who, "report", move, row):
        raise NotHere(ref)
    act(row.id, by=Actor(g.who.resident_id, g.who.official_id), now=now())
    flash(said, "done")
    return redirect(url_for("looking.reports" if g.who.official_id else "host.desk"), 303)
