"""What the host is told to say, as the letter says it: enough to ring with, and nothing that is over or not theirs."""

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import nodes
from sqlalchemy import text, update

from models import Dispatch, HelpRequest, Membership, Proposal, Report, Resident, db
from neighbours.actions.help import proposing
from neighbours.actions.help.inviting import ask_due
from neighbours.actions.moving import Actor
from neighbours.actions.trust.blocking import block
from neighbours.database import writing
from neighbours.queries.outbox import SAID
from neighbours.queries.people.desk import TYPED, desk
from neighbours.rules.notices import NOTICE_OF
from tests.actions.test_proposing import SATURDAY
from tests.talking import say, talk
from tests.village import NOW, sign_in_as
from tests.yes import agree, ask, person, stand, stands


@pytest.mark.parametrize(
    ("answer", "says"), [(proposing.say_yes, "Anna says yes. You agreed on:"), (proposing.say_no, "It stays as agreed")]
)
def test_the_host_says_how_a_suggestion_was_answered(
    app_on_both: Flask, answer: Callable[..., None], says: str
) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    anna, bo = Actor(person(app_on_both, "Anna")), Actor(person(app_on_both, "Bo"))
    with app_on_both.app_context():
        with writing() as session:
            session.execute(update(Resident).where(Resident.name == "Bo").values(told_by="host"))
        proposing.suggest(agreement_id, SATURDAY, by=bo, now=NOW)
        answer(stand(app_on_both, Proposal).id, by=anna, now=NOW)
    page = sign_in_as(app_on_both, "Dorthe").get("/host").text
    assert says in page
    assert ("It stays as agreed" in page) != ("Anna says yes" in page)


def test_the_card_and_the_letter_say_what_is_suggested_to_whom_and_how_it_is_answered(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both, title="Hjælp til min tablet"))
    by_host(app_on_both, "Anna")
    with app_on_both.app_context():
        proposing.suggest(agreement_id, SATURDAY, by=Actor(person(app_on_both, "Bo")), now=NOW)
    dorthe = sign_in_as(app_on_both, "Dorthe")
    desk = dorthe.get("/host").text
    card = desk.split("<h3>Anna</h3>")[1].split("</li>")[0]
    letter = dorthe.get(f"/host/notice/{stand(app_on_both, Dispatch, kind='suggested').ref}").text
    for words in ("Bo suggests another day or time for:", "Hjælp til min tablet", "Saturday", "Agreed so far:"):
        assert words in card and words in letter
    assert "You cannot answer for Anna. Anna signs in, or talks to the other one." in card
    assert "Would you like to answer? Sign in, or talk to the other one yourself." in letter
    assert "Engvej" not in card + letter and "http" not in card


def by_host(app: Flask, name: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == name).values(told_by="host"))


@pytest.mark.parametrize("kind", [*NOTICE_OF, "confirmed", "reported", "feedback"])
def test_the_words_of_a_message_need_nothing_that_the_desk_does_not_read(app: Flask, kind: str) -> None:
    source = app.jinja_env.loader.get_source(app.jinja_env, f"mail/{kind}.txt")[0]  # type: ignore[union-attr]
    asked_of_it = {
        each.attr
        for each in app.jinja_env.parse(source).find_all(nodes.Getattr)
        if each.node == nodes.Name("about", "load")
    }
    assert asked_of_it <= SAID.keys() | {"name"}


def test_the_desk_reads_all_that_the_worker_reads_of_a_message(app: Flask) -> None:
    with app.app_context():
        assert desk(1, 1, NOW, NOW, "Europe/Copenhagen") is not None
        values = {"association_id": 1, "me": 1, "now": NOW, "since": NOW, "long_ago": NOW, "today": NOW.date()}
        columns = list(db.session.execute(TYPED, values).keys())
    assert SAID.keys() <= set(columns) and len(columns) == len(set(columns))


def a_second_host(app: Flask) -> None:
    """Bo, who is told by the host, becomes one."""
    by_host(app, "Bo")
    with app.app_context(), writing() as session:
        session.add(Membership(resident_id=person(app, "Bo"), association_id=1, role="host", since=NOW))


@pytest.mark.parametrize(("teller", "asker"), [("Anna", "Dorthe"), ("Dorthe", "Anna")])
def test_a_host_learns_of_no_report_against_or_by_them(app_on_both: Flask, teller: str, asker: str) -> None:
    a_second_host(app_on_both)
    help_ref = stand(app_on_both, HelpRequest, id=ask(app_on_both, asker)).ref
    dorthe = sign_in_as(app_on_both, "Dorthe")
    teller_at = dorthe if teller == "Dorthe" else sign_in_as(app_on_both, teller)
    assert teller_at.post(f"/report/request/{help_ref}", data={"reason": "unkind", "text": "Grov"}).status_code == 303
    told = stand(app_on_both, Dispatch, kind="reported")
    assert "a problem" not in dorthe.get("/host").text.split("<h1")[1]
    assert dorthe.get(f"/host/notice/{told.ref}").status_code == 404
    for act in ("told", "undo"):
        assert dorthe.post(f"/host/notice/{told.ref}/{act}").status_code == 404
    assert stand(app_on_both, Dispatch, kind="reported").status == "due"


def test_after_a_block_the_host_says_only_the_last_words_between_the_two(app_on_both: Flask) -> None:
    agreement_id = agree(app_on_both, ask(app_on_both))
    with app_on_both.app_context(), writing() as session:
        what = {"channel": "email", "resident_id": person(app_on_both, "Anna"), "language": "en", "thing": "agreement"}
        for kind in ("tomorrow", "cancelled"):
            times = {"created_at": NOW, "due_at": NOW}
            session.add(Dispatch(kind=kind, status="failed", thing_id=agreement_id, **what, **times))
    dorthe = sign_in_as(app_on_both, "Dorthe")
    ref = stand(app_on_both, Dispatch, kind="cancelled").ref
    assert "helps you" in dorthe.get("/host").text and "helps you" in dorthe.get(f"/host/notice/{ref}").text
    with app_on_both.app_context():
        block(person(app_on_both, "Anna"), person(app_on_both, "Bo"), NOW)
    assert "helps you" not in dorthe.get("/host").text and "I have told Anna" in dorthe.get("/host").text
    assert "helps you" not in dorthe.get(f"/host/notice/{ref}").text


def test_the_letter_does_not_ask_for_help_that_is_over(app_on_both: Flask) -> None:
    by_host(app_on_both, "Bo")
    help_id = ask(app_on_both)
    with app_on_both.app_context(), writing() as session:
        session.add(
            Dispatch(kind="asked", channel="host", resident_id=person(app_on_both, "Bo"), language="en", status="due",
                     thing="help_request", thing_id=help_id, created_at=NOW, due_at=NOW)
        )  # fmt: skip
    path = f"/host/notice/{stand(app_on_both, Dispatch, kind='asked').ref}"
    dorthe = sign_in_as(app_on_both, "Dorthe")
    assert dorthe.get(path).status_code == 200 and "could use a hand" in dorthe.get("/host").text
    with app_on_both.app_context(), writing() as session:
        session.execute(text("UPDATE help_request SET status = 'withdrawn'"))
    assert dorthe.get(path).status_code == 404 and "could use a hand" not in dorthe.get("/host").text


RANG = [
    "UPDATE invitation SET not_now_at = asked_at",
    "UPDATE resident SET status = 'left' WHERE name = 'Bo'",
    "UPDATE resident SET break_until = '2030-01-01' WHERE name = 'Bo'",
]


@pytest.mark.parametrize("since", RANG)
def test_who_said_not_now_has_left_or_takes_a_break_is_not_to_be_rung(app_on_both: Flask, since: str) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None, phone="+4522334455"))
    ask(app_on_both, wave_at=NOW)
    dorthe = sign_in_as(app_on_both, "Dorthe")
    with app_on_both.app_context():
        ask_due(NOW)
    assert "Please ring and ask" in dorthe.get("/host").text
    with app_on_both.app_context(), writing() as session:
        session.execute(text(since))
    assert "Please ring and ask" not in dorthe.get("/host").text


def test_words_that_smell_are_told_once_for_each_writer_and_as_what_they_are(app_on_both: Flask) -> None:
    by_host(app_on_both, "Dorthe")
    thread_id = talk(app_on_both, words="Send mig din MitID kode")
    for name in ("Bo", "Bo", "Anna"):
        say(app_on_both, thread_id, name, "Send mig din MitID kode nu")
    against = sorted(row.against_id for row in stands(app_on_both, Report))
    assert against == sorted(person(app_on_both, name) for name in ("Anna", "Bo"))
    assert len(stands(app_on_both, Dispatch, kind="reported")) == 2
    page = sign_in_as(app_on_both, "Dorthe").get("/host").text
    assert "Words in a message may be a fraud. Please look soon." in page and "Somebody tells" not in page
