"""The way out by mail: plain text and HTML under headers that cannot be broken, sent over SMTP or kept in a file.

A demo never sends: what would have gone out lies in the folder `out` of the instance, as for a house without a mail
server. What a message says is in messages.py; when it is tried again is in actions/outbox.py.
"""

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from email import policy
from email.errors import HeaderParseError, MessageDefect
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from neighbours.messages import Message

Send = Callable[[EmailMessage], None]


class BadAddress(ValueError):
    """No mail can go there: it would break a header, or the mail server cannot write it."""


class NotConnected(Exception):
    """The mail server did not let us in, for a reason that is no fault of the mail: see `__cause__`."""


class OnOneLine(UniqueUnstructuredHeader):
    """A header that is never folded: the library would make an address of it unreadable."""

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", OnOneLine)
POLICY = policy.SMTP.clone(header_factory=HEADERS)


def compose(message: Message, sender: str, sender_name: str, at: datetime) -> EmailMessage:
    """The mail. Its Message-ID depends on the dispatch alone, so that one sent twice is seen to be the same.

    Raises BadAddress when an address is not exactly one.
    """
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _addressed(sender, " ".join(sender_name.split()))
    mail["To"] = _addressed(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.ref}@{sender.rpartition('@')[2]}>"
    # RFC 3834: nobody's "I am on holiday" shall answer a machine.
    mail["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe:
        # RFC 8058: one press in the mail program, without signing in; a mere look changes nothing.
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.body + "\n", cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html + "\n", subtype="html", cte="quoted-printable")
        # The same mail is the same bytes: nothing of chance stands between its parts.
        mail.set_boundary(f"part-{message.ref}")
    return mail


@contextmanager
def mail_way(settings: Mapping[str, Any], demo: bool) -> Iterator[Send]:
    """How mails leave this house: into files for a demo and without SMTP_HOST, else over one connection."""
    if demo or not settings["SMTP_HOST"]:
        yield lambda mail: keep_file(settings["INSTANCE"], _file_name(mail), mail.as_bytes())
        return
    connection = Connection(settings)
    try:
        yield connection.send
        connection.take_leave()
    finally:
        connection.drop()


class Connection:
    """One connection to the mail server for many mails, made when the first one goes and made anew after a failure.

    Where none can be made no other mail of the round waits for one: a server that hangs would hold up all of them.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.server: smtplib.SMTP | None = None
        self.refused: Exception | None = None

    def send(self, mail: EmailMessage) -> None:
        """Hand one mail over. Raises NotConnected, BadAddress, smtplib.SMTPException or OSError.

        A server that has had enough of a connection says 421 or hangs up: then once more over a new one.
        """
        is_used = self.server is not None
        try:
            self._hand_over(mail)
        except (smtplib.SMTPException, OSError) as error:
            if not is_used or not is_goodbye(error):
                raise
            self._hand_over(mail)

    def _hand_over(self, mail: EmailMessage) -> None:
        self.server = self.server or self._connect()
        try:
            self.server.send_message(mail)
        except smtplib.SMTPNotSupportedError as error:
            raise BadAddress from error  # letters like æ before the @, and a server that knows none
        except (smtplib.SMTPException, OSError):
            self.drop()
            raise

    def take_leave(self) -> None:
        """Say goodbye to the server; whatever it answers, the mails are handed over."""
        if self.server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.server.quit()

    def drop(self) -> None:
        """Hang up at once, without a word that a server in trouble might not answer."""
        server, self.server = self.server, None
        if server is not None:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.refused is None:
            try:
                return self._sign_in(self._call())
            except (smtplib.SMTPException, OSError) as error:
                self.refused = error
        raise NotConnected from self.refused

    def _call(self) -> smtplib.SMTP:
        where, patience = (self.settings["SMTP_HOST"], self.settings["SMTP_PORT"]), self.settings["SMTP_PATIENCE"]
        if self.tls == "implicit":
            return smtplib.SMTP_SSL(*where, timeout=patience, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=patience)

    def _sign_in(self, server: smtplib.SMTP) -> smtplib.SMTP:
        try:
            if self.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.settings["SMTP_USERNAME"]:
                server.login(self.settings["SMTP_USERNAME"], self.settings["SMTP_PASSWORD"])
        except BaseException:
            server.close()
            raise
        return server

    @property
    def tls(self) -> str:
        """starttls, implicit or none."""
        return self.settings["SMTP_TLS"] or ("starttls" if self.settings["SMTP_STARTTLS"] else "none")


def is_goodbye(error: Exception) -> bool:
    """Whether the server only ended the connection, before it took this mail."""
    is_gone = isinstance(error, smtplib.SMTPServerDisconnected) and not is_too_slow(error)
    return is_gone or 421 in codes_of(error)


def is_too_slow(error: BaseException) -> bool:
    """Whether no answer came in time; the library says of that too that the server has gone."""
    return isinstance(error.__context__, TimeoutError)


def codes_of(error: BaseException) -> list[int]:
    """The numbers that a mail server refused with."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return sorted({code for code, _words in error.recipients.values()})
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def keep_file(instance: Path, name: str, content: bytes) -> None:
    """Keep what would have gone out in the folder `out`: whole or not at all, for the operator's eyes alone."""
    folder = Path(instance) / "out"
    folder.mkdir(mode=0o700, exist_ok=True)
    part = folder / f".{name}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(folder / name)


def _addressed(address: str, name: str = "") -> Address:
    if not re.fullmatch(r"[^\s,;<>]+@[^\s,;<>]+", address):
        raise BadAddress
    try:
        return Address(display_name=name, addr_spec=address)
    except (HeaderParseError, MessageDefect) as error:
        raise BadAddress from error


def _file_name(mail: EmailMessage) -> str:
    return str(mail["Message-ID"]).strip("<>").partition("@")[0] + ".eml"
