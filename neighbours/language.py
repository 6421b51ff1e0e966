"""The language of the page: texts, days, times. The only file that names flask-babel.

Source strings are English. `_` translates now, `_l` when shown. Which languages texts of people may be in is in
rules/languages.py; here are the languages that the pages themselves speak.

flask-babel looks language and catalogue up anew at every word, which was a fifth of the time of a list. Here they are
looked up once for a page or a mail, and kept in Flask's `g`, which no other thread and no other page sees.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from gettext import NullTranslations
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, g, request, session
from flask_babel import Babel, LazyString, force_locale, format_date, get_locale, get_translations, refresh

from neighbours.clock import now

PAGE_LANGUAGES = {"en": "English", "da": "Dansk", "nl": "Nederlands"}


class Spoken(NamedTuple):
    """What a page or a mail is written in: the code, such as da, and the catalogue; and on which day."""

    code: str
    catalogue: NullTranslations
    today: date


def _(text: str, **facts: Any) -> str:
    """The text in the page's language, with the facts put in."""
    said = _spoken().catalogue.gettext(text)
    return said % facts if facts else said


def _l(text: str, **facts: Any) -> LazyString:
    """The text in the language of whoever reads it, later."""
    return LazyString(_, text, **facts)


def ngettext(one: str, more: str, num: int, **facts: Any) -> str:
    """The text for one or for several, with `num` and the facts put in."""
    return _plural(one, more, num) % {"num": num, **facts}


def speak(app: Flask) -> None:
    """Set up translations for the app."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "neighbours/translations"
    Babel(app, configure_jinja=False, locale_selector=page_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Jinja puts the facts in by itself, escaped.
    app.jinja_env.install_gettext_callables(_, _plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(day=format_day, fullday=format_full_day, clock=format_clock, moment=format_moment)
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
    return _spoken().code


def language_and_day() -> tuple[str, date]:
    """What words depend on besides their facts: the language, and the day (UTC) that the page was begun on."""
    spoken = _spoken()
    return spoken.code, spoken.today


def speak_anew() -> None:
    """The language of this page was changed while it is being made."""
    g.spoken = None
    refresh()


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak another language for a while: for a mail to its recipient."""
    before, g.spoken = g.get("spoken"), None
    try:
        with force_locale(language if language in PAGE_LANGUAGES else "en"):
            yield
    finally:
        g.spoken = before


def format_day(day: date) -> str:
    """Friday 12 June, fredag den 12. juni, vrijdag 12 juni; with the year when it is more than half a year away."""
    far = abs((day - now().date()).days) > 180
    pattern = "EEEE d MMMM y" if far else "EEEE d MMMM"
    return str(format_date(day, pattern if current_language() != "da" else pattern.replace("d MMMM", "'den' d. MMMM")))


def format_full_day(day: date) -> str:
    """26 November 2026: always with the year, for a date that counts for years."""
    return str(format_date(day, "d MMMM y" if current_language() != "da" else "d. MMMM y"))


def format_clock(moment: time) -> str:
    """9:30 in English, 9.30 in Danish and in Dutch, whose catalogues put "kl." before it and "uur" behind it."""
    return f"{moment.hour}{':' if current_language() == 'en' else '.'}{moment.minute:02d}"


def format_moment(moment: datetime, zone: str) -> str:
    """A moment in the area's own zone: Friday 12 June at 9:30, vrijdag 12 juni om 9.30 uur."""
    local = moment.astimezone(ZoneInfo(zone))
    return str(_("%(day)s at %(time)s", day=format_day(local.date()), time=format_clock(local.time())))


def _plural(one: str, more: str, num: int) -> str:
    return _spoken().catalogue.ngettext(one, more, num)


def _spoken() -> Spoken:
    try:
        spoken: Spoken | None = g.get("spoken")
    except RuntimeError:  # outside an app nothing is translated
        return Spoken("en", NullTranslations(), datetime.now(UTC).date())
    if spoken is None:
        locale: Locale | None = get_locale()
        spoken = g.spoken = Spoken(locale.language if locale else "en", get_translations(), now().date())
    return spoken
