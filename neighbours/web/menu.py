"""The menu and the links at the foot: which pages are offered to whom, by the same policy that opens them.

An entry whose page does not exist, or is closed to this role, is not shown. How it looks is not here (base.html).
"""

from typing import Any, NamedTuple

from flask import Flask, current_app

from neighbours.language import _l
from neighbours.queries.who import Who
from neighbours.rules.access import opens
from neighbours.web.words import path_for


class Entry(NamedTuple):
    """`name` is what a page calls itself by `here`; `sign` a pictogram; `short` the words for the bar of a phone."""

    name: str
    endpoint: str
    sign: str
    words: Any
    short: Any = None
    posts: bool = False

    @property
    def url(self) -> str:
        return path_for(self.endpoint)


MENU = (
    Entry("nearby", "nearby.list", "pin", _l("Nearby")),
    Entry("ask", "ask.start", "plus", _l("Ask for help"), _l("Ask")),
    Entry("mine", "mine.list", "hands", _l("My help")),
    Entry("messages", "talk.list", "mail", _l("Messages")),
    Entry("desk", "host.desk", "key", _l("Host desk"), _l("Desk")),
    Entry("problems", "looking.reports", "shield", _l("Problems")),
    Entry(
        "municipality",
        "municipality.overview",
        "village",
        _l("Local areas"),
        _l("Areas"),
    ),
)
FOOT = (
    Entry("me", "account.details", "people", _l("My details")),
    Entry("sign-in", "signing_in.contact", "key", _l("Sign in")),
    Entry("sign-out", "signing_in.leave", "sign-out", _l("Sign out"), posts=True),
)


def lend_menu(app: Flask) -> None:
    """Lend both lists to every template."""
    app.jinja_env.globals.update(menu=menu, foot_menu=foot_menu)


def menu(who: Who | None) -> list[Entry]:
    """The main menu of this person; nothing for a stranger."""
    return [entry for entry in MENU if who is not None and who.signed_in and _is_open(entry, who)]


def foot_menu(who: Who | None) -> list[Entry]:
    """The links at the foot; nothing when nobody knows who is asking, as on the page for a broken database."""
    if who is None:
        return []
    useless = "sign-in" if who.signed_in else "sign-out"
    return [entry for entry in FOOT if entry.name != useless and _is_open(entry, who)]


def _is_open(entry: Entry, who: Who) -> bool:
    return entry.endpoint in current_app.view_functions and opens(
        entry.endpoint, "POST" if entry.posts else "GET", who.role
    )
