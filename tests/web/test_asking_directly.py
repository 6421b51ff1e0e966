"""Asking somebody who offered, over HTTP: from the offer's page to the asking, and what each of the two reads."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Agreement, HelpRequest, Home, Invitation, Resident
from neighbours.actions.help import inviting
from neighbours.database import writing
from neighbours.rules.help.slots import slot_mask
from neighbours.rules.moves import UNDO
from tests.actions.test_asking_directly import standing_offer
from tests.actions.test_inviting import neighbours
from tests.conftest import Clock
from tests.village import counted
from tests.web.asking import HOW, WHAT, WHEN, WHERE, value_of
from tests.yes import agree, ask, person, stand, stands

As = Callable[[str], FlaskClient]
FIRST = "You ask Bo first.</strong> If Bo cannot, we ask others."


def begin(anna: FlaskClient, offer_ref: str) -> str:
    """The path of a draft, from the button on the offer's page."""
    page = anna.get(f"/ask?offer={offer_ref}").text
    sent = WHAT | {"ref": value_of(page, "ref"), "offer": value_of(page, "offer")}
    return str(anna.post("/ask", data=sent).location).removesuffix("/when")


def test_anna_asks_bo_from_the_offer_without_javascript(app: Flask, as_person: As, clock: Clock) -> None:
    neighbours(app, 2)
    ref, anna, bo = standing_offer(app, subkind="mitid"), as_person("Anna"), as_person("Bo")
    page = anna.get(f"/offers/{ref}").text
    assert "Ask Bo for help" in page and f'href="/ask?offer={ref}"' in page
    page = anna.get(f"/ask?offer={ref}").text
    assert FIRST in page and 'value="digital" checked' in page and 'value="mitid" checked' in page
    url = begin(anna, ref)
    assert FIRST in anna.get(f"{url}/when").text
    anna.post(f"{url}/when", data=WHEN)
    assert FIRST in anna.get(f"{url}/where").text
    anna.post(f"{url}/where", data=WHERE)
    assert FIRST in anna.get(f"{url}/check").text
    assert anna.post(f"{url}/check", data=HOW).location == f"{url}/posted"
    page = anna.get(f"{url}/posted").text
    assert '<h1 id="page-title">Now we ask Bo</h1>' in page
    assert "Only Bo is asked at first." in page
    assert "Neighbours near you see it" not in page
    assert "Your neighbours can see it" not in anna.get(url.replace("/ask/", "/help/")).text
    clock.now += UNDO
    with app.app_context():
        inviting.ask_due(clock.now)
    help_url = url.replace("/ask/", "/help/")
    assert "Anna asks you for help:" in bo.get("/").text
    assert "Anna asks you, because you offered this." in bo.get(help_url).text
    clock.now += timedelta(seconds=1)
    before = anna.get(f"{url}/posted").text
    assert '<h1 id="page-title">You asked Bo first</h1>' in before
    bo.post(f"{help_url}/not-now")
    assert "Anna asks you for help:" not in bo.get("/").text
    with app.app_context():
        assert inviting.ask_due(clock.now) == 2
    tokens = re.compile(r'(name="csrf_token" value|nonce)="[^"]*"')
    # Nothing tells the asker of the "not this time".
    assert tokens.sub("", anna.get(f"{url}/posted").text) == tokens.sub("", before)


def test_a_mistake_on_the_first_page_forgets_nobody(app: Flask, as_person: As) -> None:
    ref, anna = standing_offer(app), as_person("Anna")
    answer = anna.post("/ask", data={"title": "", "offer": ref, "kind": "digital", "languages": "da"})
    assert answer.status_code == 422 and FIRST in answer.text and value_of(answer.text, "offer") == ref


@pytest.mark.parametrize("why", ["withdrawn", "own", "nothing"])
def test_whoever_cannot_be_asked_is_not_named(app: Flask, as_person: As, why: str) -> None:
    ref = standing_offer(app, "Anna" if why == "own" else "Bo", status="withdrawn" if why == "withdrawn" else "open")
    page = as_person("Anna").get(f"/ask?offer={'nothing' if why == 'nothing' else ref}").text
    assert "first.</strong>" not in page and value_of(page, "offer") == ""


def test_a_break_is_not_told_by_the_button_nor_by_the_draft(app: Flask, as_person: As) -> None:
    ref, anna = standing_offer(app), as_person("Anna")
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(break_until=date(2026, 6, 9)))
    assert "Ask Bo for help" in anna.get(f"/offers/{ref}").text
    assert FIRST in anna.get(f"{begin(anna, ref)}/when").text


def test_the_times_of_who_is_asked_are_shown_where_the_day_is_chosen(app: Flask, as_person: As) -> None:
    anna = as_person("Anna")
    url = begin(anna, standing_offer(app, slots=slot_mask([0], ["evening"])))
    assert "Bo can help: Mondays in the evening." in anna.get(f"{url}/when").text


def test_who_needs_help_reads_on_an_offer_never_to_tell_a_code(app: Flask, as_person: As) -> None:
    url = f"/offers/{standing_offer(app)}"
    assert "Tell nobody your MitID code." in as_person("Anna").get(url).text
    assert "Never ask for, write down" in as_person("Bo").get(url).text


def test_once_bo_withdraws_the_offer_the_draft_names_bo_no_more(app: Flask, as_person: As) -> None:
    ref, anna = standing_offer(app), as_person("Anna")
    url = begin(anna, ref)
    as_person("Bo").post(f"/offer/{ref}/withdraw")
    assert "You ask Bo first" not in anna.get(f"{url}/when").text


def test_asking_again_is_an_ordinary_request(app: Flask, as_person: As) -> None:
    anna = as_person("Anna")
    url = begin(anna, standing_offer(app))
    anna.post(f"{url}/when", data=WHEN)
    anna.post(f"{url}/where", data=WHERE)
    anna.post(f"{url}/check", data=HOW)
    anna.post(f"{url}/withdraw")
    again = anna.post(f"{url}/again").location
    assert "You ask Bo first" not in anna.get(again).text
    assert sorted(str(row.first_asked_id) for row in stands(app, HelpRequest)) == sorted(
        [str(person(app, "Bo")), "None"]
    )


def test_the_reason_speaks_of_nobody_to_others(app: Flask, as_person: As, clock: Clock) -> None:
    anna = as_person("Anna")
    url = begin(anna, standing_offer(app))
    for page, data in (("when", WHEN), ("where", WHERE), ("check", HOW)):
        anna.post(f"{url}/{page}", data=data)
    clock.now += timedelta(minutes=10)
    with app.app_context():
        inviting.ask_due(clock.now)
    assert stand(app, Invitation).resident_id == person(app, "Bo")
    page = as_person("Carl").get(url.replace("/ask/", "/help/")).text
    assert "Asked by Anna" in page and "because you offered" not in page and not re.search(r"\bBo\b", page)


def test_a_host_who_asks_for_somebody_opens_nothing_of_theirs(app: Flask, as_person: As) -> None:
    dorthe = person(app, "Dorthe")
    agreement_id = agree(app, ask(app, acted_by_id=dorthe, first_asked_id=person(app, "Bo")))
    assert stands(app, Home, resident_id=person(app, "Anna"))
    url = f"/agreements/{stand(app, Agreement, id=agreement_id).ref}"
    browser = as_person("Dorthe")
    assert "Show my address" not in browser.get(url).text
    assert browser.post(f"{url}/open-address", data={"open": "yes"}).status_code == 403
    assert stand(app, Agreement).address_opened_at is None


@pytest.mark.parametrize("path", ["/offers/{}", "/ask?offer={}"])
def test_its_pages_take_two_statements(app: Flask, as_person: As, path: str) -> None:
    ref, anna = standing_offer(app), as_person("Anna")
    with counted(app) as statements:
        assert anna.get(path.format(ref)).status_code == 200
    assert len(statements) == 2
