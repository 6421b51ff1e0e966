"""The worker with a real mail server on loopback: what goes out, what is tried again, how it ends."""

import asyncio
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import delete, select, update

from models import Dispatch, HelpRequest, Installation, Resident
from neighbours import worker as worker_module
from neighbours.actions import telling
from neighbours.database import writing
from neighbours.queries.outbox import what_they_tell
from neighbours.rules.people.contact import Contact
from neighbours.worker import Worker, work_once
from tests.conftest import Clock
from tests.village import NOW
from tests.yes import MINUTES, agree, ask, stand, stands

ROOT = Path(__file__).resolve().parent.parent


class Sink:
    """A mail server that keeps what it gets; `answer` is what it says to each recipient."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"
        self.pause = 0.0
        self.reached = threading.Event()
        self.most_on_one_connection = 1_000
        self.connections: dict[Any, int] = {}

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        self.connections[session.peer] = self.connections.get(session.peer, 0) + 1
        if self.connections[session.peer] > self.most_on_one_connection:
            return "421 enough for one connection"
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        self.recipients.append(address)
        return self.answer

    def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> Any:  # noqa: N802
        self.reached.set()
        mail = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return self._later()

    async def _later(self) -> str:
        deadline = time.monotonic() + self.pause
        while time.monotonic() < deadline:
            await _moment()
        return "250 kept"


async def _moment() -> None:

    await asyncio.sleep(0.02)


@pytest.fixture
def sink() -> Iterator[Sink]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port  # type: ignore[attr-defined]
    yield handler
    controller.stop()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def mail_by(app: Flask, sink: Any) -> None:
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=sink.port, SMTP_STARTTLS=False)


def work(app: Flask, rounds: int = 1) -> None:
    worker = Worker()
    for _round in range(rounds):
        with app.app_context():
            work_once(worker)


def out(app: Flask, ending: str) -> list[Path]:
    return sorted((Path(app.config["INSTANCE"]) / "out").glob(f"*.{ending}"))


def test_mails_go_out_over_smtp_once(app_on_both: Flask, sink: Sink) -> None:
    mail_by(app_on_both, sink)
    agree(app_on_both, ask(app_on_both))
    work(app_on_both, rounds=3)
    assert sorted(sink.recipients) == ["anna@example.org", "bo@example.org"]
    assert {mail["To"] for mail in sink.mails} == set(sink.recipients)
    assert {row.status for row in stands(app_on_both, Dispatch)} == {"sent"}
    assert all(mail["From"].addresses[0].addr_spec == "drift@example.org" for mail in sink.mails)
    refs = {row.ref for row in stands(app_on_both, Dispatch)}
    assert {mail["Message-ID"].strip("<>").partition("@")[0] for mail in sink.mails} == refs


def test_what_is_taken_back_while_a_worker_has_it_in_hand_does_not_stop_the_worker(
    app_on_both: Flask, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody says "not this time" between the claim and the reading of what is told."""
    mail_by(app_on_both, sink)
    agree(app_on_both, ask(app_on_both))
    bo = stand(app_on_both, Resident, name="Bo").id

    def taken_back(ids: list[int]) -> Any:
        with writing() as session:
            session.execute(delete(Dispatch).where(Dispatch.resident_id == bo))
        return what_they_tell(ids)

    monkeypatch.setattr(worker_module, "what_they_tell", taken_back)
    work(app_on_both)
    assert sink.recipients == ["anna@example.org"]
    assert [row.status for row in stands(app_on_both, Dispatch)] == ["sent"]


def tell_everybody(app: Flask, times: int) -> None:
    with app.app_context(), writing() as session:
        for number in range(times):
            telling.tell(session, "confirmed", select(Resident.id), thing="resident", thing_id=number, now=NOW)


def test_many_mails_go_out_over_one_connection(app: Flask, sink: Sink) -> None:
    mail_by(app, sink)
    tell_everybody(app, 4)
    work(app)
    assert len(sink.mails) == 28 and list(sink.connections.values()) == [28]


def test_a_server_that_takes_few_mails_on_a_connection_gets_the_rest_on_the_next(app: Flask, sink: Sink) -> None:
    mail_by(app, sink)
    sink.most_on_one_connection = 10
    tell_everybody(app, 4)
    work(app)
    assert len(sink.mails) == 28 and len(sink.connections) == 3
    assert {(row.status, row.tries) for row in stands(app, Dispatch)} == {("sent", 1)}


def test_a_repeat_carries_the_same_message_id(app: Flask, sink: Sink, clock: Clock) -> None:
    """The worker died after the mail server had taken the mail, before it could note that."""
    mail_by(app, sink)
    agree(app, ask(app))
    work(app)
    with app.app_context(), writing() as session:
        lease = {"leased_by": "dead", "leased_until": NOW + MINUTES, "sent_at": None}
        session.execute(update(Dispatch).values(status="due", **lease))
    work(app)
    assert len(sink.mails) == 2
    clock.now = NOW + MINUTES
    work(app)
    first, second = sink.mails[:2], sink.mails[2:]
    assert {mail["Message-ID"] for mail in first} == {mail["Message-ID"] for mail in second}
    assert len({mail["Message-ID"] for mail in first}) == len(second) == 2


def test_a_server_that_never_greets_is_waited_for_once_a_round(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=silent.getsockname()[1], SMTP_TLS="none", SMTP_PATIENCE=0.3)
        tell_everybody(app, 1)
        work(app)
        silent.settimeout(0.1)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
    ((status, error),) = {(row.status, row.error) for row in stands(app, Dispatch)}
    assert status == "due" and error in {"SMTPServerDisconnected", "TimeoutError"}


def test_what_does_not_let_us_in_is_no_fault_of_the_mail(app: Flask, sink: Sink, clock: Clock) -> None:
    """A server that does not speak TLS gets nothing in the clear; one that refuses our name, nothing either."""
    mail_by(app, sink)
    app.config.update(SMTP_TLS="starttls")
    agree(app, ask(app))
    work(app)
    assert {(row.status, row.error) for row in stands(app, Dispatch)} == {("due", "SMTPNotSupportedError")}
    app.config.update(SMTP_TLS="none", SMTP_USERNAME="hus", SMTP_PASSWORD="key")
    clock.now = NOW + MINUTES
    work(app)
    assert {row.status for row in stands(app, Dispatch)} == {"due"} and sink.mails == []


def test_an_address_that_the_server_cannot_write_is_given_up(app: Flask, sink: Sink) -> None:
    mail_by(app, sink)
    agree(app, ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(email="ånna@example.org"))
    work(app)
    assert {(row.status, row.error) for row in stands(app, Dispatch)} == {("sent", None), ("failed", "BadAddress")}


def test_a_code_goes_out_and_leaves_nothing_behind(app: Flask, sink: Sink) -> None:
    mail_by(app, sink)
    with app.app_context(), writing() as session:
        telling.tell_contact(session, "code", Contact("email", "anna@example.org"), {"code": "271828"}, "en", NOW)
    work(app)
    assert "271828" in str(sink.mails[0].get_body(("plain",)))
    row = stand(app, Dispatch)
    assert (row.status, row.sealed) == ("sent", None)


def test_when_the_server_is_down_it_is_tried_again_later(app: Flask, sink: Sink, clock: Clock) -> None:
    app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=free_port(), SMTP_STARTTLS=False)
    agree(app, ask(app))
    work(app)
    assert {(row.status, row.error) for row in stands(app, Dispatch)} == {("due", "ConnectionRefusedError")}
    mail_by(app, sink)
    work(app)
    assert sink.mails == []
    clock.now = NOW + MINUTES
    work(app)
    assert len(sink.mails) == 2
    assert {(row.status, row.tries, row.error) for row in stands(app, Dispatch)} == {("sent", 2, None)}


@pytest.mark.parametrize(("answer", "status"), [("450 later", "due"), ("550 nobody here", "failed")])
def test_a_refusal_is_recorded_by_its_number_without_the_address(
    app: Flask, sink: Sink, answer: str, status: str
) -> None:
    mail_by(app, sink)
    sink.answer = answer
    agree(app, ask(app))
    work(app)
    told = {(row.status, row.error) for row in stands(app, Dispatch)}
    assert told == {(status, f"SMTPRecipientsRefused {answer[:3]}")}


def test_one_bad_message_does_not_stop_the_others(app: Flask, sink: Sink) -> None:
    mail_by(app, sink)
    agree(app, ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(email="not an address"))
    work(app)
    assert [mail["To"] for mail in sink.mails] == ["bo@example.org"]
    assert sorted(row.status for row in stands(app, Dispatch)) == ["failed", "sent"]


def test_a_demo_refuses_real_mail_also_with_a_mail_server(app: Flask, sink: Sink) -> None:
    mail_by(app, sink)
    with app.app_context(), writing() as session:
        session.execute(update(Installation).values(demo=True))
    agree(app, ask(app))
    work(app)
    assert (sink.mails, sink.recipients) == ([], [])
    kept = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in out(app, "eml")]
    assert {mail["To"] for mail in kept} == {"anna@example.org", "bo@example.org"}
    assert {row.status for row in stands(app, Dispatch)} == {"sent"}


def test_without_a_mail_server_mails_and_texts_become_files_for_the_operator_alone(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None))
    agree(app, ask(app))
    work(app)
    (mail,), (text,) = out(app, "eml"), out(app, "txt")
    assert {file.stat().st_mode & 0o777 for file in (mail, text)} == {0o600}
    assert mail.parent.stat().st_mode & 0o777 == 0o700
    head, body = text.read_text().split("\n\n", 1)
    assert head.startswith("To: +4520100021\nDate: ") and "/agreements/" in body


def test_requests_run_out_once_a_minute(app: Flask, clock: Clock) -> None:
    clock.now = NOW + timedelta(days=30)
    first, worker = ask(app), Worker()
    with app.app_context():
        work_once(worker)
        second = ask(app)
        work_once(worker)
        assert [stand(app, HelpRequest, id=each).status for each in (first, second)] == ["expired", "open"]
        clock.now += MINUTES
        work_once(worker)
    assert stand(app, HelpRequest, id=second).status == "expired"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the server knows only STARTTLS as TLS
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_tls_of_a_known_server_and_sign_in_are_used_when_set(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    certificate = self_signed(tmp_path)
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(certificate)
    seen: list[tuple[bytes, bytes]] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    handler = Sink()
    how = {"tls_context": server_side, "require_starttls": True} if tls == "starttls" else {"ssl_context": server_side}
    wants = {"authenticator": check, "auth_required": True, "auth_require_tls": tls == "starttls"}
    controller = Controller(handler, hostname="localhost", port=free_port(), **how, **wants)  # type: ignore[arg-type]
    controller.start()
    try:
        app.config.update(SMTP_HOST="localhost", SMTP_PORT=controller.port, SMTP_USERNAME="hus")
        app.config.update(SMTP_TLS=tls, SMTP_PASSWORD="key")
        agree(app, ask(app))
        work(app)
        assert {row.error for row in stands(app, Dispatch)} == {"SSLCertVerificationError"}
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        app.config["CLOCK"].now = NOW + MINUTES
        work(app)
    finally:
        controller.stop()
    assert len(handler.mails) == 2
    assert set(seen) == {(b"hus", b"key")}


def self_signed(folder: Path) -> Path:
    """A certificate for localhost and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, *kept)
    )
    return path


def start_worker(app: Flask, **settings: str) -> subprocess.Popen[bytes]:
    """`flask worker` in a process of its own on the village's database."""
    own = {"INSTANCE": str(app.config["INSTANCE"]), "DATABASE_URL": "", "SMTP_STARTTLS": "no"} | settings
    command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    with said_by(app).open("ab") as said:
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )


def said_by(app: Flask) -> Path:
    """What a worker of `start_worker` said."""
    return Path(app.config["INSTANCE"]) / "worker.log"


def end_of(process: subprocess.Popen[bytes], number: int) -> int:
    """Its exit code; long before the pause, or the patience with a mail server, would have ended."""
    process.send_signal(number)
    try:
        return process.wait(8)
    finally:
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_resting_worker_ends_cleanly_at_once(app: Flask, number: int) -> None:
    agree(app, ask(app))
    process = start_worker(app, WORKER_PAUSE="60")
    wait_until(lambda: {row.status for row in stands(app, Dispatch)} == {"sent"})
    assert end_of(process, number) == 0
    assert said_by(app).read_text() == ""


def test_a_worker_whose_mail_server_hangs_still_ends_and_gives_back_the_rest(app: Flask, sink: Sink) -> None:
    agree(app, ask(app))
    sink.pause = 60
    process = start_worker(app, SMTP_HOST="127.0.0.1", SMTP_PORT=str(sink.port))  # type: ignore[attr-defined]
    assert sink.reached.wait(20)
    code = end_of(process, signal.SIGTERM)
    sink.pause = 0
    assert code == 0
    in_hand, untried = stands(app, Dispatch)
    assert in_hand.leased_by is not None and in_hand.status == "due"
    assert (untried.leased_by, untried.tries, untried.status) == (None, 0, "due")


def wait_until(is_so: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
