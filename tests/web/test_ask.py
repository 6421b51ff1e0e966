"""Asking for help, page by page: what is typed is never lost, and whoever it is not for does not find it."""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import delete

from models import HelpRequest, Home
from neighbours.database import writing
from tests.village import counted, sign_in_as
from tests.web.asking import HOW, WHAT, WHEN, WHERE, asked, draft, errors_of, new_form, value_of
from tests.yes import agree, offer, stand, stands

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "peers" / "blns.json"
PAGES = ("what", "when", "where", "check", "posted")
ACTS = ("drop", "undo-drop", "take-back", "withdraw", "undo-withdraw", "again")


@pytest.fixture
def anna(as_person):
    return as_person("Anna")


def test_the_journey_asks_one_question_a_page_and_opens_one_request(app, anna):
    ref = asked(anna)
    page = anna.get(f"/ask/{ref}/posted").text
    assert "What happens now" in page and "Take it back" in page and "Friday 5 June" in page
    request = stand(app, HelpRequest, ref=ref)
    assert (request.status, request.kind, request.subkind, request.minutes) == ("open", "digital", "mitid", 60)


def test_the_page_to_check_says_all_in_plain_words(anna):
    ref = draft(anna, text="Jeg kan ikke logge ind")
    page = anna.get(f"/ask/{ref}/check").text
    for words in (
        "Hjælp med MitID",
        "Jeg kan ikke logge ind",
        "Friday 5 June in the afternoon",
        "1 hour",
        "At home",
        "MitID",
    ):
        assert words in page
    assert '<dd lang="da" dir="ltr">Hjælp med MitID</dd>' in page


@pytest.mark.parametrize("page", ["", *(f"/{{ref}}/{page}" for page in PAGES)])
def test_every_page_is_two_statements(app, anna, page):
    ref = asked(anna) if "posted" in page else draft(anna)
    path = "/ask" + page.format(ref=ref)
    with counted(app) as statements:
        assert anna.get(path).status_code == 200
    assert len(statements) == 2, statements


def test_the_first_page_shows_all_kinds_and_the_persons_own_languages(anna):
    page = anna.get("/ask").text
    assert page.count('name="kind"') == 11 and "You need not say why" in page
    assert page.count(" checked") == 4  # da and en spoken, Danish written, no sub-kind


def test_an_offer_leads_to_the_first_page_with_its_kind_chosen(anna):
    assert 'value="garden" checked' in anna.get("/ask?kind=garden").text
    assert 'name="kind" value="garden" checked' not in anna.get("/ask?kind=%00gold").text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("kind", "", "Choose what it is about."),
        ("kind", "gold", "Choose what it is about."),
        ("title", "", "Say it in one line"),
        ("title", " \u200b ", "Say it in one line"),
        ("title", "x" * 81, "room for 80 letters"),
        ("title", "Mit nummer er 010190-1234", "civil registration number"),
        ("text", "y" * 1001, "room for 1000 letters"),
        ("languages", [], "at least one language"),
        ("languages", ["xx"], "at least one language"),
    ],
)
def test_a_first_page_with_a_mistake_comes_back_with_everything_typed(app, anna, field, typed, words):
    sent = WHAT | {"title": "En linje", "text": "Og <b>mere</b>", "ref": new_form(anna)} | {field: typed}
    answer = anna.post("/ask", data=sent)
    assert answer.status_code == 422 and words in errors_of(answer.text)
    assert answer.text.startswith("<!doctype html>") and "<title>Error:" in answer.text
    assert value_of(answer.text, "ref") == sent["ref"]
    assert value_of(answer.text, "title") == sent["title"]
    assert (sent["text"] == "y" * 1001) or "Og &lt;b&gt;mere&lt;/b&gt;" in answer.text
    assert stands(app, HelpRequest) == []


def test_a_number_that_looks_civil_goes_through_once_it_is_said_to_be_a_telephone(app, anna):
    sent = WHAT | {"title": "Ring 010190-1234", "ref": new_form(anna)}
    answer = anna.post("/ask", data=sent)
    assert answer.status_code == 422 and 'name="is_phone"' in answer.text
    assert anna.post("/ask", data=sent | {"is_phone": "y"}).status_code == 303
    assert stand(app, HelpRequest).title == "Ring 010190-1234"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"when_kind": ""}, "Choose when"),
        ({"when_kind": "soon"}, "Choose when"),
        ({"when_kind": "day", "day": ""}, "Say which day"),
        ({"when_kind": "day", "day": "2026-02-30"}, "cannot read this day"),
        ({"when_kind": "day", "day": "snart"}, "cannot read this day"),
        ({"when_kind": "day", "day": "9999-12-31"}, "more than a year ahead"),
        ({"when_kind": "day", "day": "2026-05-31"}, "has passed"),
        ({"when_kind": "day", "day": "2026-06-01", "parts": ["morning"]}, "part of today is over"),
        ({"when_kind": "day", "day": "2026-06-01", "at_time": "08:00"}, "time has passed today"),
        ({"when_kind": "day", "day": "2027-03-28", "at_time": "02:30"}, "clocks jump over"),
        ({"when_kind": "day", "day": "2026-06-05", "at_time": "25:00"}, "cannot read this time"),
        ({"when_kind": "weekdays"}, "at least one weekday"),
        ({"when_kind": "weekdays", "weekdays": ["8", "x"]}, "at least one weekday"),
        ({"when_kind": "whenever", "places": "0"}, "from 1 to 20"),
        ({"when_kind": "whenever", "places": "-1"}, "from 1 to 20"),
        ({"when_kind": "whenever", "places": "21"}, "from 1 to 20"),
        ({"when_kind": "whenever", "places": ""}, "from 1 to 20"),
        ({"when_kind": "whenever", "places": "9" * 5000}, "from 1 to 20"),
        ({"when_kind": "whenever", "minutes": "99999"}, "how long"),
        ({"when_kind": "whenever", "minutes": "-5"}, "how long"),
    ],
)
def test_a_when_page_with_a_mistake_says_how_to_mend_it(app, anna, typed, words):
    ref = draft(anna)
    sent = {"minutes": "30", "places": "3"} | typed
    answer = anna.post(f"/ask/{ref}/when", data=sent)
    assert answer.status_code == 422 and words in errors_of(answer.text)
    assert value_of(answer.text, "places") == sent["places"]
    if typed.get("day"):
        assert value_of(answer.text, "day") == typed["day"]
    assert stand(app, HelpRequest, ref=ref).day.isoformat() == "2026-06-05"


def test_a_day_that_the_calendar_field_cannot_hold_stays_in_a_line_of_text(anna):
    ref = draft(anna)
    page = anna.post(f"/ask/{ref}/when", data={"when_kind": "day", "day": "30. februar", "places": "1"}).text
    assert 'type="date"' not in page and value_of(page, "day") == "30. februar"
    assert 'type="date"' in anna.get(f"/ask/{ref}/when").text


def test_several_mistakes_on_a_page_are_told_at_once(anna):
    ref = draft(anna)
    words = errors_of(anna.post(f"/ask/{ref}/when", data={"when_kind": "day", "day": "", "places": "99"}).text)
    assert "Say which day" in words and "from 1 to 20" in words


def test_an_empty_first_page_says_everything_at_once(anna):
    answer = anna.post("/ask", data={"kind": "", "title": "", "languages": "da"})
    assert answer.status_code == 422
    said = errors_of(answer.text)
    assert "Choose what it is about." in said and "Say it in one line, in your own words." in said


def test_weekdays_and_whenever_are_kept(app, anna):
    ref = draft(anna)
    sent = {"when_kind": "weekdays", "weekdays": ["0", "4"], "weekday_parts": ["evening"], "places": "2"}
    assert anna.post(f"/ask/{ref}/when", data=sent).location == f"/ask/{ref}/check"
    assert "Mondays and Fridays in the evening" in anna.get(f"/ask/{ref}/check").text
    anna.post(f"/ask/{ref}/when", data={"when_kind": "whenever", "places": "2"})
    assert stand(app, HelpRequest, ref=ref).when_kind == "whenever"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose where"),
        ({"place_kind": "moon"}, "Choose where"),
        ({"place_kind": "version"}, "Choose where"),
        ({"place_kind": "public"}, "Say where"),
        ({"place_kind": "public", "public": "nonsense"}, "Say where"),
        ({"place_kind": "green", "place_text": "x" * 121}, "room for 120 letters"),
        ({"place_kind": "public", "place_text": "cpr 0101901234"}, "civil registration"),
    ],
)
def test_a_where_page_with_a_mistake_says_how_to_mend_it(anna, typed, words):
    ref = draft(anna)
    answer = anna.post(f"/ask/{ref}/where", data=typed)
    assert answer.status_code == 422 and words in errors_of(answer.text)


def test_a_place_of_the_area_or_ones_own_words_are_kept(app, anna):
    ref = draft(anna)
    page = anna.get(f"/ask/{ref}/where").text
    assert "Anneby Bibliotek" in page and "Anneby Fælled" in page and "Carlsby" not in page
    library = page.split('name="public" value="')[1].split('"')[0]
    anna.post(f"/ask/{ref}/where", data={"place_kind": "public", "public": library})
    assert "Anneby Bibliotek" in anna.get(f"/ask/{ref}/check").text
    anna.post(f"/ask/{ref}/where", data={"place_kind": "public", "place_text": "ved købmanden"})
    assert '<span lang="da" dir="ltr">ved købmanden</span>' in anna.get(f"/ask/{ref}/check").text
    assert anna.post(f"/ask/{ref}/where", data={"place_kind": "green", "green": library}).status_code == 422


def test_the_place_of_another_area_is_not_taken(anna, as_person):
    elsas = as_person("Elsa")
    page = elsas.get(f"/ask/{draft(elsas)}/where").text
    far = page.split('name="public" value="')[1].split('"')[0]
    answer = anna.post(f"/ask/{draft(anna)}/where", data={"place_kind": "public", "public": far})
    assert answer.status_code == 422


def test_back_and_sending_any_page_again_is_harmless(app, anna):
    ref = asked(anna)
    before = stand(app, HelpRequest, ref=ref)
    assert anna.post("/ask", data=WHAT | {"ref": ref}).location == f"/ask/{ref}/posted"
    for page, sent in (("what", WHAT), ("when", WHEN), ("where", WHERE)):
        assert anna.post(f"/ask/{ref}/{page}", data=sent | {"version": "1"}).location == f"/ask/{ref}/check"
    assert anna.post(f"/ask/{ref}/check", data=HOW).location == f"/ask/{ref}/posted"
    assert stands(app, HelpRequest) == [before]


def test_the_first_page_sent_twice_makes_one_draft(app, anna):
    sent = WHAT | {"ref": new_form(anna)}
    assert anna.post("/ask", data=sent).location == anna.post("/ask", data=sent).location
    assert len(stands(app, HelpRequest)) == 1


def test_a_lift_is_asked_where_it_begins_and_where_to(anna):
    ref = new_form(anna)
    anna.post("/ask", data=WHAT | {"ref": ref, "kind": "lift", "subkind": ""})
    page = anna.get(f"/ask/{ref}/where").text
    assert "Where does the trip begin?" in page and "Where to?" in page and f'href="/ask/{ref}/what"' in page


def test_a_draft_is_offered_to_go_on_with_dropped_and_brought_back(app, anna):
    ref = new_form(anna)
    answer = anna.post("/ask", data=WHAT | {"ref": ref, "act": "later"})
    assert answer.location == "/mine"
    assert "Go on with it" in anna.get("/ask").text and "Hjælp med MitID" in anna.get("/ask").text
    assert anna.get(f"/ask/{ref}/check").location == f"/ask/{ref}/when"
    assert anna.post(f"/ask/{ref}/drop").location == anna.post(f"/ask/{ref}/drop").location == "/ask"
    assert "Bring it back" in anna.get("/ask").text
    assert anna.post(f"/ask/{ref}/undo-drop").location == f"/ask/{ref}/check"
    assert stand(app, HelpRequest, ref=ref).status == "draft"


def test_a_draft_whose_day_went_by_is_not_opened_and_says_so(app, anna, clock):
    ref = draft(anna)
    clock.now += timedelta(days=10)
    answer = anna.post(f"/ask/{ref}/check", data=HOW)
    assert answer.status_code == 422 and "This day has passed" in errors_of(answer.text)


def test_an_unfinished_draft_cannot_be_opened_by_a_crafted_page(anna):
    ref = new_form(anna)
    anna.post("/ask", data=WHAT | {"ref": ref})
    assert anna.post(f"/ask/{ref}/check", data=HOW).location == f"/ask/{ref}/when"


def test_taken_back_it_can_be_changed_and_after_ten_minutes_it_is_too_late(app, anna, clock):
    ref = asked(anna)
    assert anna.post(f"/ask/{ref}/take-back").location == f"/ask/{ref}/check"
    assert anna.get(f"/ask/{ref}/posted").location == f"/ask/{ref}/check"
    anna.post(f"/ask/{ref}/check", data=HOW)
    clock.now += timedelta(minutes=11)
    assert "Take it back" not in anna.get(f"/ask/{ref}/posted").text
    assert anna.post(f"/ask/{ref}/take-back").status_code == 409


def test_an_open_request_is_changed_and_a_stale_page_keeps_the_text(app, anna):
    ref = asked(anna)
    version = value_of(anna.get(f"/ask/{ref}/what").text, "version")
    answer = anna.post(f"/ask/{ref}/what", data=WHAT | {"title": "Ny linje", "version": version})
    assert answer.location == f"/ask/{ref}/check"
    stale = anna.post(f"/ask/{ref}/what", data=WHAT | {"title": "Fra et andet vindue", "version": version})
    assert stale.status_code == 409 and value_of(stale.text, "title") == "Fra et andet vindue"
    assert stand(app, HelpRequest, ref=ref).title == "Ny linje"
    again = WHAT | {"title": "Fra et andet vindue", "version": value_of(stale.text, "version")}
    assert anna.post(f"/ask/{ref}/what", data=again).status_code == 303
    assert stand(app, HelpRequest, ref=ref).title == "Fra et andet vindue"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000])
def test_a_crafted_version_changes_nothing(app, anna, version):
    ref = asked(anna)
    assert anna.post(f"/ask/{ref}/what", data=WHAT | {"title": "Nej", "version": version}).status_code == 409
    assert stand(app, HelpRequest, ref=ref).title == WHAT["title"]


def test_what_was_withdrawn_meanwhile_shows_the_text_to_keep(anna):
    ref = asked(anna)
    anna.post(f"/ask/{ref}/withdraw")
    typed = WHAT | {"text": "Lang forklaring", "version": "4"}
    answer = anna.post(f"/ask/{ref}/what", data=typed, headers={"Origin": "http://localhost"})
    assert answer.status_code == 409 and "Lang forklaring" in answer.text
    assert f'href="/ask/{ref}/posted"' in answer.text
    assert anna.get(f"/ask/{ref}/what").status_code == 409


def test_fewer_places_that_are_all_taken_make_it_agreed_and_the_same_form_twice_is_once(app, anna):
    ref = asked(anna)
    version = value_of(anna.get(f"/ask/{ref}/when").text, "version")
    anna.post(f"/ask/{ref}/when", data=WHEN | {"places": "2", "version": version})
    agree(app, stand(app, HelpRequest, ref=ref).id)
    version = value_of(anna.get(f"/ask/{ref}/when").text, "version")
    for _twice in range(2):
        answer = anna.post(f"/ask/{ref}/when", data=WHEN | {"places": "1", "version": version})
        assert (answer.status_code, answer.location) == (303, f"/ask/{ref}/posted")
    assert stand(app, HelpRequest, ref=ref).status == "agreed" and anna.get(f"/ask/{ref}/posted").status_code == 200


def test_the_kind_stays_once_somebody_replied(app, anna):
    ref = asked(anna)
    offer(app, stand(app, HelpRequest, ref=ref).id)
    version = value_of(anna.get(f"/ask/{ref}/what").text, "version")
    answer = anna.post(f"/ask/{ref}/what", data=WHAT | {"kind": "garden", "version": version})
    assert answer.status_code == 422 and "Somebody has replied" in errors_of(answer.text)
    assert anna.post(f"/ask/{ref}/take-back").status_code == 409


def test_withdrawing_can_be_undone_and_asked_again(app, anna):
    ref = asked(anna)
    for _twice in range(2):
        assert anna.post(f"/ask/{ref}/withdraw").location == f"/ask/{ref}/withdrawn"
    assert "Take it back: show it again" in anna.get(f"/ask/{ref}/withdrawn").text
    new = anna.post(f"/ask/{ref}/again").location
    assert new == anna.post(f"/ask/{ref}/again").location and ref not in new
    assert anna.post(f"/ask/{ref}/undo-withdraw").location == f"/ask/{ref}/posted"
    assert anna.get(f"/ask/{ref}/withdrawn").location == f"/ask/{ref}/posted"


def test_urgent_first_yes_and_noticeboard_are_off_until_chosen(app, anna):
    ref = asked(anna)
    request = stand(app, HelpRequest, ref=ref)
    assert (request.urgent, request.first_yes, request.noticeboard) == (False, False, False)
    version = value_of(anna.get(f"/ask/{ref}/check").text, "version")
    anna.post(f"/ask/{ref}/check", data={"urgent": "y", "first_yes": "first", "noticeboard": "y", "version": version})
    request = stand(app, HelpRequest, ref=ref)
    assert (request.status, request.urgent, request.first_yes, request.noticeboard) == ("open", True, True, True)
    assert anna.post(f"/ask/{ref}/check", data={"first_yes": "maybe"}).status_code == 422


@pytest.mark.parametrize("name", ["Bo", "Dorthe", "Carl", "Elsa", "Hans"])
def test_nobody_else_finds_it(anna, as_person, name):
    other = as_person(name)
    for ref in (draft(anna), asked(anna), "AAAAAAAAAAAA", "x", "%00", "é" * 300):
        for page in PAGES:
            assert other.get(f"/ask/{ref}/{page}").status_code == 404
        for page, sent in (("what", WHAT), ("when", WHEN), ("where", WHERE), ("check", HOW)):
            assert other.post(f"/ask/{ref}/{page}", data=sent).status_code == 404
        for act in ACTS:
            assert other.post(f"/ask/{ref}/{act}").status_code == 404


@pytest.mark.parametrize("name", ["Wim", "Mia", "Otto"])
def test_only_confirmed_neighbours_ask_and_the_others_read_who_lets_them_in(app, as_person, name):
    browser = as_person(name)
    browser.post("/language", data={"language_of_pages": "en"})
    for answer in (browser.get("/ask"), browser.post("/ask", data=WHAT)):
        assert answer.status_code == 403
        assert ("Dorthe is the local host" in answer.text) == (name == "Wim")
        assert ("by neighbours of a local area" in answer.text) == (name != "Wim")
    assert stands(app, HelpRequest) == []


def test_a_stranger_is_led_to_sign_in(client):
    assert client.get("/ask").status_code == 303
    assert client.post("/ask", data=WHAT).status_code == 303


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_never_done_by_a_link(anna, act):
    assert anna.get(f"/ask/{asked(anna)}/{act}").status_code in (404, 405)


def test_a_host_asks_like_any_neighbour(as_person):
    assert asked(as_person("Dorthe"))


@pytest.mark.parametrize("page", ["", "/what", "/when", "/where", "/check"])
def test_a_form_token_of_another_session_keeps_all_that_was_typed_and_changes_nothing(app, anna, page):
    ref = draft(anna)
    before = stands(app, HelpRequest)
    app.config["WTF_CSRF_ENABLED"] = True
    sent = WHAT | WHEN | {"place_kind": "public", "place_text": "ved åen", "title": "Nye ord", "csrf_token": "stolen"}
    path = f"/ask/{ref}{page}" if page else "/ask"
    answer = anna.post(path, data=sent | HOW)
    assert answer.status_code == 422 and "press the button once more" in errors_of(answer.text)
    if page in ("", "/what"):
        assert value_of(answer.text, "title") == "Nye ord"
    if page == "/where":
        assert value_of(answer.text, "place_text") == "ved åen"
    assert stands(app, HelpRequest) == before
    token = value_of(answer.text.split("<main")[1].split("</main")[0].split("novalidate")[1], "csrf_token")
    assert anna.post(path, data=sent | HOW | {"csrf_token": token}).status_code == 303


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_a_form_token_is_not_done(app, anna, act):
    ref = asked(anna)
    before = stands(app, HelpRequest)
    app.config["WTF_CSRF_ENABLED"] = True
    assert anna.post(f"/ask/{ref}/{act}").status_code == 400
    assert stands(app, HelpRequest) == before


@pytest.mark.parametrize("bad", ["\x00", "a\x00b", "\ud800", "\u202e", "' OR 1=1 --", "🇩🇰" * 900, "\r\n"])
def test_what_a_database_cannot_hold_never_breaks_either_engine(app_on_both, bad):
    anna = sign_in_as(app_on_both, "Anna")
    ref = draft(anna)
    bad = bad.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if "\ud800" in bad else bad
    for page, sent in (("what", WHAT), ("when", WHEN), ("where", WHERE), ("check", HOW)):
        answer = anna.post(f"/ask/{ref}/{page}", data=dict.fromkeys(sent, bad) | {"version": bad})
        assert answer.status_code in (303, 422)
    assert anna.post("/ask", data=WHAT | {"title": f"x{bad}"[:80], "text": bad[:900], "ref": bad}).status_code == 303
    assert anna.get(f"/ask/{quote(bad)}/what").status_code == 404


def test_naughty_strings_in_every_field_are_kept_or_refused_but_never_break(anna):
    if not NAUGHTY.exists():
        pytest.skip("shared/data/peers/blns.json is not beside the project")
    ref = draft(anna)
    pages = (("when", WHEN), ("where", WHERE), ("check", HOW), ("what", WHAT))
    for number, naughty in enumerate(json.loads(NAUGHTY.read_text(encoding="utf-8"))):
        words = {"title": naughty or "x", "text": naughty, "version": naughty}
        answer = anna.post(f"/ask/{ref}/what", data=WHAT | words)
        assert answer.status_code in (303, 422), naughty
        page, sent = pages[number % 4]
        answer = anna.post(f"/ask/{ref}/{page}", data=dict.fromkeys(sent, naughty) | {"version": naughty})
        assert answer.status_code in (303, 422), (page, naughty)
        if number % 10 == 0:
            assert {anna.get(f"/ask/{ref}/{shown}").status_code for shown in ("what", "check")} == {200}


@pytest.mark.parametrize("keeps", [True, False])
def test_at_home_is_chosen_already_where_an_address_is_kept_and_the_hint_is_true(app, anna, keeps):
    if not keeps:
        with app.app_context(), writing() as session:
            session.execute(delete(Home))
    ref = new_form(anna)
    anna.post("/ask", data=WHAT | {"ref": ref})
    page = anna.get(f"/ask/{ref}/where").text
    assert ("You open it yourself" in page, "You tell it yourself" in page) == (keeps, not keeps)
    assert page.count(" checked") == keeps


def test_an_old_form_token_on_somebody_elses_page_is_no_error_of_ours(app, as_person):
    app.config["WTF_CSRF_ENABLED"] = True
    bo = as_person("Bo")
    for path in ("what", "when", "where", "check"):
        answer = bo.post(
            f"/ask/AAAAAAAAAAAA/{path}", data={"csrf_token": "old"}, headers={"Origin": "http://localhost"}
        )
        assert answer.status_code in (400, 403, 404)
