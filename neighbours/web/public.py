"""Everybody's pages: the start page, finding one's area, an area from outside, who is behind this,
accessibility, language, health."""

import re
from string import ascii_letters

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from geopy.location import Location

from neighbours.geo.outline import outline
from neighbours.language import PAGE_LANGUAGES, speak_anew
from neighbours.places.geocoding import Register
from neighbours.places.index import places_index, villages, villages_called
from neighbours.queries.health import is_migrated
from neighbours.queries.municipality import countries
from neighbours.queries.people.themselves import has_home
from neighbours.queries.places.areas import area_from_outside
from neighbours.queries.places.register import addresses_like
from neighbours.rules.accessibility import ASSESSED_ON, bodies_of
from neighbours.rules.errors import NotHere
from neighbours.web import doors
from neighbours.web.help.mine import home_page
from neighbours.web.maps import land
from neighbours.web.wire.versions import rendered

pages = Blueprint("public", __name__)

MOST_CHOICES = 7
LONGEST_QUESTION = 200
COORDINATES = re.compile(r"\s*(-?\d{1,2}\.\d{1,12})\s*[,; ]\s*(-?\d{1,3}\.\d{1,12})\s*")

register = Register(addresses_like)


@pages.get("/")
def start() -> ResponseReturnValue:
    """The start page: signed out one field, waiting who confirms me, signed in one's own agreements first."""
    if g.who.official_id is not None:
        return redirect(url_for("municipality.overview"), 303)
    if g.who.role == "waiting":
        return render_template("public/waiting.html", has_home=has_home(g.who.resident_id))
    if g.who.confirmed:
        return home_page()
    begun = "name" in session.get("join", {})
    return rendered("public/start.html", {"begun": begun}, lambda: {"drawn": land()})


@pages.get("/find")
def find() -> ResponseReturnValue:
    """Addresses like what was typed, and always the list of villages."""
    typed = request.args.get("q", "")[:LONGEST_QUESTION].strip()
    version = g.who.areas_version
    named = villages_called(typed, version)
    addresses = _of_the_number(typed, _addresses(typed))
    area = _area_meant(typed, {village.ref for village in named} if not addresses else set())
    if area is not None:
        return redirect(url_for("public.area", ref=area), 303)
    prefix = url_for("public.area", ref="-").removesuffix("-")
    found = {"addresses": addresses[:MOST_CHOICES], "named": named, "villages": villages(version)}
    asked = {"typed": typed, "has_more": len(addresses) > MOST_CHOICES, "is_asked": "q" in request.args}
    return render_template("public/find.html", prefix=prefix, **asked, **found)


@pages.get("/find/suggestions.json")
def suggestions() -> ResponseReturnValue:
    """Villages and addresses like what is being typed; they depend on the text and the register alone."""
    typed = request.args.get("q", "")[:LONGEST_QUESTION].strip()
    names = [village.name for village in villages_called(typed, g.who.areas_version)]
    return [*names, *(found.address for found in _addresses(typed))][:MOST_CHOICES]


@pages.get("/areas/<ref>")
def area(ref: str) -> ResponseReturnValue:
    """A local area as everybody may see it: its name, open or opening soon, its host, its outline."""
    draft = session.get("join", {})
    row = area_from_outside(ref, draft.get("home"))
    if row is None:
        raise NotHere("area")
    drawing = outline({row.polygon, row.own_polygon})
    # So that the page names one person to ring, not two.
    to_ring = g.who if g.who.signed_in else g.who.with_host_of(row)
    return render_template("public/area.html", area=row, drawing=drawing, to_ring=to_ring)


@pages.get("/healthz")
def health() -> ResponseReturnValue:
    """For machines: 200 when the database answers and is migrated, else 503."""
    return ({"status": "ok"}, 200) if is_migrated() else ({"status": "not ready"}, 503)


@pages.get("/behind")
def behind() -> ResponseReturnValue:
    """Who is behind this?"""
    return render_template("public/behind.html")


@pages.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement, made from the configuration."""
    of = current_app.config
    bodies = bodies_of(countries(g.who.municipality_id), of["ACCESSIBILITY_BODY"], of["ACCESSIBILITY_BODY_URL"])
    gaps = [gap.strip() for gap in of["ACCESSIBILITY_GAPS"].split("|") if gap.strip()]
    assessed = of["ACCESSIBILITY_DATE"] or ASSESSED_ON
    return render_template("public/accessibility.html", bodies=bodies, gaps=gaps, assessed=assessed)


@pages.post("/language")
def language() -> ResponseReturnValue:
    """Choose the language of the pages on this device, and stay on the page. In the middle of a form: doors.py."""
    chosen, path = request.form.get("language_of_pages"), doors.next_page(url_for("public.start"))
    if chosen in PAGE_LANGUAGES:
        session["language"] = chosen
        speak_anew()
    return redirect(path, 303)


def _addresses(typed: str) -> list[Location]:
    """Suggestions out of the register, one more than are shown; they depend on the text and the register alone."""
    found = register.geocode(typed, exactly_one=False, limit=MOST_CHOICES + 1) if typed else None
    return found if isinstance(found, list) else []


def _of_the_number(typed: str, addresses: list[Location]) -> list[Location]:
    """Those with a house number that was typed; where none has it, all that begin like it."""
    numbers = set(re.findall(r"\d+", typed))
    return [each for each in addresses if each.raw["number"].rstrip(ascii_letters) in numbers] or addresses


def _area_meant(typed: str, named: set[str]) -> str | None:
    """The ref of the one area that was named, or that holds the point "56.03, 9.86"; else None."""
    if len(named) == 1:
        return next(iter(named))
    point = COORDINATES.fullmatch(typed)
    if point is None:
        return None
    main = places_index(g.who.areas_version).area_at(float(point[2]), float(point[1]))
    return None if main is None else main.ref
