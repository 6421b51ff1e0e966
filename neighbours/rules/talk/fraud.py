"""Which words of a message smell of fraud: somebody asks for a code, for the screen, for gift cards or for money. Pure.

The words themselves are data, in fraud.toml beside this file, read once. It warns and stops nothing: a word too many
costs a warning, and both read the line all the same. Folded like addresses (geo/folding.py), so that spellings meet.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neighbours.geo.folding import fold

SMELLS = ("code", "remote", "gift", "transfer")

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SENTENCE_END = re.compile(r"[.!?;:]+(?=\s|$)|\n")
# An account of a bank: two letters, two digits, then eleven to thirty more (ISO 13616), of the two countries.
_IBAN = re.compile(r"\b(?:DK\d{2}(?: ?\d{4}){3} ?\d{2}|NL\d{2} ?[A-Z]{4}(?: ?\d){10})\b", re.I)
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class _Smell:
    """The phrases of one smell, as patterns over a folded sentence."""

    alone: re.Pattern[str]
    asks: re.Pattern[str]
    things: re.Pattern[str]
    unless: re.Pattern[str]

    def is_in(self, sentence: str) -> bool:
        if self.unless.search(sentence):
            return False
        asks = [found.span() for found in self.asks.finditer(sentence) if not _is_denied(sentence, found.span())]
        things = [found.span() for found in self.things.finditer(sentence)]
        alone = any(not _is_denied(sentence, found.span()) for found in self.alone.finditer(sentence))
        return alone or any(_words_between(sentence, ask, thing) <= _NEAR for ask in asks for thing in things)


def smells_of(text: str) -> list[str]:
    """The codes of SMELLS that a text holds, in that order; nothing for most texts."""
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    sentences = [fold(part) for part in _SENTENCE_END.split(plain)]
    found = {code for code, smell in _KNOWN.items() if any(smell.is_in(sentence) for sentence in sentences)}
    if _IBAN.search(plain):
        found.add("transfer")
    return [code for code in SMELLS if code in found]


def _is_denied(sentence: str, span: tuple[int, int]) -> bool:
    """ "Giv aldrig", "never tell": a warning, not an ask."""
    before, after = " ".join(sentence[: span[0]].split()[-2:]), sentence[span[1] :].split()
    never, denies = " ".join(after[:4]), " ".join(after[:1])
    return bool(_NEVER.search(f"{before} {never}") or _DENIES.search(f"{before} {denies}"))


def _words_between(sentence: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """0 when they meet or overlap."""
    end, begin = min(one[1], other[1]), max(one[0], other[0])
    return len(sentence[end:begin].split())


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    """One pattern that finds any of the phrases as whole words."""
    if not phrases:
        return _NOTHING
    written = sorted({" ".join(_words(phrase)) for phrase in phrases}, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(written).replace(' @', '@').replace('@', '(?: [^ ]+){0,3}')})\b")


def _words(phrase: str) -> list[str]:
    return ["@" if word == "…" else fold(word) + (r"\w*" if word.endswith("*") else "") for word in phrase.split()]


def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("fraud.toml").read_text(encoding="utf-8"))


_DATA = _read()
_NEAR: int = _DATA["near"]
_NEVER, _DENIES = _pattern(_DATA["never"]), _pattern(_DATA["denies"])
_KNOWN = {
    code: _Smell(*(_pattern(_DATA[code].get(part, [])) for part in ("alone", "asks", "things", "unless")))
    for code in SMELLS
}
