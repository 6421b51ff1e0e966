"""Which words of a message smell of fraud: somebody asks for a code, for the screen, for gift cards or for money. Pure.

The words themselves are data, in fraud.toml beside this file, read once. It warns and stops nothing: a word too many
costs a warning, and both read the line all the same. Folded like addresses (geo/folding.py), so that spellings meet.
The whole message is one row of words; the end of a sentence is a word of its own, ".", that parts what stands around.
Each rule reads it once from left to right, so that the time grows with the letters and no faster.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from neighbours.geo.folding import fold
from neighbours.rules.talk.letters import joined, seen

SMELLS = ("code", "remote", "gift", "transfer")
PARTS = ("alone", "asks", "things", "beside", "tales")

_SENTENCE_END = re.compile(r"[.!?;:。]+(?=\s|$)")
_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[.·•*_'’\-]+(?=[^\W\d_])")
# An account of a bank: two letters, two digits, then eleven to thirty more (ISO 13616), of the two countries.
_IBAN = re.compile(r"\b(?:DK\d{2}(?: ?\d{4}){3} ?\d{2}|NL\d{2} ?[A-Z]{4}(?: ?\d){10})\b", re.I)
_NOTHING = re.compile(r"(?!)")
# "~" is a blank between words; up to three words in a phrase, or the end of a sentence, are passed over.
_GAP, _BETWEEN = "(?:~[^~.]+){0,3}", "~(?:[.]~)?"
_SIGNS = {"…": "@", "#": r"\d+", "|": "[|]"}
_BEFORE_IT, _BEHIND_IT = 5, 4  # words around a phrase that may deny it

Span = tuple[int, int]


@dataclass(frozen=True)
class _Row:
    """A folded message, where each of its words begins, and how many stand before it."""

    words: str
    begins: list[int]
    counts: list[int]

    def before(self, span: Span) -> str:
        """The last words of the same sentence before a phrase."""
        at = bisect_left(self.begins, span[0])
        return self.words[self.begins[max(0, at - _BEFORE_IT)] : span[0]].rpartition(". ")[2].strip()

    def behind(self, span: Span) -> str:
        """The next words of the same sentence."""
        at = bisect_left(self.begins, span[1]) + _BEHIND_IT
        end = self.begins[at] if at < len(self.begins) else len(self.words)
        return self.words[span[1] : end].partition(" .")[0].strip()

    def places(self, span: Span) -> Span:
        """The phrase counted in words."""
        return self.counts[bisect_left(self.begins, span[0])], self.counts[bisect_left(self.begins, span[1])]


@dataclass(frozen=True)
class _Smell:
    """The phrases of one smell, as patterns over a row of words."""

    alone: re.Pattern[str]
    asks: re.Pattern[str]
    things: re.Pattern[str]
    beside: re.Pattern[str]
    tales: re.Pattern[str]

    def is_in(self, row: _Row) -> bool:
        if self._asked(self.alone, row):
            return True
        asks = self._asked(self.asks, row)
        things = [span for span in _spans(self.things, row) if not self._is_harmless(row, span)]
        return _are_near([row.places(span) for span in asks], [row.places(span) for span in things])

    def _asked(self, pattern: re.Pattern[str], row: _Row) -> list[Span]:
        return [span for span in _spans(pattern, row) if not _is_denied(row, span) and not self._is_told(row, span)]

    def _is_told(self, row: _Row, span: Span) -> bool:
        """ "The bank will send me", "we could buy": nobody is asked."""
        return bool(self.tales.search(f"{row.before(span)} |"))

    def _is_harmless(self, row: _Row, span: Span) -> bool:
        """ "Wifi-kode", "the password of your wifi": what stands right beside the thing makes it another thing."""
        beside = f"{' '.join(row.before(span).split()[-2:])} {row.words[slice(*span)]} | {row.behind(span)}"
        return bool(self.beside.search(beside))


def smells_of(text: str) -> list[str]:
    """The codes of SMELLS that a text holds, in that order; nothing for most texts."""
    plain = joined(seen(text))
    rows = [_row(reading) for reading in dict.fromkeys((plain, _IN_A_WORD.sub("", plain)))]
    found = {code for code, smell in _KNOWN.items() if any(smell.is_in(row) for row in rows)}
    if _IBAN.search(plain):
        found.add("transfer")
    return [code for code in SMELLS if code in found]


def _row(text: str) -> _Row:
    words = " . ".join(part for part in map(fold, _SENTENCE_END.split(text)) if part)
    words = _LOOKS_DENIED.sub(" ", words)
    found = list(re.finditer(r"[^ ]+", words))
    return _Row(words, [word.start() for word in found], list(accumulate(_costs(found), initial=0)))


def _costs(words: list[re.Match[str]]) -> Iterator[int]:
    """A word counts one; the end of a sentence more, but little behind a word or two that serve to hide."""
    since = 0
    for word in words:
        is_end = word[0] == "."
        yield min(_STOP, 2 * since) if is_end else 1
        since = 0 if is_end else since + 1


def _spans(pattern: re.Pattern[str], row: _Row) -> list[Span]:
    return [found.span() for found in pattern.finditer(row.words)]


def _is_denied(row: _Row, span: Span) -> bool:
    """ "Giv aldrig", "never tell": a warning, not an ask."""
    before, behind = " ".join(row.before(span).split()[-2:]), row.behind(span)
    return bool(_NEVER.search(f"{before} {behind}") or _DENIES.search(f"{before} {behind.partition(' ')[0]}"))


def _are_near(asks: list[Span], things: list[Span]) -> bool:
    """Whether one of each stand at most _NEAR words apart; both are counted in words."""
    ends = {True: -1000, False: -1000}
    for begin, end, asks_it in sorted([(*span, True) for span in asks] + [(*span, False) for span in things]):
        if begin - ends[not asks_it] <= _NEAR:
            return True
        ends[asks_it] = max(ends[asks_it], end)
    return False


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    """One pattern that finds any of the phrases as whole words; the end of a sentence may stand between two of them."""
    if not phrases:
        return _NOTHING
    written = sorted({_written(phrase) for phrase in phrases}, key=len, reverse=True)
    return re.compile(rf"(?<![^ ])(?:{'|'.join(written)})(?![^ ])")


def _written(phrase: str) -> str:
    return " ".join(map(_word, phrase.split())).replace(" @", _GAP).replace(" ", _BETWEEN).replace("~", " ")


def _word(word: str) -> str:
    if word in _SIGNS:
        return _SIGNS[word]
    return fold(word) + (r"\w*" if word.endswith("*") else "")


def _smell(parts: dict[str, list[str]]) -> _Smell:
    """Tales end right before the ask."""
    known = {part: parts.get(part, []) for part in PARTS} | {"tales": [f"{tale} |" for tale in parts.get("tales", [])]}
    return _Smell(*(_pattern(known[part]) for part in PARTS))


def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("fraud.toml").read_text(encoding="utf-8"))


_DATA = _read()
_NEAR, _STOP = int(_DATA["near"]), int(_DATA["stop"])
_NEVER, _DENIES, _LOOKS_DENIED = (_pattern(_DATA[part]) for part in ("never", "denies", "looks_denied"))
_KNOWN = {code: _smell(_DATA[code]) for code in SMELLS}
