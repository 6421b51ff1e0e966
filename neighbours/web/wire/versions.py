"""Pages with a version: whoever has the page already gets 304.

The version is a hash of all that a page shows: the words of its cards, the address, the language, what `who` tells of
the person, the hour, the house (source and settings), and the form token's secret. So it says nothing that the page
does not say: a counter of steps would tell everybody when anything happens anywhere, and a row knows more than its
card. A view asks for `rendered` instead of render_template.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_wtf.csrf import generate_csrf

from neighbours.clock import this_hour
from neighbours.config import ROOT
from neighbours.language import current_language
from neighbours.web.doors import is_demo_visitor
from neighbours.web.wire.replaying import may_be_replayed

SOURCES = ("templates/**/*.*", "static/*.*", "neighbours/**/*.py", "neighbours/translations/**/*.mo", "*.py")
# What pages show of the settings.
SHOWN_SETTINGS = ("TILES_URL", "TILES_ATTRIBUTION", "SOURCE_URL", "BASE_URL")


def give_versions(app: Flask) -> None:
    """Know the house by its source, its settings and the addresses of its files."""
    app.extensions["replays"].forget()
    house = (build_mark(), [app.config[name] for name in SHOWN_SETTINGS], sorted(app.extensions["files"]))
    app.extensions["house"] = sha256(repr(house).encode()).hexdigest()


def rendered(template: str, shown: dict[str, Any], more: Callable[[], dict[str, Any]] = dict) -> Response:
    """The page, or 304 where the browser has it.

    `shown`: everything that can change on it besides what `who` tells, in plain values that their repr tells apart.
    `more`: what follows from the address alone; called only when the page must be rendered. Both hold nothing but what
    was read by queries/reading.py or the session, or is known by the versions that `who` tells. What waits to be said
    once is said in a page without a version.
    """
    if "_flashes" in session:
        return make_response(render_template(template, **shown, **more()))
    may_be_replayed()
    version = _version(template, shown)
    if request.if_none_match.contains_weak(version):
        return _say(Response(status=304), version)
    return _say(make_response(render_template(template, **shown, **more())), version)


def unless_known(response: Response) -> Response:
    """The answer with a hash of itself as its version, or 304 where the browser has it."""
    return _say(response, sha256(response.get_data()).hexdigest()[:32]).make_conditional(request)


@cache
def build_mark() -> str:
    """A hash of the source, the same in each process that runs it."""
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def _version(template: str, shown: dict[str, Any]) -> str:
    if "csrf_token" not in session:
        generate_csrf()  # so that the secret is there on the first visit too
    house, address = current_app.extensions["house"], (request.script_root, request.full_path)
    person = (*vars(g.who).values(), is_demo_visitor(g.who))
    page = (house, template, address, current_language(), person, this_hour(), session["csrf_token"], shown)
    return sha256(repr(page).encode()).hexdigest()[:32]


def _say(response: Response, version: str) -> Response:
    """Weak, because it may go out packed or plain."""
    response.set_etag(version, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
