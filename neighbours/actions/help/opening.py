"""What the two of an agreement open for each other: the asker's address, each one's own telephone.

The address is unsealed for the one helper alone, only while the agreement stands, and each day of looking is one row
in the log that the asker can read.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select, update

from models import Agreement, HelpRequest, Home, Moment, Unsealing
from neighbours.actions.moving import Actor, record
from neighbours.database import writing
from neighbours.rules.errors import Refused, TooLate
from neighbours.sealing import unseal

AGAIN_AFTER = timedelta(days=1)


def open_address(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """The asker opens the own address for this helper. Harmless twice.

    Raises Refused when we keep no address of the asker, TooLate when the agreement does not stand.
    """
    with writing() as session:
        has_home = select(Home.id).join(HelpRequest, HelpRequest.asker_id == Home.resident_id)
        has_home = has_home.join(Agreement, Agreement.help_request_id == HelpRequest.id)
        if session.scalar(has_home.where(Agreement.id == agreement_id)) is None:
            raise Refused("address", "none")
        opened = {"address_opened_at": func.coalesce(Agreement.address_opened_at, literal(now, Moment()))}
        _change(session, agreement_id, "open_address", opened, by, now)


def close_address(agreement_id: int, *, by: Actor, now: datetime) -> None:
    """The asker closes it again. Harmless twice; raises TooLate when the agreement does not stand."""
    with writing() as session:
        _change(session, agreement_id, "close_address", {"address_opened_at": None}, by, now)


def share_phone(agreement_id: int, *, shares: bool, is_helper: bool, by: Actor, now: datetime) -> None:
    """One of the two shows the own telephone to the other, or not any more. Harmless twice; TooLate as above."""
    column = "helper_shares_phone" if is_helper else "asker_shares_phone"
    with writing() as session:
        _change(session, agreement_id, "share_phone" if shares else "hide_phone", {column: shares}, by, now)


def look_at_address(agreement_id: int, helper_id: int, now: datetime) -> dict[str, Any] | None:
    """The asker's address for the helper for whom it was opened: street, number, unit, postcode, city. Else None.

    The look is in the asker's log, once a day, before anything is unsealed.
    """
    is_open = (Agreement.id == agreement_id, Agreement.helper_id == helper_id, Agreement.status == "agreed")
    home = (
        select(Home.id, Home.resident_id, Home.sealed)
        .join(HelpRequest, HelpRequest.asker_id == Home.resident_id)
        .join(Agreement, Agreement.help_request_id == HelpRequest.id)
        .where(*is_open, Agreement.address_opened_at.is_not(None))
    )
    with writing() as session:
        row = session.execute(home).one_or_none()
        if row is None:
            return None
        _log(session, row.id, helper_id, now)
    return unseal(f"home:{row.resident_id}", row.sealed)


def _log(session: Any, home_id: int, helper_id: int, now: datetime) -> None:
    seen = (Unsealing.home_id == home_id, Unsealing.by_id == helper_id, Unsealing.why == "agreement")
    lately = select(Unsealing.id).where(*seen, Unsealing.at > now - AGAIN_AFTER).exists()
    new = select(literal(home_id), literal(helper_id), literal("agreement"), literal(now, Moment())).where(~lately)
    session.execute(insert(Unsealing).from_select(["home_id", "by_id", "why", "at"], new))


def _change(session: Any, agreement_id: int, name: str, values: dict[str, Any], by: Actor, now: datetime) -> None:
    """Set columns of a standing agreement and record it; its state stays."""
    standing = update(Agreement).where(Agreement.id == agreement_id, Agreement.status == "agreed")
    if session.execute(standing.values(**values).returning(Agreement.id)).one_or_none() is None:
        raise TooLate(name)
    record(session, "agreement", [agreement_id], name, "agreed", by=by, now=now)
