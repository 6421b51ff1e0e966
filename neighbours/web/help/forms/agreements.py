"""What the pages of an agreement ask: say thank you; suggest another day, by the questions of asking for help."""

from datetime import time
from typing import Any

from neighbours.language import _l
from neighbours.rules.help.slots import part_of
from neighbours.web.forms import Form, TextField
from neighbours.web.help.forms.asking import DaysForm

MOST_THANKS = 500


class ThanksForm(Form):
    """`text` holds the tidied words once it is valid."""

    text = TextField(
        _l("Your thank you"),
        description=_l("Only the two of you can read it."),
        most=MOST_THANKS,
        empty=_l("Write a few words of thanks."),
        long=_l("The thank you is too long. It has room for %(most)s letters.", most=MOST_THANKS),
    )


class AnotherDayForm(DaysForm):
    """Another day, or only the time that was not settled yet."""

    def fill(self, row: Any) -> None:
        """A day, with the one that is agreed: so a time is added by typing it alone."""
        self.when_kind.data = "day"
        self.day.data = row.day.isoformat() if row.day else ""
        self.at_time.data = row.at_time.strftime("%H:%M") if row.at_time else ""

    def prefer_part(self, agreed_at: time | None) -> None:
        """A part of the day that was chosen counts more than the time that the page had filled in."""
        chosen = self.parts.data or []
        is_as_filled = agreed_at is not None and (self.at_time.data or "").strip() == agreed_at.strftime("%H:%M")
        if agreed_at is not None and is_as_filled and chosen and part_of(agreed_at) not in chosen:
            self.at_time.data = ""
