"""Maps: for the map that moves its GeoJSON, for whoever has no JavaScript the same as a picture.

What a page marks on it (`area`, `band`) it says in words too: a map tells nothing that the page does not. Leaflet is
fetched only when somebody opens a map (static/map.js). Not here: the colours of the map (style.css).
"""

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from neighbours.geo.drawing import Drawing, Piece, drawing, feature_collection
from neighbours.places.index import kept_until_areas_change
from neighbours.queries.places import maps
from neighbours.rules.errors import NotHere
from neighbours.web.wire.versions import unless_known

pages = Blueprint("maps", __name__)


@pages.get("/map.json")
def near() -> ResponseReturnValue:
    """The cells near me by band, and the areas they lie in."""
    return _shapes(maps.cells_near(g.who.cell_id))


@pages.get("/map.svg")
def picture() -> ResponseReturnValue:
    """The same as a picture; `area` and `band` mark a part of it, `dark` suits a dark page."""
    drawn = drawing(maps.cells_near(g.who.cell_id))
    marked = (request.args.get("area", ""), request.args.get("band", ""))
    body = render_template("maps/picture.svg", drawn=drawn, marked=marked, dark="dark" in request.args)
    return unless_known(Response(body, content_type="image/svg+xml"))


@pages.get("/areas/<ref>/map.json")
def area(ref: str) -> ResponseReturnValue:
    """A local area and the ones beside it, for everybody."""
    pieces = maps.area_and_neighbours(ref)
    if not pieces:
        raise NotHere("area")
    return _shapes(pieces)


def _shapes(pieces: list[Piece]) -> Response:
    return unless_known(Response(feature_collection(pieces), content_type="application/geo+json"))


def land() -> Drawing:
    """All areas, for the start page; drawn once in each process until areas change."""
    return kept_until_areas_change("land", g.who.areas_version, lambda: drawing(maps.all_areas()))
