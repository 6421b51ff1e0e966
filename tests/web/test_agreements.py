"""Our agreement over HTTP: what the two see, and what they, strangers and others may do."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from models import Agreement, Dispatch, HelpRequest, Home, Resident, Thanks, Unsealing
from neighbours.database import writing
from tests.conftest import Clock
from tests.village import NOW, counted, sign_in_as
from tests.yes import MINUTES, agree, ask, offer, person, stand, stands

As = Callable[[str], FlaskClient]
POSTS = ("cancel", "done", "missed", "undo", "open-address", "share-phone", "thanks")
ADDRESS = "Engvej 1, 8660 Anneby"


def made(app: Flask, **more: object) -> str:
    """The path of an agreement of Anna and Bo."""
    return f"/agreements/{stand(app, Agreement, id=agree(app, ask(app, **more))).ref}"


def status_of(app: Flask) -> str:
    return str(stand(app, Agreement).status)


def test_both_read_who_what_when_and_where(app: Flask, as_person: As) -> None:
    url = made(app)
    annas, bos = (as_person(name).get(url).get_data(as_text=True) for name in ("Anna", "Bo"))
    for page in (annas, bos):
        assert "Our agreement" in page and "Hjælp til Digital Post" in page and "Jeg kan komme fredag" in page
    assert "Bo helps you" in as_person("Anna").get(url).text
    assert "Anna asked, you help" in as_person("Bo").get(url).text


def main_button(page: str) -> str:
    found = re.findall(r'<(?:button|a) class="button(?: wide)?"[^>]*>.*?<span>(.*?)</span>', page, re.DOTALL)
    return found[0] if len(found) == 1 else str(found)


def test_first_comes_a_way_to_reach_each_other_and_on_the_day_that_it_is_done(
    app: Flask, as_person: As, clock: Clock
) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(phone="+4522334455"))
    url = made(app, place_kind="public", place_text="Biblioteket")
    with app.app_context(), writing() as session:
        session.execute(update(Agreement).values(asker_shares_phone=False, helper_shares_phone=False))
    anna, bo = as_person("Anna"), as_person("Bo")
    assert main_button(bo.get(url).text) == "Show my number to Anna"
    bo.post(f"{url}/share-phone", data={"share": "yes"})
    assert main_button(bo.get(url).text) == "[]" and "It is done" in bo.get(url).text
    assert main_button(anna.get(url).text) == "Show my number to Bo"
    anna.post(f"{url}/share-phone", data={"share": "yes"})
    assert main_button(anna.get(url).text) == "Ring Bo"
    clock.now += timedelta(days=4)
    assert main_button(anna.get(url).text) == main_button(bo.get(url).text) == "It is done"


def test_at_home_the_address_comes_first_where_it_is_kept(app: Flask, as_person: As) -> None:
    url = made(app)
    assert main_button(as_person("Anna").get(url).text) == "Show my address to Bo"
    with app.app_context(), writing() as session:
        session.execute(delete(Home))
    with counted(app) as said:
        as_person("Bo").get(url)
    assert not [statement for statement in said if "sealed" in statement]
    page = as_person("Anna").get(url).text
    assert "We do not keep your address" in page and "Show my address" not in page


@pytest.mark.parametrize("name", ["Carl", "Dorthe", "Elsa", "Hans", "Mia"])
def test_nobody_else_knows_that_it_exists(app: Flask, as_person: As, name: str) -> None:
    url = made(app)
    assert as_person(name).get(url).status_code in (403, 404)
    for post in POSTS:
        assert as_person(name).post(f"{url}/{post}", data={"text": "x"}).status_code in (403, 404)
    assert status_of(app) == "agreed"


def test_a_neighbour_gets_the_page_of_what_is_not_there(app: Flask, as_person: As) -> None:
    assert as_person("Carl").get(made(app)).status_code == 404


def test_a_stranger_is_asked_to_sign_in(app: Flask, client: FlaskClient) -> None:
    url = made(app)
    assert client.get(url).status_code == 303
    for post in POSTS:
        assert client.post(f"{url}/{post}").status_code == 303
    assert status_of(app) == "agreed"


def test_nothing_is_moved_by_a_link(app: Flask, as_person: As) -> None:
    url = made(app)
    for post in POSTS:
        assert as_person("Anna").get(f"{url}/{post}").status_code == 405
    assert status_of(app) == "agreed"


@pytest.mark.parametrize("name", ["Anna", "Bo"])
def test_the_page_takes_two_statements(app: Flask, as_person: As, name: str) -> None:
    url, browser = made(app), as_person(name)
    with counted(app) as statements:
        assert browser.get(url).status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("post", ["open-address", "share-phone"])
def test_who_asked_for_somebody_opens_nothing_of_theirs(app: Flask, as_person: As, post: str) -> None:
    url, dorthe = made(app, acted_by_id=person(app, "Dorthe")), as_person("Dorthe")
    page = dorthe.get(url).text
    assert "at Anna&#39;s home" in page and "Bo helps Anna" in page
    assert "Show my" not in page and "Your address" not in page and "Hide my" not in page, page
    assert dorthe.post(f"{url}/{post}", data={"open": "yes", "share": "yes"}).status_code == 403
    assert stand(app, Agreement).address_opened_at is None


def test_nobody_is_named_who_did_not_cancel(app: Flask, as_person: As) -> None:
    url = made(app, acted_by_id=person(app, "Dorthe"))
    as_person("Dorthe").post(f"{url}/cancel")
    assert "This agreement was cancelled." in as_person("Anna").get(url).text
    assert "Anna cancelled this agreement." in as_person("Bo").get(url).text


def test_no_undo_is_offered_once_the_place_is_given_away(app: Flask, as_person: As) -> None:
    help_id = ask(app)
    url = f"/agreements/{stand(app, Agreement, id=agree(app, help_id)).ref}"
    as_person("Anna").post(f"{url}/cancel")
    assert "Take it back" in as_person("Anna").get(url).text
    agree(app, help_id, "Carl")
    assert "Take it back" not in as_person("Anna").get(url).text


def test_no_undo_is_offered_once_the_helper_offered_anew(app: Flask, as_person: As) -> None:
    help_id = ask(app)
    url = f"/agreements/{stand(app, Agreement, id=agree(app, help_id)).ref}"
    as_person("Bo").post(f"{url}/cancel")
    assert "Take it back" in as_person("Bo").get(url).text
    offer(app, help_id)
    assert "Take it back" not in as_person("Bo").get(url).text


def test_no_undo_is_offered_of_what_is_done_once_the_request_is_withdrawn(app: Flask, as_person: As) -> None:
    help_id = ask(app, places=2)
    url = f"/agreements/{stand(app, Agreement, id=agree(app, help_id)).ref}"
    agree(app, help_id, "Carl")
    as_person("Bo").post(f"{url}/done")
    assert "It is not done after all" in as_person("Anna").get(url).text
    as_person("Anna").post(f"/ask/{stand(app, HelpRequest).ref}/withdraw")
    assert "It is not done after all" not in as_person("Anna").get(url).text


@pytest.mark.parametrize("name", ["Anna", "Bo"])
def test_cancel_twice_shows_the_same_page(app: Flask, as_person: As, name: str) -> None:
    url = made(app)
    for _twice in range(2):
        answer = as_person(name).post(f"{url}/cancel")
        assert (answer.status_code, answer.location) == (303, url)
    assert status_of(app) == "cancelled"
    other = {"Anna": "Bo", "Bo": "Anna"}[name]
    assert f"{name} cancelled this agreement." in as_person(other).get(url).get_data(as_text=True)


def test_who_cancelled_takes_it_back_and_nobody_else(app: Flask, as_person: As) -> None:
    url = made(app)
    as_person("Bo").post(f"{url}/cancel")
    assert "/undo" not in as_person("Anna").get(url).get_data(as_text=True)
    assert as_person("Anna").post(f"{url}/undo").status_code == 409
    assert "/undo" in as_person("Bo").get(url).get_data(as_text=True)
    for _twice in range(2):
        as_person("Bo").post(f"{url}/undo")
    assert status_of(app) == "agreed"


def test_a_cancelled_agreement_leads_the_asker_to_the_open_request(app: Flask, as_person: As) -> None:
    url = made(app)
    as_person("Bo").post(f"{url}/cancel")
    assert "Your neighbours can see again" in as_person("Anna").get(url).text
    assert "Your neighbours can see again" not in as_person("Bo").get(url).text


def test_a_request_withdrawn_with_its_agreement_offers_no_way_back(app: Flask, as_person: As) -> None:
    url = made(app)
    as_person("Anna").post(f"/ask/{stand(app, HelpRequest).ref}/withdraw")
    assert status_of(app) == "cancelled"
    assert "/undo" not in as_person("Anna").get(url).get_data(as_text=True)
    assert as_person("Anna").post(f"{url}/undo").status_code == 409


def test_what_was_shown_or_hidden_is_said(app: Flask, as_person: As) -> None:
    url = made(app)
    as_person("Anna").get(url)
    said = {
        ("open-address", "open", "yes"): "Bo can see your address now.",
        ("open-address", "open", "no"): "Your address is closed again.",
        ("share-phone", "share", "yes"): "Your number is shown now.",
        ("share-phone", "share", "no"): "Your number is hidden again.",
    }
    for (post, field, value), words in said.items():
        anna = as_person("Anna")
        anna.post(f"{url}/{post}", data={field: value})
        assert words in anna.get(url).text


def test_done_by_either_twice_and_taken_back_by_either(app: Flask, as_person: As) -> None:
    url = made(app)
    for name in ("Bo", "Bo", "Anna"):
        assert as_person(name).post(f"{url}/done").status_code == 303
    assert status_of(app) == "done"
    for name in ("Anna", "Bo"):
        assert as_person(name).post(f"{url}/undo").location == url
    assert status_of(app) == "agreed"


def test_after_ten_minutes_done_stays_done(app: Flask, as_person: As, clock: Clock) -> None:
    url = made(app)
    as_person("Bo").post(f"{url}/done")
    clock.now += 11 * MINUTES
    assert "/undo" not in as_person("Bo").get(url).get_data(as_text=True)
    answer = as_person("Bo").post(f"{url}/undo")
    assert answer.status_code == 409 and "10 minutes" in answer.get_data(as_text=True)


def test_a_stale_page_says_what_happened(app: Flask, as_person: As) -> None:
    url = made(app)
    as_person("Anna").post(f"{url}/cancel")
    for post in ("done", "missed", "undo", "open-address", "share-phone", "thanks"):
        person_of = "Anna" if post == "open-address" else "Bo"
        answer = as_person(person_of).post(f"{url}/{post}", data={"text": "Tak"})
        assert answer.status_code == 409
        assert "This agreement was cancelled." in answer.get_data(as_text=True)


def test_did_not_come_can_be_said_from_the_day_on_and_is_not_told(app: Flask, as_person: As, clock: Clock) -> None:
    url = made(app)
    assert "/missed" not in as_person("Anna").get(url).get_data(as_text=True)
    assert as_person("Anna").post(f"{url}/missed").status_code == 409
    clock.now += timedelta(days=4)
    for _twice in range(2):
        assert as_person("Anna").post(f"{url}/missed").location == url
    assert status_of(app) == "missed"
    bos = as_person("Bo").get(url).get_data(as_text=True)
    assert "This agreement has ended." in bos and "did not come" not in bos and "/undo" not in bos
    assert as_person("Bo").post(f"{url}/undo").status_code == 409
    assert as_person("Bo").post(f"{url}/missed").status_code == 409
    assert as_person("Anna").post(f"{url}/undo").status_code == 303
    assert status_of(app) == "agreed"


def test_the_address_opens_for_the_helper_by_the_askers_act_alone(app: Flask, as_person: As) -> None:
    url = made(app)
    assert ADDRESS not in as_person("Bo").get(url).get_data(as_text=True)
    assert as_person("Bo").post(f"{url}/open-address").status_code == 403
    assert stands(app, Unsealing) == []
    as_person("Anna").post(f"{url}/open-address", data={"open": "yes"})
    for _twice in range(2):
        assert ADDRESS in as_person("Bo").get(url).get_data(as_text=True)
    assert [row.by_id for row in stands(app, Unsealing)] == [person(app, "Bo")]
    assert "Bo" in as_person("Anna").get("/me/address-log").get_data(as_text=True)
    as_person("Anna").post(f"{url}/open-address", data={"open": "no"})
    assert ADDRESS not in as_person("Bo").get(url).get_data(as_text=True)


def test_the_address_closes_when_the_agreement_ends(app: Flask, as_person: As) -> None:
    url = made(app)
    as_person("Anna").post(f"{url}/open-address")
    as_person("Bo").post(f"{url}/done")
    assert ADDRESS not in as_person("Bo").get(url).get_data(as_text=True)


def test_without_an_address_the_asker_is_told_another_way(app: Flask, as_person: As) -> None:
    url = made(app)
    with app.app_context(), writing() as session:
        session.query(Home).delete()
    browser = as_person("Anna")
    assert browser.post(f"{url}/open-address").status_code == 303
    assert "tell it by telephone" in browser.get(url).get_data(as_text=True)


def test_telephones_are_seen_only_when_both_share(app: Flask, as_person: As) -> None:
    url = f"/agreements/{stand(app, Agreement, id=agree(app, ask(app), share_phone=False)).ref}"
    numbers = {"Anna": "+45 20 10 00 41", "Bo": "+45 20 10 00 21"}
    seen = [numbers[other] in as_person(name).get(url).get_data(as_text=True) for name, other in pairs()]
    as_person("Anna").post(f"{url}/share-phone", data={"share": "yes"})
    both = [numbers[other] in as_person(name).get(url).get_data(as_text=True) for name, other in pairs()]
    as_person("Bo").post(f"{url}/share-phone", data={"share": "no"})
    hidden = [numbers[other] in as_person(name).get(url).get_data(as_text=True) for name, other in pairs()]
    assert (seen, both, hidden) == ([False, False], [True, True], [False, False])


def pairs() -> list[tuple[str, str]]:
    return [("Anna", "Bo"), ("Bo", "Anna")]


def test_thank_you_is_private_said_once_and_read_by_the_other(app: Flask, as_person: As) -> None:
    url = made(app)
    assert as_person("Anna").post(f"{url}/thanks", data={"text": "Tak"}).status_code == 409
    as_person("Bo").post(f"{url}/done")
    for text in ("Tusind tak, Bo!", "Noget andet"):
        assert as_person("Anna").post(f"{url}/thanks", data={"text": text}).status_code == 303
    page = as_person("Bo").get(url).get_data(as_text=True)
    assert "Anna says thank you" in page and "Tusind tak, Bo!" in page and "Noget andet" not in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "mit CPR er 010170-1234"])
def test_a_thank_you_that_cannot_be_taken_is_kept_and_the_reason_said(app: Flask, as_person: As, text: str) -> None:
    url = made(app)
    as_person("Bo").post(f"{url}/done")
    answer = as_person("Anna").post(f"{url}/thanks", data={"text": text})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Error:" in page and text.strip() in page
    assert stands(app, Thanks) == []


def test_a_host_can_ask_and_help_too(app: Flask, as_person: As) -> None:
    help_id = ask(app)
    offer(app, help_id, "Dorthe")
    agreement = stand(app, Agreement, id=agree(app, help_id, "Dorthe"))
    url = f"/agreements/{agreement.ref}"
    assert as_person("Dorthe").get(url).status_code == 200
    assert as_person("Dorthe").post(f"{url}/done").status_code == 303


def test_without_a_form_token_nothing_is_moved(app: Flask, as_person: As) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    url = made(app)
    assert as_person("Anna").post(f"{url}/cancel").status_code == 400
    assert status_of(app) == "agreed"


def test_the_agreed_day_is_the_areas_own(app: Flask, as_person: As, clock: Clock) -> None:
    url = made(app, day=date(2026, 6, 2))
    clock.now = clock.now.replace(day=1, hour=22, minute=30)
    assert "/missed" in as_person("Anna").get(url).get_data(as_text=True)


def test_one_of_the_two_reads_that_our_message_about_this_did_not_reach_the_other(app_on_both: Flask) -> None:
    ident, other = agree(app_on_both, ask(app_on_both)), agree(app_on_both, ask(app_on_both))
    said, path = "We could not reach Bo.", f"/agreements/{stand(app_on_both, Agreement, id=ident).ref}"
    anna, bo = sign_in_as(app_on_both, "Anna"), sign_in_as(app_on_both, "Bo")
    to_bo = (Dispatch.thing == "agreement", Dispatch.resident_id == person(app_on_both, "Bo"))

    def change(*which: Any, **values: Any) -> None:
        with app_on_both.app_context(), writing() as session:
            session.execute(update(Dispatch).where(*to_bo, *which).values(**values))

    change(Dispatch.thing_id == other, status="failed")
    assert said not in anna.get(path).text
    change(Dispatch.thing_id == ident, status="failed")
    assert said in anna.get(path).text and "We could not reach" not in bo.get(path).text
    change(Dispatch.thing_id == ident, done_at=NOW)
    assert said not in anna.get(path).text
