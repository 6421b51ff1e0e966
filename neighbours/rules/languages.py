"""The languages that people and their texts may speak, as codes and as one bit mask.

The order is fixed for ever: a language's bit is its place in the list. New ones go at the end.
"""

from collections.abc import Iterable

LANGUAGES = ("da", "en", "nl", "de", "ar", "uk", "pl", "tr", "ro", "fa", "so", "es", "fr", "sv", "no")
RIGHT_TO_LEFT = frozenset({"ar", "fa"})


def language_mask(codes: Iterable[str]) -> int:
    """The bit mask of the codes; unknown codes raise ValueError."""
    return sum(1 << LANGUAGES.index(code) for code in set(codes))


def languages_of(mask: int) -> list[str]:
    """The codes of a bit mask, in the fixed order."""
    return [code for place, code in enumerate(LANGUAGES) if mask >> place & 1]


def direction(code: str | None) -> str:
    """ltr or rtl, for the dir attribute."""
    return "rtl" if code in RIGHT_TO_LEFT else "ltr"
