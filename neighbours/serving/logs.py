"""What the log may hold: what broke and where in the code, never what people typed or who they are.

The words of an exception may be anything: a database puts whole rows into them, a parser the line that it could not
read. So only the kinds of exceptions and the places in the code are kept. The web server's own log is in
server_log.py.
"""

import logging
import traceback
from collections.abc import Iterator

from flask import Flask


def keep_log_quiet(app: Flask) -> None:
    """Let the app's log keep no words of exceptions. Twice is harmless: every app of a process has the same log."""
    if not any(isinstance(each, WithoutWords) for each in app.logger.filters):
        app.logger.addFilter(WithoutWords())


class WithoutWords(logging.Filter):
    """Writes an exception as kinds and places before a formatter writes it with its words."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            record.exc_text = where_it_broke(record.exc_info[1])
        return True


def where_it_broke(error: BaseException | None) -> str:
    """The exception and what led to it, the first cause first: each kind, and the lines of code it came through."""
    return "\n".join(line for each in reversed(list(_chain(error))) for line in _places(each))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"
