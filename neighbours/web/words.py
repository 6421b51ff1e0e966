"""What templates may say without asking the route: labels of codes, the direction of a language, a path by its ref."""

from flask import Flask, request

from neighbours import labels
from neighbours.rules.languages import direction
from neighbours.rules.people.contact import shown_phone
from neighbours.wording import languages_words


def lend_words(app: Flask) -> None:
    """Lend the labels to every template."""
    app.jinja_env.filters.update(phone=shown_phone)
    words = {"labels": labels, "direction": direction, "languages_words": languages_words, "path_of": path_of}
    app.jinja_env.globals.update(words)


def path_of(folder: str, ref: str) -> str:
    """The path of a thing by its ref, written out: for lists, where url_for would cost more than the row."""
    return f"{request.script_root}/{folder}/{ref}"
