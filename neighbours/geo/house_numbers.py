"""House numbers as Danes, Dutch and Germans write them: number, letter, and what distinguishes doors behind it.

Here: taking apart ("3 a", "12-2", "12 bis", "007B") and writing out again. Not here: floors and doors of a
register's own unit column, which are kept as they stand.
"""

import re
from typing import NamedTuple

_PARTS = re.compile(
    r"\s*0*(?P<number>[1-9][0-9]{0,4})(?![0-9])"
    r"(?:\s*[-/]?\s*(?P<letter>[^\W\d_])(?![^\W\d_]))?"
    r"(?:\s*(?:[-/,]\s*)?(?P<addition>[\w.][\w. ]{0,11}))?\s*"
)
_FLOOR_OR_SIDE = re.compile(r"(?:st|kl|th|tv|mf|\d+\.)(?:\W|$)", re.IGNORECASE)


class HouseNumber(NamedTuple):
    """4, 4A, 12-2, 12 bis: `letter` is one capital or empty, `addition` is as written or empty."""

    number: int
    letter: str
    addition: str


def parse_house_number(text: str) -> HouseNumber | None:
    """Take a house number apart; None where it does not start with a number from 1 to 99999."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    letter = (found["letter"] or "").upper()
    return HouseNumber(int(found["number"]), letter, (found["addition"] or "").strip())


def written_number(number: int, letter: str = "", unit: str = "") -> str:
    """Write a house number as people do: "4A", "12-2", "12 bis", "4, 2. th"."""
    text = f"{number}{letter}"
    if not unit:
        return text
    if unit.isdigit():
        return f"{text}-{unit}"
    if _FLOOR_OR_SIDE.match(unit) or " " in unit:
        return f"{text}, {unit}"
    return f"{text} {unit}"
