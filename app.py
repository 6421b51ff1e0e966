"""The application for `flask` and the tests: the site with its commands. gunicorn serves the site alone.

A web worker needs neither the commands nor the migrations, nor the memory of what they import.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from neighbours import commands
from neighbours.web.site import create_site


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The site with its commands. `settings` override the environment; the names are in neighbours/config.py."""
    app = create_site(settings)
    commands.register(app)
    return app
