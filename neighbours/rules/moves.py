"""The one table of moves: from which states a move leads to which. Who may make it is in may.py.

actions/moving.py is the only code that carries a move out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

UNDO = timedelta(minutes=10)


@dataclass(frozen=True)
class Move:
    before: tuple[str, ...]
    after: str


MOVES: Mapping[str, Mapping[str, Move]] = {
    "resident": {
        "confirm": Move(("waiting",), "confirmed"),
        "refuse": Move(("waiting",), "refused"),
        "undo_refuse": Move(("refused",), "waiting"),
        # Before it is told, and before the newcomer did anything.
        "undo_confirm": Move(("confirmed",), "waiting"),
    },
    "help_request": {
        "open": Move(("draft",), "open"),
        "take_back": Move(("open",), "draft"),
        # A report holds it until somebody has looked.
        "hold": Move(("open",), "held"),
        "release": Move(("held",), "open"),
        "withdraw": Move(("open", "agreed", "held"), "withdrawn"),
        "drop": Move(("draft",), "withdrawn"),
        "undo_drop": Move(("withdrawn",), "draft"),
        "undo_withdraw": Move(("withdrawn",), "open"),
        # What is held ends with its day like what is open; only the clock fills it (moving.fill_place asks for open).
        "expire": Move(("open", "held"), "expired"),
        "fill": Move(("open", "held"), "agreed"),
        "reopen": Move(("agreed",), "open"),
        # The day has passed and the last helper fell out: nobody helps any more.
        "lapse": Move(("agreed",), "expired"),
        "finish": Move(("open", "held", "agreed", "expired"), "done"),
        # A "done" or "did not come" of an agreement was taken back; open again where places are free.
        "resume": Move(("open", "held", "done", "expired"), "agreed"),
        "resume_open": Move(("done", "expired"), "open"),
    },
    "offer": {
        "open": Move(("draft",), "open"),
        "take_back": Move(("open",), "draft"),
        "hold": Move(("open",), "held"),
        "release": Move(("held",), "open"),
        "withdraw": Move(("open", "held"), "withdrawn"),
        "drop": Move(("draft",), "withdrawn"),
        "undo_drop": Move(("withdrawn",), "draft"),
        "undo_withdraw": Move(("withdrawn",), "open"),
        "expire": Move(("open", "held"), "expired"),
    },
    "reply": {
        "offer": Move(("withdrawn",), "offered"),
        "accept": Move(("offered", "reserve"), "accepted"),
        # Every place is taken: kept for the one who may fall out, or offered then where the first yes is fine.
        "keep_in_reserve": Move(("offered",), "reserve"),
        "offer_in_reserve": Move(("withdrawn",), "reserve"),
        # A place fell free.
        "move_up": Move(("reserve",), "accepted"),
        "decline": Move(("offered", "reserve"), "declined"),
        "undo_decline": Move(("declined",), "offered"),
        "back_in_reserve": Move(("declined",), "reserve"),
        "withdraw": Move(("offered", "reserve"), "withdrawn"),
        # The helper takes back what was declined, before the no is told.
        "step_back": Move(("declined",), "withdrawn"),
        # Its agreement was cancelled; the helper may offer again.
        "fall": Move(("accepted",), "withdrawn"),
        "undo_fall": Move(("withdrawn",), "accepted"),
    },
    "report": {
        "release": Move(("open",), "closed"),
        "keep": Move(("open",), "closed"),
    },
    "agreement": {
        "cancel": Move(("agreed",), "cancelled"),
        "finish": Move(("agreed",), "done"),
        "miss": Move(("agreed",), "missed"),
        "undo_cancel": Move(("cancelled",), "agreed"),
        "undo_finish": Move(("done",), "agreed"),
        "undo_miss": Move(("missed",), "agreed"),
    },
    # Another day, suggested by one of the two.
    "proposal": {
        "accept": Move(("proposed",), "accepted"),
        "decline": Move(("proposed",), "declined"),
        "withdraw": Move(("proposed",), "withdrawn"),
        # A newer one of the same side, or its own day has passed.
        "replace": Move(("proposed",), "withdrawn"),
        # The agreement has ended.
        "fall": Move(("proposed",), "withdrawn"),
    },
}
