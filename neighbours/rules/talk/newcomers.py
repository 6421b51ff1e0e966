"""Newcomers: what somebody may do who was let in lately and has not yet helped, nor been helped. Pure.

A newcomer is one within 7 days of being confirmed whose first help is not done: whichever comes first ends it. Help is
done for both, for who gave it and for who got it. Hosts, and whoever the operator let in at the setup, are none.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

NEW_FOR = timedelta(days=7)
MOST_FIRST_CONTACTS = 5  # a day: neighbours that one writes to, or offers help to, for the first time

LINK, FULL = "link", "full"


def new_since(now: datetime) -> datetime:
    """Whoever was confirmed after this moment may be a newcomer."""
    return now - NEW_FOR


def day_began(now: datetime, zone: str) -> datetime:
    """When the present day began in a zone such as Europe/Copenhagen; aware, in that zone."""
    local = now.astimezone(ZoneInfo(zone))
    return datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(zone))
