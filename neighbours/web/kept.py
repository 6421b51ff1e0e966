"""Nothing that was typed is lost: not when a page was open too long, and not when the session has ended.

What was sent is shown again in plain words, with one button that sends it on by the person's own click. For whoever
must sign in first it waits in a sealed cookie of this browser (wire/typed_cookie.py). Only what one of our own pages
sent is kept, so that no other site can put words into anybody's mouth. The pages of asking and offering keep their
answers themselves (help/drafts.py).
"""

from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from neighbours.labels import KINDS, LANGUAGES, PARTS, SUBKINDS, WEEKDAYS
from neighbours.language import _, format_day
from neighbours.queries.people.sessions import whose_session_it_was
from neighbours.sealing import keyed_hash, token_hash
from neighbours.web.wire.typed_cookie import forget_typed, let_wait, what_waits

pages = Blueprint("kept", __name__)

TOKEN = "_user_id"  # where Flask-Login keeps who is signed in
WRITER = "writer"  # the mark of the same person, so that the signed cookie tells whose it is without a database
# What a form holds besides what somebody typed.
MACHINERY = {"csrf_token", "language_of_pages", "writer"}
NOBODY = " "  # no form is written by them
# What people wrote in their own words, shown to them again.
WORDS = ("title", "text", "line", "place_text", "name", "contact", "q", "day", "at_time", "places", "until", "code")
DAYS = {str(number): words for number, words in enumerate(WEEKDAYS)}
# What was chosen, by the words that stood beside it.
LABELS = {
    "kind": KINDS,
    "kinds": KINDS,
    "subkind": SUBKINDS,
    "languages": LANGUAGES,
    "language": LANGUAGES,
    "days": DAYS,
    "weekdays": DAYS,
    "parts": PARTS,
}
# Forms that say nothing themselves.
NO_QUESTIONS = ("signing_in.leave", "public.language")
# What a form or a single button carries along by itself: no answer of anybody's.
CARRIED = {"ref", "offer", "version", "page", "area", "open", "share"}


class Typed(NamedTuple):
    """Where it was to go, with its query, and all its fields in order.

    `writer`: the mark of whoever had the form before them, empty for a stranger; None when the form does not say so.
    """

    path: str
    fields: list[tuple[str, str]]
    writer: str | None = None

    @property
    def is_mine(self) -> bool:
        """Whether who reads this page wrote it; a single button, which nobody writes in, is anybody's."""
        return self.writer in (None, _reader())

    @property
    def words(self) -> list[str]:
        return [_in_words(name, value.strip()) for name, value in self.fields if name in WORDS and value.strip()]

    @property
    def chosen(self) -> list[str]:
        """What was ticked, as far as its words are known here."""
        return [str(LABELS[name][value]) for name, value in self.fields if value in LABELS.get(name, ())]

    @property
    def is_a_button(self) -> bool:
        """Pressed, with at most the box beside "yes please" ticked: its own page says best what it does."""
        return all(name in CARRIED or name == "share_phone" for name, _value in self.fields)

    @property
    def goes_on(self) -> bool:
        """Whether more questions follow, so that nothing is sent to anybody yet."""
        return self.path.startswith(("/ask", "/offer", "/join"))

    @property
    def has_answers(self) -> bool:
        return any(name not in CARRIED for name, _value in self.fields)


def keep_everything_typed(app: Flask) -> None:
    """Answer a stale form token with the page that sends it on, and let go of what was sent on."""
    app.register_error_handler(CSRFError, lambda error: stale_page())
    app.after_request(_let_go)
    app.jinja_env.globals.update(typed_words=typed_words, writer=_reader)


def typed_now() -> Typed | None:
    """What this request brought from one of our own pages; None when that is nothing, or it came from elsewhere."""
    path = _path()
    if not (request.method == "POST" and _takes_forms(path) and _is_ours()):
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if not _is_machinery(name)]
    return Typed(path, fields, request.form.get("writer")) if fields else None


def typed_words() -> list[str]:
    """What this request brought in somebody's own words, for a page that says why it was not kept."""
    try:
        typed = typed_now()
    except HTTPException:  # too much, or broken: it cannot be read at all
        return []
    return typed.words if typed and typed.is_mine else []


def stale_page() -> ResponseReturnValue:
    """The form token is old: show what was typed, with a button that sends it with a new one. Else the page of 400.

    Of a button alone, such as "yes please", the page that the button stood on says whom it is for.
    The language is changed all the same, by whoever is on one of our own pages: it is of this device alone.
    """
    typed = typed_now()
    if request.endpoint == "public.language" and _is_ours():
        answer: ResponseReturnValue = current_app.view_functions["public.language"]()
        return answer
    if typed is None or not typed.is_mine:
        return render_template("errors/400.html"), 400
    why = _("The page had been open for long. Please press the button once more.")
    if typed.is_a_button and (before := _page_before()):
        flash(why, "reason")
        return redirect(before, 303)
    return _page(typed, why), 400


def keep_for_after_signing_in(response: Response) -> Response:
    """Put what was typed into the cookie of this answer, and let signing in lead to it."""
    typed = typed_now()
    if typed is None or not typed.has_answers:
        return response
    owner = _owner() if typed.writer is None else typed.writer
    if not owner:
        return response
    if not let_wait(response, [typed.path, typed.fields, owner]):
        flash(
            _("What you wrote is too long to wait here. When you are signed in, go back to the page with your words.")
        )
        return response
    flash(_("What you wrote is kept. You find it again when you are signed in."), "done")
    response.location = url_for("signing_in.contact", next=url_for("kept.page"))
    return response


def waits_for_me() -> bool:
    """Whether what waits in this browser was written by whoever is signed in now."""
    typed = _waiting()
    return typed is not None and typed.is_mine


@pages.get("/kept")
def page() -> ResponseReturnValue:
    """What waited until I was signed in."""
    typed = _waiting()
    if typed is None:
        return redirect(url_for("public.start"), 303)
    if not typed.is_mine:
        flash(_("Somebody else wrote something here before. It was thrown away."), "reason")
        return forget_typed(redirect(url_for("public.start"), 303))
    return _page(typed, _("You are signed in again. This is what you wrote:"))


def _page(typed: Typed, why: str) -> str:
    return render_template("kept/page.html", typed=typed, why=why)


def _in_words(name: str, value: str) -> str:
    """A day that a browser's calendar wrote is said as people say it."""
    try:
        return format_day(date.fromisoformat(value)) if name in ("day", "until") else value
    except ValueError:
        return value


def _let_go(response: Response) -> Response:
    """What was sent on need not wait any longer. Whatever else somebody does lets it wait."""
    is_taken = request.method == "POST" and response.status_code < 400 and g.get("who") is not None and g.who.signed_in
    typed = _waiting() if is_taken else None
    return forget_typed(response) if typed is not None and typed.path == _path() else response


def _is_machinery(name: str) -> bool:
    return name in MACHINERY or name.startswith("of-")


def _waiting() -> Typed | None:
    """What waits in this browser, whosever it is; None when that is nothing, or too old."""
    content = what_waits()
    if content is None:
        return None
    path, fields, owner = content
    return Typed(path, [(name, value) for name, value in fields], owner) if _takes_forms(path) else None


def _reader() -> str:
    """The mark of whoever is here, empty for a stranger: a form carries it along as its writer.

    Without a database it is the one in the signed cookie. That a session was ended from another device is then known
    only where this browser was told before; a cookie that names nobody by mark is nobody's.
    """
    who = g.get("who")
    if who is None and TOKEN in session:
        return NOBODY if "was_signed_out" in session else str(session.get(WRITER, NOBODY))
    return _mark(who.ref) if who is not None and who.ref else ""


def note_writer() -> None:
    """Let the cookie of this answer tell by mark whose it is."""
    session[WRITER] = _reader()


def _mark(ref: str) -> str:
    """What stands for a person in a form: nobody can make it, and the same page stays the same bytes."""
    return keyed_hash("writer", ref)


def _owner() -> str | None:
    """Whose session it was that has ended, as far as the cookie still tells: nobody else shall read it."""
    token = session.get(TOKEN)
    ref = whose_session_it_was(token_hash(token)) if token else None
    return _mark(ref) if ref else None


def _is_ours() -> bool:
    """Whether one of our own pages sent it: the browser says so by Origin, an old one by Referer."""
    return _is_here(request.headers.get("Origin") or request.referrer or "")


def _is_here(url: str) -> bool:
    try:
        return urlsplit(url).netloc == request.host
    except ValueError:
        return False


def _path() -> str:
    """Where this request goes, with its query."""
    return request.full_path.rstrip("?")


def _page_before() -> str | None:
    """The page of ours that the button was pressed on, if the browser tells and it can be asked for."""
    before = request.referrer or ""
    if not _is_here(before):
        return None
    path = urlsplit(before).path.removeprefix(request.script_root)
    return before if _endpoint(path, "GET") else None


def _takes_forms(path: str) -> bool:
    """Whether the path is one of our own that takes forms, and not the demo's or a way out."""
    endpoint = _endpoint(path.partition("?")[0], "POST")
    return bool(endpoint) and not endpoint.startswith("demo.") and endpoint not in NO_QUESTIONS


def _endpoint(path: str, method: str) -> str:
    """What answers a path of our own, or nothing."""
    try:
        return str(current_app.url_map.bind("").match(path, method=method)[0])
    except HTTPException:
        return ""
