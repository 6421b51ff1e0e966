"""The kinds of help, as codes and as one bit mask. Their words are in neighbours/labels.py.

The order is fixed for ever: a kind's bit is its place in the list. The list follows the Danish tax authority's own list
of tax-free small tasks between private people.
"""

from collections.abc import Iterable

KINDS = ("garden", "snow", "errands", "lift", "digital", "home", "pets", "cooking", "company", "papers", "other")

SUBKINDS = {"digital": ("digital_post", "mitid", "borger_dk", "email", "video_call", "printer", "television")}


def kinds_mask(kinds: Iterable[str]) -> int:
    """The bit mask of the codes; unknown codes raise ValueError."""
    return sum(1 << KINDS.index(kind) for kind in set(kinds))


def kinds_of(mask: int) -> list[str]:
    """The codes of a bit mask, in the fixed order."""
    return [kind for place, kind in enumerate(KINDS) if mask >> place & 1]


def is_kind(kind: str) -> bool:
    return kind in KINDS


def is_subkind(kind: str, subkind: str) -> bool:
    return subkind in SUBKINDS.get(kind, ())
