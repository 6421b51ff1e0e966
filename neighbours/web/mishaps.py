"""The kind pages for what cannot be: errors of the house (rules/errors.py) and of HTTP, each with a way on."""

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException

from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from neighbours.web.doors import is_left_without_database
from neighbours.wording import how_long

DESIGNED = {400, 403, 404, 409, 413, 429, 500, 503}
# What has no page of its own and is nearer to another than to 400 or 500: a wrong method is a page that is not there,
# an address that is too long says too much at once.
NEAREST = {405: 404, 414: 413}
# Seconds after which a browser, or a machine, may try again; who counts attempts (429) says its own.
PAUSES = {503: 120}


def answer_mishaps(app: Flask) -> None:
    """Give every error a page of its own, in the reader's language."""
    app.register_error_handler(NotHere, lambda error: mishap_page(404))
    app.register_error_handler(NotAllowed, lambda error: mishap_page(403))
    app.register_error_handler(TooLate, lambda error: mishap_page(409))
    app.register_error_handler(HTTPException, _answer_http)
    for gone in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(gone, _answer_no_database)
    app.register_error_handler(500, lambda error: mishap_page(500))


def mishap_page(code: int, pause: int | None = None) -> ResponseReturnValue:
    """The page of an HTTP status; those without a design of their own speak as the nearest one.

    `pause`: seconds to wait, where that is known.
    """
    pause = pause or PAUSES.get(code)
    designed = code if code in DESIGNED else NEAREST.get(code, 500 if code >= 500 else 400)
    page = "ask/not_yet.html" if designed == 403 and is_only_for_neighbours() else f"errors/{designed}.html"
    wait = how_long(pause // 60) if pause else ""
    is_left = is_left_without_database() if designed == 503 else None
    stay = {"stay": "/"} if code == 414 else {}  # the language is not changed on a page that nobody can ask for
    return render_template(page, wait=wait, is_left=is_left, **stay), code, {"Retry-After": str(pause)} if pause else {}


def is_only_for_neighbours() -> bool:
    """Who waits to be confirmed, and any official who asks or offers, is told whose pages these are and who lets in."""
    who = g.get("who")
    return (who is not None and who.role == "waiting") or request.blueprint in ("ask", "offer")


def _answer_no_database(error: SQLAlchemyError) -> ResponseReturnValue:
    """Gone in the middle of a page, or busy for longer than anybody waits."""
    current_app.logger.error("The database does not answer as it should.", exc_info=error)
    return mishap_page(503)


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return mishap_page(error.code, getattr(error, "retry_after", None))
