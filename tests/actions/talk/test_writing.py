"""What is written is kept once, told once and without its words, and never between two who are apart. Both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import Block, Dispatch, HelpRequest, Message, Report, Resident, Thread
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import MAY_BE_READING, Said, begin, note_read, write
from neighbours.database import writing
from neighbours.rules.errors import NotAllowed, NotHere, TooLate
from tests.talking import say, talk
from tests.village import NOW, counted
from tests.yes import ask, karen, moves, person, stand, stands

MINUTE = timedelta(minutes=1)


def read(app: Flask, thread_id: int, name: str) -> None:
    """This person has read everything."""
    newest, reader = max(row.id for row in stands(app, Message, thread_id=thread_id)), person(app, name)
    with app.app_context():
        note_read(thread_id, newest, by=Actor(reader), now=NOW)


def told(app: Flask) -> list[tuple[str, str]]:
    """Who is about to be told, and in which state."""
    names = {row.id: row.name for row in stands(app, Resident)}
    return sorted((names[row.resident_id], row.status) for row in stands(app, Dispatch, kind="new_message"))


def test_the_first_message_begins_it_and_each_is_a_step(app_on_both: Flask) -> None:
    thread_id = talk(app_on_both)
    say(app_on_both, thread_id, "Anna", "Ja")
    assert moves(app_on_both, "thread", thread_id) == ["begin"]
    assert [(row.text, row.language, row.at) for row in stands(app_on_both, Message)] == [
        ("Har du en stige?", "da", NOW),
        ("Ja", "da", NOW),
    ]


def test_the_other_side_is_told_once_until_they_have_heard(app_on_both: Flask) -> None:
    thread_id = talk(app_on_both)
    say(app_on_both, thread_id, "Bo", "Og en spand?")
    (row,) = stands(app_on_both, Dispatch)
    assert (row.thing, row.thing_id, row.due_at) == ("thread", thread_id, NOW + MAY_BE_READING)
    say(app_on_both, thread_id, "Anna", "Ja")
    assert told(app_on_both) == [("Anna", "due"), ("Bo", "due")]
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Dispatch).values(status="sent"))
    say(app_on_both, thread_id, "Bo", "Godt")
    assert told(app_on_both) == [("Anna", "due"), ("Anna", "sent"), ("Bo", "sent")]


def test_who_has_read_is_not_told_and_the_other_still_is(app_on_both: Flask) -> None:
    thread_id = talk(app_on_both)
    say(app_on_both, thread_id, "Anna", "Ja")
    read(app_on_both, thread_id, "Anna")
    assert told(app_on_both) == [("Bo", "due")]
    row = stand(app_on_both, Thread)
    assert (row.asker_seen, row.helper_seen) == (max(each.id for each in stands(app_on_both, Message)), 0)
    with app_on_both.app_context():
        note_read(thread_id, 1, by=Actor(person(app_on_both, "Anna")), now=NOW)
    assert stand(app_on_both, Thread).asker_seen == row.asker_seen  # never back


def test_on_behalf_the_host_is_told(app_on_both: Flask) -> None:
    dorthe = person(app_on_both, "Dorthe")
    help_id = ask(app_on_both, asker_id=None, assisted_person_id=karen(app_on_both), acted_by_id=dorthe)
    thread_id = talk(app_on_both, help_id)
    assert told(app_on_both) == [("Dorthe", "due")]
    read(app_on_both, thread_id, "Dorthe")
    assert told(app_on_both) == []


@pytest.mark.parametrize("way", [("Anna", "Bo"), ("Bo", "Anna")])
def test_two_who_are_apart_neither_begin_nor_go_on(app_on_both: Flask, way: tuple[str, str]) -> None:
    thread_id, help_id = talk(app_on_both), ask(app_on_both)
    by, other = (person(app_on_both, name) for name in way)
    with app_on_both.app_context(), writing() as session:
        session.add(Block(by_id=by, other_id=other, at=NOW))
    for name in ("Anna", "Bo"):
        with pytest.raises(NotHere):
            say(app_on_both, thread_id, name, "Hej")
    with pytest.raises(NotHere):
        talk(app_on_both, help_id)
    assert len(stands(app_on_both, Message)) == 1


def test_a_third_the_asker_alone_and_who_waits_may_not(app_on_both: Flask) -> None:
    thread_id, help_id = talk(app_on_both), ask(app_on_both)
    for name in ("Carl", "Dorthe", "Wim"):
        with pytest.raises(NotAllowed):
            say(app_on_both, thread_id, name, "Hej")
    anna = person(app_on_both, "Anna")
    with app_on_both.app_context(), pytest.raises(NotAllowed):
        begin(help_id, anna, Said("Hej", "da"), by=Actor(anna), now=NOW)
    with app_on_both.app_context(), pytest.raises(NotHere):
        begin(0, anna, Said("Hej", "da"), by=Actor(anna), now=NOW)
    assert len(stands(app_on_both, Message)) == 1


def test_about_what_is_over_for_thirty_days_nobody_writes(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    thread_id = talk(app_on_both, help_id)
    with app_on_both.app_context(), writing() as session:
        session.execute(update(HelpRequest).values(status="withdrawn", withdrawn_at=NOW))
    say(app_on_both, thread_id, "Anna", "Tak", at=NOW + timedelta(days=30) - MINUTE)
    with pytest.raises(TooLate):
        say(app_on_both, thread_id, "Anna", "Tak", at=NOW + timedelta(days=30))


def test_both_beginning_at_once_and_a_form_sent_by_ten_clicks_are_one_conversation(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    bo, anna = person(app_on_both, "Bo"), person(app_on_both, "Anna")

    def write_as(by: int) -> str:
        with app_on_both.app_context():
            said = Said("Hej", "da", "AbCdEfGhIjKl" if by == bo else "LkJiHgFeDcBa")
            return begin(help_id, bo, said, by=Actor(by), now=NOW)

    with ThreadPoolExecutor(10) as pool:
        refs = set(pool.map(write_as, [bo, anna] * 5))
    assert refs == {stand(app_on_both, Thread).ref}
    assert sorted(row.ref for row in stands(app_on_both, Message)) == ["AbCdEfGhIjKl", "LkJiHgFeDcBa"]
    assert len(stands(app_on_both, Dispatch)) == 2


def test_another_ones_ref_is_not_taken_for_ones_own(app_on_both: Flask) -> None:
    thread_id = talk(app_on_both)
    ref = stand(app_on_both, Message).ref
    say(app_on_both, thread_id, "Anna", "Har du en stige?", ref=ref)
    assert len(stands(app_on_both, Message)) == 2


def test_words_of_fraud_are_marked_and_put_before_the_host_once(app_on_both: Flask) -> None:
    thread_id = talk(app_on_both, words="Hent AnyDesk og send mig din MitID-kode")
    row = stand(app_on_both, Message)
    assert row.smells == "code,remote" and row.held_at is None
    report = stand(app_on_both, Report)
    assert (report.thing, report.thing_id, report.against_id, report.by_id) == (
        "message", row.id, person(app_on_both, "Bo"), None,
    )  # fmt: skip
    assert (report.reason, report.goes_to, report.area_id) == ("fraud", "host", 1)
    say(app_on_both, thread_id, "Anna", "Nej, det gør jeg ikke")
    assert len(stands(app_on_both, Report)) == 1


def test_a_message_costs_few_statements(app: Flask) -> None:
    thread_id, anna = talk(app), person(app, "Anna")
    with app.app_context(), counted(app) as statements:
        write(thread_id, Said("Ja", "da", "AbCdEfGhIjKl"), by=Actor(anna), now=NOW)
    assert len(statements) <= 8, statements
