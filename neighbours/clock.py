"""The clock of the house: the only place that asks what time it is. Tests pass their own as CLOCK.

A demo's clock may be put ahead (`flask demo --play`): how far stands in a file beside its database, so that every
process of it goes by the same.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app


class DemoClock:
    """The present moment, so many seconds ahead as the file says; no file: none."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead()

    def ahead(self) -> timedelta:
        """How far it is ahead."""
        try:
            return timedelta(seconds=float(self.file.read_text()))
        except FileNotFoundError:
            return timedelta()

    def put_to(self, moment: datetime) -> None:
        """Let it be this moment now. The file is whole at any time."""
        part = self.file.with_suffix(".part")
        part.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        part.replace(self.file)


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
