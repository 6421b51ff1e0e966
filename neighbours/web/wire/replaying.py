"""A page that was made before is not made again while everything it was made of is the same.

What an answer with a version depends on is the request, the hour, and what was read (queries/reading.py). So beside the
answer its reads are kept: when the same request comes again they are read again, for the present moment, and if all of
them give the same rows the answer is the same too, or 304 where the browser has it. That somebody was signed out,
blocked or renamed is in the first of the reads, so nothing here opens a door.

Kept by the process, for the one who asked; a page that reads by the session, or sets a cookie, is made each time.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, NamedTuple

from flask import Flask, Response, g, request
from sqlalchemy.exc import DBAPIError

from models import db
from neighbours.clock import this_hour
from neighbours.queries.reading import Read, again, reads

Environ = dict[str, Any]
MOST_KEPT = 4 * 2**20  # bytes a process
ADDRESS = ("PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme")
# What browsers send along and no page of ours looks at; the version that they have is looked at here.
NOT_LOOKED_AT = (
    "HTTP_CACHE_CONTROL", "HTTP_CONNECTION", "HTTP_DNT", "HTTP_IF_NONE_MATCH", "HTTP_PRAGMA",
    "HTTP_PRIORITY", "HTTP_REFERER", "HTTP_SEC_", "HTTP_UPGRADE_INSECURE_REQUESTS",
)  # fmt: skip
OF_A_BODY = {"content-type", "content-length", "content-encoding"}  # what a 304 does not say
READS = "neighbours.reads"
Asked = tuple[Any, ...]


class Made(NamedTuple):
    """An answer, the hour it was made in, and the reads it was made of."""

    hour: str
    reads: Sequence[Read]
    version: str
    headers: list[tuple[str, str]]
    body: bytes


class Replays:
    """Stands before the app. `most`: bytes of answers; the one used least lately goes first when room is short."""

    def __init__(self, app: Flask, most: int = MOST_KEPT) -> None:
        self._app, self._inner, self._most = app, app.wsgi_app, most
        self._made: OrderedDict[Asked, Made] = OrderedDict()
        self._lock, self._bytes = Lock(), 0

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """The answer to a request, made before or now."""
        if environ["REQUEST_METHOD"] != "GET":
            return self._inner(environ, start_response)
        asked = _asked(environ)
        made = self._get(asked)
        with self._app.app_context():
            hour = this_hour()
            is_the_same = made is not None and made.hour == hour and _gives_the_same(made.reads)
        if made is not None and is_the_same:
            return _answer(made, environ, start_response)
        return self._make(asked, hour, environ, start_response)

    def forget(self) -> None:
        """Let go of everything: the house itself has changed."""
        with self._lock:
            self._made.clear()
            self._bytes = 0

    def _get(self, asked: Asked) -> Made | None:
        with self._lock:
            if asked in self._made:
                self._made.move_to_end(asked)
            return self._made.get(asked)

    def _keep(self, asked: Asked, made: Made) -> None:
        with self._lock:
            self._drop(asked)
            self._made[asked] = made
            self._bytes += len(made.body)
            while self._bytes > self._most:
                self._drop(next(iter(self._made)))

    def _drop(self, asked: Asked) -> None:
        if asked in self._made:
            self._bytes -= len(self._made.pop(asked).body)

    def _make(self, asked: Asked, hour: str, environ: Environ, start_response: Any) -> Iterable[bytes]:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said[:] = status, headers
            return start_response(status, headers, *error)

        answer = self._inner(environ, start)
        made_of = environ.get(READS)
        if not (made_of and said and said[0].startswith("200")) or any(name == "Set-Cookie" for name, _ in said[1]):
            return answer
        body = b"".join(answer)
        getattr(answer, "close", tuple)()
        self._keep(asked, Made(hour, *made_of, said[1], body))
        return [body]


def replay(app: Flask) -> None:
    """Stand before the app. To be called before anything else looks at its answers, so that they are seen last."""
    app.extensions["replays"] = app.wsgi_app = Replays(app)  # type: ignore[method-assign]
    app.after_request(_note)


def may_be_replayed() -> None:
    """Said by a page that depends on nothing but the request, the hour and what is read by queries/reading.py."""
    g.may_be_replayed = True


def _note(response: Response) -> Response:
    """Tell the one who stands before the app what this answer was made of."""
    version, is_weak = response.get_etag()
    if g.get("may_be_replayed") and version and is_weak and not db.session.registry.has():
        request.environ[READS] = tuple(reads()), version
    return response


def _gives_the_same(before: Sequence[Read]) -> bool:
    """Whether each of the reads gives the same rows now. A database that does not answer is told by the page itself."""
    try:
        return all(again(each) for each in before)
    except DBAPIError:
        return False


def _asked(environ: Environ) -> Asked:
    """All of a request that an answer can depend on."""
    sent = [item for item in environ.items() if item[0].startswith("HTTP_") and not item[0].startswith(NOT_LOOKED_AT)]
    before_proxies = environ.get("werkzeug.proxy_fix.orig", {})
    return (*(environ.get(name) for name in ADDRESS), *sorted(sent), *before_proxies.items())


def _answer(made: Made, environ: Environ, start_response: Any) -> Iterable[bytes]:
    if f'"{made.version}"' not in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("200 OK", made.headers)
        return [made.body]
    start_response("304 NOT MODIFIED", [header for header in made.headers if header[0].lower() not in OF_A_BODY])
    return []
