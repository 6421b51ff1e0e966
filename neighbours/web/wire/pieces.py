"""Pieces of pages that are the same for many: a card, the boxes of a list. Written once for the same facts.

A template says `{{ piece('nearby/choices.html', wished=wished) }}` instead of including it. A piece knows nothing but
what it is given, so it can show nobody what is somebody else's (tests/web/test_pieces.py).
"""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from neighbours.language import language_and_day

MOST = 1024  # pieces a process


def lend_pieces(app: Flask) -> None:
    """Keep pieces for this app, and lend `piece` to the templates."""
    app.extensions["pieces"] = lru_cache(maxsize=MOST)(_written)
    app.jinja_env.globals.update(piece=piece)


def piece(template: str, **facts: Any) -> Markup:
    """The template with these facts, which must be hashable."""
    place = (*language_and_day(), request.script_root)
    written: Markup = current_app.extensions["pieces"](template, place, **facts)
    return written


def _written(template: str, place: tuple[Any, ...], **facts: Any) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(facts))
