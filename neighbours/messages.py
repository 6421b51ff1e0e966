"""What a message says, in its recipient's language: subject and body of a mail, or one short text.

The words are in templates/mail, one file for each kind. No subject holds a name, an address or anybody's own words.
How it travels is in mail.py and sms.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from neighbours.clock import now
from neighbours.language import in_language
from neighbours.rules.help.choosing import read_reasons
from neighbours.rules.reminders import is_today
from neighbours.sealing import unseal
from neighbours.wording import asked_words, not_needed_words, when_words

GONE = ("left", "refused")


class NobodyThere(Exception):
    """The recipient has left, or has no address any more."""


@dataclass(frozen=True)
class Message:
    """`to`: an e-mail address or a telephone number. `ref` names the message for ever."""

    ref: str
    channel: str
    to: str
    subject: str
    body: str
    text: str


def write_message(dispatch: Any, about: Any, house: Any) -> Message:
    """The message of a claimed dispatch. `about`: its row of queries/outbox.py; `house`: who writes.

    Raises NobodyThere when there is nobody to send it to.
    """
    secret = unseal(f"dispatch:{dispatch.ref}", dispatch.sealed) if dispatch.sealed else {}
    to = secret.get("to") or _address(dispatch.channel, about)
    with in_language(dispatch.language):
        said = _blocks(f"mail/{dispatch.kind}.txt", _facts(secret, about, house))
    return Message(dispatch.ref, dispatch.channel, to, " ".join(said["subject"].split()), said["body"], said["text"])


def _address(channel: str, about: Any) -> str:
    to = about.email if channel == "email" else about.phone
    if not to or about.resident_status in GONE:
        raise NobodyThere
    return str(to)


def _facts(secret: Mapping[str, Any], about: Any, house: Any) -> dict[str, Any]:
    return {
        "about": about,
        "code": secret.get("code", "").strip(),
        "feedback": secret,
        "not_needed": not_needed_words(about.help_status) if about.help_status else "",
        "when": when_words(about) if about.when_kind else "",
        "why": asked_words(read_reasons(about.reasons), about.area_name, about.own_area_name) if about.reasons else "",
        "is_today": bool(about.when_kind) and is_today(about, now()),
        "operator": house.operator,
        "site": current_app.config["BASE_URL"].rstrip("/"),
    }


def _blocks(name: str, facts: dict[str, Any]) -> dict[str, str]:
    """The blocks subject, body and text, each by itself."""
    template = current_app.jinja_env.get_template(name)
    context = template.new_context(facts)
    return {block: "".join(render(context)).strip() for block, render in template.blocks.items()}
