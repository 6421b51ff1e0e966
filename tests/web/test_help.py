"""One request for help: what its asker, a neighbour, a helper, its host and everybody else see of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import HelpRequest, Reply, Resident
from neighbours.actions.help.agreeing import miss
from neighbours.actions.help.inviting import ask_due
from neighbours.actions.help.replying import decline, withdraw_reply
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.help.slots import day_mask
from tests.conftest import Clock
from tests.village import NOW, counted, sign_in_as
from tests.yes import FRIDAY, agree, ask, karen, offer, person, stand

As = Callable[[str], FlaskClient]


SOMEBODY_ELSE = "Somebody else helps this time"
CLOSED = [
    ("agreed", SOMEBODY_ELSE),
    ("done", SOMEBODY_ELSE),
    ("withdrawn", "This help is no longer needed"),
    ("expired", "The day has passed"),
]


def path(app: Flask, ident: int) -> str:
    return f"/help/{stand(app, HelpRequest, id=ident).ref}"


def words(page: Any) -> str:
    """What a page says, without its marks."""
    main = page.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def say_no(app: Flask, reply_id: int, at: Any = NOW) -> None:
    with app.app_context():
        decline(reply_id, by=Actor(person(app, "Anna")), now=at)


def test_a_neighbour_reads_what_when_where_who_and_why(app: Flask, as_person: As):
    ident = ask(
        app, title="Åbne min e-Boks", text="To breve\nfra sygehuset", minutes=45, places=2,
        slots=day_mask(FRIDAY, ["morning"]), urgent=True, subkind="digital_post",
    )  # fmt: skip
    said = words(as_person("Bo").get(path(app, ident)))
    for part in (
        "Åbne min e-Boks", "To breve fra sygehuset", "in your corner of Anneby · at home",
        "Friday 5 June in the morning", "45 minutes · 2 helpers wanted", "Urgent", "Asked by Anna", "Dansk",
        "Computer, tablet and phone: Digital Post",
        "Why do I see this? It is in your corner of Anneby, and you like helping with computers and phones.",
        "Never ask for, write down or type somebody's MitID code. Sit side by side.", "Can you help Anna?",
    ):  # fmt: skip
        assert part in said, part


def test_the_safety_note_stands_on_digital_help_alone(app: Flask, as_person: As):
    assert "MitID" not in words(as_person("Bo").get(path(app, ask(app, kind="garden"))))


def test_a_neighbour_can_answer_in_a_form_without_javascript(app: Flask, as_person: As):
    ref = path(app, ask(app))
    page = as_person("Bo").get(ref).get_data(as_text=True)
    assert f'<form method="post" action="{ref}/reply"' in page
    assert 'name="line"' in page
    assert 'name="share_phone"' in page


def test_the_next_village_reads_how_far_it_is_and_why(app: Flask, as_person: As):
    said = words(as_person("Carl").get(path(app, ask(app))))
    assert "3–10 km, in Anneby" in said
    assert "It is in Anneby, next to Carlsby (3–10 km)." in said


@pytest.mark.parametrize("stranger", ["Elsa", "Hans"])
@pytest.mark.parametrize("status", ["open", "agreed", "withdrawn"])
def test_nobody_beyond_reach_learns_that_it_exists(app: Flask, as_person: As, stranger: str, status: str):
    assert as_person(stranger).get(path(app, ask(app, status=status))).status_code == 404


@pytest.mark.parametrize("status", ["draft", "held"])
def test_a_draft_and_a_held_request_are_not_there_for_neighbours(app: Flask, as_person: As, status: str):
    ident = ask(app, status=status)
    assert as_person("Bo").get(path(app, ident)).status_code == 404
    assert as_person("Anna").get(path(app, ident)).status_code == 200
    assert as_person("Dorthe").get(path(app, ident)).status_code == (404 if status == "draft" else 200)


def test_a_draft_that_was_never_named_still_shows_its_asker_a_page(app: Flask, as_person: As):
    ident = ask(app, status="draft", title=None, when_kind=None, place_kind=None, opened_at=None, slots=0)
    page = as_person("Anna").get(path(app, ident))
    assert page.status_code == 200
    assert "None" not in words(page)


@pytest.mark.parametrize(("status", "says"), CLOSED)
def test_a_closed_request_tells_neighbours_no_more_than_that(app: Flask, as_person: As, status: str, says: str):
    said = words(as_person("Bo").get(path(app, ask(app, status=status, title="Hemmelig", text="Meget"))))
    assert says in said
    for secret in ("Hemmelig", "Meget", "Anna", "Friday"):
        assert secret not in said


def test_the_asker_sees_who_offered_with_yes_and_no(app: Flask, as_person: As):
    ident = ask(app)
    ref = stand(app, Reply, id=offer(app, ident)).ref
    page = as_person("Anna").get(path(app, ident))
    said = words(page)
    assert "Bo" in said
    assert "Jeg kan komme fredag" in said
    assert "Yes please, Bo" in said
    assert "in your corner of Anneby" in said
    for move in ("accept", "decline"):
        assert f'action="/replies/{ref}/{move}"' in page.get_data(as_text=True)
    assert "I can help" not in said


def test_ones_own_request_speaks_to_oneself_and_names_who_can_help_above_all_else(app: Flask, as_person: As):
    ident = ask(app)
    path = f"/help/{stand(app, HelpRequest, id=ident).ref}"
    page = as_person("Anna").get(path).text
    assert "You asked for this" in page and "Asked by" not in page and "Who can help" not in page
    assert page.index("Nobody has answered yet") < page.index("Show the map")
    offer(app, ident)
    page = as_person("Anna").get(path).text
    assert page.index("Who can help") < page.index("No thank you, Bo") < page.index("Show the map")
    assert "Asked by Anna" in as_person("Bo").get(path).text


def test_one_helper_does_not_see_another(app: Flask, as_person: As):
    ident = ask(app)
    offer(app, ident, "Bo")
    for other in ("Dorthe", "Carl"):
        said = words(as_person(other).get(path(app, ident)))
        assert "Bo" not in said
        assert "Jeg kan komme" not in said


def test_a_withdrawn_reply_is_nobodys_any_more(app: Flask, as_person: As):
    ident = ask(app)
    reply = offer(app, ident)
    with app.app_context():
        withdraw_reply(reply, by=Actor(person(app, "Bo")), now=NOW)
    assert "Bo" not in words(as_person("Anna").get(path(app, ident)))
    assert "Can you help Anna?" in words(as_person("Bo").get(path(app, ident)))


def test_a_helper_reads_that_the_asker_has_not_answered_yet(app: Flask, as_person: As):
    ident = ask(app)
    ref = stand(app, Reply, id=offer(app, ident)).ref
    page = as_person("Bo").get(path(app, ident))
    assert "Anna has not answered yet" in words(page)
    assert f'action="/replies/{ref}/withdraw"' in page.get_data(as_text=True)
    assert "/reply" not in page.get_data(as_text=True).replace("/replies", "")


def test_a_helper_and_the_asker_find_their_agreement(app: Flask, as_person: As):
    agree(app, ident := ask(app))
    for one in ("Anna", "Bo"):
        assert 'href="/agreements/' in as_person(one).get(path(app, ident)).get_data(as_text=True)


def test_a_no_is_told_when_it_can_no_longer_be_taken_back(app: Flask, as_person: As, clock: Clock):
    ident = ask(app)
    say_no(app, offer(app, ident))
    bo, anna = as_person("Bo"), as_person("Anna")
    assert "Anna has not answered yet" in words(bo.get(path(app, ident)))
    assert "Take my no back" in words(anna.get(path(app, ident)))
    clock.now = NOW + timedelta(minutes=11)
    said = words(bo.get(path(app, ident)))
    assert "It was not needed this time" in said
    assert "no thank" not in said.lower()
    assert "Take my no back" not in words(anna.get(path(app, ident)))


def test_who_offered_reads_that_somebody_else_helps_once_the_last_place_is_filled(app: Flask, as_person: As):
    ident = ask(app)
    offer(app, ident, "Dorthe")
    agree(app, ident, "Bo")
    assert "Somebody else helps this time" in words(as_person("Dorthe").get(path(app, ident)))


@pytest.mark.parametrize(
    ("status", "says"), [("withdrawn", "This help is no longer needed"), ("expired", "The day has passed")]
)
def test_where_nobody_else_helps_a_helper_does_not_read_so(app: Flask, as_person: As, status: str, says: str):
    offer(app, ident := ask(app))
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).values(status=status))
    bo = as_person("Bo")
    for page in (bo.get(path(app, ident)), bo.get("/mine")):
        assert says in words(page) and "Somebody else" not in words(page)


def test_after_did_not_come_the_helper_reads_only_that_it_has_ended(app: Flask, as_person: As):
    agreement = agree(app, ident := ask(app))
    with app.app_context():
        miss(agreement, by=Actor(person(app, "Anna")), now=NOW)
    said = words(as_person("Bo").get(path(app, ident)))
    assert "This agreement has ended." in said and "Somebody else" not in said


def test_it_is_asked_by_the_host_for_somebody_without_an_account(app: Flask, as_person: As):
    dorthe = person(app, "Dorthe")
    ident = ask(app, asker_id=None, assisted_person_id=karen(app), acted_by_id=dorthe, channel="on_behalf")
    assert "Asked by Dorthe for Karen" in words(as_person("Bo").get(path(app, ident)))
    assert "Nobody has answered yet" in words(as_person("Dorthe").get(path(app, ident)))


def test_the_asker_can_change_take_back_and_withdraw(app: Flask, as_person: As, clock: Clock):
    ident = ask(app)
    ref = stand(app, HelpRequest, id=ident).ref
    anna = as_person("Anna")
    page = anna.get(path(app, ident)).get_data(as_text=True)
    assert f'href="/ask/{ref}/check"' in page
    assert f'action="/ask/{ref}/take-back"' in page
    assert "/withdraw" not in page  # one way back at a time
    clock.now = NOW + timedelta(minutes=11)
    page = anna.get(path(app, ident)).get_data(as_text=True)
    assert "take-back" not in page
    assert f'action="/ask/{ref}/withdraw"' in page


def test_no_address_and_no_telephone_stands_on_the_page(app: Flask, as_person: As):
    ident = ask(app)
    agree(app, ident)
    anna = stand(app, Resident, name="Anna")
    for one in ("Bo", "Carl", "Dorthe"):
        page = as_person(one).get(path(app, ident)).get_data(as_text=True).partition("<footer")[0]
        assert "Engvej" not in page
        assert anna.phone not in page
        assert "@example.org" not in page


def test_an_arabic_text_is_written_from_right_to_left(app: Flask, as_person: As):
    ident = ask(app, text="أحتاج مساعدة", language="ar", languages=1 << 4)
    assert 'class="written" lang="ar" dir="rtl"' in as_person("Bo").get(path(app, ident)).get_data(as_text=True)


def test_texts_are_shown_as_they_were_typed(app: Flask, as_person: As):
    ident = ask(app, title="<b>æ</b>", text="<img src=x onerror=alert(1)>")
    page = as_person("Bo").get(path(app, ident)).get_data(as_text=True)
    assert "<img src=x" not in page
    assert "&lt;b&gt;æ&lt;/b&gt;" in page


@pytest.mark.parametrize("ref", ["unknown", "1", "%00", "..", "æ", "x" * 300, "-"])
def test_a_foreign_ref_is_not_here(app: Flask, as_person: As, ref: str):
    bo = as_person("Bo")
    for folder in ("help", "offers"):
        assert bo.get(f"/{folder}/{ref}").status_code == 404


def test_a_request_is_closed_to_strangers_the_waiting_and_officials(app: Flask, as_person: As, client: FlaskClient):
    ref = path(app, ask(app))
    assert client.get(ref).status_code == 303
    for one in ("Wim", "Mia", "Otto"):
        assert as_person(one).get(ref).status_code == 403


@pytest.mark.parametrize("one", ["Anna", "Bo", "Carl", "Dorthe"])
def test_a_request_is_two_statements(app_on_both: Flask, one: str):
    ident = ask(app_on_both, places=3)
    for helper in ("Bo", "Carl"):
        offer(app_on_both, ident, helper)
    client, ref = sign_in_as(app_on_both, one), path(app_on_both, ident)
    client.get(ref)
    with counted(app_on_both) as statements:
        assert client.get(ref).status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("name", ["Dorthe", "Bo"])
def test_what_was_taken_back_is_shown_to_nobody_else_not_even_the_host(app: Flask, as_person: As, name: str) -> None:
    ident = ask(app, status="withdrawn", opened_at=None, expires_at=None, withdrawn_at=NOW, title="Skrevet om bagefter")
    answer = as_person(name).get(f"/help/{stand(app, HelpRequest, id=ident).ref}")
    assert answer.status_code == 404 and "Skrevet om" not in answer.text


def test_who_was_asked_reads_why_on_the_page_too(app: Flask, as_person: As):
    ident = ask(app, wave_at=NOW)
    assert "Why do I see this?" in words(as_person("Bo").get(path(app, ident)))
    with app.app_context():
        ask_due(NOW)
    said = words(as_person("Bo").get(path(app, ident)))
    assert "Why you are asked: It is in your corner of Anneby" in said and "Nobody has asked you before." in said
    assert "Why do I see this?" in words(as_person("Carl").get(path(app, ident)))
