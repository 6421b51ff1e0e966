"""The form of how one wishes to be told: a question for each notice, and for oneself by which way."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField

from neighbours.language import _, _l
from neighbours.rules.notices import AT_ONCE, DAILY, NEVER, USUAL, choices_of
from neighbours.web.forms import Form
from neighbours.web.help.forms.questions import as_choices
from neighbours.web.people.forms.fields import one_of
from neighbours.web.people.forms.joining import CHOOSE

HOWS = {AT_ONCE: _l("At once"), DAILY: _l("Once a day, all in one"), NEVER: _l("Never")}
# What is bound to its hour is not gathered.
TIMED = {
    "reminders": HOWS | {AT_ONCE: _l("At the right time")},
    "two_hours": {AT_ONCE: _l("Yes please"), NEVER: _l("No thank you")},
}
WAYS = {"email": _l("By e-mail"), "text": _l("By text message"), "host": _l("By your local host")}


def _question(notice: str, label: Any, says: Any) -> RadioField:
    words = {how: TIMED.get(notice, HOWS)[how] for how in choices_of(notice)}
    choices, checks = as_choices(words), [one_of(words, CHOOSE)]
    # Not the notice alone: the form itself is called "answers".
    asked = {"id": f"wish-{notice}", "description": says, "choices": choices}
    return RadioField(label, validate_choice=False, validators=checks, **asked)


class WishesForm(Form):
    """Each field is named as its notice."""

    suggestions = _question(
        "suggestions", _l("What people ask you"), _l("When a neighbour could use a hand. What is urgent comes at once.")
    )
    answers = _question("answers", _l("Answers to you"), _l("When somebody answers what you asked or offered."))
    agreements = _question("agreements", _l("Our agreements"), _l("When one is made, changed or cancelled."))
    messages = _question("messages", _l("Messages"), _l("When a neighbour writes to you."))
    reminders = _question("reminders", _l("Reminders"), _l("The evening before an agreement, and the day after."))
    two_hours = _question("two_hours", _l("Two hours before"), _l("One more reminder, on the day itself."))

    @property
    def hows(self) -> dict[str, str]:
        """How, by notice."""
        return {notice: self[notice].data for notice in USUAL}


class OwnWishesForm(WishesForm):
    """Also by which way; without the question where there is no choice."""

    told_by = RadioField(_l("Shall we write, or shall somebody ring?"), validate_choice=False)

    def offer_ways(self, way: str, host_name: str | None) -> None:
        """`way`: how messages would go. With no way for messages, or no host, there is nothing to choose."""
        if way == "host" or not host_name:
            del self.told_by
            return
        rung = _("I would rather be rung by %(name)s, our host", name=host_name)
        words: Mapping[str, Any] = {"message": WAYS[way], "host": rung}
        self.told_by.choices = as_choices(words)
        self.told_by.validators = [one_of(words, CHOOSE)]
