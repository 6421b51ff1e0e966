"""What people type: tidied, measured, and stopped when it holds a civil number.

The codes that ValueError carries are turned into words by the forms in web; contacts are in people/contact.py.
"""

import re
import unicodedata
from datetime import date

EMPTY, LONG, CIVIL_NUMBER = "empty", "long", "civil_number"

# Written direction that leaks out of a text, and marks that nobody sees.
_DROPPED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

_HYPHENS = "\\-\u2010\u2011\u2012\u2013\u2014\u2212"
_CPR = re.compile(rf"(?<![\d+])(\d\d)(\d\d)(\d\d)(\s?[{_HYPHENS}]\s?|\s?)(\d{{4}})(?!\d)")
_CPR_WORD = re.compile(r"cpr|person ?n(umme)?r|civil registration", re.I)
_BSN = re.compile(r"(?<![\d+])(\d{9}|\d{3}([ .])\d{3}\2\d{3}|\d{4}([ .])\d{2}\3\d{3})(?!\d)")
_SHORT_BSN = re.compile(r"(?<![\d+])\d{8}(?!\d)")
_BSN_WORD = re.compile(r"bsn|sofi|burgerservice", re.I)
_ABROAD = re.compile(r"(\+|\b00)\d{1,3}[ .(0)]{0,4}$")
_NEAR = 40


def tidy_line(text: str | None, most: int, *, optional: bool = False, may_hold_numbers: bool = False) -> str:
    """One line of at most `most` characters: NFC, no control characters, single spaces, none at the ends.

    Raises ValueError "empty" (unless `optional`), "long", or "civil_number" (unless `may_hold_numbers`, which is
    the way on for somebody who says that it is a telephone number).
    """
    return _measured(" ".join(_cleaned(text).split()), most, optional, may_hold_numbers)


def tidy_text(text: str | None, most: int, *, optional: bool = False, may_hold_numbers: bool = False) -> str:
    """Like tidy_line for several lines: line ends are newlines, at most one empty line in a row is kept."""
    lines = (" ".join(line.split()) for line in _cleaned(text).split("\n"))
    return _measured(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), most, optional, may_hold_numbers)


def has_civil_number(text: str) -> bool:
    """Whether the text holds a Danish CPR number or a Dutch BSN.

    CPR: a date as DDMMYY (days of replacement numbers count from 61) and four digits, with a hyphen, or with its
    word near. BSN: nine digits that pass the eleven-test, (9a + 8b + … + 2h - i) divisible by 11; eight only with
    its word near, because Danish telephone numbers have eight. Sources: cpr.dk; Besluit burgerservicenummer.
    """
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_cpr(plain, found) for found in _CPR.finditer(plain)) or any(
        _is_bsn(plain, found) for pattern in (_BSN, _SHORT_BSN) for found in pattern.finditer(plain)
    )


def _cleaned(text: str | None) -> str:
    lines = re.sub(r"\r\n?|\u2028|\u2029|\x0b|\x0c|\x85", "\n", text or "").replace("\t", " ")
    kept = (c for c in lines if c == "\n" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in _DROPPED))
    return unicodedata.normalize("NFC", "".join(kept))


def _measured(text: str, most: int, optional: bool, may_hold_numbers: bool) -> str:
    if not any(_is_seen(character) for character in text):
        text = ""
    if not text and not optional:
        raise ValueError(EMPTY)
    if len(text) > most:
        raise ValueError(LONG)
    if not may_hold_numbers and has_civil_number(text):
        raise ValueError(CIVIL_NUMBER)
    return text


def _is_seen(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZM" and character not in _BLANK_LETTERS


def _is_cpr(text: str, found: re.Match[str]) -> bool:
    day, month, year, between, _last = found.groups()
    if not _is_birthday(int(day) - 60 if int(day) > 60 else int(day), int(month), int(year)):
        return False
    return bool(between.strip()) or _has_near(_CPR_WORD, text, found)


def _is_birthday(day: int, month: int, year: int) -> bool:
    """Whether it was a day in one of the two centuries that people alive were born in."""
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _is_bsn(text: str, found: re.Match[str]) -> bool:
    digits = [int(digit) for digit in found[0] if digit.isdigit()]
    if len(digits) == 8:
        if not _has_near(_BSN_WORD, text, found):
            return False
        digits = [0, *digits]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    passes = sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11 == 0
    return passes and any(digits) and not _ABROAD.search(text[: found.start()])


def _has_near(word: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    return bool(word.search(text[max(0, found.start() - _NEAR) : found.end() + _NEAR]))
