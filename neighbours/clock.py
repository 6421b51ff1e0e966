"""The clock of the house: the only place that asks what time it is. Tests pass their own as CLOCK."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app


def now() -> datetime:
    """The present moment, aware UTC."""
    clock = current_app.config.get("CLOCK")
    return clock() if clock else datetime.now(UTC)


def this_hour() -> str:
    """The present hour, in UTC; what was made in it may say how long something takes, or that it is over."""
    return now().strftime("%Y-%m-%d %H")


def today(zone: str) -> date:
    """The present day in a zone such as Europe/Copenhagen."""
    return now().astimezone(ZoneInfo(zone)).date()
