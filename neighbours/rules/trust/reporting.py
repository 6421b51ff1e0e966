"""What may be told as a problem, for which reasons, how often, and what is held by it. Pure.

The words for the reasons are in labels.py.
"""

from datetime import timedelta

from neighbours.rules.people.codes import Limit

# From where a problem is told: the word in the address, and the thing that it is about.
THINGS = {
    "request": "help_request",
    "offer": "offer",
    "reply": "reply",
    "agreement": "agreement",
    "message": "message",
}
# From where somebody is blocked.
MEETINGS = ("request", "offer", "reply", "agreement", "thread")
REASONS = ("unkind", "money", "not_who", "too_close", "private", "selling", "other")
# Nobody chooses it: words smelled of it (rules/talk/fraud.py).
BY_WORDS = "fraud"
# What many see is hidden from all until somebody has looked: by one person for one thing of the same neighbour at a
# time, and by no newcomer. A message is hidden from its reader; what else one said to one other is read by nobody else.
SEEN_BY_OTHERS = ("help_request", "offer")
# How long one finds whom one met, to tell of a problem.
LATELY = timedelta(days=30)
MOST_LETTERS = 1000
REPORTS = Limit("report", 5, timedelta(days=1))
