"""Pages with a version: whoever has the page already gets 304, and what was rendered once is not rendered again.

The version is a hash of all that a page shows: the words of its cards, the address, the language, what `who` tells of
the person, the hour, the house (source and settings), and the form token's secret. So it says nothing that the page
does not say: a counter of steps would tell everybody when anything happens anywhere, and a row knows more than its
card. Within the process the rows are enough: from the same rows the same words were made a moment ago, so the version
that they led to is kept beside a hash of them, which no answer ever carries.

A view asks for `rendered` instead of render_template.
"""

import pickle
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
MOST_KEPT = 4 * 2**20  # bytes of pages a process
MOST_KNOWN = 4096  # versions a process
# Stands for the form token in a page that is kept; nobody can write it into a text.
TOKEN = secrets.token_urlsafe(24).encode()
# What pages show of the settings.
SHOWN_SETTINGS = ("TILES_URL", "TILES_ATTRIBUTION", "SOURCE_URL", "BASE_URL")


class KeptPages:
    """Rendered pages by their version, without form tokens, and the versions of what was read.

    The one used least lately goes first when room is short. `most`: bytes of pages.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._versions: OrderedDict[bytes, str] = OrderedDict()
        self._lock, self._bytes, self._most = Lock(), 0, most

    def get(self, version: str) -> bytes | None:
        """The page, or None."""
        with self._lock:
            if version in self._pages:
                self._pages.move_to_end(version)
            return self._pages.get(version)

    def keep(self, version: str, page: bytes) -> None:
        """Keep the page, and let others go for it."""
        with self._lock:
            self._bytes += len(page) - len(self._pages.get(version, b""))
            self._pages[version] = page
            while self._bytes > self._most:
                self._bytes -= len(self._pages.popitem(last=False)[1])

    def version(self, read: bytes) -> str | None:
        """The version that this led to before, or None. `read`: a hash of all that was read."""
        with self._lock:
            if read in self._versions:
                self._versions.move_to_end(read)
            return self._versions.get(read)

    def know(self, read: bytes, version: str) -> None:
        """This leads to this version."""
        with self._lock:
            self._versions[read] = version
            while len(self._versions) > MOST_KNOWN:
                self._versions.popitem(last=False)


def give_versions(app: Flask) -> None:
    """Keep pages for this app, and know the house by its source, its settings and the addresses of its files."""
    app.extensions["kept_pages"] = KeptPages()
    house = (build_mark(), [app.config[name] for name in SHOWN_SETTINGS], sorted(app.extensions["files"]))
    app.extensions["house"] = sha256(repr(house).encode()).hexdigest()


def rendered(
    template: str, read: Any, shown: Callable[[], dict[str, Any]], more: Callable[[], dict[str, Any]] = dict
) -> Response:
    """The page, or 304 where the browser has it.

    `read`: the rows and other plain values that `shown` is made of, besides what `who` tells and the address says.
    `shown`: everything that can change on the page, in plain values that their repr tells apart.
    `more`: what follows from the address alone; called only when the page must be rendered. What waits to be said once
    is said in a page without a version.
    """
    if "_flashes" in session:
        return make_response(render_template(template, **shown(), **more()))
    pages: KeptPages = current_app.extensions["kept_pages"]
    about = _about(template)
    known = sha256(pickle.dumps((about, read))).digest()
    words: dict[str, Any] | None = None
    version = pages.version(known)
    if version is None:
        words = shown()
        version = sha256(repr((about, words)).encode()).hexdigest()[:32]
        pages.know(known, version)
    if request.if_none_match.contains_weak(version):
        return _say(Response(status=304), version)
    page = pages.get(version)
    if page is None:
        words = shown() if words is None else words
        page = render_template(template, **words, **more()).encode().replace(generate_csrf().encode(), TOKEN)
        pages.keep(version, page)
    return _say(Response(page.replace(TOKEN, generate_csrf().encode()), mimetype="text/html"), version)


def unless_known(response: Response) -> Response:
    """The answer with a hash of itself as its version, or 304 where the browser has it."""
    return _say(response, sha256(response.get_data()).hexdigest()[:32]).make_conditional(request)


@cache
def build_mark() -> str:
    """A hash of the source, the same in each process that runs it."""
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def _about(template: str) -> tuple[Any, ...]:
    """What every page shows or depends on: the house, the address, the language, the person, the hour, the token."""
    if "csrf_token" not in session:
        generate_csrf()  # so that the secret is there on the first visit too
    person = (*vars(g.who).values(), is_demo_visitor(g.who))
    hour = now().strftime("%Y-%m-%d %H")
    house = current_app.extensions["house"]
    address = request.script_root, request.full_path
    return (house, template, address, current_language(), person, hour, session["csrf_token"])


def _say(response: Response, version: str) -> Response:
    """Weak, because it may go out packed or plain."""
    response.set_etag(version, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
