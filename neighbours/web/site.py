"""The site: settings, database, languages, doors, pages. What gunicorn serves; commands come in app.py."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from neighbours.config import ROOT, read_settings
from neighbours.database import open_database
from neighbours.language import speak
from neighbours.queries.reading import open_reading
from neighbours.serving.logs import keep_log_quiet
from neighbours.web import PAGES
from neighbours.web.doors import hang_doors
from neighbours.web.kept import keep_everything_typed
from neighbours.web.menu import lend_menu
from neighbours.web.mishaps import answer_mishaps
from neighbours.web.offline import lend_offline
from neighbours.web.wire.files import lay_out_files
from neighbours.web.wire.folding import fold_templates
from neighbours.web.wire.incoming import Incoming
from neighbours.web.wire.packing import pack_pages
from neighbours.web.wire.pieces import lend_pieces
from neighbours.web.wire.replaying import replay
from neighbours.web.wire.versions import give_versions
from neighbours.web.words import lend_words

SETTINGS = {
    "SESSION_COOKIE_NAME": "neighbours",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
    "SESSION_REFRESH_EACH_REQUEST": False,
    "MAX_CONTENT_LENGTH": 256 * 1024,
    "MAX_FORM_MEMORY_SIZE": 256 * 1024,
    "MAX_FORM_PARTS": 300,
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_SSL_STRICT": False,
}


def create_site(settings: Mapping[str, Any] | None = None) -> Flask:
    """One site. `settings` override the environment (tests); the names are in neighbours/config.py."""
    app = Flask("app", root_path=str(ROOT), static_folder=None)
    app.request_class = Incoming
    app.config.update(read_settings(settings))
    app.config.update(SETTINGS, SESSION_COOKIE_SECURE=app.config["BASE_URL"].startswith("https://"))
    replay(app)
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.url_map.strict_slashes = False
    fold_templates(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    pack_pages(app)
    keep_log_quiet(app)
    open_database(app)
    open_reading(app)
    speak(app)
    lay_out_files(app)
    hang_doors(app)
    answer_mishaps(app)
    keep_everything_typed(app)
    give_versions(app)
    lend_pieces(app)
    lend_words(app)
    lend_menu(app)
    lend_offline(app)
    for page in PAGES:
        app.register_blueprint(page)
    return app
