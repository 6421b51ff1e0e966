"""What comes in by a form or in an address, before anybody reads it: without NUL, which PostgreSQL keeps in no text.

Nobody types it. Everything else that is odd is for the form that asked (rules/texts.py tidies what people write).
"""

from collections.abc import Iterable
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items


class Answers(ImmutableMultiDict[str, Any]):
    """Names and values without NUL."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(without_nul(iter_multi_items(mapping or ())))


class Incoming(Request):
    """Flask's request, whose forms and addresses hold `Answers`. No page takes files: one sent as an answer is none."""

    parameter_storage_class = Answers

    @property
    def files(self) -> Answers:  # type: ignore[override]
        """None: a form that found a file where it asked for words would break."""
        return Answers()


def without_nul(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The pairs, each text without NUL. A file stays, to be closed when the request ends."""
    return [(name.replace("\0", ""), _plain(value)) for name, value in pairs]


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
