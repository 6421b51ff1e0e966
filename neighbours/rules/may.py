"""Who may make which move: pure questions, asked by the route and by the template alike.

A question takes the signed-in person (`Who`, from queries/who.py) and a Core row of the thing. A row of a help
request, reply or agreement carries asker_id and helper_id where the question needs them.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from neighbours.rules.moves import MOVES, UNDO


class Person(Protocol):
    """What the rules need to know of the signed-in person."""

    resident_id: int | None
    confirmed: bool
    hosts_id: int | None
    official_role: str | None


def is_asker(who: Person, row: Any) -> bool:
    return who.resident_id is not None and who.resident_id in (row.asker_id, row.acted_by_id)


def is_asker_themselves(who: Person, row: Any) -> bool:
    """Whose own home and telephone it is about; not a host who asked for somebody."""
    return who.resident_id is not None and row.asker_id == who.resident_id


def is_helper(who: Person, row: Any) -> bool:
    return who.resident_id is not None and row.helper_id == who.resident_id


def is_for_oneself(who: Person, row: Any) -> bool:
    """One of the two, and not a host who asked for somebody: each decides about their own number alone."""
    return is_helper(who, row) or is_asker_themselves(who, row)


def is_one_of_the_two(who: Person, row: Any) -> bool:
    return is_asker(who, row) or is_helper(who, row)


def is_who_said_so(who: Person, row: Any) -> bool:
    """The one of the two who made the last move: "did not come" is not told to the other."""
    return is_one_of_the_two(who, row) and row.last_by_id == who.resident_id


def is_who_suggests(who: Person, row: Any) -> bool:
    """On the side of whoever suggested another day: the helper's, or the asker's and who acted for them."""
    return is_one_of_the_two(who, row) and is_helper(who, row) == (row.by_id == row.helper_id)


def is_who_answers(who: Person, row: Any) -> bool:
    """On the other side than whoever suggested another day."""
    return is_one_of_the_two(who, row) and not is_who_suggests(who, row)


def is_giver(who: Person, row: Any) -> bool:
    """The one whose standing offer it is."""
    return who.resident_id is not None and row.resident_id == who.resident_id


def is_host_of(who: Person, row: Any) -> bool:
    """Host of the association that the row's area belongs to."""
    return who.hosts_id is not None and row.association_id == who.hosts_id


def is_the_clock(who: Person, row: Any) -> bool:
    """Nobody: what falls due by itself."""
    return False


def is_a_report(who: Person, row: Any) -> bool:
    """Nobody by hand: whoever tells of a problem holds what it is about (actions/trust/reporting.py)."""
    return False


def may_look(who: Person, row: Any) -> bool:
    """Whoever it goes to: a host of the area, or the operator where no other host is; never who it is about or by."""
    if who.official_role == "operator":
        return bool(row.goes_to == "operator" or not row.has_host)
    concerned = (row.against_id, row.by_id)
    return bool(row.goes_to == "host") and is_host_of(who, row) and who.resident_id not in concerned


def may_reply(who: Person, row: Any) -> bool:
    """A confirmed neighbour may say "I can help" to somebody else's open request, but not where the two are apart."""
    return who.confirmed and row.status == "open" and not is_asker(who, row) and not row.is_apart


def may_ask_directly(who: Person, row: Any) -> bool:
    """A confirmed neighbour may ask in person whoever offers help openly, is within reach.

    The row of an offer: status, resident_id, giver_status, band (None: out of reach). Whether
    they take a break is nobody's business: that is looked at when it is due (actions/help/inviting.py).
    """
    is_there = row.giver_status == "confirmed" and row.band is not None
    return who.confirmed and row.status == "open" and is_there and not is_giver(who, row)


def may_open_address(who: Person, row: Any) -> bool:
    """The asker alone opens their own address, and only while the agreement stands."""
    return row.status == "agreed" and is_asker_themselves(who, row)


def may_see_address(who: Person, row: Any) -> bool:
    """The helper of a standing agreement for whom the asker opened it."""
    return row.status == "agreed" and row.address_opened_at is not None and is_helper(who, row)


def may_share_phone(who: Person, row: Any) -> bool:
    """Each of the two decides about their own number; nobody about that of somebody they asked for."""
    return row.status == "agreed" and is_for_oneself(who, row)


def may_suggest(who: Person, row: Any) -> bool:
    """Either of the two may suggest another day while the agreement stands."""
    return row.status == "agreed" and is_one_of_the_two(who, row)


def may_thank(who: Person, row: Any) -> bool:
    """Each of the two may thank the other once it is done."""
    return row.status == "done" and is_one_of_the_two(who, row)


def may_say_missed(who: Person, row: Any, today: date) -> bool:
    """ "Did not come" can be said from the agreed day on, without one from the day after it was agreed."""
    agreed_on = row.created_at.astimezone(ZoneInfo(row.zone)).date()
    has_come = row.day <= today if row.day is not None else agreed_on < today
    return has_come and may(who, "agreement", "miss", row)


def is_still_undoable(since: datetime | None, now: datetime) -> bool:
    """Within the ten minutes of undo."""
    return since is not None and now - since <= UNDO


MAY: Mapping[str, Mapping[str, Callable[[Person, Any], bool]]] = {
    "resident": {
        "confirm": is_host_of,
        "refuse": is_host_of,
        "undo_refuse": is_host_of,
        "undo_confirm": is_host_of,
    },
    "help_request": {
        "open": is_asker,
        "take_back": is_asker,
        "hold": is_a_report,
        "release": is_host_of,
        "withdraw": is_asker,
        "drop": is_asker,
        "undo_drop": is_asker,
        "undo_withdraw": is_asker,
        "expire": is_the_clock,
        "fill": is_asker,
        "reopen": is_one_of_the_two,
        "lapse": is_one_of_the_two,
        "finish": is_one_of_the_two,
        "resume": is_one_of_the_two,
        "resume_open": is_one_of_the_two,
    },
    "offer": {
        "open": is_giver,
        "take_back": is_giver,
        "hold": is_a_report,
        "release": is_host_of,
        "withdraw": is_giver,
        "drop": is_giver,
        "undo_drop": is_giver,
        "undo_withdraw": is_giver,
        "expire": is_the_clock,
    },
    "reply": {
        "offer": is_helper,
        "accept": is_asker,
        "keep_in_reserve": is_asker,
        "offer_in_reserve": is_helper,
        "move_up": is_the_clock,
        "decline": is_asker,
        "undo_decline": is_asker,
        "back_in_reserve": is_asker,
        "withdraw": is_helper,
        "step_back": is_helper,
        "fall": is_one_of_the_two,
        "undo_fall": is_one_of_the_two,
    },
    "report": {
        "release": may_look,
        "keep": may_look,
    },
    "agreement": {
        "cancel": is_one_of_the_two,
        "finish": is_one_of_the_two,
        "miss": is_one_of_the_two,
        "undo_cancel": is_who_said_so,
        "undo_finish": is_one_of_the_two,
        "undo_miss": is_who_said_so,
    },
    "proposal": {
        "accept": is_who_answers,
        "decline": is_who_answers,
        "withdraw": is_who_suggests,
        "replace": is_one_of_the_two,
        "fall": is_one_of_the_two,
    },
}


def may(who: Person, thing: str, move: str, row: Any) -> bool:
    """Whether this person may make this move now: the state allows it and so does the table above."""
    return row.status in MOVES[thing][move].before and MAY[thing][move](who, row)


def may_ever(who: Person, thing: str, move: str, row: Any) -> bool:
    """Whether it is this person's to make at all, whatever the state: else 403, and not "too late"."""
    return MAY[thing][move](who, row)
