"""Tell of a problem, see what happens next, and look at what was told."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Block, HelpRequest, Message, Report, Thread, db
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import Said, begin
from tests.village import NOW, counted
from tests.yes import ask, person, stand, stands

AsPerson = Callable[[str], FlaskClient]
SAID = {"reason": "unkind", "text": "Det er ikke pænt"}


def asked(app: Flask, who: str = "Anna") -> str:
    return str(stand(app, HelpRequest, id=ask(app, who)).ref)


def test_a_request_is_told_of_and_only_its_asker_and_the_host_still_see_it(app: Flask, as_person: AsPerson) -> None:
    ref, bo = asked(app), as_person("Bo")
    page = bo.get(f"/report/request/{ref}").text
    assert "It goes to Dorthe, a local host." in page and "The host sees your name. Anna does not." in page
    answer = bo.post(f"/report/request/{ref}", data=SAID, follow_redirects=True)
    assert "Dorthe, a local host, looks at it." in answer.text
    assert bo.get(f"/help/{ref}").status_code == 404 and ref not in as_person("Carl").get("/nearby").text
    own = as_person("Anna").get(f"/help/{ref}").text
    assert "Until a host has looked, only you see it." in own and "Bo<" not in own and "Bo " not in own
    assert as_person("Dorthe").get(f"/help/{ref}").status_code == 200


@pytest.mark.parametrize(("act", "status"), [("release", 200), ("keep", 404)])
def test_the_host_reads_it_on_the_desk_and_lets_it_go_or_not(
    app: Flask, as_person: AsPerson, act: str, status: int
) -> None:
    ref, bo, dorthe = asked(app), as_person("Bo"), as_person("Dorthe")
    told = bo.post(f"/report/request/{ref}", data=SAID).headers["Location"].rsplit("/", 1)[1]
    desk = dorthe.get("/host").text
    for words in ("It is about Anna.", "Bo told us", "Det er ikke pænt", "Hjælp til Digital Post", "unkind"):
        assert words in desk
    assert dorthe.post(f"/reports/{told}/{act}").headers["Location"] == "/host"
    assert dorthe.post(f"/reports/{told}/{act}").status_code == 303, "twice is harmless"
    assert "It is about Anna." not in dorthe.get("/host").text
    assert bo.get(f"/help/{ref}").status_code == status
    assert "Somebody has looked at it." in bo.get(f"/report/told/{told}").text


def test_the_desk_with_reports_takes_at_most_four_statements(app: Flask, as_person: AsPerson) -> None:
    as_person("Bo").post(f"/report/request/{asked(app)}", data=SAID)
    dorthe = as_person("Dorthe")
    dorthe.get("/host")
    with counted(app) as seen:
        dorthe.get("/host")
    assert len([each for each in seen if not each.lstrip().startswith("INSERT")]) <= 4


def test_what_is_about_the_only_host_goes_to_the_operator(app: Flask, as_person: AsPerson) -> None:
    ref, bo = asked(app, "Dorthe"), as_person("Bo")
    assert "It goes to Prøve Drift, who runs these pages." in bo.get(f"/report/request/{ref}").text
    told = bo.post(f"/report/request/{ref}", data=SAID).headers["Location"].rsplit("/", 1)[1]
    dorthe, otto = as_person("Dorthe"), as_person("Otto")
    assert "It is about Dorthe." not in dorthe.get("/host").text
    assert dorthe.post(f"/reports/{told}/release").status_code == 404
    assert "It is about Dorthe." in otto.get("/operator/reports").text
    assert otto.post(f"/operator/reports/{told}/release").headers["Location"] == "/operator/reports"
    assert bo.get(f"/help/{ref}").status_code == 200


def test_the_same_step_blocks_and_what_is_not_chosen_is_asked(app: Flask, as_person: AsPerson) -> None:
    ref, bo = asked(app), as_person("Bo")
    answer = bo.post(f"/report/request/{ref}", data={"text": "Noget er galt"})
    assert (
        answer.status_code == 422 and "Please choose what is wrong." in answer.text and "Noget er galt" in answer.text
    )
    numbered = bo.post(f"/report/request/{ref}", data=SAID | {"text": "Hans CPR er 010190-1234"})
    assert numbered.status_code == 422 and "civil registration number" in numbered.text
    page = bo.post(f"/report/request/{ref}", data=SAID | {"block": "y"}, follow_redirects=True)
    assert page.status_code == 200 and "Thank you for telling us" in page.text
    with app.app_context():
        (row,) = db.session.execute(select(Block.by_id, Block.other_id)).all()
    assert tuple(row) == (person(app, "Bo"), person(app, "Anna"))


def test_past_a_few_a_day_one_is_asked_to_ring_and_nothing_typed_is_lost(app: Flask, as_person: AsPerson) -> None:
    bo = as_person("Bo")
    for _each in range(5):
        assert bo.post(f"/report/request/{asked(app)}", data=SAID).status_code == 303
    answer = bo.post(f"/report/request/{asked(app)}", data=SAID)
    assert answer.status_code == 429 and "You told of 5 problems today." in answer.text
    assert "Det er ikke pænt" in answer.text and answer.headers["Retry-After"]


def test_a_message_is_told_of_from_the_conversation_and_hidden(app: Flask, as_person: AsPerson) -> None:
    help_id, bo = ask(app), person(app, "Bo")
    with app.app_context():
        begin(help_id, bo, Said("Du er en klaphat", "da"), by=Actor(bo), now=NOW)
    message, thread = stand(app, Message).ref, stand(app, Thread).ref
    anna = as_person("Anna")
    assert f"/report/message/{message}" in anna.get(f"/messages/{thread}").text
    anna.post(f"/report/message/{message}", data=SAID)
    held = "A local host looks at this message first."
    for who, is_read, says_so in (("Anna", False, True), ("Bo", True, False)):
        page = as_person(who).get(f"/messages/{thread}").text
        assert ("klaphat" in page) == is_read and (held in page) == says_so, "only Anna can have told of it"
    assert "Du er en klaphat" in as_person("Dorthe").get("/host").text
    as_person("Dorthe").post(f"/reports/{stand(app, Report).ref}/keep")
    assert held in as_person("Bo").get(f"/messages/{thread}").text, "a host has looked, and hides it"
    assert [row.thing for row in stands(app, Report)] == ["message"]


def test_it_is_said_to_be_hidden_only_where_it_is(app: Flask, as_person: AsPerson) -> None:
    bo, hidden = as_person("Bo"), "it is hidden from your neighbours."
    first, second = (f"/report/request/{asked(app)}" for _each in range(2))
    assert hidden not in bo.get(first).text
    assert hidden in bo.post(first, data=SAID, follow_redirects=True).text
    assert hidden not in bo.post(second, data=SAID, follow_redirects=True).text


def test_a_message_that_was_not_hidden_is_said_to_be_hidden_now(app: Flask, as_person: AsPerson) -> None:
    help_id, bo = ask(app), person(app, "Bo")
    with app.app_context():
        begin(help_id, bo, Said("Send mig din MitID kode", "da"), by=Actor(bo), now=NOW)
    answer = as_person("Dorthe").post(f"/reports/{stand(app, Report).ref}/keep", follow_redirects=True).text
    assert "It is hidden now." in answer and "stays hidden" not in answer
