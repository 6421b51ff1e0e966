"""Facts of a row in plain words, in the page's own language: when, how long, how far, where, which languages.

Pages, mails and print-outs say it alike because they all ask here. The words for single codes are in labels.py;
not here: the sentences of a single page, and which reasons there are (rules/help/reasons.py).
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from functools import lru_cache, wraps
from typing import Any, ParamSpec

from neighbours.geo.bands import ABOUT_1_KM, CORNER, UP_TO_3_KM, UP_TO_10_KM, VILLAGE
from neighbours.labels import LANGUAGES, NOT_NEEDED, SOMEBODY_ELSE
from neighbours.language import _, _l, format_clock, format_day, language_and_day, ngettext
from neighbours.rules.help.choosing import ASKED_DIRECTLY, NOT_ASKED
from neighbours.rules.help.reasons import (
    FITS_YOUR_DAYS,
    IN_YOUR_CORNER,
    IN_YOUR_VILLAGE,
    NEAR_IN_YOUR_VILLAGE,
    YOU_LIKE_IT,
    Reason,
)
from neighbours.rules.help.slots import PARTS, WHENEVER, parts_of, weekdays_of
from neighbours.rules.languages import languages_of

IN_THE = {"morning": _l("in the morning"), "afternoon": _l("in the afternoon"), "evening": _l("in the evening")}

ON_DAYS = (
    _l("Mondays"),
    _l("Tuesdays"),
    _l("Wednesdays"),
    _l("Thursdays"),
    _l("Fridays"),
    _l("Saturdays"),
    _l("Sundays"),
)

WORKING_DAYS = [0, 1, 2, 3, 4]
WEEKEND = [5, 6]

LIKING = {
    "garden": _l("you like helping in gardens"),
    "snow": _l("you like clearing snow"),
    "errands": _l("you like running errands"),
    "lift": _l("you like giving a lift"),
    "digital": _l("you like helping with computers and phones"),
    "home": _l("you like doing small jobs at home"),
    "pets": _l("you like looking after pets and plants"),
    "cooking": _l("you like helping with cooking and laundry"),
    "company": _l("you like keeping somebody company"),
    "papers": _l("you like helping with papers"),
    "other": _l("you like helping with all sorts"),
}

PLACES = {
    "home": _l("at home"),
    "public": _l("at a public place"),
    "green": _l("on a green of the association"),
}


P = ParamSpec("P")


def kept(words: Callable[P, str]) -> Callable[P, str]:
    """Keep what was said for the same facts in the same language: a list says the same few things twenty times.

    The day counts too, because a far day is said with its year. Facts are codes and names of areas, never of people.
    """

    @lru_cache(maxsize=4096)
    def in_a_language(language: str, today: date, *facts: P.args, **more: P.kwargs) -> str:
        return words(*facts, **more)

    @wraps(words)
    def say(*facts: P.args, **more: P.kwargs) -> str:
        return in_a_language(*language_and_day(), *facts, **more)

    return say


def when_words(row: Any) -> str:
    """When, of a row with when_kind, day, at_time and slots: "Friday 12 June in the afternoon", "Mondays at 9:30".

    Nothing while a draft has not said.
    """
    return _when(row.when_kind, row.day, row.at_time, row.slots or 0)


def suggested_words(row: Any) -> str:
    """When, of what is suggested: of a row with suggested_kind, suggested_day, suggested_at, suggested_slots."""
    return _when(row.suggested_kind, row.suggested_day, row.suggested_at, row.suggested_slots or 0)


@kept
def slots_words(slots: int) -> str:
    """When, of a bit mask alone (an offer, a neighbour's own days): "Mondays and Fridays in the morning"."""
    if slots in (0, WHENEVER):
        return _("whenever it suits you")
    return _join_time(_days_words(slots), _parts_words(parts_of(slots)))


@kept
def how_long(minutes: int | None) -> str:
    """How long: "45 minutes", "1½ hours", "2 hours", "1 hour 20 minutes"; nothing for None."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", rest)
    if rest == 30:
        return _("%(hours)s½ hours", hours=hours)
    whole = ngettext("%(num)s hour", "%(num)s hours", hours)
    return whole if not rest else f"{whole} {ngettext('%(num)s minute', '%(num)s minutes', rest)}"


@kept
def band_words(band: int, area_name: str, viewer_area_name: str) -> str:
    """How far, as one neighbour may know it of another: "in your corner of Veng", "1–3 km, in Låsby"."""
    if band == CORNER:
        return _("in your corner of %(area)s", area=area_name)
    if band == VILLAGE:
        return _("in %(area)s", area=area_name)
    far = _far_words(band)
    return far if area_name == viewer_area_name else _("%(far)s, in %(area)s", far=far, area=area_name)


def where_words(row: Any) -> str:
    """Where, of a row with place_kind, place_name (of the place, or None) and place_text; never an address.

    At home it says no more than that: the address opens for one helper alone, and on another page.
    """
    if row.place_kind == "home":
        return str(PLACES["home"])
    said = ", ".join(words for words in (row.place_name, row.place_text) if words)
    return said or str(PLACES.get(row.place_kind, ""))


@kept
def helpers_words(places: int, taken: int = 0) -> str:
    """How many helpers, where it is more than one: "3 helpers wanted", "1 more helper wanted"; else nothing."""
    if places < 2 or taken >= places:
        return ""
    if not taken:
        return ngettext("%(num)s helper wanted", "%(num)s helpers wanted", places)
    return ngettext("%(num)s more helper wanted", "%(num)s more helpers wanted", places - taken)


def size_words(row: Any) -> str:
    """How much it is, of a row with minutes, status, places and taken: "1 hour · 2 helpers wanted" while they are."""
    is_wanted = getattr(row, "status", "open") in ("draft", "open")  # a list of what is open does not say so
    wanted = helpers_words(row.places, row.taken) if is_wanted else ""
    return " · ".join(words for words in (how_long(row.minutes), wanted) if words)


def not_needed_words(help_status: str) -> str:
    """Why a reply is not needed, for who offered: "Somebody else helps this time", unless nobody does."""
    return str(NOT_NEEDED.get(help_status, SOMEBODY_ELSE))


def why_words(found: Sequence[Reason], area_name: str, viewer_area_name: str) -> str:
    """Why, the place first: "It is in your corner of Veng, and you like helping in gardens."

    One sentence; two where one would be longer than fifteen words.
    """
    place = _place_words(found[0], area_name, viewer_area_name)
    also = [_also_words(reason) for reason in found[1:]]
    if not also:
        return _("%(place)s.", place=place)
    if len(also) == 1 and found[0].code in (IN_YOUR_CORNER, IN_YOUR_VILLAGE):
        return _("%(place)s, and %(reasons)s.", place=place, reasons=also[0])
    reasons = also[0] if len(also) == 1 else _("%(first)s, and %(last)s", first=also[0], last=also[1])
    return _("%(place)s. %(reasons)s.", place=place, reasons=reasons[:1].upper() + reasons[1:])


def asked_words(found: Sequence[Reason], area_name: str, own_area_name: str, asker: str | None) -> str:
    """Why somebody is asked to help: why they see it, and how long nobody asked them; or that the asker chose them."""
    if found[0].code == ASKED_DIRECTLY:
        return _("%(name)s asks you, because you offered this.", name=asker)
    waited = next((each.about for each in found if each.code == NOT_ASKED), None)
    if waited is None:
        since = _("Nobody has asked you before.")
    elif waited < 2:
        since = _("You were asked yesterday.") if waited else _("You were asked today.")
    elif waited < 14:
        since = ngettext("You were asked %(num)s day ago.", "You were asked %(num)s days ago.", waited)
    else:
        weeks = waited // 7
        since = ngettext(
            "You have not been asked for %(num)s week.", "You have not been asked for %(num)s weeks.", weeks
        )
    return f"{why_words([each for each in found if each.code != NOT_ASKED], area_name, own_area_name)} {since}"


def why_tag(found: Sequence[Reason]) -> str:
    """The shortest reason besides the place, for a card: "Fits your Fridays"; else nothing."""
    return _tag(*found[-1]) if len(found) > 1 else ""


@kept
def _tag(code: str, about: Any) -> str:
    if code == FITS_YOUR_DAYS:
        return _("Fits your %(days)s", days=_own_days(about))
    return _("You like to help with this")


def languages_words(mask: int) -> str:
    """Which languages: "Dansk or English", each in its own name."""
    return one_or_other([LANGUAGES[code] for code in languages_of(mask)])


def both(words: Sequence[Any]) -> str:
    """ "A, B and C"."""
    first, last = _all_but_last(words)
    return _("%(first)s and %(last)s", first=first, last=last) if first else last


def one_or_other(words: Sequence[Any]) -> str:
    """ "A, B or C"."""
    first, last = _all_but_last(words)
    return _("%(first)s or %(last)s", first=first, last=last) if first else last


def _all_but_last(words: Sequence[Any]) -> tuple[str, str]:
    listed = [str(word) for word in words]
    return ", ".join(listed[:-1]), "".join(listed[-1:])


@kept
def _when(when_kind: str | None, day: date | None, at_time: time | None, slots: int) -> str:
    if when_kind not in ("day", "weekdays"):
        return _("whenever it suits you") if when_kind else ""
    days = format_day(day) if when_kind == "day" and day is not None else _days_words(slots)
    if at_time is not None:
        return _("%(day)s at %(time)s", day=days, time=format_clock(at_time))
    return _join_time(days, _parts_words(parts_of(slots)))


def _join_time(days: str, parts: str) -> str:
    return f"{days} {parts}" if parts else days


def _days_words(slots: int) -> str:
    days = weekdays_of(slots or 0)
    if len(days) in (0, 7):
        return _("any day")
    if days == WORKING_DAYS:
        return _("any day from Monday to Friday")
    return _("any weekend") if days == WEEKEND else both([ON_DAYS[day] for day in days])


def _parts_words(parts: list[str]) -> str:
    """Nothing when it is the whole day."""
    return "" if len(parts) in (0, len(PARTS)) else one_or_other([IN_THE[part] for part in parts])


def _far_words(band: int) -> str:
    if band == ABOUT_1_KM:
        return _("about 1 km")
    if band == UP_TO_3_KM:
        return _("1–3 km")
    return _("3–10 km") if band == UP_TO_10_KM else _("further")


def _place_words(reason: Reason, area_name: str, viewer_area_name: str) -> str:
    if reason.code == IN_YOUR_CORNER:
        return _("It is in your corner of %(area)s", area=area_name)
    if reason.code == IN_YOUR_VILLAGE:
        return _("It is in %(area)s", area=area_name)
    far = _far_words(reason.about)
    if reason.code == NEAR_IN_YOUR_VILLAGE:
        return _("It is in %(area)s too (%(far)s)", area=area_name, far=far)
    return _("It is in %(area)s, next to %(own)s (%(far)s)", area=area_name, own=viewer_area_name, far=far)


def _also_words(reason: Reason) -> str:
    if reason.code == YOU_LIKE_IT:
        return str(LIKING[reason.about])
    return _("it fits your %(days)s", days=_own_days(reason.about))


def _own_days(slots: int) -> str:
    """One weekday, or two, by name; more are just days."""
    days = weekdays_of(slots)
    return both([ON_DAYS[day] for day in days]) if len(days) < 3 else _("days")
