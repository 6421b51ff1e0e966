"""Standing offers of help: the draft page by page, opening, changing, taking back, withdrawing, expiry.

`resident_id` is always the person who acts; times are aware UTC. rules/help/asking.py checks the input.
"""

from dataclasses import asdict
from datetime import datetime

from models import Offer
from neighbours.actions.help.drafting import (
    advance,
    change,
    drop_draft,
    home_of,
    own_row,
    put_draft,
    undo_drop_draft,
)
from neighbours.actions.moving import THE_CLOCK, move_all
from neighbours.actions.trust.holding import was_let_go
from neighbours.database import writing
from neighbours.rules.errors import Refused
from neighbours.rules.help.asking import OFFER_LASTS, What
from neighbours.rules.moves import UNDO


def begin_offer(resident_id: int, ref: str, what: What, now: datetime) -> str:
    """Keep the first page as a draft; returns its ref. Sent twice it is one draft. NotAllowed when not confirmed."""
    with writing() as session:
        return put_draft(session, Offer, resident_id, ref, what, now)


def say_offer(resident_id: int, ref: str, what: What, version: int | None, now: datetime) -> None:
    """Change what is offered; TooLate when the page is stale or the offer is closed."""
    with writing() as session:
        change(session, Offer, resident_id, ref, asdict(what), version, now)


def say_slots(resident_id: int, ref: str, slots: int, version: int | None, now: datetime) -> None:
    """Change on which days and parts of the day; else as say_offer."""
    with writing() as session:
        change(session, Offer, resident_id, ref, {"slots": slots}, version, now)


def open_offer(resident_id: int, ref: str, now: datetime) -> None:
    """Show a complete draft to the neighbours for 180 days, in the giver's area and cell. Twice is harmless.

    Refused("when", "missing") without days; NotAllowed when the person is not confirmed; TooLate when it was dropped.
    """
    with writing() as session:
        home = home_of(session, resident_id)
        row = own_row(session, Offer, resident_id, ref)
        if row.status != "draft" and row.opened_at is not None:
            return
        if not row.slots:
            raise Refused("when", "missing")
        opened = {"opened_at": now, "expires_at": now + OFFER_LASTS}
        advance(
            session, Offer, row, "open", resident_id, now, opened | {"area_id": home.area_id, "cell_id": home.cell_id}
        )


def take_back_offer(resident_id: int, ref: str, now: datetime) -> None:
    """Make an open offer a draft again, within ten minutes, else TooLate. Twice is harmless."""
    with writing() as session:
        row = own_row(session, Offer, resident_id, ref)
        if row.status == "draft":
            return
        fresh = Offer.opened_at >= now - UNDO
        advance(session, Offer, row, "take_back", resident_id, now, {"opened_at": None, "expires_at": None}, fresh)


def withdraw_offer(resident_id: int, ref: str, now: datetime) -> None:
    """End an open offer. Twice is harmless."""
    with writing() as session:
        row = own_row(session, Offer, resident_id, ref)
        if row.status == "withdrawn" and row.opened_at is not None:
            return
        advance(session, Offer, row, "withdraw", resident_id, now, {"withdrawn_at": now})


def undo_withdraw_offer(resident_id: int, ref: str, now: datetime) -> None:
    """Open it again within ten minutes and before it would have expired, else TooLate. Twice is harmless."""
    with writing() as session:
        row = own_row(session, Offer, resident_id, ref)
        if row.status == "open":
            return
        fresh = (Offer.opened_at.is_not(None), Offer.withdrawn_at >= now - UNDO)
        still = (Offer.expires_at > now, was_let_go(Offer))
        advance(session, Offer, row, "undo_withdraw", resident_id, now, {"withdrawn_at": None}, *fresh, *still)


def drop_offer(resident_id: int, ref: str, now: datetime) -> None:
    """Let an unfinished draft go. Twice is harmless."""
    with writing() as session:
        drop_draft(session, Offer, resident_id, ref, now)


def undo_drop_offer(resident_id: int, ref: str, now: datetime) -> None:
    """Bring a dropped draft back within ten minutes, else TooLate."""
    with writing() as session:
        undo_drop_draft(session, Offer, resident_id, ref, now)


def expire_due(now: datetime) -> int:
    """Move every offer that is open or held and whose time has passed to expired; returns how many. By the clock."""
    due = (Offer.status.in_(("open", "held")), Offer.expires_at <= now)
    with writing() as session:
        return len(move_all(session, Offer, "expire", *due, by=THE_CLOCK, now=now))
