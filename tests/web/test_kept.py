"""Nothing typed is lost: not with an old form token, not when the session has ended, not by changing the language.

The crawl goes through every form that anybody finds, so a new one is tried without a new test.
"""

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from app import create_app
from models import Agreement, AuthSession, HelpRequest, Reply, Resident, db
from neighbours.database import writing
from tests.conftest import Clock
from tests.crawling import GOOD, FormFound, Page, Visitor, endpoint_of, forms, visitors
from tests.letters import last_code
from tests.scene import Scene, build_scene
from tests.village import NOW
from tests.yes import agree, ask, offer, stand, stands

As = Callable[[str], FlaskClient]
OURS = {"Origin": "http://localhost"}
TYPED = "Noget, jeg har skrevet"
# What the crawl must find: a form that it no longer reaches, or a new one, is to be named here.
FORMS = {
    "suggestions.another_day",
    *("beginning.question", "beginning.to_helper", "talk.one", "notices.from_mail", "notices.own"),
    *("report.agreement", "report.message", "report.offer", "report.reply", "report.request"),
    *("account.contact", "account.contact_code", "account.help", "account.letter_code", "account.name"),
    *("account.pause", "account.shown", "agreements.thanks", "feedback.write", "replies.accept", "replies.reply"),
    *("ask.begin", "ask.what", "ask.when", "ask.where", "ask.check", "offer.begin", "offer.what", "offer.when"),
    *("joining.choose", "joining.name", "joining.contact", "joining.help", "joining.times"),
    *("joining.reach", "joining.code", "joining.known"),
    *("signing_in.contact", "signing_in.code", "signing_in.person"),
}
# A list to pick from, and an answer beside each neighbour: no question of the whole page.
BESIDE = {"joining.choose", "replies.accept"}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that sends what was kept on, and where to."""
    form = re.search(
        r'<form method="post" action="([^"]*)" id="answers">\s*(<input type="hidden" name="csrf_token".*?)</form>',
        page.split("<main")[1],
        re.DOTALL,
    )
    assert form, page
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2])
    return {
        "": unescape(form[1]),
        **{name: unescape(value) for name, value in fields if name != "writer"},
    }


def end_session_of(app: Flask, name: str) -> None:
    with app.app_context(), writing() as session:
        who = session.query(Resident.id).filter(Resident.name == name).scalar()
        session.execute(update(AuthSession).where(AuthSession.resident_id == who).values(ended_at=NOW))


def sign_in(app: Flask, client: FlaskClient, contact: str, page: str) -> str:
    """Sign in by the pages, from where one was led to; where that leads."""
    code_page = client.post(page, data={"contact": contact}).headers["Location"]
    return client.post(code_page, data={"code": last_code(app)}).headers["Location"]


@pytest.fixture(scope="module")
def scene(sqlite_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("kept") / "instance"
    shutil.copytree(sqlite_village, folder)
    app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, "INSTANCE": folder, "CLOCK": lambda: NOW})
    yield build_scene(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def answers_to(form: FormFound) -> dict[str, str]:
    """What somebody answers: words where words are typed, else the last of the choices."""
    answers = {}
    for name, each in form.fields.items():
        if each.is_typed and name not in ("code", "at_time", "places"):
            answers[name] = TYPED
        elif each.is_typed:
            answers[name] = GOOD.get(name, "14:30")
        elif each.type in ("radio", "checkbox"):
            answers[name] = each.choices[-1]
    return answers


class Answered(NamedTuple):
    """A form, who found it, and what they would send."""

    visitor: Visitor
    endpoint: str
    form: FormFound
    answers: dict[str, str]

    @property
    def sent(self) -> dict[str, str]:
        return self.form.good() | self.answers

    def lost(self, page: str) -> set[str]:
        """The questions whose answers do not stand in a form of this page."""
        found = Page(self.form.page, page)
        return {name for name, value in self.answers.items() if value not in found.typed(name)}


@pytest.fixture(scope="module")
def every(scene: Scene) -> list[Answered]:
    """Each form with something to answer, once for each page that it goes to."""
    found: dict[str, Answered] = {}
    for visitor in visitors(scene):
        for form in forms(scene, visitor):
            endpoint, answers = endpoint_of(scene, form.action, "POST"), answers_to(form)
            if form.method == "POST" and answers:
                found.setdefault(endpoint, Answered(visitor, endpoint, form, answers))
    return list(found.values())


def test_the_crawl_finds_the_forms_with_words_and_those_with_choices_only(every: list[Answered]) -> None:
    assert sorted({each.endpoint for each in every} ^ FORMS) == []


def test_with_an_old_form_token_every_form_comes_back_with_what_was_answered(
    scene: Scene, every: list[Answered]
) -> None:
    scene.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for each in every:
            with scene.fresh():
                sent = each.sent | {"csrf_token": "old"}
                page = each.visitor.browser(scene).post(each.form.action, data=sent, headers=OURS)
            assert page.status_code in (400, 422), each.form.action
            assert not each.lost(page.text), each.form.action
    finally:
        scene.app.config["WTF_CSRF_ENABLED"] = False


def test_with_another_language_every_page_comes_back_as_it_was_answered_and_nothing_is_done(
    scene: Scene, every: list[Answered]
) -> None:
    for each in (each for each in every if each.endpoint not in BESIDE):
        with scene.fresh():
            sent = each.sent | {"language_of_pages": "nl"}
            page = each.visitor.browser(scene).post(each.form.action, data=sent, headers=OURS)
            assert not scene.is_written, each.form.action
        assert page.status_code == 200 and '<html lang="nl">' in page.text, each.form.action
        assert 'class="summary"' not in page.text and not each.lost(page.text), each.form.action


def test_every_page_with_questions_sends_them_along_when_the_language_is_changed(
    scene: Scene, every: list[Answered]
) -> None:
    for each in every:
        with scene.fresh():
            page = each.visitor.browser(scene).get(each.form.page).text
        expected = (0, 0) if each.endpoint in BESIDE else (4, 1)  # three languages, and what Enter presses
        assert (page.count('form="answers"'), page.count('id="answers"')) == expected, each.form.page


def test_where_signing_in_leads_survives_another_language(app: Flask, as_person: As, client: FlaskClient) -> None:
    path, sent = "/sign-in?next=/mine?all%3Dyes", {"contact": "bo@example.org", "language_of_pages": "da"}
    assert '<html lang="da">' in client.post(path, data=sent, headers=OURS).text
    assert sign_in(app, client, "bo@example.org", path) == "/mine?all=yes"


def test_where_signing_in_leads_survives_an_old_form_token(app: Flask, as_person: As, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.post("/sign-in?next=/kept", data={"contact": "bo@example.org"}, headers=OURS)
    assert page.status_code == 400 and hidden(page.text)[""] == "/sign-in?next=/kept"


@pytest.mark.parametrize(("who", "finds"), [("bo", True), ("dorthe", False)])
def test_another_language_shows_nobody_what_was_written_before_the_session_ended(
    app: Flask, as_person: As, who: str, finds: bool
) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"
    form = written(bo.get(path).text) | {"line": TYPED, "language_of_pages": "da"}
    end_session_of(app, "Bo")
    answer = bo.post(f"{path}/reply", data=form, headers=OURS)
    assert answer.headers["Location"] == "/sign-in?next=/kept"
    assert '<html lang="da"' in bo.get("/sign-in").text
    sign_in(app, bo, f"{who}@example.org", "/sign-in?next=/kept")
    assert (TYPED in bo.get("/kept", follow_redirects=True).text) == finds


def test_what_is_too_long_to_wait_says_where_it_is(app: Flask, as_person: As) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"
    end_session_of(app, "Bo")
    answer = bo.post(f"{path}/reply", data={"line": secrets.token_hex(8000)}, headers=OURS)
    assert "typed-0" not in str(answer.headers)
    assert "too long to wait here" in bo.get(answer.headers["Location"]).text


def test_with_an_old_form_token_the_language_is_changed_all_the_same(app: Flask, as_person: As) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    bo, sent = as_person("Bo"), {"language_of_pages": "da", "csrf_token": "old"}
    assert (
        bo.post("/language?next=/mine", data=sent, headers={"Origin": "https://elsewhere.example"}).status_code == 400
    )
    answer = bo.post("/language?next=/mine", data=sent, headers=OURS)
    assert (answer.status_code, answer.location) == (303, "/mine")
    assert '<html lang="da">' in bo.get("/mine").text


def test_changing_the_language_twice_loses_nothing(as_person: As) -> None:
    bo = as_person("Bo")
    for language in ("da", "nl"):
        page = bo.post("/feedback", data={"text": TYPED, "language_of_pages": language}, headers=OURS).text
        assert f'<html lang="{language}">' in page and Page("/", page).typed("text") == [TYPED]
        assert page.count('form="answers"') == 4


def test_a_button_that_was_kept_is_not_pressed_by_changing_the_language(app: Flask, as_person: As) -> None:
    reply = stand(app, Reply, id=offer(app, ask(app))).ref
    app.config["WTF_CSRF_ENABLED"] = True
    page = as_person("Anna").post(f"/replies/{reply}/accept", data={"share_phone": "y"}, headers=OURS).text
    assert "Send it now" in page and 'form="answers"' not in page


def test_choices_survive_a_session_that_has_ended_and_are_shown_by_their_words(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    end_session_of(app, "Bo")
    sent = {"kinds": ["garden", "snow"], "days": ["0"], "parts": ["morning"], "reach": "3000"}
    answer = bo.post("/me/help", data=sent, headers=OURS)
    assert sign_in(app, bo, "bo@example.org", answer.headers["Location"]) == "/kept"
    page = bo.get("/kept").text
    shown = re.findall(r"<li>([^<]*)</li>", page.split("<main")[1].split("</form>")[0])
    assert shown == ["Garden and grounds", "Snow", "Monday", "Morning"]
    assert page.count('name="kinds"') == 2 and hidden(page)["reach"] == "3000"


def test_a_day_from_a_calendar_is_shown_as_people_say_it(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    end_session_of(app, "Bo")
    answer = bo.post("/me/break", data={"until": "2026-06-20"}, headers=OURS)
    sign_in(app, bo, "bo@example.org", answer.headers["Location"])
    assert '<p class="written" dir="auto">Saturday 20 June</p>' in bo.get("/kept").text


def test_answers_without_words_of_ours_are_kept_unseen(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    end_session_of(app, "Bo")
    answer = bo.post("/me/shown", data={"shown": "village"}, headers=OURS)
    sign_in(app, bo, "bo@example.org", answer.headers["Location"])
    page = bo.get("/kept").text
    assert "Your answers are kept." in page and hidden(page)["shown"] == "village"


def test_a_single_button_is_pressed_anew_by_whoever_sees_what_it_does(app: Flask, as_person: As) -> None:
    bo, ref = as_person("Bo"), stand(app, Agreement, id=agree(app, ask(app))).ref
    end_session_of(app, "Bo")
    answer = bo.post(f"/agreements/{ref}/share-phone", data={"share": "yes"}, headers=OURS)
    assert answer.headers["Location"] == "/sign-in?next=/" and "typed-0" not in str(answer.headers)


@pytest.mark.parametrize(
    ("page", "leads_back"), [("/help/{}", True), ("/replies/{}/accept", False), ("//[", False), ("", False)]
)
def test_an_old_yes_please_leads_back_to_where_it_says_whom_it_is_for(
    app: Flask, as_person: As, page: str, leads_back: bool
) -> None:
    ident = ask(app)
    reply, before = stand(app, Reply, id=offer(app, ident)).ref, page.format(stand(app, HelpRequest, id=ident).ref)
    app.config["WTF_CSRF_ENABLED"] = True
    anna, sent = as_person("Anna"), OURS | ({"Referer": f"http://localhost{before}"} if before else {})
    answer = anna.post(f"/replies/{reply}/accept", data={"share_phone": "y"}, headers=sent)
    assert stands(app, Agreement) == []
    if leads_back:
        assert answer.headers["Location"] == f"http://localhost{before}"
        assert "press the button once more" in anna.get(before).text
    else:
        assert answer.status_code == 400 and "Send it now" in answer.text


def test_a_line_of_help_survives_a_session_that_has_ended(app: Flask, as_person: As) -> None:
    bo, ident = as_person("Bo"), ask(app)
    path = f"/help/{stand(app, HelpRequest, id=ident).ref}/reply"
    end_session_of(app, "Bo")
    answer = bo.post(path, data={"line": TYPED, "share_phone": "y"}, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/kept")
    assert TYPED not in str(answer.headers)
    assert sign_in(app, bo, "bo@example.org", answer.headers["Location"]) == "/kept"
    page = bo.get("/kept").text
    assert TYPED in page and stands(app, Reply, help_request_id=ident) == []
    sent = hidden(page)
    assert sent.pop("") == path
    assert bo.post(path, data=sent, headers=OURS).status_code == 303
    row = stand(app, Reply, help_request_id=ident)
    assert (row.line, row.shares_phone if hasattr(row, "shares_phone") else row.share_phone) == (TYPED, True)
    assert bo.get("/kept").status_code == 303, "what was sent is kept no longer"


def test_a_whole_request_in_the_middle_of_being_asked_survives(app: Flask, as_person: As) -> None:
    anna = as_person("Anna")
    page = anna.get("/ask").text
    draft = re.search(r'name="ref"[^>]*value="([^"]+)"', page)
    assert draft
    end_session_of(app, "Anna")
    sent = {"ref": draft[1], "kind": "garden", "title": TYPED, "text": "æøå " * 200, "languages": ["da", "en"]}
    answer = anna.post("/ask", data=sent, headers=OURS)
    sign_in(app, anna, "anna@example.org", answer.headers["Location"])
    again = hidden(anna.get("/kept").text)
    assert again[""] == "/ask"
    page = anna.get("/kept").text
    assert page.count('name="languages"') == 2
    posted = anna.post("/ask", data=sent, headers=OURS)
    assert posted.status_code == 303 and stand(app, HelpRequest, title=TYPED).status == "draft"


def test_nobody_else_who_signs_in_afterwards_reads_it(app: Flask, as_person: As) -> None:
    bo, ref = as_person("Bo"), stand(app, HelpRequest, id=ask(app)).ref
    end_session_of(app, "Bo")
    answer = bo.post(f"/help/{ref}/reply", data={"line": TYPED}, headers=OURS)
    assert sign_in(app, bo, "dorthe@example.org", answer.headers["Location"]) == "/kept"
    page = bo.get("/kept", follow_redirects=True).text
    assert TYPED not in page and "It was thrown away" in page
    assert TYPED not in bo.get("/kept", follow_redirects=True).text


def test_who_wrote_after_signing_out_in_another_tab_is_not_known_so_nothing_waits(app: Flask, as_person: As) -> None:
    bo, ref = as_person("Bo"), stand(app, HelpRequest, id=ask(app)).ref
    bo.post("/sign-out")
    answer = bo.post(f"/help/{ref}/reply", data={"line": TYPED}, headers=OURS)
    assert "typed-0" not in str(answer.headers)
    sign_in(app, bo, "dorthe@example.org", answer.headers["Location"])
    assert TYPED not in bo.get("/kept", follow_redirects=True).text


def written(page: str) -> dict[str, str]:
    """What the form of the page carries along about who writes in it."""
    return {"writer": Page("/", page).typed("writer")[-1]}


@pytest.mark.parametrize(("who", "finds"), [("bo", True), ("dorthe", False)])
def test_a_form_left_open_after_signing_out_waits_for_its_writer_alone(
    app: Flask, as_person: As, who: str, finds: bool
) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"
    form = written(bo.get(path).text)
    bo.post("/sign-out")
    answer = bo.post(f"{path}/reply", data=form | {"line": TYPED}, headers=OURS)
    assert answer.headers["Location"] == "/sign-in?next=/kept"
    assert sign_in(app, bo, f"{who}@example.org", "/sign-in?next=/kept") == "/kept"
    page = bo.get("/kept", follow_redirects=True).text
    assert (TYPED in page) == finds and ("It was thrown away" in page) != finds
    assert (TYPED in bo.get("/kept", follow_redirects=True).text) == finds


@pytest.mark.parametrize("writer", ["x", "æ", "gAAAAA", ""])
def test_a_writer_of_ones_own_making_is_nobody(app: Flask, as_person: As, writer: str) -> None:
    bo, path = as_person("Bo"), f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"
    end_session_of(app, "Bo")
    bo.post(f"{path}/reply", data={"writer": writer, "line": TYPED}, headers=OURS)
    sign_in(app, bo, "bo@example.org", "/sign-in?next=/kept")
    assert TYPED not in bo.get("/kept", follow_redirects=True).text


@pytest.mark.parametrize("writer", ["Bo", "Dorthe", None])
@pytest.mark.parametrize("reader", ["Bo", "Dorthe", None])
def test_with_an_old_form_token_only_the_writer_sees_the_words(
    app: Flask, as_person: As, writer: str | None, reader: str | None
) -> None:
    browsers = {name: as_person(name) if name else app.test_client() for name in {writer, reader}}
    form = written(browsers[writer].get("/feedback").text)
    app.config["WTF_CSRF_ENABLED"] = True
    page = browsers[reader].post("/feedback", data=form | {"text": TYPED}, headers=OURS)
    assert page.status_code == 400 and (TYPED in page.text) == (writer == reader)


@pytest.mark.parametrize("reader", ["Anna", "Bo"])
@pytest.mark.parametrize("path", ["/ask", "/offer"])
def test_the_questions_of_asking_and_offering_show_old_words_to_their_writer_alone(
    app: Flask, as_person: As, path: str, reader: str
) -> None:
    form = written(as_person("Anna").get(path).text)
    app.config["WTF_CSRF_ENABLED"] = True
    page = as_person(reader).post(path, data=form | {"title": TYPED}, headers=OURS)
    assert (TYPED in page.text) == (reader == "Anna") and page.status_code == (422 if reader == "Anna" else 400)


def test_what_waits_is_taken_away_on_leaving(app: Flask, as_person: As) -> None:
    bo, ref = as_person("Bo"), stand(app, HelpRequest, id=ask(app)).ref
    end_session_of(app, "Bo")
    answer = bo.post(f"/help/{ref}/reply", data={"line": TYPED}, headers=OURS)
    sign_in(app, bo, "bo@example.org", answer.headers["Location"])
    assert bo.get_cookie("typed-0") is not None
    bo.post("/sign-out")
    assert bo.get_cookie("typed-0") is None


def test_an_origin_that_is_no_address_is_not_ours(client: FlaskClient) -> None:
    assert client.post("/feedback", data={"text": TYPED}, headers={"Origin": "http://["}).status_code < 500


def test_it_waits_for_two_hours(app: Flask, as_person: As, clock: Clock) -> None:
    bo, ref = as_person("Bo"), stand(app, HelpRequest, id=ask(app)).ref
    end_session_of(app, "Bo")
    answer = bo.post(f"/help/{ref}/reply", data={"line": TYPED}, headers=OURS)
    clock.now += timedelta(hours=2, seconds=1)
    assert sign_in(app, bo, "bo@example.org", answer.headers["Location"]) == "/kept"
    assert bo.get("/kept").headers["Location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/localhost"}],
)
def test_what_another_site_sends_is_not_kept(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    ref = stand(app, HelpRequest, id=ask(app)).ref
    answer = client.post(f"/help/{ref}/reply", data={"line": TYPED}, headers=headers)
    assert answer.status_code == 303 and "typed-0" not in str(answer.headers.getlist("Set-Cookie"))
    app.config["WTF_CSRF_ENABLED"] = True
    assert TYPED not in client.post("/sign-in", data={"contact": TYPED}, headers=headers).text


def test_a_cookie_of_ones_own_making_opens_nothing(app: Flask, as_person: As) -> None:
    bo = as_person("Bo")
    for forged in ("x", "gAAAAA", "æ"):
        bo.set_cookie("typed-0", forged)
        assert bo.get("/kept").headers["Location"] == "/"


def test_the_page_of_what_was_kept_is_for_whoever_is_signed_in(client: FlaskClient) -> None:
    assert client.get("/kept").headers["Location"] == "/sign-in?next=/kept"


def test_a_page_that_comes_too_late_shows_what_was_written(app: Flask, as_person: As) -> None:
    ident, bo = ask(app), as_person("Bo")
    path = f"/help/{stand(app, HelpRequest, id=ident).ref}/reply"
    with app.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == ident).values(status="withdrawn", withdrawn_at=NOW))
    answer = bo.post(path, data={"line": TYPED}, headers=OURS)
    assert answer.status_code in (404, 409) and TYPED in answer.text


def test_a_pause_after_many_tries_shows_what_was_written(client: FlaskClient) -> None:
    answers = [client.post("/sign-in", data={"contact": "grethe@example.org"}, headers=OURS) for _ in range(30)]
    assert answers[-1].status_code == 429 and "grethe@example.org" in answers[-1].text


def test_a_fault_of_ours_shows_what_was_written(app: Flask, as_person: As, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/help/{stand(app, HelpRequest, id=ask(app)).ref}/reply"
    monkeypatch.setattr("neighbours.actions.help.replying.offer_help", lambda *facts: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = as_person("Bo").post(path, data={"line": TYPED}, headers=OURS)
    assert answer.status_code == 500 and TYPED in answer.text


def in_by_the_pages(app: Flask, name: str | None) -> FlaskClient:
    """A browser with the cookie that signing in by the pages gives; a stranger's without a name."""
    browser = app.test_client()
    if name:
        sign_in(app, browser, f"{name.lower()}@example.org", "/sign-in")
    return browser


def take_away_the_database(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(text("ALTER TABLE installation RENAME TO gone"))


@pytest.mark.parametrize("writer", ["Bo", "Dorthe", None])
@pytest.mark.parametrize("reader", ["Bo", "Dorthe", None])
def test_without_a_database_only_the_writer_sees_the_words(app: Flask, writer: str | None, reader: str | None) -> None:
    browsers = {name: in_by_the_pages(app, name) for name in {writer, reader}}
    form = written(browsers[writer].get("/feedback").text)
    take_away_the_database(app)
    page = browsers[reader].post("/feedback", data=form | {"text": TYPED}, headers=OURS)
    assert page.status_code == 503 and (TYPED in page.text) == (writer == reader)


def test_without_a_database_who_was_signed_out_from_elsewhere_sees_no_words(app: Flask) -> None:
    bo = in_by_the_pages(app, "Bo")
    form = written(bo.get("/feedback").text)
    end_session_of(app, "Bo")
    bo.get("/")  # this browser is told
    take_away_the_database(app)
    for each in (form, form | {"writer": ""}):
        assert TYPED not in bo.post("/feedback", data=each | {"text": TYPED}, headers=OURS).text


@pytest.mark.parametrize("days", [0, 1])
def test_a_cookie_that_does_not_tell_the_writer_yet_learns_it_within_a_day(
    app: Flask, as_person: As, clock: Clock, days: int
) -> None:
    bo = as_person("Bo")
    clock.now += timedelta(days=days)
    form = written(bo.get("/feedback").text)
    take_away_the_database(app)
    for each, is_shown in ((form, days == 1), (form | {"writer": ""}, False)):
        page = bo.post("/feedback", data=each | {"text": TYPED}, headers=OURS)
        assert (TYPED in page.text) == is_shown
