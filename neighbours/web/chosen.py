"""How neighbours are chosen, for everybody to read: a page, and a record for machines. Both from the rules themselves.

The record has the fields of the Dutch Algoritmeregister, publication standard 1.0 (its permitted values are Dutch).
"""

from datetime import timedelta

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from neighbours.language import _, current_language, format_clock
from neighbours.rules.help.choosing import MOST_A_WEEK, PAUSE, QUIET_FROM, QUIET_TO, URGENT_PAUSE, WAVES, Wave
from neighbours.wording import how_long

pages = Blueprint("chosen", __name__)

STANDARD = "1.0"


@pages.get("/chosen")
def page() -> ResponseReturnValue:
    """How neighbours are chosen."""
    lists = {"rules": rule_words(), "order": order_words(), "waves": wave_words()}
    return render_template("public/chosen.html", **lists, **_facts())


@pages.get("/algorithm.json")
def record() -> ResponseReturnValue:
    """The same as a record of the register of algorithms."""
    return {
        "standard_version": STANDARD,
        "lang": current_language(),
        "name": _("Choosing which neighbours are asked to help"),
        "organization": g.who.operator,
        "description_short": _("When somebody needs help, a few neighbours who fit are asked. It stops at a yes."),
        "category": ["Zorg en gezondheid"],
        "status": "In gebruik",
        "publication_category": "Overige algoritmes",
        "contact_email": g.who.contact_email,
        "website": url_for("chosen.page", _external=True),
        "goal": _("Help is found near by, and nobody is asked too often."),
        "proportionality": _("Without it everybody would be asked each time, or always the same people."),
        "human_intervention": _(
            "Neighbours answer yes or no, and the asker chooses. The local host sees what nobody has answered."
        ),
        "risks": _("Somebody could be asked too often or never. So whoever was asked least lately comes first."),
        "source_data": " ".join(rule_words()),
        "methods_and_models": " ".join([*order_words(), *wave_words()]),
    }


def rule_words() -> list[str]:
    """Who can be asked: what is looked at, a sentence each."""
    return [
        _("They like to help with this kind of help."),
        _("They have time on such a day."),
        _("They speak a language of the asker."),
        _("They live in the same village, or like to go that far."),
        _("They do not take a break."),
        _("They were asked less often this week than they allow."),
    ]


def order_words() -> list[str]:
    """In which order."""
    return [
        _("The asker's own village comes first."),
        _("Then whoever was asked least lately."),
        _("Then whoever lives nearest. We measure from the middle of each part of the village."),
    ]


def wave_words() -> list[str]:
    """How many are asked at a time, and how long after the ones before."""
    first, *later = WAVES
    return [_("First %(most)s neighbours are asked.", most=first.most), *map(_wave, later)]


def _wave(wave: Wave) -> str:
    where = _("also from the villages next to it") if wave.next_areas else _("of the same village")
    pause = how_long(_minutes(PAUSE))
    return _("After %(pause)s up to %(most)s more, %(where)s.", pause=pause, most=wave.most, where=where)


def _facts() -> dict[str, str]:
    return {
        "urgent_pause": how_long(_minutes(URGENT_PAUSE)),
        "quiet_from": format_clock(QUIET_FROM),
        "quiet_to": format_clock(QUIET_TO),
        "most_a_week": str(MOST_A_WEEK),
    }


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds()) // 60
