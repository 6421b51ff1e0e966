"""What the pages of asking and offering share: keeping an answer, stale pages, form tokens that have grown old.

The pages themselves are in ask.py and offer.py.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden

from neighbours import wording
from neighbours.labels import LANGUAGES
from neighbours.language import format_day
from neighbours.rules.errors import Refused, TooLate
from neighbours.rules.languages import languages_of
from neighbours.web.help.forms.questions import CHANGED_MEANWHILE, Questions
from neighbours.web.kept import stale_page, typed_now

Page = Callable[..., ResponseReturnValue]


def keep_answer(form: Questions, act: Callable[[], object], page: Page, fresh: Callable[[], Any]) -> Any:
    """Do the act. None when it is done; else the page again with all that was typed: 422, or 409 when it was stale.

    `fresh` reads the row again: what can still be changed may be sent once more, else the text is shown to keep.
    """
    try:
        act()
    except Refused as refused:
        form.refuse(refused.field, refused.message)
        return page(form), 422
    except TooLate:
        row = fresh()
        if row.status not in ("draft", "open"):
            return render_template("ask/too_late.html", typed=typed_words(), language=row.language), 409
        form.version.data = str(row.version)
        form.form_errors = [CHANGED_MEANWHILE]
        return page(form), 409
    return None


def typed_words() -> list[str]:
    """What somebody wrote in their own words, to be shown where it can no longer be kept."""
    return [words for name in ("title", "text", "place_text") if (words := request.form.get(name, "").strip())]


def lend_sentences(pages: Blueprint) -> None:
    """What the templates of these pages say in plain words, and where a request or an offer is shown to others."""
    said = {
        "say": wording,
        "spoken_words": lambda mask: wording.both([LANGUAGES[code] for code in languages_of(mask)]),
        "sentence": lambda words: words[:1].upper() + words[1:],
        "last_day": lambda end, zone: format_day((end - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()),
        "help_url": lambda ref: f"{request.script_root}/help/{ref}",
        "offer_url": lambda ref: f"{request.script_root}/offers/{ref}",
    }
    pages.context_processor(lambda: said)


def keep_what_was_typed(pages: Blueprint, *forms: str) -> None:
    """An old form token shows the writer the same page again with everything typed; others see the page of 400.

    Waiting people are told who lets them in.

    `forms`: the views that read a form which checks its token itself. Any other page stays refused.
    """
    endpoints = {f"{pages.name}.{name}" for name in forms}

    def answer_token(error: CSRFError) -> ResponseReturnValue:
        typed = typed_now()
        if request.endpoint not in endpoints or (typed is not None and not typed.is_mine):
            return stale_page()
        return current_app.ensure_sync(current_app.view_functions[request.endpoint])(**(request.view_args or {}))

    pages.register_error_handler(CSRFError, answer_token)
    pages.register_error_handler(Forbidden, lambda error: (render_template("ask/not_yet.html"), 403))
