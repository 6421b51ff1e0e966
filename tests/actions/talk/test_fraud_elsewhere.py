"""Words that smell of fraud beside "I can help", in a request and in an offer: before the host, once. On both."""

import pytest
from flask import Flask

from models import HelpRequest, Offer, Report
from neighbours.actions.help import asking, offering
from neighbours.actions.help.replying import Words
from neighbours.rules.help.asking import How, What
from tests.actions.test_asking_directly import WHAT, begun, posted
from tests.village import NOW
from tests.yes import ask, offer, person, stand, stands

BAD = "Send mig din MitID-kode"


def test_the_line_beside_i_can_help_is_put_before_the_host(app_on_both: Flask) -> None:
    reply_id = offer(app_on_both, ask(app_on_both), words=Words(BAD, "da", False))
    row = stand(app_on_both, Report)
    assert (row.thing, row.thing_id, row.against_id) == ("reply", reply_id, person(app_on_both, "Bo"))
    assert (row.reason, row.by_id, row.area_id) == ("fraud", None, 1)


def test_a_harmless_line_is_put_before_nobody(app_on_both: Flask) -> None:
    offer(app_on_both, ask(app_on_both), words=Words("Jeg kommer med kage", "da", False))
    assert stands(app_on_both, Report) == []


@pytest.mark.parametrize("what", [What("digital", None, BAD, None, "da", 1), What("digital", None, "IT", BAD, "da", 1)])
def test_a_request_is_put_before_the_host_once_when_it_is_opened(app_on_both: Flask, what: What) -> None:
    app = app_on_both
    ref = begun(app, "", what)
    assert stands(app, Report) == []
    ident = posted(app, ref)
    row = stand(app, Report)
    assert (row.thing, row.thing_id, row.against_id) == ("help_request", ident, person(app, "Anna"))
    with app.app_context():
        asking.say_how(person(app, "Anna"), ref, How(True, False, False), stand(app, HelpRequest).version, NOW)
    assert len(stands(app, Report)) == 1 and stand(app, HelpRequest).status == "open"


def test_words_that_are_changed_later_are_looked_at_too(app_on_both: Flask) -> None:
    app = app_on_both
    ref = begun(app, "")
    posted(app, ref)
    worse = What("digital", None, BAD, None, "da", 1)
    assert WHAT.title not in BAD and stands(app, Report) == []
    with app.app_context():
        asking.say_what(person(app, "Anna"), ref, worse, stand(app, HelpRequest).version, NOW)
    assert stand(app, Report).thing == "help_request"


def test_an_offer_is_put_before_the_host(app_on_both: Flask) -> None:
    app, bo = app_on_both, person(app_on_both, "Bo")
    with app.app_context():
        ref = offering.begin_offer(bo, "BBBBBBBBBBBB", What("digital", None, BAD, None, "da", 1), NOW)
        offering.say_slots(bo, ref, 1, None, NOW)
        offering.open_offer(bo, ref, NOW)
    assert (stand(app, Report).thing, stand(app, Report).thing_id) == ("offer", stand(app, Offer).id)
