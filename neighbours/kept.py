"""Reads again what mail.py and sms.py kept in the folder `out` instead of sending it; the demo shows it.

Only what the database names by its ref is read, so that nothing of another installation in the same folder is shown.
"""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Kept:
    """A message as people read it; a text message has no subject."""

    to: str
    subject: str
    body: str


def kept_message(instance: Path, channel: str, ref: str) -> Kept | None:
    """The message of this channel (email, text) and ref; None when it is not there."""
    path = Path(instance) / "out" / f"{ref}.{'eml' if channel == 'email' else 'txt'}"
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return _mail(content) if channel == "email" else _text(content.decode())


def _mail(content: bytes) -> Kept:
    mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    words = mail.get_body(("plain",))
    assert isinstance(words, EmailMessage)
    return Kept(str(mail["To"]), str(mail["Subject"]), words.get_content().strip())


def _text(content: str) -> Kept:
    head, _, body = content.partition("\n\n")
    return Kept(head.splitlines()[0].removeprefix("To: "), "", body.strip())
