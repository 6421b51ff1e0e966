"""Links of a mail: only what its template wrote leads anywhere; nobody's own words become a link or the button."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import update

from models import HelpRequest, Resident
from neighbours.actions import telling
from neighbours.database import writing
from neighbours.mail import compose
from neighbours.rules.people.contact import Contact
from tests.actions.test_digest import letter_of, suggest
from tests.actions.test_digest import work as work_at_five
from tests.conftest import Clock
from tests.test_messages import html_of, tell_of_each_kind, written
from tests.test_worker import out
from tests.village import NOW

SITE = "https://naboer.example"
SAID = [
    "https://naboer.example.evil.tld/login",
    "Se https://naboer.example.evil.tld/login nu",
    "https://naboer.example@evil.tld/login",
    "https://naboer.example/out?to=evil.tld",
    "Læs mere: https://naboer.example//evil.tld",
]


@pytest.fixture(autouse=True)
def site(app: Flask) -> None:
    app.config["BASE_URL"] = SITE


def say_everywhere(app: Flask, words: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(name=words))
        session.execute(update(HelpRequest).values(title=words))


def leads_to(html: str) -> list[str]:
    """Where each link, and first the button, of the mail leads to."""
    button = re.findall(r'class="button" href="([^"]*)"', html)
    return [unescape(each) for each in button + re.findall(r'<a href="([^"]*)"', html)]


def is_ours_alone(links: list[str]) -> bool:
    return bool(links) and all(each.startswith(f"{SITE}/") and "evil" not in each for each in links)


@pytest.mark.parametrize("words", SAID)
def test_a_title_or_a_name_that_holds_our_address_is_no_link(app: Flask, words: str) -> None:
    tell_of_each_kind(app, "da")
    say_everywhere(app, words)
    messages = written(app)
    del messages["code"]
    shown = [kind for kind, message in messages.items() if words in unescape(message.html)]
    assert len(shown) > 10
    for kind, message in messages.items():
        assert is_ours_alone(leads_to(message.html)), kind
        mail = compose(message, "drift@example.org", "Drift", NOW)
        assert "evil" not in str(mail["List-Unsubscribe"]) and "evil" not in message.subject + message.text, kind


@pytest.mark.parametrize("words", SAID)
def test_neither_is_it_in_the_daily_letter(app: Flask, clock: Clock, words: str) -> None:
    suggest(app, "Bo", title=words)
    say_everywhere(app, words)
    work_at_five(app, clock)
    assert words in letter_of(app)
    (kept,) = out(app, "eml")
    mail = message_from_bytes(kept.read_bytes(), _class=EmailMessage, policy=policy.default)
    assert is_ours_alone(leads_to(html_of(mail)))


@pytest.mark.parametrize("words", SAID)
def test_what_a_stranger_writes_about_the_pages_is_no_link(app: Flask, words: str) -> None:
    said = {"text": f"Hej\n\n{words}\n\nHilsen", "contact": words, "page": ""}
    with app.app_context(), writing() as session:
        telling.tell_contact(session, "feedback", Contact("email", "a@example.org"), said, "da", NOW)
    message = written(app)["feedback"]
    assert words in unescape(message.html) and leads_to(message.html) == []


def test_what_stands_for_our_site_is_in_no_message(app: Flask) -> None:
    tell_of_each_kind(app, "da")
    for message in written(app).values():
        assert "ours-" not in message.body + message.text + message.html + message.subject
        assert SITE in message.body
