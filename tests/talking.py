"""Material for the tests of conversations: Anna's request, and what Bo and she write to each other. Here is no test."""

from datetime import datetime

from flask import Flask

from models import HelpRequest, Thread
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import Said, begin, write
from tests.village import NOW
from tests.yes import ask, person, stand


def talk(app: Flask, help_request_id: int | None = None, helper: str = "Bo", words: str = "Har du en stige?") -> int:
    """The helper asks about a request of Anna's; returns the thread's id."""
    help_id = help_request_id or ask(app)
    helper_id = person(app, helper)
    with app.app_context():
        ref = begin(help_id, helper_id, Said(words, "da"), by=Actor(helper_id), now=NOW)
    return int(stand(app, Thread, ref=ref).id)


def say(app: Flask, thread_id: int, name: str, words: str, at: datetime = NOW, ref: str = "") -> None:
    """One of the two writes."""
    writer = person(app, name)
    with app.app_context():
        write(thread_id, Said(words, "da", ref), by=Actor(writer), now=at)


def path(app: Flask, thread_id: int) -> str:
    return f"/messages/{stand(app, Thread, id=thread_id).ref}"


def asked_path(app: Flask, help_request_id: int) -> str:
    """Where a neighbour asks a question about the request."""
    return f"/help/{stand(app, HelpRequest, id=help_request_id).ref}/question"
