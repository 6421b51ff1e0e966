"""Tell us about a problem, from where one meets it; then what happens next."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.trust import blocking
from neighbours.actions.trust.reporting import report
from neighbours.clock import now
from neighbours.language import _
from neighbours.queries.trust.meeting import people_met
from neighbours.queries.trust.reports import report_told
from neighbours.rules.errors import NotHere, Refused
from neighbours.rules.trust.reporting import LATELY, REPORTS, THINGS
from neighbours.web.trust.forms import ReportForm
from neighbours.web.trust.meeting import met, way_back
from neighbours.web.words import written_by

pages = Blueprint("report", __name__, url_prefix="/report")


def _tell(where: str, ref: str) -> ResponseReturnValue:
    """What is wrong, and who reads it."""
    row, form = met(where, ref, to_tell=True), ReportForm()
    if not form.validate_on_submit():
        return _page(where, row, form), 422 if form.is_submitted() else 200
    try:
        told = _told(where, row, form)
    except Refused:
        form.reason.errors = [_("You told of 5 problems today. Please ring your local host, or wait a day.")]
        return _page(where, row, form), 429, {"Retry-After": str(REPORTS.pause)}
    if form.block.data:
        blocking.block(g.who.resident_id, row.other_id, now())
    return redirect(url_for("report.told", ref=told), 303)


def _open(place: str) -> None:
    """The page of one place; each has a name of its own in the table of who opens what."""

    @pages.route(f"/{place}/<ref>", methods=["GET", "POST"], endpoint=place)
    def tell(ref: str) -> ResponseReturnValue:
        return _tell(place, ref)


for each in THINGS:
    _open(each)


@pages.get("/people")
def people() -> ResponseReturnValue:
    """Whom I met lately, each with the way to tell of a problem: the same list whether or not one blocked the other."""
    return render_template("trust/people.html", rows=people_met(g.who.resident_id, now() - LATELY))


@pages.get("/told/<ref>")
def told(ref: str) -> ResponseReturnValue:
    """Thank you; who looks at it, and what is held meanwhile."""
    row = report_told(ref, g.who.resident_id)
    if row is None:
        raise NotHere(ref)
    return render_template("trust/told.html", row=row, is_held=row.is_held)


def _told(where: str, row: Any, form: ReportForm) -> str:
    return report(
        g.who.resident_id,
        thing=THINGS[where],
        thing_id=row.thing_id,
        against_id=row.other_id,
        reason=form.reason.data,
        text=form.text.data,
        area_id=row.area_id,
        language=written_by(g.who, form.text.data),
        now=now(),
    )


def _page(where: str, row: Any, form: ReportForm) -> str:
    # Of a request or an offer it is said afterwards: not every report holds it.
    # From the list one goes back to the list: the thing itself may not be there any more.
    back_to = url_for("report.people") if "from" in request.args else way_back(where, row)
    shown = {"row": row, "form": form, "back_to": back_to, "is_held": where == "message"}
    return render_template("trust/report.html", **shown)
