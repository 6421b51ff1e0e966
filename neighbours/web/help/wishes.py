"""What a list is narrowed to, read from the address line: ?kind=garden&day=4&part=morning&language=da&village=1&page=2.

A GET form without JavaScript writes it. Whatever is not known is left out: a list never answers with an error.
"""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from neighbours.queries.help.nearby import A_PAGE, Wishes
from neighbours.rules.help.kinds import is_kind
from neighbours.rules.help.slots import PARTS, slot_mask
from neighbours.rules.languages import LANGUAGES, language_mask

LAST_PAGE = 1_000


class Wished(NamedTuple):
    """The boxes that are ticked, and the page."""

    kind: str | None
    days: tuple[int, ...]
    parts: tuple[str, ...]
    language: str | None
    village: bool
    page: int

    @property
    def anything(self) -> bool:
        return bool(self.kind or self.days or self.parts or self.language or self.village)

    @property
    def wishes(self) -> Wishes:
        """The same as codes and bit masks."""
        slots = slot_mask(self.days or range(7), self.parts) if self.days or self.parts else 0
        return Wishes(self.kind, slots, language_mask([self.language]) if self.language else 0, self.village)

    @property
    def skip(self) -> int:
        return (self.page - 1) * A_PAGE

    def other_page(self, page: int) -> str:
        """The address line of another page with the same boxes."""
        asked: list[tuple[str, Any]] = [("day", day) for day in self.days] + [("part", part) for part in self.parts]
        single = {"kind": self.kind, "language": self.language, "village": "1" if self.village else None}
        asked += [(name, value) for name, value in single.items() if value]
        return "?" + urlencode(asked + ([("page", page)] if page > 1 else []))


def read_wishes(asked: MultiDict[str, str]) -> Wished:
    """The boxes and the page out of the address line."""
    kind, language = asked.get("kind", ""), asked.get("language", "")
    days = {int(day) for day in asked.getlist("day") if day in set("0123456")}
    return Wished(
        kind=kind if is_kind(kind) else None,
        days=tuple(sorted(days)),
        parts=tuple(part for part in PARTS if part in asked.getlist("part")),
        language=language if language in LANGUAGES else None,
        village=bool(asked.get("village")),
        page=_page(asked.get("page", "")),
    )


def _page(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(number, 1), LAST_PAGE)
