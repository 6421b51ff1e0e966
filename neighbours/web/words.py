"""What templates may say without asking the route: labels of codes, the direction of a language."""

from flask import Flask

from neighbours import labels
from neighbours.rules.languages import direction


def lend_words(app: Flask) -> None:
    """Lend the labels to every template."""
    app.jinja_env.globals.update(labels=labels, direction=direction)
