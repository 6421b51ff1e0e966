"""The kind page of a stale button: what happened meanwhile to a reply, a request or an agreement, and the way on."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from neighbours.language import _, _l

OF_REQUEST = {
    "agreed": _l("Every place is taken already. Somebody else helps this time."),
    "done": _l("It is done already."),
    "withdrawn": _l("The help is no longer needed. It was withdrawn."),
    "expired": _l("The day of this request has passed."),
}
OF_REPLY = {
    "accepted": _l("The answer was already yes please."),
    "declined": _l("Somebody else helps this time."),
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


def words_of_reply(row: Any) -> str:
    """What became of a reply, or of its request."""
    ended = OF_REQUEST["withdrawn"] if row.help_status == "withdrawn" else None
    found = ended or OF_REPLY.get(row.status) or OF_REQUEST.get(row.help_status)
    return str(found or _("It cannot be done any more."))
