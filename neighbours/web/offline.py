"""Without a network: the page that a browser keeps, and the small worker that shows it. Nothing else is ever kept.

The worker's first line names what it keeps, by addresses with hashes: a changed file makes another worker, and that one
throws away what the one before had kept. `kept_key` tells when the kept page is no longer right: another language,
somebody else's host.
"""

import json
from dataclasses import replace
from hashlib import sha256

from flask import Blueprint, Flask, Response, current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue

from neighbours.language import current_language
from neighbours.queries.who import Who
from neighbours.web.wire.files import asset

pages = Blueprint("offline", __name__)

FILES = ("style.css", "pictograms.svg", "icon.svg")
FONT = "font/atkinson-hyperlegible-next-latin-5.3.0.woff2"
KEY_LENGTH = 12


def lend_offline(app: Flask) -> None:
    """Lend what base.html tells static/device.js."""
    app.jinja_env.globals.update(kept_key=kept_key)


@pages.get("/offline")
def page() -> ResponseReturnValue:
    """The page for no network. What is new and not read yet would be wrong by the time it is shown."""
    g.who = replace(g.who, unread=0)
    return render_template("errors/offline.html")


@pages.get("/offline.js")
def worker() -> ResponseReturnValue:
    """The worker stands at the root, because it may only look after what lies below it."""
    begin = f"const CACHE = {json.dumps(kept_name())}, PAGE = {json.dumps(url_for('offline.page'))};\n"
    begin += f"const FILES = {json.dumps(kept_files())};\n"
    body = current_app.extensions["files"]["offline.js"].body
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    return Response(begin.encode() + body, content_type="text/javascript; charset=utf-8", headers=headers)


def kept_files() -> list[str]:
    """What the page needs to look like itself."""
    return [asset(name) for name in (*FILES, FONT)]


def kept_name() -> str:
    """The name of the browser's cache, another one for other files."""
    return f"neighbours-{_short(' '.join([*kept_files(), asset('offline.js')]))}"


def kept_key(who: Who) -> str:
    """A short name of what stands on the page: its language, the village, and whom to ring."""
    says = (current_language(), who.role, who.area_name, who.host_name, who.host_phone, who.operator, who.contact_phone)
    return _short("|".join(str(part) for part in says))


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:KEY_LENGTH]
