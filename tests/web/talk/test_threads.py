"""Conversations over HTTP: begun by either side, written, read, listed; closed to everybody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Block, Dispatch, HelpRequest, Message, Reply, Resident, Thread
from neighbours.database import writing
from tests.conftest import Clock
from tests.talking import asked_path, path, say, talk
from tests.village import NOW, counted, sign_in_as
from tests.yes import ask, karen, offer, person, stand, stands

As = Callable[[str], FlaskClient]
DAY = timedelta(days=1)


def test_a_neighbour_asks_a_question_and_the_asker_answers(app: Flask, as_person: As) -> None:
    url = asked_path(app, ask(app))
    assert "Write to Anna" in as_person("Bo").get(url).text
    answer = as_person("Bo").post(url, data={"text": "Har du en stige?", "ref": "AbCdEfGhIjKl"})
    thread = stand(app, Thread)
    assert (answer.status_code, answer.location) == (303, f"/messages/{thread.ref}#newest")
    assert thread.opened_by_id == thread.helper_id == person(app, "Bo")

    page = as_person("Anna").get(f"/messages/{thread.ref}").text
    assert "Har du en stige?" in page and "<strong>Bo</strong>" in page and 'lang="da"' in page
    anna = as_person("Anna")
    assert anna.post(f"/messages/{thread.ref}", data={"text": "Ja, i skuret."}).status_code == 303
    page = anna.get(f"/messages/{thread.ref}").text
    # Where the page is looked at then, and not far above it.
    assert page.count("Your message is sent.") == 1
    assert page.index("Ja, i skuret.") < page.index("Your message is sent.") < page.index("<textarea")
    page = as_person("Bo").get(f"/messages/{thread.ref}").text
    assert page.index("Har du en stige?") < page.index("Ja, i skuret.")
    assert as_person("Bo").get(url).location == f"/messages/{thread.ref}#newest"


def test_what_was_said_beside_i_can_help_stands_where_it_was_said(app: Flask, as_person: As, clock: Clock) -> None:
    help_id = ask(app)
    as_person("Bo").post(asked_path(app, help_id), data={"text": "Har du en stige?", "ref": "AbCdEfGhIjKl"})
    offer(app, help_id, at=clock.now + DAY)
    page = as_person("Anna").get(f"/messages/{stand(app, Thread).ref}").text
    assert page.index("Har du en stige?") < page.index("Jeg kan komme fredag")


def test_the_asker_begins_with_somebody_who_replied_and_the_line_stands_first(app: Flask, as_person: As) -> None:
    reply = stand(app, Reply, id=offer(app, ask(app)))
    url = f"/replies/{reply.ref}/message"
    assert "Write to Bo" in as_person("Anna").get(url).text
    answer = as_person("Anna").post(url, data={"text": "Passer klokken 10?"})
    page = as_person("Bo").get(answer.location).text
    assert page.index("Jeg kan komme fredag") < page.index("Passer klokken 10?")
    assert as_person("Anna").get(url).location == answer.location
    assert as_person("Bo").get(url).status_code == 403


@pytest.mark.parametrize(("name", "status"), [("Anna", 403), ("Elsa", 404), ("Hans", 404), ("Wim", 403), ("Mia", 403)])
def test_who_may_not_ask_a_question(app: Flask, as_person: As, name: str, status: int) -> None:
    url = asked_path(app, ask(app))
    assert as_person(name).get(url).status_code == status
    assert as_person(name).post(url, data={"text": "Hej"}).status_code == status
    assert stands(app, Thread) == []


@pytest.mark.parametrize(
    ("name", "status"), [("Carl", 404), ("Dorthe", 404), ("Elsa", 404), ("Hans", 404), ("Wim", 403), ("Mia", 403)]
)
def test_a_conversation_is_not_there_for_a_third(app: Flask, as_person: As, name: str, status: int) -> None:
    url = path(app, talk(app))
    for where in (url, f"{url}/new"):
        assert as_person(name).get(where).status_code == status
    assert as_person(name).post(url, data={"text": "Hej"}).status_code == status
    assert len(stands(app, Message)) == 1
    if status == 404:
        assert "stige" not in as_person(name).get("/messages").text


def test_a_stranger_is_asked_to_sign_in(app: Flask, client: FlaskClient) -> None:
    url = path(app, talk(app))
    for where in ("/messages", "/messages/new", url, f"{url}/new"):
        assert client.get(where).status_code == 303
    assert client.post(url, data={"text": "Hej"}).status_code == 303
    assert len(stands(app, Message)) == 1


def test_the_host_who_asked_for_somebody_is_the_askers_side(app: Flask, as_person: As) -> None:
    help_id = ask(app, asker_id=None, assisted_person_id=karen(app), acted_by_id=person(app, "Dorthe"))
    url = path(app, talk(app, help_id))
    page = as_person("Dorthe").get(url).text
    assert "Har du en stige?" in page
    as_person("Dorthe").post(url, data={"text": "Karen har en stige."})
    page = as_person("Bo").get(url).text
    assert "Karen har en stige." in page and "<strong>Dorthe</strong>" in page


def test_the_menu_and_the_list_say_what_is_new_until_it_is_read(app: Flask, as_person: As) -> None:
    thread_id = talk(app)
    say(app, thread_id, "Bo", "Og en spand?")
    anna = as_person("Anna")
    assert "data-unread><span>2</span>" in anna.get("/").text
    assert "2 new messages" in anna.get("/messages").text
    assert "data-unread hidden><span>0</span>" in anna.get(path(app, thread_id)).text
    assert "data-unread hidden><span>0</span>" in anna.get("/").text
    assert "new message" not in anna.get("/messages").text
    assert "data-unread hidden><span>0</span>" in as_person("Bo").get("/").text  # one's own are never new


def test_the_newest_conversation_stands_first_and_twenty_on_a_page(app: Flask, as_person: As) -> None:
    threads = [talk(app, ask(app, title=f"Hjælp {number}")) for number in range(21)]
    say(app, threads[0], "Bo", "Endnu en ting")
    page = as_person("Anna").get("/messages").text
    assert page.index("Hjælp 0<") < page.index("Hjælp 20<") and "Hjælp 1<" not in page
    assert "Hjælp 1<" in as_person("Anna").get("/messages?page=2").text


def test_a_page_costs_two_statements_also_one_that_is_asked_for_again(app: Flask, as_person: As) -> None:
    url, browser = path(app, talk(app)), as_person("Bo")
    for where in ("/messages", url, f"{url}/new", "/messages/new"):
        with counted(app) as statements:
            assert browser.get(where).status_code == 200
        assert len(statements) == 2, (where, statements)


def test_what_is_new_is_told_once_and_then_nothing_changed(app: Flask, as_person: As) -> None:
    thread_id = talk(app)
    url, browser = f"{path(app, thread_id)}/new?after={stand(app, Message).ref}", as_person("Bo")
    first = browser.get(url)
    assert first.json == {"html": "", "unread": 0, "said": ""}
    with counted(app) as statements:
        assert browser.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert len(statements) == 2
    say(app, thread_id, "Anna", "Ja, i skuret.")
    news = browser.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert "Ja, i skuret." in news.json["html"] and "stige" not in news.json["html"]
    assert stand(app, Message, text="Ja, i skuret.").ref in news.json["html"]
    assert news.json["said"] == "New message from Anna"
    assert "data-unread hidden" in browser.get("/").text  # it was shown, so it is read


@pytest.mark.parametrize("after", ["", "%00", "1", "nobody-wrote", "é", "x" * 500])
def test_after_what_nobody_wrote_comes_all(app: Flask, as_person: As, after: str) -> None:
    url = path(app, talk(app))
    assert "stige" in as_person("Bo").get(f"{url}/new?after={after}").json["html"]


def test_the_list_asks_again_too(app: Flask, as_person: As) -> None:
    browser = as_person("Anna")
    first = browser.get("/messages/new")
    assert (first.json["unread"], first.json["html"]) == (0, "")
    talk(app)
    news = browser.get("/messages/new", headers={"If-None-Match": first.headers["ETag"]})
    assert news.json["unread"] == 1 and "Bo" in news.json["html"] and news.json["said"] == "1 new message"
    assert browser.get("/messages/new", headers={"If-None-Match": news.headers["ETag"]}).status_code == 304


def test_sent_twice_it_is_one_message_and_other_words_are_another(app: Flask, as_person: As) -> None:
    url, browser = path(app, talk(app)), as_person("Anna")
    for words in ("Ja", "Ja", "Nej"):
        assert browser.post(url, data={"text": words, "ref": "AbCdEfGhIjKl"}).status_code == 303
    assert [row.text for row in stands(app, Message)] == ["Har du en stige?", "Ja", "Nej"]


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Write a few words first."), ("x" * 1001, "too long"), ("ring til 010170-1234", "civil registration")],
)
def test_what_cannot_be_taken_is_kept_with_the_reason(app: Flask, as_person: As, words: str, said: str) -> None:
    for url, name in ((path(app, talk(app)), "Bo"), (asked_path(app, ask(app)), "Carl")):
        answer = as_person(name).post(url, data={"text": words})
        assert answer.status_code == 422 and said in answer.text and words in answer.text
    assert len(stands(app, Message)) == 1


def test_thirty_days_after_the_help_it_can_be_read_and_nothing_more_be_written(
    app: Flask, as_person: As, clock: Clock
) -> None:
    help_id = ask(app)
    url = path(app, talk(app, help_id))
    as_person("Anna").post(f"/ask/{stand(app, HelpRequest, id=help_id).ref}/withdraw")
    clock.now = NOW + 30 * DAY - timedelta(seconds=1)
    assert as_person("Bo").post(url, data={"text": "Hvordan gik det?"}).status_code == 303
    clock.now = NOW + 30 * DAY
    page = as_person("Bo").get(url).text
    assert "Har du en stige?" in page and "This help is over." in page and "<textarea" not in page
    answer = as_person("Bo").post(url, data={"text": "Er du der?"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 409 and "Er du der?" in answer.text and "data-untaken" in answer.text
    assert len(stands(app, Message)) == 2


@pytest.mark.parametrize("status", ["agreed", "withdrawn", "expired"])
def test_a_question_too_late_says_what_happened(app: Flask, as_person: As, status: str) -> None:
    url = asked_path(app, ask(app, status=status))
    answer = as_person("Bo").post(url, data={"text": "Har du en stige?"})
    assert answer.status_code == 409 and stands(app, Thread) == []


def test_nobody_begins_with_who_took_the_offer_back(app: Flask, as_person: As) -> None:
    reply = stand(app, Reply, id=offer(app, ask(app)))
    as_person("Bo").post(f"/replies/{reply.ref}/withdraw")
    assert as_person("Anna").post(f"/replies/{reply.ref}/message", data={"text": "Hej"}).status_code == 409
    assert stands(app, Thread) == []


def test_what_was_taken_back_is_talked_about_by_nobody(app: Flask, as_person: As) -> None:
    help_id = ask(app)
    url = path(app, talk(app, help_id))
    assert as_person("Anna").post(f"/ask/{stand(app, HelpRequest, id=help_id).ref}/take-back").status_code == 303
    for name in ("Anna", "Bo"):
        assert as_person(name).get(url).status_code == 404
        assert as_person(name).post(url, data={"text": "Hej"}).status_code == 404
        assert "stige" not in as_person(name).get("/messages").text
    assert "data-unread hidden" in as_person("Anna").get("/").text


def test_safe_digital_help_is_said_to_both_in_every_such_conversation(app: Flask, as_person: As) -> None:
    url, garden = path(app, talk(app)), path(app, talk(app, ask(app, kind="garden")))
    assert "Tell nobody your MitID code." in as_person("Anna").get(url).text
    assert "Never ask for, write down or type" in as_person("Bo").get(url).text
    assert "Safe digital help." not in as_person("Bo").get(garden).text


def test_words_that_smell_of_fraud_warn_both_at_once(app: Flask, as_person: As) -> None:
    thread_id = talk(app, words="Send mig din MitID-kode, så ordner jeg det.")
    for name in ("Anna", "Bo"):
        page = as_person(name).get(path(app, thread_id)).text
        assert "Never tell anybody a code" in page and "Your local host looks at this message too." in page


def test_whoever_answers_with_a_code_is_stopped_and_loses_no_word(app: Flask, as_person: As) -> None:
    url, browser = path(app, talk(app)), as_person("Anna")
    for words in ("Min MitID kode er 482913", "Mit kontonummer er 1234 5678901"):
        answer = browser.post(url, data={"text": words, "ref": "AbCdEfGhIjKl"})
        assert answer.status_code == 422 and "Tell it to nobody." in answer.text and words in answer.text
        assert "It is not a code. Send it." in answer.text and "Error:" in answer.text
    assert len(stands(app, Message)) == 1
    assert "It is not a code" not in browser.get(url).text
    for words in ("Dørkoden er 1234", "Jeg bor i nr. 12"):
        assert browser.post(url, data={"text": words}).status_code == 303


def test_whoever_says_that_it_is_no_code_sends_it(app: Flask, as_person: As) -> None:
    url = path(app, talk(app))
    sent = {"text": "Koden er 482913", "ref": "AbCdEfGhIjKl", "is_no_code": "y"}
    assert as_person("Anna").post(url, data=sent).status_code == 303
    assert stand(app, Message, ref="AbCdEfGhIjKl").text == "Koden er 482913"


def test_after_words_that_smell_a_number_alone_is_an_answer_of_the_other_only(app: Flask, as_person: As) -> None:
    plain, warned = path(app, talk(app)), path(app, talk(app, ask(app), words="Send mig din MitID-kode"))
    for url, name, status in ((plain, "Anna", 303), (warned, "Bo", 303), (warned, "Anna", 422)):
        assert as_person(name).post(url, data={"text": "Koden er 4829"}).status_code == status


def test_the_first_message_is_asked_about_too(app: Flask, as_person: As) -> None:
    url, words = asked_path(app, ask(app)), "Min pinkode er 1234"
    answer = as_person("Bo").post(url, data={"text": words})
    assert answer.status_code == 422 and words in answer.text and "It is not a code. Send it." in answer.text
    assert stands(app, Thread) == []


def test_a_held_message_is_the_writers_alone(app: Flask, as_person: As) -> None:
    thread_id = talk(app)
    with app.app_context(), writing() as session:
        session.execute(update(Message).values(held_at=NOW))
    page = as_person("Anna").get(path(app, thread_id)).text
    assert "stige" not in page and "A local host looks at this message first." in page
    assert "stige" in as_person("Bo").get(path(app, thread_id)).text


def test_whoever_reads_at_once_is_told_nothing(app: Flask, as_person: As) -> None:
    thread_id = talk(app)
    assert [row.kind for row in stands(app, Dispatch)] == ["new_message"]
    as_person("Anna").get(path(app, thread_id))
    assert stands(app, Dispatch) == []


def test_on_both_engines_pages_number_and_news_say_the_same(app_on_both: Flask, clock: Clock) -> None:
    help_id = ask(
        app_on_both, asker_id=None, assisted_person_id=karen(app_on_both), acted_by_id=person(app_on_both, "Dorthe")
    )
    talk(app_on_both)
    thread_id = talk(app_on_both, help_id, words="Skal jeg tage en stige med?")
    bo, dorthe, anna = (sign_in_as(app_on_both, name) for name in ("Bo", "Dorthe", "Anna"))
    assert bo.get("/messages").text.count("<h2><a") == 2
    for browser, other in ((dorthe, "Bo"), (anna, "Bo")):
        assert "data-unread><span>1</span>" in browser.get("/").text
        assert browser.get("/messages").text.count("<h2><a") == 1 and other in browser.get("/messages").text
        assert browser.get("/messages/new").json["unread"] == 1
    url = path(app_on_both, thread_id)
    assert "Skal jeg tage en stige med?" in dorthe.get(url).text and "Karen" in bo.get(url).text
    assert dorthe.get("/messages/new").json["unread"] == 0
    reply = stand(app_on_both, Reply, id=offer(app_on_both, help_id))
    assert dorthe.get(f"/replies/{reply.ref}/message").location == f"{url}#newest"
    assert bo.get(asked_path(app_on_both, help_id)).location == f"{url}#newest"
    with app_on_both.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == help_id).values(status="expired"))
    clock.now = stand(app_on_both, HelpRequest, id=help_id).expires_at + 30 * DAY
    assert "This help is over." in bo.get(url).text


def test_a_newcomer_reads_why_and_loses_no_word(app: Flask, as_person: As) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(confirmed_how="host"))
    link, browser = "Se www.example.com, der er en stige", as_person("Bo")
    for url, name in ((asked_path(app, ask(app)), "text"), (help_path(app) + "/reply", "line")):
        answer = browser.post(url, data={name: link})
        assert answer.status_code == 422 and "you cannot send links" in answer.text and link in answer.text
    for _time in range(5):
        assert browser.post(asked_path(app, ask(app)), data={"text": "Har du en stige?"}).status_code == 303
    for url, name in ((asked_path(app, ask(app)), "text"), (help_path(app) + "/reply", "line")):
        answer = browser.post(url, data={name: "Jeg har en stige"})
        assert answer.status_code == 422 and "5 new neighbours a day" in answer.text
        assert "Jeg har en stige" in answer.text and "Error:" in answer.text
    assert (len(stands(app, Thread)), stands(app, Reply)) == (5, [])


def test_whoever_is_blocked_finds_no_trace(app: Flask, as_person: As) -> None:
    thread_id = talk(app)
    url = path(app, thread_id)
    with app.app_context(), writing() as session:
        session.add(Block(by_id=person(app, "Anna"), other_id=person(app, "Bo"), at=NOW))
    for name in ("Anna", "Bo"):
        browser = as_person(name)
        assert browser.get(url).status_code == browser.get(f"{url}/new").status_code == 404
        assert browser.post(url, data={"text": "Hej"}).status_code == 404
        assert "<h2><a" not in browser.get("/messages").text and "data-unread hidden" in browser.get("/").text


def help_path(app: Flask) -> str:
    return f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"
