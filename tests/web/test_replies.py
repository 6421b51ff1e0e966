""" "I can help" and its answers over HTTP: happy, stranger, wrong role, other area, twice, wrong method, too late."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Agreement, HelpRequest, Reply
from tests.conftest import Clock
from tests.village import counted
from tests.yes import MINUTES, agree, ask, offer, person, stand, stands

As = Callable[[str], FlaskClient]
ANSWERS = ("accept", "decline", "undo", "withdraw")


def asked(app: Flask, **more: object) -> str:
    """The path of Anna's request."""
    return f"/help/{stand(app, HelpRequest, id=ask(app, **more)).ref}"


def offered(app: Flask, helper: str = "Bo", **more: object) -> str:
    """The path of a reply to Anna's request."""
    return f"/replies/{stand(app, Reply, id=offer(app, ask(app, **more), helper)).ref}"


def test_i_can_help_leads_back_to_the_request_and_twice_is_once(app: Flask, as_person: As) -> None:
    url = asked(app)
    for _twice in range(2):
        answer = as_person("Bo").post(f"{url}/reply", data={"line": "Jeg kan  fredag", "share_phone": "y"})
        assert (answer.status_code, answer.location) == (303, url)
    reply = stand(app, Reply)
    assert (reply.line, reply.share_phone, reply.status) == ("Jeg kan fredag", True, "offered")
    assert "Jeg kan fredag" in as_person("Anna").get(url).get_data(as_text=True)


@pytest.mark.parametrize("more", [{}, {"language_of_pages": "nl"}], ids=["too long", "another language"])
@pytest.mark.parametrize("status", ["withdrawn", "open"])
def test_words_are_shown_where_they_cannot_be_taken_any_more(
    app: Flask, as_person: As, status: str, more: dict[str, str]
) -> None:
    url, line = asked(app, status=status), "Jeg kan komme. " * 30
    if status == "open":
        as_person("Bo").post(f"{url}/reply", data={"line": "Jeg kan"})
    answer = as_person("Bo").post(f"{url}/reply", data={"line": line} | more, headers={"Origin": "http://localhost"})
    assert answer.status_code == 409 and line.strip() in answer.text and "data-untaken" in answer.text


def test_the_next_village_may_help_too(app: Flask, as_person: As) -> None:
    assert as_person("Carl").post(f"{asked(app)}/reply").status_code == 303
    assert stand(app, Reply).line == ""


def test_with_first_yes_it_leads_to_the_agreement_and_twice_to_the_same(app: Flask, as_person: As) -> None:
    url = asked(app, first_yes=True)
    paths = {as_person("Bo").post(f"{url}/reply").location for _twice in range(2)}
    assert paths == {f"/agreements/{stand(app, Agreement).ref}"}


@pytest.mark.parametrize(("name", "status"), [("Anna", 403), ("Elsa", 404), ("Hans", 404), ("Wim", 403), ("Mia", 403)])
def test_who_may_not_offer_to_help(app: Flask, as_person: As, name: str, status: int) -> None:
    assert as_person(name).post(f"{asked(app)}/reply").status_code == status
    assert stands(app, Reply) == []


def test_a_host_who_lives_there_and_comes_too_late_is_told_so_like_any_neighbour(app: Flask, as_person: As) -> None:
    url = asked(app, status="agreed", taken=1)
    assert as_person("Dorthe").post(f"{url}/reply").status_code == 409


def test_an_unknown_request_or_reply_is_not_here(as_person: As) -> None:
    assert as_person("Bo").post("/help/nowhere/reply").status_code == 404
    for answer in ANSWERS:
        assert as_person("Anna").post(f"/replies/nowhere/{answer}").status_code == 404


@pytest.mark.parametrize("line", ["x" * 301, "ring til 010170-1234"])
def test_a_line_that_cannot_be_taken_is_kept_and_the_reason_said(app: Flask, as_person: As, line: str) -> None:
    answer = as_person("Bo").post(f"{asked(app)}/reply", data={"line": line})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Error:" in page and line in page
    assert stands(app, Reply) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("agreed", "Somebody else helps"),
        ("withdrawn", "This help is no longer needed."),
        ("expired", "The day has passed."),
        ("done", "done already"),
    ],
)
def test_i_can_help_too_late_says_what_happened(app: Flask, as_person: As, status: str, words: str) -> None:
    answer = as_person("Bo").post(f"{asked(app, status=status)}/reply")
    assert answer.status_code == 409 and words in answer.get_data(as_text=True)


def test_yes_please_leads_to_the_agreement_and_twice_to_the_same(app: Flask, as_person: As) -> None:
    url = offered(app)
    paths = {as_person("Anna").post(f"{url}/accept", data={"share_phone": "y"}).location for _twice in range(2)}
    agreement = stand(app, Agreement)
    assert paths == {f"/agreements/{agreement.ref}"}
    assert agreement.asker_shares_phone


def test_yes_please_is_seven_statements_with_who_asks_and_the_row(app: Flask, as_person: As) -> None:
    url, browser = offered(app), as_person("Anna")
    with counted(app) as statements:
        browser.post(f"{url}/accept")
    assert len(statements) <= 7


def test_no_thank_you_twice_and_taken_back_twice(app: Flask, as_person: As) -> None:
    url = offered(app)
    for _twice in range(2):
        assert as_person("Anna").post(f"{url}/decline").status_code == 303
    assert stand(app, Reply).status == "declined"
    for _twice in range(2):
        assert as_person("Anna").post(f"{url}/undo").status_code == 303
    assert stand(app, Reply).status == "offered"


def test_after_ten_minutes_no_stays_no_and_the_helper_reads_that_it_was_not_needed(
    app: Flask, as_person: As, clock: Clock
) -> None:
    url = offered(app)
    as_person("Anna").post(f"{url}/decline")
    help_url = f"/help/{stand(app, HelpRequest).ref}"
    assert "Somebody else helps" not in as_person("Bo").get(help_url).get_data(as_text=True)
    clock.now += 11 * MINUTES
    assert as_person("Anna").post(f"{url}/undo").status_code == 409
    assert "It was not needed this time" in as_person("Bo").get(help_url).get_data(as_text=True)


def test_the_helper_takes_the_offer_back_twice_and_offers_again(app: Flask, as_person: As) -> None:
    url = offered(app)
    for _twice in range(2):
        assert as_person("Bo").post(f"{url}/withdraw").status_code == 303
    assert stand(app, Reply).status == "withdrawn"
    answer = as_person("Anna").post(f"{url}/accept")
    assert answer.status_code == 409 and "cannot help after all" in answer.get_data(as_text=True)
    as_person("Bo").post(f"/help/{stand(app, HelpRequest).ref}/reply")
    assert stand(app, Reply).status == "offered"


def test_when_every_place_is_taken_the_other_yes_says_so(app: Flask, as_person: As) -> None:
    help_id = ask(app)
    carls = stand(app, Reply, id=offer(app, help_id, "Carl")).ref
    agree(app, help_id)
    answer = as_person("Anna").post(f"/replies/{carls}/accept")
    assert answer.status_code == 409 and "Every place is taken" in answer.get_data(as_text=True)
    page = as_person("Carl").get(f"/help/{stand(app, HelpRequest).ref}").get_data(as_text=True)
    assert "Somebody else helps this time" in page


@pytest.mark.parametrize("answer", ["decline", "withdraw"])
def test_what_was_agreed_is_not_undone_by_a_stale_button(app: Flask, as_person: As, answer: str) -> None:
    help_id = ask(app)
    agree(app, help_id)
    name = "Bo" if answer == "withdraw" else "Anna"
    response = as_person(name).post(f"/replies/{stand(app, Reply).ref}/{answer}")
    page = response.get_data(as_text=True)
    assert response.status_code == 409 and f"/agreements/{stand(app, Agreement).ref}" in page


@pytest.mark.parametrize(
    ("name", "answer", "status"),
    [
        ("Bo", "accept", 403), ("Bo", "decline", 403), ("Bo", "undo", 403), ("Anna", "withdraw", 403),
        ("Carl", "accept", 403), ("Carl", "withdraw", 403), ("Dorthe", "accept", 403), ("Wim", "accept", 403),
        ("Elsa", "accept", 404), ("Elsa", "withdraw", 404), ("Hans", "decline", 404), ("Mia", "accept", 403),
    ],
)  # fmt: skip
def test_who_may_not_answer(app: Flask, as_person: As, name: str, answer: str, status: int) -> None:
    url = offered(app)
    assert as_person(name).post(f"{url}/{answer}").status_code == status
    assert stand(app, Reply).status == "offered"


def test_strangers_are_asked_to_sign_in_and_links_move_nothing(app: Flask, as_person: As, client: FlaskClient) -> None:
    url = offered(app)
    help_url = f"/help/{stand(app, HelpRequest).ref}"
    for path in [f"{url}/{answer}" for answer in ANSWERS] + [f"{help_url}/reply"]:
        assert client.post(path).status_code == 303
        assert as_person("Anna").get(path).status_code == 405
    assert stand(app, Reply).status == "offered"
    assert stand(app, Reply).helper_id == person(app, "Bo")
