"""Files that pages load: our own in static/, and Leaflet from where pip put it. Read and packed once.

A page names a file by `asset('style.css')`; the address carries a piece of the file's hash, so a browser may keep it
for a year, and a changed file has another address. Not here: pages themselves.
"""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

import xstatic.pkg.leaflet
from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from neighbours.config import ROOT
from neighbours.rules.errors import NotHere
from neighbours.web.wire.packing import takes_gzip
from neighbours.web.words import path_for

OWN = ROOT / "static"
LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)
A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
HASH_LENGTH = 8
SIGN = '<svg class="pictogram" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
LINK = re.compile(rb"""url\((["']?)([^"')]+)\1\)""")
TYPES = {".woff2": "font/woff2", ".js": "text/javascript"}
# What is packed already is not packed twice.
PACKED_ALREADY = {".woff2", ".png"}


@dataclass(frozen=True)
class File:
    """`name` is its address below static/, with the hash; `packed` is gzip, or None where that is no smaller."""

    name: str
    type: str
    body: bytes
    packed: bytes | None


class PageSessions(SecureCookieSessionInterface):
    """Sessions go out with pages only. A file is the same for everybody: kept, it would carry a cookie to others.

    Nor does it say `Vary: Cookie`, which would have a browser fetch it again after signing in. What a form was answered
    does not say it either: a browser keeps that for Back alone, and by then the cookie may hold another answer.

    A form that another site sends comes without our cookie, so what it is answered would take the place of the session
    that the browser has: it gets none.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does, but never with a file, nor for another site."""
        if request.endpoint != "static" and not _is_of_another_site():
            super().save_session(app, session, response)
        if request.method == "POST":
            response.vary.discard("cookie")  # in small letters: Werkzeug finds no others


def _is_of_another_site() -> bool:
    return request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site"


def lay_out_files(app: Flask) -> None:
    """Read every file, serve it under `static`, and lend `asset` to the templates."""
    files = dict(_read())
    app.extensions["files"] = {file.name: file for file in files.values()} | files
    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.session_interface = PageSessions()
    app.jinja_env.globals.update(asset=asset, pictogram=pictogram)


def asset(name: str) -> str:
    """The address of a file for a page: asset('style.css') is /static/style.1f2e3d4c.css. KeyError: no such file."""
    return path_for("static", filename=current_app.extensions["files"][name].name)


def pictogram(name: str) -> Markup:
    """One of our own signs, always beside a word; the names stand in static/pictograms.svg."""
    return Markup(SIGN.format(asset("pictograms.svg"), escape(name)))


def serve(filename: str) -> ResponseReturnValue:
    """The file; for a year by its name with the hash, by its plain name with a question each time."""
    file: File | None = current_app.extensions["files"].get(filename)
    if file is None:
        raise NotHere(filename)
    packs = file.packed is not None and takes_gzip()
    response = Response(file.packed if packs else file.body, content_type=file.type)
    response.headers["Cache-Control"] = A_YEAR if filename == file.name else ASK_AGAIN
    response.headers["Vary"] = "Accept-Encoding"
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(file.name + ("-gz" if packs else ""))
    return response.make_conditional(request)


def _read() -> Iterator[tuple[str, File]]:
    """Each file by its plain name. Stylesheets come last, because they name others."""
    plain = {path.relative_to(OWN).as_posix(): path for path in sorted(OWN.rglob("*")) if path.suffix in _served()}
    plain |= {f"leaflet/{name}": LEAFLET / name for name in ("leaflet.js", "leaflet.css")}
    plain |= {f"leaflet/images/{path.name}": path for path in sorted((LEAFLET / "images").glob("*.png"))}
    found: dict[str, File] = {}
    for name in sorted(plain, key=lambda name: name.endswith(".css")):
        found[name] = file = _file(name, plain[name].read_bytes(), found)
        yield name, file


def _served() -> set[str]:
    return {".css", ".js", ".svg", ".woff2", ".png", ".webmanifest"}


def _file(name: str, body: bytes, others: Mapping[str, File]) -> File:
    if name.endswith(".css"):
        body = LINK.sub(_hashed_link(name, others), body)
    stem, suffix = name.rsplit(".", 1)
    packed = None if f".{suffix}" in PACKED_ALREADY else gzip.compress(body, 9, mtime=0)
    hashed = f"{stem}.{sha256(body).hexdigest()[:HASH_LENGTH]}.{suffix}"
    type_ = TYPES.get(f".{suffix}") or guess_type(name)[0] or "application/octet-stream"
    if type_.startswith("text/"):
        type_ += "; charset=utf-8"
    return File(hashed, type_, body, packed if packed and len(packed) < len(body) else None)


def _hashed_link(name: str, others: Mapping[str, File]) -> Callable[[re.Match[bytes]], bytes]:
    """Names of files inside a stylesheet, beside it, become their hashed ones; anything else stays as it is."""
    folder = name.rpartition("/")[0]

    def put(link: re.Match[bytes]) -> bytes:
        meant = f"{folder}/{link[2].decode()}".lstrip("/")
        if meant not in others:
            return link[0]
        return f'url("{others[meant].name[len(folder) :].lstrip("/")}")'.encode()

    return put
