"""What the pages of asking and offering share: the way from page to page, stale pages, form tokens grown old.

The pages themselves are in ask.py and offer.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError

from neighbours import wording
from neighbours.clock import now
from neighbours.labels import LANGUAGES
from neighbours.language import _, format_day
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.languages import languages_of
from neighbours.web.help.changed import changed_page
from neighbours.web.help.forms.questions import CHANGED_MEANWHILE, Questions
from neighbours.web.kept import stale_page, typed_now


@dataclass(frozen=True)
class Room:
    """Where a draft is written page by page: asking or offering.

    `name`: of the blueprint and of the folder of its templates. `own`: one's own row by its ref; raises NotHere.
    `missing`: the first page that a draft has not answered, besides the one just answered; None when all are.
    """

    name: str
    own: Callable[[str], Any]
    missing: Callable[[Any, str], str | None]

    def changeable(self, ref: str, row: Any = None) -> Any:
        """One's own draft or open row. One that was moved on is too late to change, unless text came along."""
        row = row or self.own(ref)
        if row.status not in ("draft", "open") and request.method == "GET":
            raise TooLate
        return row

    def begin(self, form: Any, keep: Callable[[Any], str], again: Callable[[Any], str]) -> ResponseReturnValue:
        """Keep the first page as a draft, whose ref `keep` gives, and go on; what cannot be taken is shown `again`."""
        answer = form.read_what() if form.is_sent_well() else None
        if answer is None:
            return again(form), 422
        try:
            ref = keep(answer)
        except Refused as refused:
            form.refuse(refused.field, refused.message)
            return again(form), 422
        return self.begun(ref)

    def begun(self, ref: str) -> ResponseReturnValue:
        """Go on from the first page, which was kept: with the draft, or to what the same form had posted before.

        That it cannot be read just now is no reason to say that it was not kept.
        """
        try:
            row = self.own(ref)
        except DBAPIError:
            return self.to("check", ref)
        return self.onwards(row, "what") if row.status == "draft" else self.to("posted", ref)

    def question(self, page: str, form: Any, row: Any, read: Callable[[], Any], say: Any) -> ResponseReturnValue:
        """Show one question as it was answered so far; or `read` the answer, keep it and go on."""
        if request.method == "GET":
            form.fill(row)
            return self.page(page, form, row)
        answer = read() if form.is_sent_well() else None
        if answer is None:
            return self.page(page, form, row), 422
        return self.keep(page, form, row, say, answer)

    def keep(self, page: str, form: Questions, row: Any, say: Any, answer: Any) -> ResponseReturnValue:
        """Keep the answer and go on. What is refused (422) or stale (409) comes back with all that was typed.

        What is stale and can still be changed may be sent once more, else the words are shown to keep.
        """
        try:
            say(g.who.resident_id, row.ref, answer, form.known_version(), now())
        except Refused as refused:
            form.refuse(refused.field, refused.message)
            return self.page(page, form, row), 422
        except TooLate:
            fresh = self.own(row.ref)
            if fresh.status not in ("draft", "open"):
                told = _("It cannot be changed any more: it was agreed, withdrawn or its time has passed.")
                return changed_page(told, url_for(f"{self.name}.posted", ref=row.ref))
            form.version.data = str(fresh.version)
            form.form_errors = [CHANGED_MEANWHILE]
            return self.page(page, form, row), 409
        return self.onwards(row, page)

    def onwards(self, row: Any, page: str) -> ResponseReturnValue:
        """The next question, or the page to check, or one's own help when it is saved for later."""
        if row.status == "draft" and request.form.get("act") == "later":
            flash(_("Saved. You can go on with it here when you like."), "done")
            return redirect(url_for("mine.list"), 303)
        if row.status == "draft":
            return self.to(self.missing(row, page) or "check", row.ref)
        if row.status == "open":
            flash(_("Changed. Your neighbours see it like this now."), "done")
        # With fewer places it may be agreed by now.
        return self.to("check" if self.own(row.ref).status == "open" else "posted", row.ref)

    def to(self, page: str, ref: str) -> ResponseReturnValue:
        """Lead to a page of this row."""
        return redirect(url_for(f"{self.name}.{page}", ref=ref), 303)

    def page(self, page: str, form: Questions, row: Any) -> str:
        """One page of this row."""
        return render_template(f"{self.name}/{page}.html", form=form, row=row, zone=g.who.zone)


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

    `forms`: the views that read a form which checks its token itself. Any other page stays refused.
    """
    endpoints = {f"{pages.name}.{name}" for name in forms}

    def answer_token(error: CSRFError) -> ResponseReturnValue:
        typed = typed_now()
        if request.endpoint not in endpoints or (typed is not None and not typed.is_mine):
            return stale_page()
        try:
            answer: ResponseReturnValue = current_app.view_functions[request.endpoint](**(request.view_args or {}))
        except (NotHere, NotAllowed, TooLate):
            # Nobody answers what is raised while an error is answered.
            return stale_page()
        return answer

    pages.register_error_handler(CSRFError, answer_token)
