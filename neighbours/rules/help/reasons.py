"""Why somebody sees a request for help or an offer: codes and facts, each true, none about a home. Pure.

The sentence is made of them in wording.py. The same codes serve the list (one short tag) and the page (one sentence).
"""

from typing import Any, NamedTuple

from neighbours.geo.bands import CORNER, VILLAGE
from neighbours.rules.help.kinds import kinds_mask
from neighbours.rules.help.slots import WHENEVER

IN_YOUR_CORNER, IN_YOUR_VILLAGE, NEAR_IN_YOUR_VILLAGE, NEXT_VILLAGE = "corner", "village", "near", "next"
YOU_LIKE_IT, FITS_YOUR_DAYS = "likes", "fits"


class Reason(NamedTuple):
    """One fact: `about` is the kind liked, the slots shared, or the band."""

    code: str
    about: Any


class Likes(NamedTuple):
    """A person's own days, and what they like to help with: bit masks of slots.py and kinds.py."""

    slots: int
    kinds: int


NOTHING = Likes(0, 0)


def reasons(row: Any, *, in_own_area: bool, own: Likes = NOTHING) -> list[Reason]:
    """The facts for which a row shows up, the place first. At most three.

    The row has band, kind and slots; `own` is what the person who looks likes. The place is always among them: it
    alone decides what is shown.
    """
    found = [place_reason(row.band, in_own_area=in_own_area)]
    if own.kinds & kinds_mask([row.kind]):
        found.append(Reason(YOU_LIKE_IT, row.kind))
    if shared := fitting_days(row.slots, own.slots):
        found.append(Reason(FITS_YOUR_DAYS, shared))
    return found


def fitting_days(slots: int | None, own_slots: int | None) -> int:
    """The slots that both named; 0 where one of the two said "whenever", because then it fits no day in particular."""
    if not slots or not own_slots or WHENEVER in (slots, own_slots):
        return 0
    return slots & own_slots


def place_reason(band: int, *, in_own_area: bool) -> Reason:
    """Where it is, as one neighbour may know it of another."""
    if not in_own_area:
        return Reason(NEXT_VILLAGE, band)
    if band in (CORNER, VILLAGE):
        return Reason(IN_YOUR_CORNER if band == CORNER else IN_YOUR_VILLAGE, band)
    return Reason(NEAR_IN_YOUR_VILLAGE, band)
