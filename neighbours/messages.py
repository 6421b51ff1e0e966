"""What a message says, in its recipient's language: subject and body of a mail, or one short text.

The words are in templates/mail, one file for each kind with the blocks subject, body, text and, for the button of the
mail, `open`. No subject and no text holds a name, an address or anybody's own words. What a host says on the
telephone or prints is the body without its links. How it travels is in mail.py and sms.py.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import current_app, render_template

from neighbours.clock import now
from neighbours.language import _, in_language
from neighbours.rules.help.choosing import read_reasons
from neighbours.rules.languages import direction
from neighbours.rules.notices import NOTICE_OF
from neighbours.rules.reminders import is_today
from neighbours.sealing import unseal
from neighbours.wish_links import wish_link
from neighbours.wording import asked_words, not_needed_words, suggested_words, when_words

# Stands for our site while a message is made: so only what a template wrote becomes a link. Anybody may write our
# address, with more behind it, into a title or a name; this is made by chance and never sent, so nobody can write it.
OURS = f"ours-{secrets.token_hex(16)}"
GONE = ("left", "refused")
FOOT = "\n-- \n"


class NobodyThere(Exception):
    """The recipient has left, or has no address any more."""


@dataclass(frozen=True)
class Message:
    """`to`: an e-mail address or a telephone number. `ref` names the message for ever.

    `html`: the same words as `body`. `unsubscribe`: where this kind of notice can be changed without signing in.
    """

    ref: str
    channel: str
    to: str
    subject: str
    body: str
    text: str
    html: str = ""
    unsubscribe: str = ""


class Line(NamedTuple):
    """A line of a body: words, where they lead to, and whose language they are in if they are somebody's own."""

    words: str
    link: str = ""
    language: str = ""


def write_message(dispatch: Any, about: Any, house: Any, held: Sequence[Any] = ()) -> Message:
    """The message of a claimed dispatch. `about`: its row of queries/outbox.py; `house`: who writes.

    `held`: such rows of what a daily letter holds. Raises NobodyThere when there is nobody to send it to.
    """
    secret = unseal(f"dispatch:{dispatch.ref}", dispatch.sealed) if dispatch.sealed else {}
    to = secret.get("to") or _address(dispatch.channel, about)
    with in_language(dispatch.language):
        unsubscribe = _unsubscribe(dispatch.kind, about)
        facts = _facts(secret, about, house) | {
            "unsubscribe": unsubscribe and OURS + unsubscribe.removeprefix(_site()),
            "items": [_item(each, house) for each in held],
        }
        said = _said(dispatch.kind, facts)
        html = _html(said, facts) if dispatch.channel == "email" else ""
    words = (_with_site(each) for each in (said["subject"], said["body"], said["text"], html))
    return Message(dispatch.ref, dispatch.channel, to, *words, unsubscribe)


def letter_words(notice: Any, house: Any) -> tuple[str, list[list[Line]]]:
    """The subject, and the body in paragraphs of lines, as a host prints or says them: no greeting, no link, no foot.

    `notice`: a row of queries/outbox.py or of the desk. In the language of the page.
    """
    facts = _facts({}, notice, house)
    said = _said(notice.kind, facts)
    paragraphs = _paragraphs(said["body"].partition(FOOT)[0], facts)[1:]
    printed = ([line for line in paragraph if not line.link] for paragraph in paragraphs)
    return said["subject"], [lines for lines in printed if lines]


def _address(channel: str, about: Any) -> str:
    to = about.email if channel == "email" else about.phone
    if not to or about.resident_status in GONE:
        raise NobodyThere
    return str(to)


def _unsubscribe(kind: str, about: Any) -> str:
    """Where the wish about this kind of notice is changed without signing in; nothing where there is none."""
    notice = NOTICE_OF.get(kind)
    return wish_link(about.resident_ref, notice) if notice and about.resident_ref else ""


def _site() -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/")


def _with_site(words: str) -> str:
    return words.replace(OURS, _site())


def _facts(secret: Mapping[str, Any], about: Any, house: Any) -> dict[str, Any]:
    return {
        "about": about,
        "code": secret.get("code", "").strip(),
        "feedback": secret,
        "not_needed": not_needed_words(about.help_status) if about.help_status else "",
        "when": when_words(about) if getattr(about, "when_kind", None) else "",
        "suggested": suggested_words(about) if getattr(about, "suggested_kind", None) else "",
        "why": _why(about),
        "is_today": bool(about.day or about.expires_at) and is_today(about, now()),
        "operator": house.operator,
        "site": OURS,
    }


def _item(notice: Any, house: Any) -> dict[str, Any]:
    """One thing of a daily letter: the facts of its kind, and what a text message would say of it."""
    facts = _facts({}, notice, house)
    return facts | {"says": _said(notice.kind, facts, ("text",))["text"]}


def _why(about: Any) -> str:
    reasons = getattr(about, "reasons", None)
    if not reasons:
        return ""
    return asked_words(read_reasons(reasons), about.area_name, about.own_area_name, about.asker_name)


def _said(kind: str, facts: dict[str, Any], names: tuple[str, ...] = ()) -> dict[str, str]:
    """The blocks of a kind's template, each by itself; all but the body on one line."""
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    context = template.new_context(facts)
    said = {name: "".join(template.blocks[name](context)).strip() for name in names or template.blocks}
    return {name: words if name == "body" else " ".join(words.split()) for name, words in said.items()}


def _html(said: Mapping[str, str], facts: dict[str, Any]) -> str:
    """The body once more, for those whose mail program shows HTML."""
    words, _line, foot = said["body"].partition(FOOT)
    paragraphs = _paragraphs(words, facts)
    links = [line.link for paragraph in paragraphs for line in paragraph if line.link]
    page = {"subject": said["subject"], "open": said.get("open") or _("Read more"), "button": links[0] if links else ""}
    return render_template(
        "mail/frame.htm",
        paragraphs=paragraphs,
        foot=foot.splitlines(),
        code=facts["code"],
        direction=direction,
        **page,
    )


def _paragraphs(words: str, facts: dict[str, Any]) -> list[list[Line]]:
    """What empty lines part. A line with a link of the template leads there; its words may end the line above."""
    return [_lines(each.splitlines(), facts) for each in re.split(r"\n\s*\n", words.strip())]


def _lines(lines: list[str], facts: dict[str, Any]) -> list[Line]:
    made: list[Line] = []
    own = {title: each.help_language for each in _things(facts) if (title := _title(each))}
    for line in lines:
        before, found, rest = line.partition(OURS)
        if found and rest.startswith("/"):
            above = made.pop().words if not before.strip() and made and made[-1].words.endswith(":") else ""
            made.append(Line(before.strip() or above, OURS + rest.split()[0]))
        else:
            made.append(Line(line, "", own.get(line, "")))
    return made


def _things(facts: Mapping[str, Any]) -> list[Any]:
    """What the message is about, and in a daily letter each thing of it."""
    return [facts["about"], *(item["about"] for item in facts.get("items", ()))]


def _title(about: Any) -> str:
    return " ".join((getattr(about, "title", None) or "").split())
