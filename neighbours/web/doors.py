"""The doors of every page: who comes, whether this page is open to them, and the headers that go out.

Closed by default: a page that rules/access.py does not name is not there. The only file that names Flask-Login.
"""

import re

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from neighbours.actions.people import sessions
from neighbours.clock import now
from neighbours.language import PAGE_LANGUAGES, _, speak_anew
from neighbours.queries.who import Who, who
from neighbours.rules.access import is_known, opens
from neighbours.web.kept import TOKEN, keep_for_after_signing_in, note_writer
from neighbours.web.wire.typed_cookie import forget_typed

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
# Pages with an address, a code or somebody's own details are kept by no browser. The others are, so that Back brings
# back what was typed, until one signs out.
KEPT_BY_NOBODY = {
    "agreements.one",
    "host.desk",
    "host.letter",
    "host.notice",
    "account.details",
    "account.name",
    "account.contact",
    "account.address_log",
    "account.sessions",
    "calendars.page",
    "notices.from_mail",
    "kept.page",
    "offline.page",
    "demo.outbox",
    "looking.reports",
}
# Signing out another device leaves nothing here: that device forgets its pages with its own next answer.
LEAVING = {"signing_in.leave", "account.end_all_sessions"}
MOST_ADDRESS = 8_190  # letters; longer than what anybody looks for
OPEN_ALWAYS = {"static", "public.health"}
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP")
OWN_NAME = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)

login_manager = LoginManager()
csrf = CSRFProtect()


def hang_doors(app: Flask) -> None:
    """Put the doors before every page of the app."""
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(_load)
    app.before_request(_come_in)
    # After the doors, so that a closed page says so before a form token is asked for.
    csrf.init_app(app)
    app.extensions["headers"] = _headers(app)
    app.after_request(_send_out)
    app.context_processor(lambda: {"who": g.get("who"), "is_demo_visitor": is_demo_visitor})


def sign_in(token: str) -> None:
    """Make the browser the holder of this session token, in a fresh cookie."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    g.pop("who", None)
    person = _load(token)
    if person is not None:
        login_user(person)
        note_writer()


def sign_out() -> None:
    """Forget the person in this browser; the session row is ended by the action."""
    logout_user()
    _forget_person()


def is_left_without_database() -> bool | None:
    """Whether this browser is signed out, of a way out that met no database; None of any other page.

    The button "Sign out" drops the cookie all the same; nobody ends the row of the session then.
    """
    if request.endpoint not in LEAVING:
        return None
    if request.endpoint == "signing_in.leave" and _is_pressed_here():
        _forget_person()
        g.pop("who", None)
    return TOKEN not in session


def next_page(default: str) -> str:
    """Where to go after signing in: a path of our own from `next`, else the default."""
    wished = request.values.get("next", "")
    return wished if is_own_path(wished) else default


def is_own_path(text: str) -> bool:
    """Whether it leads nowhere but to us.

    Without a second slash there is no other host in it; browsers read a backslash as a slash, and drop tabs.
    """
    return text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()


def _forget_person() -> None:
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _is_pressed_here() -> bool:
    """Whether the form's token is of this browser, where the doors had no time to ask."""
    try:
        if current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
    except HTTPException:
        return False
    return True


def _load(token: str) -> Who | None:
    """What Flask-Login asks: the person of this token, or nobody when the session has ended."""
    g.who = person = who(token, now())
    return person if person is not None and person.signed_in else None


def _come_in() -> ResponseReturnValue | None:
    if request.endpoint in OPEN_ALWAYS:
        return None
    if "\0" in request.path:  # PostgreSQL refuses it in any text: nothing is called so
        abort(404)
    person = _who_comes()
    if person is None:
        abort(503)
    _note_that_it_ended(person)
    if sessions.touch_session(person.session_id, person.seen_on, now()):
        note_writer()  # the cookie goes out anew, and lasts as long
    return _answer_at_the_door(person)


def _who_comes() -> Who | None:
    """The person at the door; nobody before the setup, or while the database is gone or not migrated."""
    try:
        # Touching current_user loads the person once; without a cookie nothing is loaded yet.
        if not current_user.is_authenticated and g.get("who") is None:
            g.who = who(None, now())
    except DBAPIError:
        current_app.logger.exception("The database does not answer as it should.")
        g.pop("who", None)
    person: Who | None = g.get("who")
    return person


def _note_that_it_ended(person: Who) -> None:
    """A session that was ended elsewhere: the next answer, once, has this browser forget the pages."""
    if TOKEN in session and not person.signed_in and "was_signed_out" not in session:
        session["was_signed_out"] = g.was_signed_out = True


def _answer_at_the_door(person: Who) -> ResponseReturnValue | None:
    if len(request.full_path) > MOST_ADDRESS:
        abort(414)
    if request.endpoint is None:
        return _answer_no_page()
    if request.blueprint == "demo" and not is_demo_visitor(person):
        abort(404)
    if opens(request.endpoint, request.method, person.role):
        return _look_at_the_form() if request.method == "POST" else None
    if not is_known(request.endpoint, request.method):
        abort(404)
    if person.role != "stranger":
        abort(403)
    if request.method == "POST":
        _look_at_the_form()
    flash(_("Please sign in first."), "reason")
    return keep_for_after_signing_in(redirect(url_for("signing_in.contact", next=_return_path()), 303))


def _look_at_the_form() -> None:
    """A body that is too large, or has too many fields, is refused here (413); Werkzeug counts only multipart ones.

    One that cannot be read, such as broken chunks, is 400: the web server says so by an exception of its own.
    """
    try:
        fields = len(list(request.form.items(multi=True)))
    except HTTPException:
        raise
    except Exception:
        abort(400)
    if fields > current_app.config["MAX_FORM_PARTS"]:
        abort(413)
    _speak_as_wished()


def _speak_as_wished() -> None:
    """The language was changed in the middle of a form: the same page again as it was typed, and nothing else is done.

    What such a form does is done only once it is valid, and while somebody only looks it never is (forms.py).
    """
    wished = request.form.get("language_of_pages")
    if request.endpoint != "public.language" and wished in PAGE_LANGUAGES:
        session["language"] = wished
        speak_anew()
        g.only_looks = True


def _answer_no_page() -> None:
    """405 where the page is there by another method, else 404; of the demo's pages not even that is said."""
    if isinstance(request.routing_exception, MethodNotAllowed) and not request.path.startswith("/demo"):
        raise request.routing_exception
    abort(404)


def is_demo_visitor(person: Who) -> bool:
    """Demo pages need the mark in the database and a visitor on this same machine."""
    return person.demo and _is_on_this_machine()


def _is_on_this_machine() -> bool:
    """The peer itself is, whatever a header says; it forwards for nobody else, and calls this machine by its own name.

    The name matters because a page elsewhere can let its own name lead a browser on this machine to here.
    """
    peer = request.environ.get("werkzeug.proxy_fix.orig", request.environ).get("REMOTE_ADDR")
    is_forwarded = any(header in request.environ for header in FORWARDED)
    return peer in {"127.0.0.1", "::1"} and not is_forwarded and OWN_NAME.fullmatch(request.host) is not None


def _return_path() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("public.start")


def _send_out(response: Response) -> Response:
    for name, value in current_app.extensions["headers"].items():
        response.headers.setdefault(name, value)
    if request.endpoint not in OPEN_ALWAYS:
        is_secret = request.endpoint in KEPT_BY_NOBODY
        response.headers.setdefault("Cache-Control", "no-store" if is_secret else "private, no-cache")
        response.headers.setdefault("Vary", "Cookie, Accept-Language")
        if is_left := request.endpoint in LEAVING and TOKEN not in session:
            forget_typed(response)
        if is_left or request.endpoint == "demo.sign_in" or g.get("was_signed_out"):
            response.headers["Clear-Site-Data"] = '"cache"'
    if g.get("only_looks") and response.status_code == 422:
        response.status_code = 200
    return response


def _headers(app: Flask) -> dict[str, str]:
    """What goes out with every answer."""
    headers = dict(HEADERS)
    if tiles := app.config["TILES_URL"]:
        host = "/".join(tiles.split("/")[:3])
        headers["Content-Security-Policy"] = CONTENT_POLICY.replace("img-src 'self'", f"img-src 'self' {host}")
    if app.config["BASE_URL"].startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
