"""Rows made ready to be read: what templates/macros/cards.html writes out, in the page's own language.

Everything is worked out here once a row, so that the template only writes. No statement and no rule.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import g, request

from neighbours.labels import REQUEST_STATES
from neighbours.language import _, _l, current_language, language_and_day, ngettext
from neighbours.queries.who import Who
from neighbours.rules.help.reasons import NOTHING, Likes, reasons
from neighbours.rules.help.showing import WAITS_FOR_AN_ANSWER
from neighbours.rules.people.contact import shown_phone
from neighbours.web.words import where_ours, where_written
from neighbours.wording import band_words, not_needed_words, size_words, slots_words, when_words, why_tag

AGREEMENT_STATES = {
    "agreed": _l("Agreed"),
    "done": _l("Done"),
    "cancelled": _l("Cancelled"),
    # Who did not come is told to the host alone.
    "missed": _l("Ended"),
}


FOLDERS = {
    "agreement": "agreements",
    "suggestion": "agreements",
    "reply": "help",
    "request": "help",
    "invited": "help",
    "offer": "offers",
}
NEWS_SIGNS = {
    "asked": "heart-hand",
    "asked_directly": "heart-hand",
    "offered": "people",
    "done": "thanks",
    "thanked": "heart-hand",
    "cancelled": "info",
    "no_day": "clock",
    "address": "key",
    "suggested": "clock",
    "timed": "clock",
    "moved": "check",
    "kept": "info",
}
GOOD_NEWS = ("thanked", "moved")

# A no is not told for ten minutes, so the card says the same before and after it.
SAID_SO = (*WAITS_FOR_AN_ANSWER, "declined")


class Card(NamedTuple):
    """A card of a list. `ref` is what stands after the list's prefix."""

    ref: str
    kind: str
    title: str
    language: str
    where: str
    when: str
    size: str | None = None
    urgent: bool = False
    safe: str | None = None
    why: str | None = None


class Agreed(NamedTuple):
    """The card of an agreement."""

    ref: str
    kind: str
    title: str
    language: str
    who: str
    when: str
    where: str
    phone: str | None


class News(NamedTuple):
    """What the other one did of late, or waits for, in `words`; `path` leads to where one answers it.

    `is_good`: nothing is to be done about it.
    """

    path: str
    title: str
    language: str
    words: str
    sign: str
    is_good: bool


def wanted_cards(rows: Iterable[Any], who: Who) -> list[Card]:
    """Help wanted, of rows of the list nearby."""
    said_in, own_area = language_and_day(), who.area_name or ""
    return [_wanted(said_in, row, own_area, who.likes if who.suggested else None) for row in rows]


@lru_cache(maxsize=1024)
def _wanted(said_in: tuple[str, date], row: Any, own_area: str, likes: Likes | None) -> Card:
    """The same for everybody of an area who has the same row: neighbours of one corner."""
    said = _("You said that you can help") if row.reply_status in SAID_SO else ""
    found = reasons(row, in_own_area=row.area_name == own_area, own=likes or NOTHING)
    return Card(
        row.ref,
        row.kind,
        row.title,
        row.language,
        band_words(row.band, row.area_name, own_area),
        when_words(row),
        size_words(row),
        row.urgent,
        where_written(row) if row.place_kind == "public" else None,
        said or (why_tag(found) if likes else ""),
    )


def offered_cards(rows: Iterable[Any], who: Who) -> list[Card]:
    """Offers of help, of rows of the list nearby."""
    return [_offered(row, who.area_name or "") for row in rows]


def _offered(row: Any, own_area: str) -> Card:
    where = band_words(row.band, row.area_name, own_area)
    size = _("%(name)s offers it", name=row.giver_name)
    return Card(row.ref, row.kind, row.title, row.language, where, slots_words(row.slots), size)


def agreed_card(row: Any) -> Agreed:
    """An agreement, of a row of one's own help."""
    phone = shown_phone(row.phone) if row.phone else None
    return Agreed(row.ref, row.kind, row.title, row.language, row.who, when_words(row), where_ours(row), phone)


def news_of(rows: Iterable[Any]) -> list[News]:
    """The news among rows of one's own help."""
    return [
        News(_path(row), row.title, row.language, _news_words(row), NEWS_SIGNS[row.news], row.news in GOOD_NEWS)
        for row in rows
        if row.news
    ]


def _news_words(row: Any) -> str:
    if row.news == "offered" and row.for_whom:
        whom = row.for_whom
        return ngettext(
            "%(num)s neighbour can help %(name)s:", "%(num)s neighbours can help %(name)s:", row.replies, name=whom
        )
    if row.news == "offered":
        return ngettext("%(num)s neighbour can help you:", "%(num)s neighbours can help you:", row.replies)
    words: dict[str, str] = {
        "asked": _("Can you help %(name)s?", name=row.who),
        "asked_directly": _("%(name)s asks you for help:", name=row.who),
        "done": _("%(name)s has helped you. Say thank you:", name=row.who),
        "thanked": _("%(name)s says thank you:", name=row.who),
        "cancelled": _("%(name)s cancelled our agreement:", name=row.who),
        "no_day": _("You and %(name)s have no day yet:", name=row.who),
        "address": _("%(name)s cannot see your address yet:", name=row.who),
        "suggested": _("%(name)s suggests another day: %(when)s.", name=row.who, when=when_words(row)),
        "timed": _("%(name)s suggests a time: %(when)s.", name=row.who, when=when_words(row)),
        "moved": _("%(name)s says yes: %(when)s.", name=row.who, when=when_words(row)),
        "kept": _("%(name)s cannot do that. It stays as agreed:", name=row.who),
    }
    return words[row.news]


def own_card(row: Any) -> Card:
    """Something of one's own, of any part of one's own help; it leads to its own page."""
    when = slots_words(row.slots) if row.part == "offer" else when_words(row)
    title, language = (row.title, row.language) if row.title else (_("Not named yet"), current_language())
    return Card(_path(row), row.kind, title, language, _own_where(row), when, _waiting(row), why=_state(row))


def waits_for_an_answer(row: Any) -> bool:
    """Whether a reply of one's own may still be answered, or move up from the reserve."""
    return row.status == "reserve" or (row.status != "declined" and row.help_status == "open")


def _own_where(row: Any) -> str:
    """Where, of one's own: at whose home, at which place; of an offer and of a draft at least the village."""
    return where_ours(row) or _("in %(area)s", area=g.who.area_name)


def _waiting(row: Any) -> str | None:
    """How many wait for the asker's answer."""
    if row.part != "request" or not row.replies or row.status != "open":
        return None
    return ngettext("%(num)s neighbour can help", "%(num)s neighbours can help", row.replies)


def _state(row: Any) -> str:
    if row.part == "agreement":
        return str(AGREEMENT_STATES[row.status])
    if row.part == "reply" and row.status == "reserve":
        return _("You are in reserve for %(name)s", name=row.who)
    if row.part == "reply":
        return _("Waiting for an answer") if waits_for_an_answer(row) else not_needed_words(row.help_status)
    if _waiting(row):
        return _("Waits for your answer")
    return str(REQUEST_STATES[row.status])


def _path(row: Any) -> str:
    """Written out: url_for in a list costs more than the list."""
    if row.status == "draft":
        return f"{request.script_root}/{'offer' if row.part == 'offer' else 'ask'}/{row.ref}/check"
    return f"{request.script_root}/{FOLDERS[row.part]}/{row.help_ref if row.part == 'reply' else row.ref}"
