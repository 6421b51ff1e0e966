"""Offering help, page by page."""

from datetime import timedelta

import pytest

from models import Offer
from tests.village import counted
from tests.web.asking import WHAT, draft_offer, errors_of, new_form, offered, value_of
from tests.yes import stand, stands

PAGES = ("what", "when", "check", "posted")
ACTS = ("drop", "undo-drop", "take-back", "withdraw", "undo-withdraw")


@pytest.fixture
def bo(as_person):
    return as_person("Bo")


def test_the_journey_opens_one_offer(app, bo):
    ref = offered(bo)
    assert "Your neighbours can see your offer now" in bo.get(f"/offer/{ref}/posted").text
    offer = stand(app, Offer)
    assert (offer.status, offer.title) == ("open", "Jeg slår gerne græs")
    assert offer.expires_at - offer.opened_at == timedelta(days=180)


@pytest.mark.parametrize("page", ["", *(f"/{{ref}}/{page}" for page in PAGES)])
def test_every_page_is_two_statements(app, bo, page):
    path = "/offer" + page.format(ref=offered(bo) if "posted" in page else draft_offer(bo))
    with counted(app) as statements:
        assert bo.get(path).status_code == 200
    assert len(statements) == 2, statements


def test_a_first_page_with_a_mistake_comes_back_with_everything_typed(app, bo):
    answer = bo.post("/offer", data=WHAT | {"title": "Ja" * 60, "text": "Mere", "ref": new_form(bo, "offer")})
    assert answer.status_code == 422 and "room for 80 letters" in errors_of(answer.text)
    assert value_of(answer.text, "title") == "Ja" * 60 and "Mere" in answer.text
    assert stands(app, Offer) == []


def test_sending_any_page_again_is_harmless(app, bo):
    ref = offered(bo)
    before = stands(app, Offer)
    sent = {"kind": "garden", "title": "Jeg slår gerne græs", "languages": ["da"], "written_in": "da"}
    assert bo.post("/offer", data=sent | {"ref": ref}).location == f"/offer/{ref}/posted"
    assert bo.post(f"/offer/{ref}/when", data={"weekdays": ["4"], "version": "1"}).status_code == 303
    assert bo.post(f"/offer/{ref}/check", data={"act": "open"}).location == f"/offer/{ref}/posted"
    assert stands(app, Offer) == before


def test_no_weekday_at_all_is_any_day(bo):
    ref = draft_offer(bo)
    bo.post(f"/offer/{ref}/when", data={"weekdays": ["9", "x"], "parts": ["night"]})
    assert "Whenever it suits you" in bo.get(f"/offer/{ref}/check").text


def test_a_draft_is_saved_dropped_and_brought_back(app, bo):
    ref = draft_offer(bo)
    assert bo.post(f"/offer/{ref}/check", data={"act": "later"}).location == "/mine"
    assert "Go on with it" in bo.get("/offer").text
    bo.post(f"/offer/{ref}/drop")
    assert "Bring it back" in bo.get("/offer").text
    bo.post(f"/offer/{ref}/undo-drop")
    assert stand(app, Offer).status == "draft"


def test_withdrawing_and_taking_back_can_be_undone(bo, clock):
    ref = offered(bo)
    assert bo.post(f"/offer/{ref}/withdraw").location == f"/offer/{ref}/withdrawn"
    assert "Take it back: show it again" in bo.get(f"/offer/{ref}/withdrawn").text
    assert bo.post(f"/offer/{ref}/undo-withdraw").location == f"/offer/{ref}/posted"
    assert bo.post(f"/offer/{ref}/take-back").location == f"/offer/{ref}/check"
    bo.post(f"/offer/{ref}/check", data={"act": "open"})
    clock.now += timedelta(minutes=11)
    assert bo.post(f"/offer/{ref}/take-back").status_code == 409


def test_a_stale_page_keeps_the_text(app, bo):
    ref = offered(bo)
    answer = bo.post(f"/offer/{ref}/what", data=WHAT | {"title": "Fra et andet vindue", "version": "1"})
    assert answer.status_code == 409 and value_of(answer.text, "title") == "Fra et andet vindue"
    assert stand(app, Offer).title == "Jeg slår gerne græs"


@pytest.mark.parametrize("name", ["Anna", "Dorthe", "Elsa"])
def test_nobody_else_finds_it(bo, as_person, name):
    other = as_person(name)
    for ref in (draft_offer(bo), offered(bo), "AAAAAAAAAAAA"):
        assert {other.get(f"/offer/{ref}/{page}").status_code for page in PAGES} == {404}
        assert {other.post(f"/offer/{ref}/{act}").status_code for act in ACTS} == {404}
        assert other.post(f"/offer/{ref}/what", data=WHAT).status_code == 404


def test_only_confirmed_neighbours_offer(as_person):
    wim = as_person("Wim")
    assert wim.get("/offer").status_code == 403
    assert "Dorthe" in wim.get("/offer").text


def test_a_form_token_of_another_session_keeps_what_was_typed(app, bo):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = bo.post("/offer", data=WHAT | {"title": "Mine ord", "csrf_token": "stolen"})
    assert answer.status_code == 422 and value_of(answer.text, "title") == "Mine ord"
    assert stands(app, Offer) == []
