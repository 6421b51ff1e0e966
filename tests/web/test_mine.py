"""My help and the start page of a confirmed neighbour: agreements first, what is nearby, what I offered."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from models import Agreement, HelpRequest, Offer, Resident
from neighbours.actions.help.agreeing import cancel, finish, miss
from neighbours.actions.help.opening import open_address
from neighbours.actions.help.replying import decline
from neighbours.actions.help.thanking import say_thanks
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.queries.help.mine import MOST
from tests.conftest import Clock
from tests.village import NOW, counted, sign_in_as
from tests.yes import agree, ask, karen, offer, person, stand

As = Callable[[str], FlaskClient]


def add_offer(app: Flask, giver: str, **more: Any) -> None:
    who = stand(app, Resident, name=giver)
    row = {
        "resident_id": who.id, "area_id": who.area_id, "cell_id": who.cell_id, "kind": "garden", "title": "Græs",
        "language": "da", "languages": 1, "status": "open", "created_at": NOW, "opened_at": NOW,
        "expires_at": NOW + timedelta(days=100),
    }  # fmt: skip
    with app.app_context(), writing() as session:
        session.execute(insert(Offer), [row | more])


def sections(page: Any) -> dict[str, str]:
    """Each heading and what is said below it, without marks."""
    main = page.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    parts = re.split(r"<h2[^>]*>|<summary[^>]*>", main)
    found = {}
    for part in parts[1:]:
        heading, _, said = part.partition("<")
        found[heading.strip()] = " ".join(unescape(re.sub(r"<[^>]+>", " ", "<" + said)).split())
    return found


@pytest.mark.parametrize(
    ("asker", "acted_by", "told"),
    [
        ("Anna", None, ["Anna"]),
        ("Anna", "Dorthe", ["Anna", "Dorthe"]),
        ("Anna", "Anna", ["Anna"]),
        (None, "Dorthe", ["Dorthe"]),
    ],
)
def test_who_asked_and_who_asked_for_somebody_are_told_once_that_a_neighbour_can_help(
    app_on_both: Flask, asker: str | None, acted_by: str | None, told: list[str]
):
    whose = {} if asker else {"asker_id": None, "assisted_person_id": karen(app_on_both), "channel": "on_behalf"}
    acted = {"acted_by_id": person(app_on_both, acted_by)} if acted_by else {}
    offer(app_on_both, ask(app_on_both, **whose, **acted))
    pages = {name: sign_in_as(app_on_both, name).get("/").text for name in ("Anna", "Bo", "Dorthe")}
    whom = {name: "you" if name == asker else asker or "Karen" for name in told}
    assert [name for name, page in pages.items() if "1 neighbour can help" in page] == told
    assert all(f"1 neighbour can help {whom[name]}:" in pages[name] for name in told)
    assert not any("2 neighbours can help" in page for page in pages.values())


def test_the_start_page_shows_the_agreement_to_both(app: Flask, as_person: As):
    agree(app, ask(app, title="Slå græs"))
    annas, bos = (sections(as_person(one).get("/")) for one in ("Anna", "Bo"))
    for part in ("Slå græs", "Who Bo", "When Friday 5 June", "Where at your home"):
        assert part in annas["Our agreements"]
    for part in ("Slå græs", "Who Anna", "Where at Anna's home"):
        assert part in bos["Our agreements"]


@pytest.mark.parametrize(("asker", "helper"), [(True, False), (False, True), (False, False), (True, True)])
def test_a_telephone_is_shown_where_both_share_it(app: Flask, as_person: As, asker: bool, helper: bool):
    ident = agree(app, ask(app))
    with app.app_context(), writing() as session:
        shares = {"asker_shares_phone": asker, "helper_shares_phone": helper}
        session.execute(update(Agreement).where(Agreement.id == ident).values(**shares))
    for one in ("Anna", "Bo"):
        assert ("Telephone +45" in sections(as_person(one).get("/"))["Our agreements"]) == (asker and helper)


def test_the_start_page_shows_the_five_nearest(app: Flask, as_person: As):
    for number in range(7):
        ask(app, title=f"nr {number}", opened_at=NOW - timedelta(hours=number))
    said = sections(as_person("Bo").get("/"))["Help wanted near you"]
    assert re.findall(r"nr \d", said) == ["nr 6", "nr 5", "nr 4", "nr 3", "nr 2"]
    assert "in your corner of Anneby" in said
    assert "You like to help with this" in said


def test_the_start_page_shows_what_i_offered(app: Flask, as_person: As):
    offer(app, ask(app, title="Slå græs"))
    add_offer(app, "Bo", title="Jeg hjælper gerne")
    add_offer(app, "Bo", title="Kladde", status="draft")
    said = sections(as_person("Bo").get("/"))["What I offered"]
    assert "Slå græs" in said
    assert "Waiting for an answer" in said
    assert "Jeg hjælper gerne" in said
    assert "Kladde" not in said


def test_the_start_page_tells_the_asker_that_somebody_can_help(app: Flask, as_person: As):
    anna = as_person("Anna")
    ident = ask(app)
    assert "can help you" not in anna.get("/").text
    offer(app, ident)
    assert "1 neighbour can help you:" in anna.get("/").text
    offer(app, ident, "Carl")
    for page in (anna.get("/").text, anna.get("/mine").text):
        notice = page[page.index("2 neighbours can help you:") :]
        assert notice.index(f'/help/{stand(app, HelpRequest, id=ident).ref}"') < notice.index("</div>")
    assert "Waits for your answer" in anna.get("/mine").text


@pytest.mark.parametrize("page", ["/", "/mine"])
def test_what_is_done_asks_the_asker_for_a_thank_you_until_it_is_said(app: Flask, as_person: As, page: str):
    ident = agree(app, ask(app))
    anna, bo = as_person("Anna"), as_person("Bo")
    assert "has helped you" not in anna.get(page).text
    with app.app_context():
        finish(ident, by=Actor(person(app, "Bo")), now=NOW)
    assert "Bo has helped you. Say thank you:" in anna.get(page).text and "has helped" not in bo.get(page).text
    with app.app_context():
        say_thanks(ident, "Tak!", "da", by=Actor(person(app, "Anna")), now=NOW)
    assert "has helped you" not in anna.get(page).text


def test_the_start_page_says_for_two_days_that_one_is_confirmed(app: Flask, as_person: As, clock: Clock):
    anna = as_person("Anna")
    assert "You are a confirmed neighbour." in anna.get("/").text
    clock.now += timedelta(days=2)
    assert "You are a confirmed neighbour." not in anna.get("/").text


@pytest.mark.parametrize("page", ["/", "/mine"])
def test_the_asker_is_reminded_that_the_helper_cannot_see_the_address(app: Flask, as_person: As, page: str):
    ident = agree(app, ask(app))
    assert "Bo cannot see your address yet" in as_person("Anna").get(page).text
    assert "your address yet" not in as_person("Bo").get(page).text
    with app.app_context():
        open_address(ident, by=Actor(person(app, "Anna")), now=NOW)
    assert "your address yet" not in as_person("Anna").get(page).text


def test_the_start_page_of_somebody_new_says_what_to_do(app: Flask, as_person: As):
    page = as_person("Bo").get("/")
    assert page.status_code == 200
    assert "Nobody asks for help right now" in page.get_data(as_text=True)
    assert 'href="/ask"' in page.get_data(as_text=True)


def test_my_help_holds_what_i_asked_with_how_many_can_help(app: Flask, as_person: As):
    ident = ask(app, title="Slå græs", places=3)
    offer(app, ident, "Bo")
    offer(app, ident, "Dorthe")
    ask(app, title="Kladde", status="draft")
    ask(app, title="Trukket", status="withdrawn")
    page = as_person("Anna").get("/mine")
    said = sections(page)
    assert "2 neighbours can help" in said["What I asked for"]
    assert "Not posted yet" in said["What I asked for"]
    assert "Trukket" not in said["What I asked for"]
    assert "Trukket" in page.get_data(as_text=True).partition(">Earlier</summary>")[2]
    draft = stand(app, HelpRequest, title="Kladde").ref
    assert f'href="/ask/{draft}/check"' in page.get_data(as_text=True)


def test_my_help_leads_to_each_thing(app: Flask, as_person: As):
    ident = ask(app, title="Slå græs")
    agreement = agree(app, ident)
    waiting = ask(app, title="Tablet")
    offer(app, waiting)
    page = as_person("Bo").get("/mine").get_data(as_text=True)
    assert f'href="/agreements/{stand(app, Agreement, id=agreement).ref}"' in page
    assert f'href="/help/{stand(app, HelpRequest, id=waiting).ref}"' in page


def test_a_no_stands_under_earlier_when_it_can_no_longer_be_taken_back(app: Flask, as_person: As, clock: Clock):
    reply = offer(app, ask(app, title="Slå græs"))
    with app.app_context():
        decline(reply, by=Actor(person(app, "Anna")), now=NOW)
    bo = as_person("Bo")
    assert "Waiting for an answer" in sections(bo.get("/mine"))["Where I said that I can help"]
    clock.now = NOW + timedelta(minutes=11)
    page = bo.get("/mine").get_data(as_text=True)
    assert "It was not needed this time" in page.partition(">Earlier</summary>")[2]
    assert "Waiting for an answer" not in page


def test_who_did_not_come_does_not_read_it_here(app: Flask, as_person: As):
    ident = agree(app, ask(app))
    with app.app_context():
        miss(ident, by=Actor(person(app, "Anna")), now=NOW + timedelta(days=5))
    page = as_person("Bo").get("/mine").get_data(as_text=True)
    assert "Ended" in page
    assert "come" not in page.partition("<main")[2].partition("</main>")[0]


def test_no_telephone_stays_when_the_agreement_is_over(app: Flask, as_person: As):
    ident = agree(app, ask(app))
    with app.app_context():
        finish(ident, by=Actor(person(app, "Anna")), now=NOW)
    main = as_person("Bo").get("/mine").get_data(as_text=True).partition("<footer")[0]
    assert stand(app, Resident, name="Anna").phone[-6:] not in main.replace(" ", "")


def test_an_empty_my_help_says_what_to_do_next(app: Flask, as_person: As):
    page = as_person("Elsa").get("/mine").get_data(as_text=True)
    assert "Nothing here yet" in page
    assert 'href="/ask"' in page


def test_nobody_finds_anothers_things_here(app: Flask, as_person: As):
    ident = ask(app, title="Slå græs")
    agree(app, ident)
    add_offer(app, "Bo", title="Jeg hjælper gerne")
    for one in ("Dorthe", "Carl", "Elsa"):
        page = as_person(one).get("/mine").get_data(as_text=True)
        assert "Slå græs" not in page
        assert "Jeg hjælper" not in page


@pytest.mark.parametrize("path", ["/", "/mine"])
@pytest.mark.parametrize("one", ["Anna", "Bo", "Dorthe"])
def test_each_is_two_statements(app_on_both: Flask, path: str, one: str):
    agree(app_on_both, ask(app_on_both, at_time=NOW.time()))
    for number in range(4):
        offer(app_on_both, ask(app_on_both, title=f"nr {number}"))
        add_offer(app_on_both, "Bo")
        add_offer(app_on_both, "Anna", title=None, opened_at=None, expires_at=None, status="draft")
        ask(app_on_both, "Carl", title=f"hos Carl {number}", urgent=True)
    client = sign_in_as(app_on_both, one)
    client.get(path)
    with counted(app_on_both) as statements:
        assert client.get(path).status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("page", ["/", "/mine"])
def test_the_other_one_cancelled_is_said_for_a_week(app: Flask, as_person: As, clock: Clock, page: str):
    ident = agree(app, ask(app, title="Slå græs"))
    with app.app_context():
        cancel(ident, by=Actor(person(app, "Bo")), now=NOW)
    assert "Bo cancelled our agreement:" in as_person("Anna").get(page).get_data(as_text=True)
    assert "cancelled our agreement:" not in as_person("Bo").get(page).get_data(as_text=True)
    clock.now += timedelta(days=8)
    assert "cancelled our agreement:" not in as_person("Anna").get(page).get_data(as_text=True)


@pytest.mark.parametrize("page", ["/", "/mine"])
def test_nobody_is_blamed_for_what_the_host_cancelled_who_asked_for_them(app_on_both: Flask, page: str):
    ident = agree(app_on_both, ask(app_on_both, acted_by_id=person(app_on_both, "Dorthe")))
    with app_on_both.app_context():
        cancel(ident, by=Actor(person(app_on_both, "Dorthe")), now=NOW)
    seen = {name: sign_in_as(app_on_both, name).get(page).text for name in ("Anna", "Bo", "Dorthe")}
    assert [name for name, said in seen.items() if "cancelled our agreement" in said] == ["Bo"]


def test_what_ended_last_comes_first_and_its_news_are_told_after_many(app_on_both: Flask):
    anna = Actor(person(app_on_both, "Anna"))
    for number in range(MOST + 2):
        ident = agree(app_on_both, ask(app_on_both, title=f"nr {number}."))
        with app_on_both.app_context():
            finish(ident, by=anna, now=NOW + timedelta(minutes=number))
    with app_on_both.app_context():
        say_thanks(ident, "Tak!", "da", by=anna, now=NOW + timedelta(hours=1))
    bo = sign_in_as(app_on_both, "Bo")
    assert "Anna says thank you:" in bo.get("/").text
    page = bo.get("/mine").text
    earlier = re.findall(r"nr (\d+)\.", page[page.index("Earlier") :])
    assert "Anna says thank you:" in page and earlier == [str(MOST + 1 - place) for place in range(MOST)]


@pytest.mark.parametrize("page", ["/", "/mine"])
def test_the_address_is_asked_for_until_the_day_is_over(app: Flask, as_person: As, clock: Clock, page: str):
    agree(app, ask(app))
    clock.now = datetime(2026, 6, 5, 12, tzinfo=NOW.tzinfo)
    assert "cannot see your address yet" in as_person("Anna").get(page).text
    clock.now += timedelta(hours=11)
    assert "cannot see your address yet" not in as_person("Anna").get(page).text


def test_a_new_agreement_with_the_same_helper_makes_the_old_news_go(app: Flask, as_person: As):
    help_id = ask(app)
    ident = agree(app, help_id)
    with app.app_context():
        cancel(ident, by=Actor(person(app, "Bo")), now=NOW)
    agree(app, help_id)
    assert "cancelled our agreement:" not in as_person("Anna").get("/").get_data(as_text=True)


@pytest.mark.parametrize("page", ["/", "/mine"])
def test_a_thank_you_is_seen_by_the_other_at_once(app: Flask, as_person: As, page: str):
    ident = agree(app, ask(app, title="Slå græs"))
    anna = Actor(person(app, "Anna"))
    with app.app_context():
        finish(ident, by=anna, now=NOW)
        say_thanks(ident, "Tak!", "da", by=anna, now=NOW)
    assert "Anna says thank you:" in as_person("Bo").get(page).get_data(as_text=True)
    assert "says thank you:" not in as_person("Anna").get(page).get_data(as_text=True)


def test_what_is_done_stands_once_under_earlier(app: Flask, as_person: As):
    ident = agree(app, ask(app, title="Slå græs"))
    with app.app_context():
        finish(ident, by=Actor(person(app, "Anna")), now=NOW)
    page = as_person("Anna").get("/mine").get_data(as_text=True)
    assert page[page.index("Earlier") :].count("Slå græs") == 1
