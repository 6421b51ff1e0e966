"""Pages with a version: whoever has the page already gets 304, and what was rendered once is not rendered again.

The version is a hash of all that a page shows: the rows it was given, the address, the language, what `who` tells of
the person, the hour, the source, and the form token's secret. So it says nothing that the page does not say: a counter
of steps would tell everybody when anything happens anywhere. A view asks for `rendered` instead of render_template.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
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


Rows = Sequence[Any] | dict[str, list[Any]]


class KeptPages:
    """Rendered pages by their version, without form tokens; the one used least lately goes first when room is short."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._pages: OrderedDict[str, str] = OrderedDict()
        self._lock, self._bytes, self._most = Lock(), 0, most

    def get(self, version: str) -> str | None:
        """The page, or None."""
        with self._lock:
            if version in self._pages:
                self._pages.move_to_end(version)
            return self._pages.get(version)

    def keep(self, version: str, page: str) -> None:
        """Keep the page, and let others go for it."""
        with self._lock:
            self._bytes += 0 if version in self._pages else len(page)
            self._pages[version] = page
            while self._bytes > self._most:
                self._bytes -= len(self._pages.popitem(last=False)[1])


def give_versions(app: Flask) -> None:
    """Keep pages for this app."""
    app.extensions["kept_pages"] = KeptPages()


def rendered(template: str, rows: Rows, facts: Callable[[], dict[str, Any]]) -> Response:
    """The page, or 304 where the browser has it. `rows`: everything it shows besides what `who` tells.

    `facts` makes the rows ready for the template; it is called only when the page must be rendered. What waits to be
    said once is said in a page without a version.
    """
    if "_flashes" in session:
        return make_response(render_template(template, **facts()))
    version = _version(template, rows)
    if request.if_none_match.contains_weak(version):
        return _say(Response(status=304), version)
    pages: KeptPages = current_app.extensions["kept_pages"]
    page = pages.get(version)
    if page is None:
        page = render_template(template, **facts()).replace(generate_csrf(), TOKEN)
        pages.keep(version, page)
    return _say(make_response(page.replace(TOKEN, generate_csrf())), version)


@cache
def build_mark() -> str:
    """A hash of the source, the same in each process that runs it."""
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def _version(template: str, rows: Any) -> str:
    generate_csrf()  # so that the secret is there on the first visit too
    person = (*vars(g.who).values(), is_demo_visitor(g.who))
    hour = now().strftime("%Y-%m-%d %H")
    shown = (template, request.full_path, current_language(), person, hour, session["csrf_token"], _plain(rows))
    return sha256(repr((build_mark(), shown)).encode()).hexdigest()[:32]


def _plain(rows: Rows) -> Any:
    """Rows as tuples: SQLAlchemy's own words for a row leave out the middle of long texts."""
    if isinstance(rows, dict):
        return [(name, _plain(part)) for name, part in rows.items()]
    return [tuple(row) for row in rows]


def _say(response: Response, version: str) -> Response:
    """Weak, because it may go out packed or plain."""
    response.set_etag(version, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
