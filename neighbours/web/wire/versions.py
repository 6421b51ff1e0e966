"""Pages with a version: whoever has the page already gets 304, and what was rendered once is not rendered again.

The version is a hash of all that a page shows: the words of its cards, the address, the language, what `who` tells of
the person, the hour, the house (source and settings), and the form token's secret. So it says nothing that the page
does not say: a counter of steps would tell everybody when anything happens anywhere, and a row knows more than its
card. A view asks for `rendered` instead of render_template.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_wtf.csrf import generate_csrf

from neighbours.clock import now
from neighbours.language import current_language
from neighbours.web.doors import is_demo_visitor

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("templates/**/*.*", "static/*.*", "neighbours/**/*.py", "neighbours/translations/**/*.mo", "*.py")
MOST_KEPT = 4 * 2**20  # bytes a process
# Stands for the form token in a page that is kept; nobody can write it into a text.
TOKEN = secrets.token_urlsafe(24)


# What pages show of the settings.
SHOWN_SETTINGS = ("TILES_URL", "TILES_ATTRIBUTION", "SOURCE_URL", "BASE_URL")


class KeptPages:
    """Rendered pages by their version, without form tokens; the one used least lately goes first when room is short.

    `most`: bytes, of the pages in UTF-8.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._lock, self._bytes, self._most = Lock(), 0, most

    def get(self, version: str) -> str | None:
        """The page, or None."""
        with self._lock:
            if version in self._pages:
                self._pages.move_to_end(version)
            page = self._pages.get(version)
        return None if page is None else page.decode()

    def keep(self, version: str, page: str) -> None:
        """Keep the page, and let others go for it."""
        body = page.encode()
        with self._lock:
            self._bytes += len(body) - len(self._pages.get(version, b""))
            self._pages[version] = body
            while self._bytes > self._most:
                self._bytes -= len(self._pages.popitem(last=False)[1])


def give_versions(app: Flask) -> None:
    """Keep pages for this app, and know the house by its source, its settings and the addresses of its files."""
    app.extensions["kept_pages"] = KeptPages()
    house = (build_mark(), [app.config[name] for name in SHOWN_SETTINGS], sorted(app.extensions["files"]))
    app.extensions["house"] = sha256(repr(house).encode()).hexdigest()


def rendered(template: str, shown: dict[str, Any], more: Callable[[], dict[str, Any]] = lambda: {}) -> Response:
    """The page, or 304 where the browser has it.

    `shown`: everything that can change on it besides what `who` tells, in plain values that their repr tells apart.
    `more`: what follows from the address alone; called only when the page must be rendered. What waits to be said once
    is said in a page without a version.
    """
    if "_flashes" in session:
        return make_response(render_template(template, **shown, **more()))
    version = _version(template, shown)
    if request.if_none_match.contains_weak(version):
        return _say(Response(status=304), version)
    pages: KeptPages = current_app.extensions["kept_pages"]
    page = pages.get(version)
    if page is None:
        page = render_template(template, **shown, **more()).replace(generate_csrf(), TOKEN)
        pages.keep(version, page)
    return _say(make_response(page.replace(TOKEN, generate_csrf())), version)


def unless_known(response: Response) -> Response:
    """The answer with a hash of itself as its version, or 304 where the browser has it."""
    return _say(response, sha256(response.get_data()).hexdigest()[:32]).make_conditional(request)


@cache
def build_mark() -> str:
    """A hash of the source, the same in each process that runs it."""
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def _version(template: str, shown: dict[str, Any]) -> str:
    generate_csrf()  # so that the secret is there on the first visit too
    person = (*vars(g.who).values(), is_demo_visitor(g.who))
    hour = now().strftime("%Y-%m-%d %H")
    house = current_app.extensions["house"]
    page = (house, template, request.full_path, current_language(), person, hour, session["csrf_token"], shown)
    return sha256(repr(page).encode()).hexdigest()[:32]


def _say(response: Response, version: str) -> Response:
    """Weak, because it may go out packed or plain."""
    response.set_etag(version, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
