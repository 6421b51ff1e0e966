"""Block somebody from where one meets them, and take it back."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Agreement, Block, HelpRequest, Reply, Resident, db
from tests.village import counted
from tests.yes import agree, ask, offer, person, stand

AsPerson = Callable[[str], FlaskClient]


def blocks(app: Flask) -> set[tuple[int, int]]:
    with app.app_context():
        return {(row.by_id, row.other_id) for row in db.session.query(Block).all()}


def test_from_a_request_one_blocks_its_asker_and_takes_it_back(app: Flask, as_person: AsPerson) -> None:
    ref, bo = stand(app, HelpRequest, id=ask(app)).ref, as_person("Bo")
    assert f"/block/request/{ref}" in bo.get(f"/help/{ref}").text
    page = bo.get(f"/block/request/{ref}").text
    assert "Block Anna" in page and "Nobody is told that you blocked." in page
    answer = bo.post(f"/block/request/{ref}", follow_redirects=True)
    assert "You blocked Anna." in answer.text
    assert bo.get(f"/help/{ref}").status_code == 404
    anna = stand(app, Resident, name="Anna").ref
    assert "The block is taken back." in bo.post(f"/me/blocked/{anna}/undo", follow_redirects=True).text
    assert bo.get(f"/help/{ref}").status_code == 200
    assert blocks(app) == set()


def test_twice_is_once(app: Flask, as_person: AsPerson) -> None:
    ref, bo = stand(app, HelpRequest, id=ask(app)).ref, as_person("Bo")
    for _click in range(2):
        assert bo.post(f"/block/request/{ref}").headers["Location"] == "/me/blocked"
    assert blocks(app) == {(person(app, "Bo"), person(app, "Anna"))}


def test_the_asker_blocks_from_the_list_of_replies(app: Flask, as_person: AsPerson) -> None:
    help_id = ask(app)
    reply, ref = stand(app, Reply, id=offer(app, help_id)).ref, stand(app, HelpRequest, id=help_id).ref
    anna = as_person("Anna")
    assert f"/block/reply/{reply}" in anna.get(f"/help/{ref}").text
    anna.post(f"/block/reply/{reply}")
    anna.get("/me/blocked")  # hears what is said once
    page = anna.get(f"/help/{ref}").text
    assert "<h3>Bo</h3>" not in page and "Nobody has answered yet" in page


def test_from_an_agreement_the_page_says_that_it_is_cancelled(app: Flask, as_person: AsPerson) -> None:
    ref = stand(app, Agreement, id=agree(app, ask(app))).ref
    bo = as_person("Bo")
    assert "Your agreement is cancelled. Anna is told that, and no more." in bo.get(f"/block/agreement/{ref}").text
    bo.post(f"/block/agreement/{ref}")
    assert stand(app, Agreement, ref=ref).status == "cancelled"
    assert bo.get(f"/agreements/{ref}").status_code == as_person("Anna").get(f"/agreements/{ref}").status_code == 404


def test_a_host_stays_visible_as_host_and_sees_what_a_host_must(app: Flask, as_person: AsPerson) -> None:
    ref, of_dorthe = stand(app, HelpRequest, id=ask(app)).ref, stand(app, HelpRequest, id=ask(app, "Dorthe")).ref
    anna = as_person("Anna")
    assert "Dorthe is your local host." in anna.get(f"/block/request/{of_dorthe}").text
    anna.post(f"/block/request/{of_dorthe}")
    assert anna.get(f"/help/{of_dorthe}").status_code == 404
    assert "Dorthe" in anna.get("/nearby").text, "whom to ring"
    dorthe = as_person("Dorthe")
    page = dorthe.get(f"/help/{ref}").text
    assert "Hjælp til Digital Post" in page and "I can help" not in page and "Block this person" not in page
    assert dorthe.post(f"/help/{ref}/reply", data={"line": ""}).status_code == 403
    assert ref not in dorthe.get("/nearby").text


@pytest.mark.parametrize("path", ["/me/blocked", "/block/request/{}"])
def test_its_pages_take_two_statements(app: Flask, as_person: AsPerson, path: str) -> None:
    ref, bo = stand(app, HelpRequest, id=ask(app)).ref, as_person("Bo")
    bo.get("/me/blocked")
    with counted(app) as seen:
        assert bo.get(path.format(ref)).status_code == 200
    assert len(seen) == 2


def test_nobody_blocks_from_ones_own_request(app: Flask, as_person: AsPerson) -> None:
    ref = stand(app, HelpRequest, id=ask(app)).ref
    assert as_person("Anna").get(f"/block/request/{ref}").status_code == 403
    assert as_person("Elsa").get(f"/block/request/{ref}").status_code == 404
