"""The n-th call of the database or the mail server fails, for every n: nothing is half done, and again is harmless."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from models import Agreement, Dispatch, HelpRequest, Resident, Step
from neighbours.actions import telling
from neighbours.database import writing
from neighbours.worker import Worker, _try_round
from tests.conftest import Clock
from tests.survival.cutting import wire_to
from tests.survival.failing import Plan, plan_of
from tests.survival.running import all_rows, offered, posted, wrong_in
from tests.test_worker import Sink, mail_by, sink  # noqa: F401
from tests.village import NOW, sign_in_as
from tests.web.asking import HOW, WHAT, draft, new_form
from tests.yes import MINUTES, add_neighbours, person, stand, stands

MOST = 60


def numbers(plan: Plan) -> Iterator[int]:
    """1, 2, 3 …, as long as the act makes so many calls."""
    for number in count(1):
        assert number < MOST
        yield number
        if not plan.has_failed:
            return


def see_all_or_nothing(app: Flask, answer: Any, before: dict[str, list[Any]]) -> None:
    """A success is stored; an answer that says no, kindly, has stored nothing."""
    if answer.status_code == 503:
        assert "Retry-After" in answer.headers
        assert all_rows(app) == before
    else:
        assert answer.status_code == 303
        assert all_rows(app) != before
    assert wrong_in(app) == []


def test_for_every_call_that_fails_a_yes_is_made_whole_or_not_at_all(app_on_both: Flask) -> None:
    app = app_on_both
    helpers, plan, anna = add_neighbours(app, MOST), plan_of(app), sign_in_as(app, "Anna")
    refused = 0
    for number in numbers(plan):
        help_id = posted(app, now=NOW)
        reply = offered(app, help_id, helpers[number], NOW)
        before = all_rows(app)
        with plan.failing(number):
            answer = anna.post(f"/replies/{reply}/accept")
        see_all_or_nothing(app, answer, before)
        refused += answer.status_code == 503
        see_one_agreement(app, anna.post(f"/replies/{reply}/accept"), help_id)
    assert refused >= 8


def see_one_agreement(app: Flask, answer: Any, help_id: int) -> None:
    """Pressed once more, it is the one agreement, and its helper is told once."""
    agreement = stand(app, Agreement, help_request_id=help_id)
    assert answer.status_code == 303 and answer.location.endswith(f"/agreements/{agreement.ref}")
    assert len(stands(app, Dispatch, kind="agreed", thing_id=agreement.id)) == 1
    assert wrong_in(app) == []


def test_for_every_call_that_fails_a_request_is_posted_whole_or_not_at_all(app_on_both: Flask) -> None:
    app = app_on_both
    plan, anna = plan_of(app), sign_in_as(app, "Anna")
    refused = 0
    for number in numbers(plan):
        ref, before = draft(anna), all_rows(app)
        with plan.failing(number):
            answer = anna.post(f"/ask/{ref}/check", data=HOW)
        see_all_or_nothing(app, answer, before)
        refused += answer.status_code == 503
        assert anna.post(f"/ask/{ref}/check", data=HOW).location == f"/ask/{ref}/posted"
        row = stand(app, HelpRequest, ref=ref)
        moved = [step.move for step in stands(app, Step, thing="help_request", thing_id=row.id)]
        assert (row.status, moved) == ("open", ["draft", "open"])
    assert refused >= 8


def test_for_every_call_that_fails_a_first_page_is_one_draft_or_none(app_on_both: Flask) -> None:
    app = app_on_both
    plan, anna = plan_of(app), sign_in_as(app, "Anna")
    refused = 0
    for number in numbers(plan):
        words = WHAT | {"ref": new_form(anna)}
        before = all_rows(app)
        with plan.failing(number):
            answer = anna.post("/ask", data=words)
        see_all_or_nothing(app, answer, before)
        refused += answer.status_code == 503
        assert anna.post("/ask", data=words).status_code == 303
        assert len(stands(app, HelpRequest, ref=words["ref"])) == 1
    assert refused >= 8


def test_a_commit_whose_answer_never_came_is_pressed_again_without_harm(app_on_both: Flask) -> None:
    app = app_on_both
    plan, anna = plan_of(app), sign_in_as(app, "Anna")
    ref = draft(anna)
    with plan.failing(1, after_commit=True):
        assert anna.post(f"/ask/{ref}/check", data=HOW).status_code == 503
    assert plan.has_failed
    row = stand(app, HelpRequest, ref=ref)
    assert row.status == "open"
    assert anna.post(f"/ask/{ref}/check", data=HOW).location == f"/ask/{ref}/posted"
    reply = offered(app, row.id, person(app, "Bo"), NOW)
    with plan.failing(1, after_commit=True):
        assert anna.post(f"/replies/{reply}/accept").status_code == 503
    see_one_agreement(app, anna.post(f"/replies/{reply}/accept"), row.id)


def tell_anna(app: Flask, number: int) -> int:
    """One message that is due; returns its id."""
    with app.app_context(), writing() as session:
        anna = select(Resident.id).where(Resident.name == "Anna")
        telling.tell(session, "confirmed", anna, thing="resident", thing_id=number, now=app.config["CLOCK"]())
        return session.scalars(select(func.max(Dispatch.id))).one()


def see_it_goes_out(app: Flask, sink: Sink, dispatch_id: int, clock: Clock) -> int:  # noqa: F811
    """It goes out in the end, and whoever gets it twice can see so. Returns how often it came."""
    clock.now += 6 * MINUTES
    assert not _try_round(app, Worker())
    row = stand(app, Dispatch, id=dispatch_id)
    assert (row.status, row.error, row.leased_by) == ("sent", None, None)
    names = [mail["Message-ID"] for mail in sink.mails]
    sink.mails.clear()
    assert len(names) in (1, 2) and {name.strip("<>").partition("@")[0] for name in names} == {row.ref}
    assert wrong_in(app) == []
    return len(names)


def test_for_every_database_call_that_fails_a_message_goes_out_all_the_same(
    app_on_both: Flask,
    sink: Sink,  # noqa: F811
    clock: Clock,
) -> None:
    app, twice = app_on_both, 0
    mail_by(app, sink)
    plan = plan_of(app)
    for number in numbers(plan):
        dispatch_id = tell_anna(app, number)
        worker = Worker()
        worker.expired_at = clock.now  # what runs out has its minute another time
        with plan.failing(number):
            assert not _try_round(app, worker)
        row = stand(app, Dispatch, id=dispatch_id)
        assert row.status == ("sent" if row.sent_at else "due") and (row.status == "due" or sink.mails)
        twice += see_it_goes_out(app, sink, dispatch_id, clock) - 1
    assert 1 <= twice <= 5  # what went out and could not be recorded: ROLLBACK, PRAGMA, BEGIN, UPDATE, COMMIT


def test_wherever_the_wire_to_the_mail_server_is_cut_the_message_goes_out_all_the_same(
    app_on_both: Flask,
    sink: Sink,  # noqa: F811
    clock: Clock,
) -> None:
    app, twice = app_on_both, 0
    with wire_to(sink.port) as wire:  # type: ignore[attr-defined]
        app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=wire.port, SMTP_STARTTLS=False, SMTP_PATIENCE=5.0)
        for number in count(1):
            assert number < MOST
            dispatch_id = tell_anna(app, number)
            wire.set_cut(number)
            assert not _try_round(app, Worker())
            row, was_cut = stand(app, Dispatch, id=dispatch_id), wire.was_cut
            wire.set_cut(0)
            assert (row.status, row.leased_by) == ("due" if row.error else "sent", None)
            assert row.status == "due" or sink.mails
            twice += see_it_goes_out(app, sink, dispatch_id, clock) - 1
            if not was_cut:
                break
    assert number > 12
    assert twice == 1  # where the mail was taken and only the answer was lost
