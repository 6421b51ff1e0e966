"""A newcomer sends no links and begins with five neighbours a day at most, counted in the database on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import Membership, Message, Offer, Reply, Resident, Thread, new_ref
from neighbours.actions.help.agreeing import finish
from neighbours.actions.help.asking import begin_request, open_request, say_when, say_where
from neighbours.actions.help.replying import Words, offer_help
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import Said, begin, write
from neighbours.database import writing
from neighbours.rules.errors import Refused
from neighbours.rules.help.asking import How, What, When, Where
from neighbours.rules.help.slots import WHENEVER
from tests.talking import say
from tests.village import NOW
from tests.yes import agree, ask, person, stand, stands

DAY = timedelta(days=1)


def let_in(app: Flask, name: str = "Bo", at: datetime = NOW, how: str = "host") -> int:
    """The person was confirmed at this moment; returns the id."""
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == name).values(confirmed_at=at, confirmed_how=how))
    return person(app, name)


def question(app: Flask, help_id: int, words: str = "Har du en stige?", at: datetime = NOW, name: str = "Bo") -> str:
    """What became of a newcomer's question: yes, link or full."""
    by = person(app, name)
    try:
        with app.app_context():
            begin(help_id, by, Said(words, "da"), by=Actor(by), now=at)
    except Refused as refused:
        return str(refused)
    return "yes"


def help_offered(app: Flask, help_id: int, words: str = "", at: datetime = NOW) -> str:
    by = person(app, "Bo")
    try:
        with app.app_context():
            offer_help(help_id, by, Words(words, "da", False), at)
    except Refused as refused:
        return str(refused)
    return "yes"


def test_a_newcomer_sends_no_link_by_any_way(app_on_both: Flask) -> None:
    let_in(app_on_both)
    help_id = ask(app_on_both)
    assert question(app_on_both, help_id, "Se www.example.com") == "link"
    assert help_offered(app_on_both, help_id, "se example.com") == "link"
    assert stands(app_on_both, Thread) == stands(app_on_both, Reply) == []
    assert question(app_on_both, help_id) == "yes"
    with pytest.raises(Refused, match="link"):
        say(app_on_both, stand(app_on_both, Thread).id, "Bo", "https://example.com")
    assert len(stands(app_on_both, Message)) == 1
    say(app_on_both, stand(app_on_both, Thread).id, "Anna", "https://example.com")  # who is no newcomer may


def test_questions_and_offers_are_five_a_day_together_and_one_neighbour_counts_once(app_on_both: Flask) -> None:
    let_in(app_on_both)
    asked = [ask(app_on_both) for _ in range(6)]
    assert [question(app_on_both, help_id) for help_id in asked[:3]] == ["yes"] * 3
    assert [help_offered(app_on_both, help_id) for help_id in asked[:2]] == ["yes"] * 2  # with whom it began already
    assert [help_offered(app_on_both, help_id) for help_id in asked[3:5]] == ["yes"] * 2
    assert question(app_on_both, asked[5]) == help_offered(app_on_both, asked[5]) == "full"
    assert question(app_on_both, asked[0], "Og en spand?") == "yes"
    assert help_offered(app_on_both, asked[4]) == "yes"  # twice is harmless
    assert len(stands(app_on_both, Reply)) == 4


def test_a_new_day_begins_at_midnight_of_the_village(app_on_both: Flask) -> None:
    late = datetime(2026, 6, 1, 21, 59, tzinfo=NOW.tzinfo)  # a minute to midnight in Copenhagen
    let_in(app_on_both)
    asked = [ask(app_on_both) for _ in range(6)]
    assert [question(app_on_both, help_id, at=late) for help_id in asked] == ["yes"] * 5 + ["full"]
    assert question(app_on_both, asked[5], at=late + timedelta(minutes=1)) == "yes"


def test_seven_days_end_it(app_on_both: Flask) -> None:
    let_in(app_on_both, at=NOW - 7 * DAY + timedelta(seconds=1))
    assert question(app_on_both, ask(app_on_both), "Se www.example.com") == "link"
    let_in(app_on_both, at=NOW - 7 * DAY)
    assert question(app_on_both, ask(app_on_both), "Se www.example.com") == "yes"


@pytest.mark.parametrize("name", ["Bo", "Anna"], ids=["who helped", "who was helped"])
def test_the_first_help_that_is_done_ends_it(app_on_both: Flask, name: str) -> None:
    agreement = agree(app_on_both, ask(app_on_both))
    let_in(app_on_both, name)
    elses = ask(app_on_both, asker="Dorthe")
    assert question(app_on_both, elses, "Se www.example.com", name=name) == "link"
    with app_on_both.app_context():
        finish(agreement, by=Actor(person(app_on_both, "Anna")), now=NOW)
    assert question(app_on_both, elses, "Se www.example.com", name=name) == "yes"


def test_hosts_and_whoever_the_setup_let_in_are_no_newcomers(app_on_both: Flask) -> None:
    let_in(app_on_both, how="setup")
    assert question(app_on_both, ask(app_on_both), "Se www.example.com") == "yes"
    bo = let_in(app_on_both)
    with app_on_both.app_context(), writing() as session:
        session.add(Membership(resident_id=bo, association_id=1, role="host", since=NOW))
    assert question(app_on_both, ask(app_on_both), "Se www.example.com") == "yes"


def test_an_asker_who_is_new_begins_with_five_a_day_too(app_on_both: Flask) -> None:
    let_in(app_on_both, "Anna")
    anna = person(app_on_both, "Anna")
    asked = [ask(app_on_both) for _ in range(6)]
    for number, help_id in enumerate(asked):
        help_offered(app_on_both, help_id)
        with app_on_both.app_context():
            if number < 5:
                begin(help_id, person(app_on_both, "Bo"), Said("Hej", "da"), by=Actor(anna), now=NOW)
                continue
            with pytest.raises(Refused, match="full"):
                begin(help_id, person(app_on_both, "Bo"), Said("Hej", "da"), by=Actor(anna), now=NOW)


def test_many_at_once_are_no_more_than_five(app_on_both: Flask) -> None:
    let_in(app_on_both)
    asked = [ask(app_on_both) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda help_id: question(app_on_both, help_id), asked))
    assert sorted(answers) == ["full"] * 5 + ["yes"] * 5
    assert len(stands(app_on_both, Thread)) == 5


def test_to_answer_is_no_first_contact(app_on_both: Flask) -> None:
    let_in(app_on_both, "Anna")
    asked = [ask(app_on_both) for _ in range(6)]
    for help_id in asked:
        question(app_on_both, help_id)
    anna = person(app_on_both, "Anna")
    with app_on_both.app_context():
        for row in stands(app_on_both, Thread):
            write(row.id, Said("Ja", "da"), by=Actor(anna), now=NOW)
    assert len(stands(app_on_both, Message)) == 12


def posted(app: Flask, at: datetime = NOW, offer_ref: str = "", **words: str) -> str:
    """What became of Bo's asking for help, from the first page to "post it": yes, or what was refused."""
    by, said = person(app, "Bo"), {"title": "Hjælp til haven", "text": "", "place_text": ""} | words
    what = What("garden", None, said["title"], said["text"], "da", 1)
    try:
        with app.app_context():
            ref = begin_request(by, new_ref(), what, at, offer_ref)
            say_when(by, ref, When("whenever", None, None, WHENEVER, 30, 1), None, at)
            say_where(by, ref, Where("public", None, said["place_text"] or "Biblioteket"), None, at)
            open_request(by, ref, How(urgent=False, first_yes=False, noticeboard=False), at)
    except Refused as refused:
        return f"{refused.field} {refused.message}"
    return "yes"


@pytest.mark.parametrize("field", ["title", "text", "place_text"])
def test_a_newcomer_shows_no_link_to_many(app_on_both: Flask, field: str) -> None:
    let_in(app_on_both)
    assert posted(app_on_both, **{field: "se www.example.com"}) == f"{field} link"
    assert posted(app_on_both) == "yes"
    let_in(app_on_both, how="setup")
    assert posted(app_on_both, **{field: "se www.example.com"}) == "yes"


def test_asking_in_person_is_a_first_contact_too(app_on_both: Flask) -> None:
    let_in(app_on_both)
    offers = [standing_offer(app_on_both, "Anna") for _ in range(6)]
    assert [posted(app_on_both, offer_ref=ref) for ref in offers] == ["yes"] * 5 + ["text full"]
    assert posted(app_on_both) == "yes"
    assert posted(app_on_both, NOW + DAY, offers[0]) == "yes"


def standing_offer(app: Flask, name: str) -> str:
    giver = stand(app, Resident, name=name)
    with app.app_context(), writing() as session:
        row = Offer(
            resident_id=giver.id, area_id=giver.area_id, cell_id=giver.cell_id, kind="garden", title="Havehjælp",
            language="da", languages=1, slots=WHENEVER, status="open", created_at=NOW, opened_at=NOW,
            expires_at=NOW + 90 * DAY,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.ref
