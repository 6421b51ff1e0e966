"""The host's desk: who is let in, who is not, the letter, and that another host sees none of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from models import Dispatch, HelpRequest, LetterCode, Resident, Step, Unsealing, Willing, db
from neighbours.actions.help.inviting import ask_due
from neighbours.database import writing
from neighbours.rules.moves import UNDO
from tests.conftest import Clock
from tests.village import NOW, counted, sign_in_as
from tests.yes import ask, offer, stand

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


def test_the_desk_takes_at_most_four_statements(app: Flask, as_person: Person) -> None:
    dorthe = as_person("Dorthe")
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
        session.execute(delete(Willing))
    ident, dorthe = ask(app, wave_at=NOW, title="Hjælp til min tablet"), as_person("Dorthe")
    assert "Nobody has answered" not in dorthe.get("/host").text
    with app.app_context():
        ask_due(NOW)
    page = dorthe.get("/host").text
    assert "Nobody has answered" in page and f'href="/help/{stand(app, HelpRequest, id=ident).ref}"' in page
    offer(app, ident)
    assert "Nobody has answered" not in dorthe.get("/host").text
