"""The host's desk: who is let in, who is not, the letter, and that another host sees none of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from models import Dispatch, HelpRequest, LetterCode, Membership, Resident, Step, Unsealing, db
from neighbours.actions.help.inviting import ask_due
from neighbours.database import writing
from neighbours.queries.outbox import A_WHILE
from neighbours.rules.moves import UNDO
from tests.conftest import Clock
from tests.village import NOW, counted, sign_in_as
from tests.yes import agree, ask, offer, stand, stands

Person = Callable[[str], FlaskClient]


def ref_of(app: Flask, name: str) -> str:
    with app.app_context():
        return str(db.session.execute(select(Resident.ref).where(Resident.name == name)).scalar_one())


def value(app: Flask, statement) -> object:  # type: ignore[no-untyped-def]
    with app.app_context():
        return db.session.execute(statement).scalar_one()


def state_of(app: Flask, name: str) -> object:
    return value(app, select(Resident.status).where(Resident.name == name))


def test_the_desk_shows_who_waits_with_the_address_and_logs_that_look_once_a_day(app: Flask, as_person: Person) -> None:
    dorthe = as_person("Dorthe")
    page = dorthe.get("/host")
    dorthe.get("/host")
    assert "Wim" in page.text and "Kærvej 2" in page.text
    assert value(app, select(func.count()).select_from(Unsealing).where(Unsealing.why == "join")) == 1


def test_the_desk_takes_at_most_four_statements_and_one_more_when_a_look_is_logged(
    app: Flask, as_person: Person
) -> None:
    dorthe = as_person("Dorthe")
    with counted(app) as statements:
        dorthe.get("/host")
    assert len(statements) == 5 and [each for each in statements if "INSERT INTO unsealing" in each]
    with counted(app) as statements:
        dorthe.get("/host")
    assert len(statements) <= 4


def test_a_yes_confirms_the_neighbour_and_tells_them(app_on_both: Flask) -> None:
    dorthe = sign_in_as(app_on_both, "Dorthe")
    confirm = f"/host/people/{ref_of(app_on_both, 'Wim')}/confirm"
    assert confirm in dorthe.get("/host").text
    assert dorthe.post(confirm).status_code == 303
    assert state_of(app_on_both, "Wim") == "confirmed"
    assert value(app_on_both, select(Resident.confirmed_how).where(Resident.name == "Wim")) == "host"
    assert value(app_on_both, select(func.count()).select_from(Dispatch).where(Dispatch.kind == "confirmed")) == 1
    assert value(app_on_both, select(func.count()).select_from(Step).where(Step.move == "confirm")) == 1
    page = dorthe.get("/host").text
    assert "Wim" in page and confirm not in page


def test_the_start_page_of_the_host_alone_says_that_somebody_waits(app: Flask, as_person: Person) -> None:
    waits = "Somebody waits to be let in."
    dorthe = as_person("Dorthe")
    assert waits in dorthe.get("/").text and waits not in as_person("Anna").get("/").text
    dorthe.post(f"/host/people/{ref_of(app, 'Wim')}/confirm")
    dorthe.get("/host")
    assert waits not in dorthe.get("/").text


def test_a_second_yes_comes_too_late_and_changes_nothing(app: Flask, as_person: Person) -> None:
    dorthe, wim = as_person("Dorthe"), ref_of(app, "Wim")
    dorthe.post(f"/host/people/{wim}/confirm")
    assert dorthe.post(f"/host/people/{wim}/confirm").status_code == 409
    assert value(app, select(func.count()).select_from(Step).where(Step.move == "confirm")) == 1


def test_a_no_can_be_taken_back_for_ten_minutes(app: Flask, as_person: Person, clock: Clock) -> None:
    dorthe, wim = as_person("Dorthe"), ref_of(app, "Wim")
    dorthe.post(f"/host/people/{wim}/refuse")
    assert state_of(app, "Wim") == "refused"
    assert dorthe.post(f"/host/people/{wim}/undo").status_code == 303
    assert state_of(app, "Wim") == "waiting"
    dorthe.post(f"/host/people/{wim}/refuse")
    clock.now += UNDO * 2
    assert dorthe.post(f"/host/people/{wim}/undo").status_code == 409
    assert state_of(app, "Wim") == "refused"


def test_a_yes_can_be_taken_back_before_it_is_told(app_on_both: Flask, clock: Clock) -> None:
    dorthe, wim = sign_in_as(app_on_both, "Dorthe"), ref_of(app_on_both, "Wim")
    dorthe.post(f"/host/people/{wim}/confirm")
    told = value(app_on_both, select(Dispatch.due_at).where(Dispatch.kind == "confirmed"))
    assert told == clock.now + UNDO and "Take my yes back" in dorthe.get("/host").text
    assert dorthe.post(f"/host/people/{wim}/undo").status_code == 303
    assert state_of(app_on_both, "Wim") == "waiting"
    assert value(app_on_both, select(Resident.confirmed_at).where(Resident.name == "Wim")) is None
    assert value(app_on_both, select(func.count()).select_from(Dispatch).where(Dispatch.kind == "confirmed")) == 0


def test_a_yes_stays_after_ten_minutes_or_once_the_newcomer_has_done_something(
    app: Flask, as_person: Person, clock: Clock
) -> None:
    dorthe, wim = as_person("Dorthe"), ref_of(app, "Wim")
    dorthe.post(f"/host/people/{wim}/confirm")
    clock.now += timedelta(minutes=1)
    path = f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"
    as_person("Wim").post(f"{path}/reply", data={"line": ""})
    assert dorthe.post(f"/host/people/{wim}/undo").status_code == 409
    assert state_of(app, "Wim") == "confirmed"
    with app.app_context(), writing() as session:
        session.execute(delete(Step))
    clock.now += UNDO
    assert "Take my yes back" not in dorthe.get("/host").text
    assert dorthe.post(f"/host/people/{wim}/undo").status_code == 409


def test_a_letters_yes_is_not_the_hosts_to_take_back(app: Flask, as_person: Person, clock: Clock) -> None:
    with app.app_context(), writing() as session:
        how = {"status": "confirmed", "confirmed_how": "letter", "confirmed_at": clock.now}
        session.execute(update(Resident).where(Resident.name == "Wim").values(how))
    assert as_person("Dorthe").post(f"/host/people/{ref_of(app, 'Wim')}/undo").status_code == 409


def test_another_associations_host_finds_nobody_here(app: Flask, as_person: Person) -> None:
    hans, wim = as_person("Hans"), ref_of(app, "Wim")
    assert "Wim" not in hans.get("/host").text
    assert hans.post(f"/host/people/{wim}/confirm").status_code == 404
    assert hans.post(f"/host/people/{wim}/letter").status_code == 404
    assert state_of(app, "Wim") == "waiting"


def test_a_neighbour_a_stranger_and_the_municipality_do_not_come_in(app: Flask, as_person: Person) -> None:
    wim = ref_of(app, "Wim")
    assert as_person("Anna").get("/host").status_code == 403
    assert as_person("Mia").get("/host").status_code == 403
    assert as_person("Anna").post(f"/host/people/{wim}/confirm").status_code == 403
    assert app.test_client().get("/host").headers["Location"].startswith("/sign-in")
    assert state_of(app, "Wim") == "waiting"


def test_looking_does_not_confirm(app: Flask, as_person: Person) -> None:
    assert as_person("Dorthe").get(f"/host/people/{ref_of(app, 'Wim')}/confirm").status_code in (404, 405)
    assert state_of(app, "Wim") == "waiting"


def test_the_letter_shows_name_address_and_a_code_that_confirms_once(app_on_both: Flask) -> None:
    dorthe, wim = sign_in_as(app_on_both, "Dorthe"), sign_in_as(app_on_both, "Wim")
    made = dorthe.post(f"/host/people/{ref_of(app_on_both, 'Wim')}/letter")
    page = dorthe.get(made.headers["Location"]).text
    code = page.split('<p class="code">')[1].split("<")[0]
    assert "Wim" in page and "Kærvej 2" in page and "<svg" in page
    assert code not in str(value(app_on_both, select(LetterCode.code_hash)))
    assert wim.post("/me/code", data={"code": code.lower()}).status_code == 303
    assert state_of(app_on_both, "Wim") == "confirmed"
    assert dorthe.get(made.headers["Location"]).status_code == 409


def test_the_letter_says_its_last_day_in_the_zone_of_the_village(app: Flask, as_person: Person, clock: Clock) -> None:
    clock.now = NOW.replace(hour=22, minute=30)  # in Denmark it is Tuesday already
    letter = as_person("Dorthe").post(f"/host/people/{ref_of(app, 'Wim')}/letter").headers["Location"]
    assert "The code works until Saturday 1 August." in as_person("Dorthe").get(letter).text


def test_a_new_letter_ends_the_older_one(app: Flask, as_person: Person) -> None:
    dorthe, wim = as_person("Dorthe"), ref_of(app, "Wim")
    first = dorthe.post(f"/host/people/{wim}/letter").headers["Location"]
    second = dorthe.post(f"/host/people/{wim}/letter").headers["Location"]
    assert dorthe.get(first).status_code == 409
    assert dorthe.get(second).status_code == 200


@pytest.mark.parametrize("answer", ["confirm", "refuse"])
def test_a_letter_shows_no_address_of_somebody_who_waits_no_longer(app: Flask, as_person: Person, answer: str) -> None:
    dorthe, wim = as_person("Dorthe"), ref_of(app, "Wim")
    letter = dorthe.post(f"/host/people/{wim}/letter").headers["Location"]
    dorthe.post(f"/host/people/{wim}/{answer}")
    looks = value(app, select(func.count()).select_from(Unsealing))
    page = dorthe.get(letter)
    assert page.status_code == 409 and "Engvej" not in page.text
    assert value(app, select(func.count()).select_from(Unsealing)) == looks


def test_another_associations_host_cannot_open_the_letter(app: Flask, as_person: Person) -> None:
    letter = as_person("Dorthe").post(f"/host/people/{ref_of(app, 'Wim')}/letter").headers["Location"]
    assert as_person("Hans").get(letter).status_code == 404


def test_the_desk_shows_whom_to_ring_for_which_help_until_they_answer(app: Flask, as_person: Person) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(email=None, phone="+4522334455"))
    ident, dorthe = ask(app, wave_at=NOW, title="Hjælp til min tablet"), as_person("Dorthe")
    assert "Please ring and ask" not in dorthe.get("/host").text
    with app.app_context():
        ask_due(NOW)
    page = dorthe.get("/host").text
    assert "Please ring and ask" in page and "Hjælp til min tablet" in page and 'href="tel:+4522334455"' in page
    offer(app, ident)
    assert "Please ring and ask" not in dorthe.get("/host").text


def test_the_desk_shows_what_nobody_has_answered_once_all_were_asked(app: Flask, as_person: Person) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(kinds=0))
    ident, dorthe = ask(app, wave_at=NOW, title="Hjælp til min tablet"), as_person("Dorthe")
    assert "Nobody has answered" not in dorthe.get("/host").text
    with app.app_context():
        ask_due(NOW)
    page = dorthe.get("/host").text
    assert "Nobody has answered" in page and f'href="/help/{stand(app, HelpRequest, id=ident).ref}"' in page
    offer(app, ident)
    assert "Nobody has answered" not in dorthe.get("/host").text


def tell_by(app: Flask, channel: str, name: str = "Bo", **more: Any) -> str:
    """Something that Bo has to be told; returns its ref."""
    with app.app_context(), writing() as session:
        who = session.execute(select(Resident).where(Resident.name == name)).scalar_one()
        what: dict[str, Any] = {"kind": "agreed", "thing": "agreement", "thing_id": 1, "created_at": NOW, "due_at": NOW}
        row = Dispatch(channel=channel, resident_id=who.id, language=who.language, **(what | more))
        session.add(row)
        session.flush()
        return row.ref


def fail(app: Flask, name: str = "Bo", **more: Any) -> str:
    return tell_by(app, "email", name, status="failed", error="SMTPRecipientsRefused 550", **more)


def test_the_desk_lists_whom_the_host_tells_with_the_words_of_the_letter(app_on_both: Flask) -> None:
    agree(app_on_both, ask(app_on_both))
    ref, dorthe = tell_by(app_on_both, "host"), sign_in_as(app_on_both, "Dorthe")
    dorthe.get("/host")
    with counted(app_on_both) as statements:
        page = dorthe.get("/host").text
    assert len(statements) <= 4
    assert "To ring or to print" in page and "Hjælp til Digital Post" in page
    assert f'href="tel:{stand(app_on_both, Resident, name="Bo").phone}"' in page
    assert "/agreements/" not in page and "Engvej" not in page
    assert f'action="/host/notice/{ref}/told"' in page and f'href="/host/notice/{ref}"' in page


def test_what_is_told_leaves_the_list_and_can_be_taken_back_for_ten_minutes(app_on_both: Flask, clock: Clock) -> None:
    ref, dorthe = tell_by(app_on_both, "host"), sign_in_as(app_on_both, "Dorthe")
    assert dorthe.post(f"/host/notice/{ref}/told").status_code == 303
    row = stand(app_on_both, Dispatch, ref=ref)
    host = stand(app_on_both, Resident, name="Dorthe").id
    assert (row.status, row.done_by_id, row.done_at, row.sent_at) == ("sent", host, clock.now, clock.now)
    page = dorthe.get("/host").text
    assert "I have told Bo" not in page and f'action="/host/notice/{ref}/undo"' in page
    assert dorthe.post(f"/host/notice/{ref}/told").status_code == 303  # twice is harmless
    assert dorthe.post(f"/host/notice/{ref}/undo").status_code == 303
    row = stand(app_on_both, Dispatch, ref=ref)
    assert (row.status, row.done_by_id, row.done_at, row.sent_at) == ("due", None, None, None)
    assert "I have told Bo" in dorthe.get("/host").text
    dorthe.post(f"/host/notice/{ref}/told")
    clock.now += UNDO + timedelta(seconds=1)
    assert "Bo" not in dorthe.get("/host").text
    assert dorthe.post(f"/host/notice/{ref}/undo").status_code == 409
    assert stand(app_on_both, Dispatch, ref=ref).status == "sent"


def test_what_failed_for_good_stands_on_the_desk_for_a_while_until_it_is_told(app_on_both: Flask, clock: Clock) -> None:
    ref, dorthe = fail(app_on_both), sign_in_as(app_on_both, "Dorthe")
    page = dorthe.get("/host").text
    assert "We could not reach them" in page and "To ring or to print" not in page and "I have told Bo" in page
    clock.now += A_WHILE - timedelta(hours=1)
    assert "We could not reach them" in dorthe.get("/host").text
    clock.now += timedelta(hours=1)
    assert "We could not reach them" not in dorthe.get("/host").text  # nobody rings about it any more
    dorthe.post(f"/host/notice/{ref}/told")
    row = stand(app_on_both, Dispatch, ref=ref)
    assert (row.status, row.done_at, row.sent_at) == ("failed", clock.now, None)
    clock.now += UNDO * 2
    assert "We could not reach them" not in dorthe.get("/host").text


def test_a_card_is_one_neighbours_and_its_button_stands_for_all_that_is_on_it(app: Flask, as_person: Person) -> None:
    refs = [tell_by(app, "host"), tell_by(app, "host", kind="cancelled"), tell_by(app, "host", "Anna")]
    dorthe = as_person("Dorthe")
    page = dorthe.get("/host").text
    assert page.count("I have told Bo") == page.count("I have told Anna") == 1
    later = tell_by(app, "host", kind="confirmed")
    dorthe.post(f"/host/notice/{refs[0]}/told", data={"with": refs[1]})
    told = {row.ref: row.status for row in stands(app, Dispatch, channel="host")}
    assert told == {refs[0]: "sent", refs[1]: "sent", refs[2]: "due", later: "due"}


def test_codes_what_is_not_due_and_who_has_left_are_not_on_the_desk(app: Flask, as_person: Person) -> None:
    fail(app, kind="code")
    tell_by(app, "host", due_at=NOW + UNDO)
    fail(app, "Anna")
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Anna").values(status="left"))
    page = as_person("Dorthe").get("/host").text
    assert "I have told" not in page and "We could not reach" not in page


def test_what_is_about_the_host_is_another_hosts_and_only_else_their_own(app: Flask, as_person: Person) -> None:
    fail(app, "Dorthe")
    assert "I have told Dorthe" in as_person("Dorthe").get("/host").text
    with app.app_context(), writing() as session:
        anna = session.execute(select(Resident.id).where(Resident.name == "Anna")).scalar_one()
        session.add(Membership(resident_id=anna, association_id=1, role="host", since=NOW + UNDO))
    assert "I have told Dorthe" not in as_person("Dorthe").get("/host").text
    assert "I have told Dorthe" in as_person("Anna").get("/host").text


def test_another_host_and_a_neighbour_tell_nobody_here(app: Flask, as_person: Person) -> None:
    ref = tell_by(app, "host")
    for path in ("told", "undo"):
        assert as_person("Hans").post(f"/host/notice/{ref}/{path}").status_code == 404
        assert as_person("Anna").post(f"/host/notice/{ref}/{path}").status_code == 403
    assert as_person("Hans").get(f"/host/notice/{ref}").status_code == 404
    assert "Bo" not in as_person("Hans").get("/host").text
    assert stand(app, Dispatch, ref=ref).status == "due"


def test_a_waiting_mail_is_not_the_hosts_to_call_told(app: Flask, as_person: Person) -> None:
    ref = tell_by(app, "email")
    as_person("Dorthe").post(f"/host/notice/{ref}/told")
    assert (stand(app, Dispatch, ref=ref).status, stand(app, Dispatch, ref=ref).done_at) == ("due", None)


def test_the_letter_says_all_that_waits_in_the_language_of_who_gets_it(app_on_both: Flask) -> None:
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(language="da"))
    agreement = agree(app_on_both, ask(app_on_both, title="Hjælp til min tablet"))
    ref = tell_by(app_on_both, "host", thing_id=agreement)
    fail(app_on_both, kind="confirmed", thing="resident")
    tell_by(app_on_both, "host", "Anna", kind="confirmed")
    dorthe = sign_in_as(app_on_both, "Dorthe")
    with counted(app_on_both) as statements:
        page = dorthe.get(f"/host/notice/{ref}")
    assert len(statements) <= 4 and page.headers["Cache-Control"] == "no-store"
    sheet = page.text.split('<article class="sheet" lang="da">')[1].split("</article>")[0]
    assert "Hej Bo" in sheet and "Du har en aftale" in sheet and "Hjælp til min tablet" in sheet
    assert "fredag den 5. juni" in sheet and "Du er bekræftet nabo" in sheet and "Anneby Borgerforening" in sheet
    assert "http" not in sheet and "Engvej" not in sheet and "Anna" in sheet and "Letter to Bo" in page.text
    dorthe.post(f"/host/notice/{ref}/told")
    assert "Hjælp til min tablet" not in dorthe.get(f"/host/notice/{ref}").text
