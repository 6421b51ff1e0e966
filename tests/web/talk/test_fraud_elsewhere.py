"""Words that smell of fraud warn whoever reads them, wherever they stand."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from models import Agreement, HelpRequest, Thread
from neighbours.actions.help import agreeing
from neighbours.actions.help.replying import Words
from neighbours.actions.moving import Actor
from tests.actions.test_asking_directly import standing_offer
from tests.talking import talk
from tests.village import NOW
from tests.yes import ask, offer, person, stand

As = Callable[[str], FlaskClient]
BAD, WARNED = "Send mig din MitID-kode", "Never tell anybody a code, and type it yourself."


def test_a_line_warns_in_the_list_in_the_talk_and_in_the_agreement(app: Flask, as_person: As) -> None:
    ident, anna = ask(app), as_person("Anna")
    reply_id = offer(app, ident, words=Words(BAD, "da", False))
    assert WARNED in anna.get(f"/help/{stand(app, HelpRequest).ref}").text
    talk(app, ident)
    page = anna.get(f"/messages/{stand(app, Thread).ref}").text
    assert BAD in page and WARNED in page
    with app.app_context():
        agreeing.accept(reply_id, share_phone=False, by=Actor(person(app, "Anna")), now=NOW)
    for name in ("Anna", "Bo"):
        assert WARNED in as_person(name).get(f"/agreements/{stand(app, Agreement).ref}").text


def test_a_request_warns_its_readers_and_not_its_writer(app: Flask, as_person: As) -> None:
    ask(app, text=BAD)
    url = f"/help/{stand(app, HelpRequest).ref}"
    assert WARNED in as_person("Bo").get(url).text
    assert WARNED not in as_person("Anna").get(url).text


def test_an_offer_warns_its_readers_and_not_its_writer(app: Flask, as_person: As) -> None:
    url = f"/offers/{standing_offer(app, title=BAD)}"
    assert WARNED in as_person("Anna").get(url).text
    assert WARNED not in as_person("Bo").get(url).text


def test_harmless_words_warn_nobody(app: Flask, as_person: As) -> None:
    offer(app, ask(app))
    assert WARNED not in as_person("Anna").get(f"/help/{stand(app, HelpRequest).ref}").text
