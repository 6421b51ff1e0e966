"""Text messages: into a file, onto the console, and to a real HTTP server that answers as a gateway would."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from models import Dispatch, Resident
from neighbours.config import BadSetting, read_settings
from neighbours.database import writing
from neighbours.sms import is_gsm
from tests.conftest import Clock
from tests.test_worker import out, self_signed, work
from tests.village import NOW
from tests.yes import MINUTES, agree, ask, stand


class Gateway(HTTPServer):
    """Keeps what it is sent; `status` is what it answers."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    def handle_error(self, *about: Any) -> None:
        """A caller who hangs up is no news."""


class Answering(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"ids": [421332671], "usage": {"countries": {"DK": 1}}}')

    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture
def gateway(app: Flask) -> Iterator[Gateway]:
    server = Gateway()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/rest/mtsms"
    app.config.update(SMS_WAY="http", SMS_URL=url, SMS_TOKEN="secret", SMS_SENDER="Naboer")
    yield server
    server.shutdown()
    server.server_close()


def text_to_bo(app: Flask) -> None:
    """An agreement is told to Bo, who has no e-mail."""
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None))
    agree(app, ask(app))


def of_bo(app: Flask) -> Any:
    return stand(app, Dispatch, channel="text")


def test_the_gateway_gets_what_its_interface_wants(app: Flask, gateway: Gateway) -> None:
    text_to_bo(app)
    work(app)
    ((path, headers, body),) = gateway.asked
    assert (path, headers["Authorization"], headers["Content-Type"]) == (
        "/rest/mtsms",
        "Token secret",
        "application/json",
    )
    row = of_bo(app)
    assert row.status == "sent" and body["userref"] == row.ref
    assert (body["sender"], body["recipients"], body["encoding"]) == ("Naboer", [{"msisdn": 4520100021}], "UTF8")
    assert body["message"].startswith("You have an agreement with a neighbour. See here: http")


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_the_gateway_refuses_is_given_up_at_once(app: Flask, gateway: Gateway, status: int) -> None:
    gateway.status = status
    text_to_bo(app)
    work(app)
    assert (of_bo(app).status, of_bo(app).error) == ("failed", f"Refused {status}")


@pytest.mark.parametrize("status", [302, 401, 403, 408, 429, 500, 503])
def test_what_is_no_fault_of_the_message_is_tried_again_under_the_same_name(
    app: Flask, gateway: Gateway, clock: Clock, status: int
) -> None:
    gateway.status = status
    text_to_bo(app)
    work(app)
    assert (of_bo(app).status, of_bo(app).error) == ("due", f"GatewayError {status}")
    gateway.status, clock.now = 201, NOW + MINUTES
    work(app)
    assert of_bo(app).status == "sent"
    first, second = (body["userref"] for _path, _headers, body in gateway.asked)
    assert first == second == of_bo(app).ref


def test_a_gateway_that_is_away_or_silent_is_tried_again(
    app: Flask, gateway: Gateway, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_to_bo(app)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("neighbours.sms.PATIENCE", 0.2)
        app.config["SMS_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}/rest/mtsms"
        work(app)
    assert (of_bo(app).status, of_bo(app).error) == ("due", "TimeoutError")
    clock.now = NOW + MINUTES
    work(app)
    assert (of_bo(app).status, of_bo(app).error) == ("due", "ConnectionRefusedError")


def test_a_gateway_gets_nothing_before_somebody_vouches_for_its_certificate(
    app: Flask, gateway: Gateway, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    gateway.socket = tls.wrap_socket(gateway.socket, server_side=True)
    app.config["SMS_URL"] = f"https://localhost:{gateway.server_port}/rest/mtsms"
    text_to_bo(app)
    work(app)
    assert (of_bo(app).status, of_bo(app).error, gateway.asked) == ("due", "SSLCertVerificationError", [])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    clock.now = NOW + MINUTES
    work(app)
    assert of_bo(app).status == "sent" and len(gateway.asked) == 1


def test_the_console_says_it_in_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.config["SMS_WAY"] = "console"
    text_to_bo(app)
    work(app)
    assert "Text message to +4520100021: You have an agreement" in caplog.text
    assert out(app, "txt") == [] and of_bo(app).status == "sent"


@pytest.mark.parametrize(
    ("name", "value"),
    [("SMS_WAY", "pigeon"), ("SMS_WAY", "http"), ("SMS_SENDER", "Naboerne i Veng"), ("SMTP_TLS", "ssl")],
)
def test_a_setting_that_cannot_work_is_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting):
        read_settings({"INSTANCE": tmp_path})


def test_letters_that_a_text_message_holds_160_of() -> None:
    assert is_gsm("Æblegrød på Åvej, één keer @ 8:30?") and not is_gsm("”") and not is_gsm("ë") and not is_gsm("你好")
