"""Which notice each message belongs to, and how a neighbour may wish to be told of it.

What a person may wish about is a notice; a dispatch has a finer kind. What is not in NOTICE_OF goes out at once to
everybody whom it is about: codes, being let in, feedback, and what nobody else would tell.
"""

from collections.abc import Mapping

AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"

# How one is told of each notice who never said otherwise.
USUAL: Mapping[str, str] = {
    "suggestions": DAILY,
    "answers": AT_ONCE,
    "agreements": AT_ONCE,
    "messages": AT_ONCE,
    "reminders": AT_ONCE,
    "two_hours": NEVER,
}

NOTICE_OF: Mapping[str, str] = {
    "asked": "suggestions",
    "somebody_offered": "answers",
    "declined": "answers",
    "agreed": "agreements",
    "cancelled": "agreements",
    "tomorrow": "reminders",
    "in_two_hours": "two_hours",
    "is_it_done": "reminders",
    "runs_out": "reminders",
    "nudge": "reminders",
    "new_message": "messages",
}
