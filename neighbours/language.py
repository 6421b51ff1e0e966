"""The language of the page: texts, days, times. The only file that names flask-babel.

Source strings are English. `_` translates now, `_l` when shown. Which languages texts of people may be in is in
rules/languages.py; here are the languages that the pages themselves speak.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, g, request, session
from flask_babel import Babel, force_locale, format_date, get_locale, gettext, lazy_gettext, ngettext

from neighbours.clock import now

PAGE_LANGUAGES = {"en": "English", "da": "Dansk"}

_ = gettext
_l = lazy_gettext

__all__ = ["PAGE_LANGUAGES", "_", "_l", "ngettext"]


def speak(app: Flask) -> None:
    """Set up translations for the app."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "neighbours/translations"
    Babel(app, locale_selector=page_language)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(day=format_day, clock=format_clock, moment=format_moment)
    app.jinja_env.globals.update(page_language=current_language, PAGE_LANGUAGES=PAGE_LANGUAGES)


def page_language() -> str:
    """Chosen on this device, else the person's own, else the browser's, else the installation's."""
    who = g.get("who")
    own = getattr(who, "language", None)
    for language in (session.get("language"), own):
        if language in PAGE_LANGUAGES:
            return str(language)
    wished = request.accept_languages.best_match(PAGE_LANGUAGES)
    return wished or getattr(who, "house_language", None) or "en"


def current_language() -> str:
    """The code of the language that is being spoken, such as da."""
    locale: Locale | None = get_locale()
    return locale.language if locale else "en"


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak another language for a while: for a mail to its recipient."""
    with force_locale(language if language in PAGE_LANGUAGES else "en"):
        yield


def format_day(day: date) -> str:
    """Friday 12 June; with the year when it is more than half a year away."""
    far = abs((day - now().date()).days) > 180
    pattern = "EEEE d MMMM y" if far else "EEEE d MMMM"
    return str(format_date(day, pattern if current_language() != "da" else pattern.replace("d MMMM", "'den' d. MMMM")))


def format_clock(moment: time) -> str:
    """9:30 in English, 9.30 in Danish, 9:30 in Dutch."""
    return f"{moment.hour}{'.' if current_language() == 'da' else ':'}{moment.minute:02d}"


def format_moment(moment: datetime, zone: str) -> str:
    """A moment in the area's own zone: Friday 12 June at 9:30, fredag den 12. juni kl. 9.30."""
    local = moment.astimezone(ZoneInfo(zone))
    return str(_("%(day)s at %(time)s", day=format_day(local.date()), time=format_clock(local.time())))
