"""How neighbours are chosen, for everybody to read: a page, and a record for machines. Both from the rules themselves.
There a neighbour, and a host for an area, switches it off.

The record has the fields of the Dutch Algoritmeregister, publication standard 1.0 (its permitted values are Dutch).
"""

from datetime import timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from neighbours.actions.moving import Actor
from neighbours.actions.people import profile
from neighbours.actions.places.suggestions import switch_suggestions
from neighbours.clock import now
from neighbours.language import _, current_language, format_clock
from neighbours.queries.places.areas import areas_of
from neighbours.rules.help.choosing import MOST_A_WEEK, PAUSE, QUIET_FROM, QUIET_TO, URGENT_PAUSE, WAVES, Wave
from neighbours.wording import how_long

pages = Blueprint("chosen", __name__)

STANDARD = "1.0"


@pages.get("/chosen")
def page() -> ResponseReturnValue:
    """How neighbours are chosen."""
    lists = {"rules": rule_words(), "order": order_words(), "waves": wave_words()}
    own_areas = areas_of(g.who.hosts_id) if g.who.hosts_id else []
    return render_template("public/chosen.html", **lists, **_facts(), own_areas=own_areas)


@pages.post("/chosen/me")
def switch_mine() -> ResponseReturnValue:
    """Suggestions for me, off or on again."""
    on = request.form.get("on") == "yes"
    profile.switch_suggestions(g.who.resident_id, on, now())
    flash(_("We suggest again what fits you.") if on else _("You see what is newest first. Nobody asks you."), "done")
    return redirect(url_for("chosen.page"), 303)


@pages.post("/chosen/areas/<ref>")
def switch_area(ref: str) -> ResponseReturnValue:
    """Suggestions in an area of one's own association, off or on again."""
    on = request.form.get("on") == "yes"
    name = switch_suggestions(ref, g.who.hosts_id, on, by=Actor(g.who.resident_id), now=now())
    off_words = _("In %(area)s nobody is chosen now. You read what waits on your desk.", area=name)
    flash(_("In %(area)s neighbours are chosen again.", area=name) if on else off_words, "done")
    return redirect(url_for("chosen.page"), 303)


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
        _("They do not take a break, and have not switched suggestions off."),
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
