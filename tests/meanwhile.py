"""Two acts at once, in an order that is the same each time: one is halted in the middle, and the other begins."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import get_ident
from typing import Any

from flask import Flask
from sqlalchemy import event

from models import db
from neighbours.rules.errors import NotAllowed, NotHere, TooLate

A_MOMENT = 0.5
Act = Callable[[], object]


def meanwhile(app: Flask, words: str, first: Act, second: Act) -> tuple[object, object]:
    """What the two gave, or the class of NotAllowed, NotHere or TooLate that they raised.

    `first` halts before its statement that begins with `words`, or before its COMMIT; `second` runs then, until it is
    through or has waited a moment for what `first` holds. On SQLite it always waits: there is one writer at a time.
    """
    begun: list[Future[object]] = []
    here = get_ident()

    def halt(connection: Any, cursor: Any = None, statement: str = "COMMIT", *more: Any) -> None:
        if get_ident() == here and not begun and statement.startswith(words):
            begun.append(pool.submit(outcome, app, second))
            wait(begun, timeout=A_MOMENT)

    with app.app_context():
        engine = db.engine
    with ThreadPoolExecutor(1) as pool:
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, halt)
        try:
            given = outcome(app, first)
        finally:
            for name in ("before_cursor_execute", "commit"):
                event.remove(engine, name, halt)
        assert begun, f"nothing said {words}"
        return given, begun[0].result()


def outcome(app: Flask, act: Act) -> object:
    with app.app_context():
        try:
            return act()
        except (NotAllowed, NotHere, TooLate) as error:
            return type(error)
