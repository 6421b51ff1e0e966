"""The kind page of a stale button: what happened meanwhile to a reply, a request or an agreement, and the way on."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from neighbours.language import _, _l
from neighbours.wording import not_needed_words

# What is said of the other states of a request stands in labels.py: one who offered reads it there too.
OF_REQUEST = {
    "held": _l("A host looks at it first. Please wait."),
    "agreed": _l("Every place is taken already. Somebody else helps this time."),
    "done": _l("It is done already."),
}
OF_REPLY = {
    "accepted": _l("The answer was already yes please."),
    "withdrawn": _l("This neighbour cannot help after all."),
}
OF_AGREEMENT = {
    "done": _l("It is done already. You can take that back for 10 minutes only."),
    "cancelled": _l("This agreement was cancelled."),
    # Who did not come is told to the host alone.
    "missed": _l("This agreement has ended."),
}


def changed_page(words: Any, url: str) -> ResponseReturnValue:
    """409: `words` say what happened; `url` is where it can be seen."""
    return render_template("agreements/changed.html", words=words, url=url), 409


def words_of_request(status: str) -> str:
    """What became of a request, for whoever comes too late."""
    return str(OF_REQUEST.get(status) or f"{not_needed_words(status)}.")


def words_of_reply(row: Any) -> str:
    """What became of a reply, or of its request."""
    if row.help_status == "withdrawn" or row.status == "declined":
        return f"{not_needed_words(row.help_status)}."
    if row.help_status == "open" and row.status == "offered":
        return _("A place is free again. You can say yes please.")
    if row.status in OF_REPLY:
        return str(OF_REPLY[row.status])
    return _("It cannot be done any more.") if row.help_status == "open" else words_of_request(row.help_status)
