"""The way out by text message: into a file, onto the console, or to a gateway over HTTP (setting SMS_WAY).

The gateway is spoken to as GatewayAPI's REST interface wants it (https://gatewayapi.com/docs/apis/rest/): POST of JSON
with sender, message, encoding, userref and recipients[].msisdn, and the header "Authorization: Token …". `userref` is
the dispatch's ref, the same each time, so that a message sent twice is seen to be one. A demo never sends.

A file holds "To: +45…" and "Date: …", an empty line, then the text; its name is the dispatch's ref.
"""

import http.client
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from neighbours.mail import keep_file
from neighbours.messages import Message

PATIENCE = 15.0  # seconds for each answer of the gateway
# Letters of one text message of 160 (GSM 03.38, basic set); any other letter makes it one of 70.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Answers that say nothing about this message: our key or our account is wrong, too slow, too much at once.
NOT_ITS_FAULT = {401, 402, 403, 408, 429}


class GatewayError(Exception):
    """The gateway did not take the message now."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Refused(GatewayError):
    """The gateway will never take this message."""


def send_text(message: Message, settings: Mapping[str, Any], at: datetime, demo: bool = False) -> None:
    """Send one text message, or keep it; kept a second time it replaces the first.

    Raises Refused, GatewayError, OSError or http.client.HTTPException.
    """
    way = "file" if demo else settings["SMS_WAY"]
    if way == "http":
        return _post(message, settings)
    if way == "console":
        return current_app.logger.warning("Text message to %s: %s", message.to, message.text)
    content = f"To: {message.to}\nDate: {format_datetime(at)}\n\n{message.text}\n"
    return keep_file(settings["INSTANCE"], f"{message.ref}.txt", content.encode())


def is_gsm(text: str) -> bool:
    """Whether 160 letters of it fit into one text message."""
    return set(text) <= GSM


def _post(message: Message, settings: Mapping[str, Any]) -> None:
    said = {
        "sender": settings["SMS_SENDER"],
        "message": message.text,
        "encoding": "UTF8" if is_gsm(message.text) else "UCS2",
        "userref": message.ref,
        "recipients": [{"msisdn": int(message.to.lstrip("+"))}],
    }
    headers = {"Authorization": f"Token {settings['SMS_TOKEN']}", "Content-Type": "application/json"}
    url = urlsplit(settings["SMS_URL"])
    connection = _connection(url.scheme, url.netloc)
    try:
        connection.request("POST", url.path or "/", json.dumps(said).encode(), headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        is_final = 400 <= status < 500 and status not in NOT_ITS_FAULT
        raise (Refused if is_final else GatewayError)(status)


def _connection(scheme: str, host: str) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, timeout=PATIENCE)
    return http.client.HTTPSConnection(host, timeout=PATIENCE, context=ssl.create_default_context())
