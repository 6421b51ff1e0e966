"""Pieces of pages that are the same for many: a card, the boxes of a list. Written once for the same facts.

A template says `{{ piece('nearby/choices.html', wished=wished) }}` instead of including it, `pieces` for a list. A
piece knows nothing but what it is given, so it can show nobody what is somebody else's (tests/web/test_pieces.py).
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from neighbours.language import language_and_day

MOST = 1024  # pieces a process


def lend_pieces(app: Flask) -> None:
    """Keep pieces for this app, and lend `piece` to the templates."""
    app.extensions["pieces"] = lru_cache(maxsize=MOST)(_written)
    app.jinja_env.globals.update(piece=piece, pieces=pieces)


def piece(template: str, **facts: Any) -> Markup:
    """The template with these facts, which must be hashable."""
    written: Markup = current_app.extensions["pieces"](template, _place(), **facts)
    return written


def pieces(template: str, rows: Iterable[Any], **facts: Any) -> Markup:
    """The template once for each `row`, one below the other."""
    written, place = current_app.extensions["pieces"], _place()
    return Markup("\n".join(written(template, place, row=row, **facts) for row in rows))


def _place() -> tuple[Any, ...]:
    return *language_and_day(), request.script_root


def _written(template: str, place: tuple[Any, ...], **facts: Any) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(facts))
