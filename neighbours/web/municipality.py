"""The municipality's page: deliberately little. Areas and associations by name; the figures come as releases."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from neighbours.queries.municipality import overview as overview_rows

pages = Blueprint("municipality", __name__, url_prefix="/municipality")


@pages.get("")
def overview() -> ResponseReturnValue:
    """Areas and associations, and what the municipality never sees."""
    return render_template("municipality/overview.html", rows=overview_rows(g.who.municipality_id))
