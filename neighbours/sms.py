"""The way out by text message. So far each lies as a file in the folder `out` of the instance: a gateway comes later.

The file holds "To: +45…" and "Date: …", an empty line, then the text; its name is the dispatch's ref.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from neighbours.mail import keep_file
from neighbours.messages import Message


def send_text(message: Message, settings: Mapping[str, Any], at: datetime) -> None:
    """Put one text message into its file; the same message a second time replaces the first."""
    content = f"To: {message.to}\nDate: {format_datetime(at)}\n\n{message.text}\n"
    keep_file(settings["INSTANCE"], f"{message.ref}.txt", content.encode())
