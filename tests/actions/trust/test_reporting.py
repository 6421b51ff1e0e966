"""Telling of a problem: what is held, whom it goes to, and that somebody looks. On both engines."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from models import Dispatch, HelpRequest, Invitation, Membership, Message, Offer, Report, Step, db
from neighbours.actions.help import asking, inviting, offering
from neighbours.actions.moving import Actor
from neighbours.actions.talk.writing import Said, begin
from neighbours.actions.trust import looking, reporting
from neighbours.database import writing
from neighbours.queries.trust.reports import reports_for_host, reports_for_operator
from neighbours.rules.errors import NotAllowed, Refused, TooLate
from neighbours.rules.trust.reporting import REPORTS
from tests.actions.test_races import at_once
from tests.actions.trust.test_blocking import likes_it
from tests.village import NOW
from tests.yes import ask, person, stand, stands


def tell(app: Flask, thing: str, thing_id: int, by: str = "Anna", against: str = "Bo", **more: object) -> str:
    told = {"reason": "unkind", "text": "Det er ikke pænt", "area_id": 1, "language": "da", "now": NOW} | more
    by_id, against_id = person(app, by), person(app, against)
    with app.app_context():
        return reporting.report(by_id, thing=thing, thing_id=thing_id, against_id=against_id, **told)  # type: ignore[arg-type]


def message_of_bo(app: Flask) -> int:
    help_id, bo = ask(app), person(app, "Bo")
    with app.app_context():
        begin(help_id, bo, Said("Hvor bor du?", "da"), by=Actor(bo), now=NOW)
        return int(db.session.scalars(select(Message.id)).one())


def offer_of_bo(app: Flask) -> int:
    bo = person(app, "Bo")
    anna = stand(app, HelpRequest, id=ask(app))
    with app.app_context(), writing() as session:
        row = Offer(
            resident_id=bo, area_id=anna.area_id, cell_id=anna.cell_id, kind="garden", title="Hæk", language="da",
            languages=1, slots=1, status="open", created_at=NOW, opened_at=NOW, expires_at=NOW + timedelta(days=99),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return int(row.id)


def test_a_message_is_hidden_until_somebody_has_looked(app_on_both: Flask) -> None:
    message = message_of_bo(app_on_both)
    tell(app_on_both, "message", message)
    assert stand(app_on_both, Message, id=message).held_at == NOW
    with app_on_both.app_context():
        looking.release(stand_report(), by=Actor(1), now=NOW)
    assert stand(app_on_both, Message, id=message).held_at is None


def stand_report() -> int:
    return int(db.session.scalars(select(Report.id).order_by(Report.id.desc()).limit(1)).one())


@pytest.mark.parametrize("looked", ["release", "keep"])
def test_a_request_is_held_and_let_go_or_kept(app_on_both: Flask, looked: str) -> None:
    help_id = ask(app_on_both, "Bo")
    tell(app_on_both, "help_request", help_id)
    assert stand(app_on_both, HelpRequest, id=help_id).status == "held"
    with app_on_both.app_context():
        ident = stand_report()
        getattr(looking, looked)(ident, by=Actor(1), now=NOW)
        getattr(looking, looked)(ident, by=Actor(1), now=NOW)
    assert stand(app_on_both, HelpRequest, id=help_id).status == ("open" if looked == "release" else "held")
    assert stand(app_on_both, Report, id=ident).status == "closed"
    assert len(stands(app_on_both, Step, thing="report", thing_id=ident)) == 1


def test_an_offer_is_held_and_let_go(app_on_both: Flask) -> None:
    offer_id = offer_of_bo(app_on_both)
    tell(app_on_both, "offer", offer_id)
    assert stand(app_on_both, Offer, id=offer_id).status == "held"
    with app_on_both.app_context():
        looking.release(stand_report(), by=Actor(1), now=NOW)
    assert stand(app_on_both, Offer, id=offer_id).status == "open"


def test_what_is_held_is_not_opened_by_a_detour(app_on_both: Flask) -> None:
    bo, help_id, offer_id = person(app_on_both, "Bo"), ask(app_on_both, "Bo"), offer_of_bo(app_on_both)
    tell(app_on_both, "help_request", help_id)
    tell(app_on_both, "offer", offer_id, by="Carl")
    request, offered = stand(app_on_both, HelpRequest, id=help_id).ref, stand(app_on_both, Offer, id=offer_id).ref
    with app_on_both.app_context():
        asking.withdraw_request(bo, request, NOW)
        offering.withdraw_offer(bo, offered, NOW)
        with pytest.raises(TooLate):
            asking.undo_withdraw_request(bo, request, NOW)
        with pytest.raises(TooLate):
            offering.undo_withdraw_offer(bo, offered, NOW)


def test_while_a_request_is_held_nobody_is_asked_and_who_had_not_heard_was_not(app_on_both: Flask) -> None:
    likes_it(app_on_both, "Bo")
    help_id = ask(app_on_both, wave_at=NOW)
    with app_on_both.app_context():
        assert inviting.ask_due(NOW) == 1
    tell(app_on_both, "help_request", help_id, by="Carl", against="Anna")
    assert stands(app_on_both, Dispatch, kind="asked") == stands(app_on_both, Invitation) == []
    with app_on_both.app_context():
        assert inviting.ask_due(NOW + timedelta(days=1)) == 0
        looking.release(stand_report(), by=Actor(1), now=NOW)
        assert inviting.ask_due(NOW + timedelta(days=1)) == 1


def test_it_goes_to_the_host_who_hears_of_it_and_never_to_whom_it_is_about(app_on_both: Flask) -> None:
    dorthe = person(app_on_both, "Dorthe")
    tell(app_on_both, "agreement", 1)
    assert [row.resident_id for row in stands(app_on_both, Dispatch, kind="reported")] == [dorthe]
    tell(app_on_both, "agreement", 2, against="Dorthe")
    with app_on_both.app_context():
        mine, theirs = reports_for_host(1, dorthe), reports_for_operator()
    assert [row.against_name for row in mine] == ["Bo"] and [row.against_name for row in theirs] == ["Dorthe"]
    (to_operator,) = [row for row in stands(app_on_both, Dispatch, kind="reported") if row.resident_id is None]
    assert to_operator.channel == "email" and to_operator.sealed


def test_the_only_host_does_not_look_at_what_the_host_told(app_on_both: Flask) -> None:
    tell(app_on_both, "agreement", 1, by="Dorthe")
    with app_on_both.app_context():
        assert reports_for_host(1, person(app_on_both, "Dorthe")) == []
        assert [row.by_name for row in reports_for_operator()] == ["Dorthe"]


def test_another_host_looks_at_what_is_about_a_host(app_on_both: Flask) -> None:
    bo = person(app_on_both, "Bo")
    with app_on_both.app_context(), writing() as session:
        session.add(Membership(resident_id=bo, association_id=1, role="host", since=NOW))
    tell(app_on_both, "agreement", 1, against="Dorthe")
    with app_on_both.app_context():
        assert len(reports_for_host(1, bo)) == 1 and reports_for_operator() == []
    with app_on_both.app_context(), writing() as session:
        session.delete(session.scalars(select(Membership).where(Membership.resident_id == bo)).one())
    with app_on_both.app_context():
        assert len(reports_for_operator()) == 1, "no host is left: it does not lie about"


def test_told_twice_also_at_once_it_is_one_report_and_one_message(app_on_both: Flask) -> None:
    message = message_of_bo(app_on_both)
    anna, bo = person(app_on_both, "Anna"), person(app_on_both, "Bo")
    about = {"thing": "message", "thing_id": message, "against_id": bo, "reason": "money", "text": "", "area_id": 1}
    act = lambda: reporting.report(anna, **about, language="da", now=NOW)  # type: ignore[arg-type]  # noqa: E731
    assert len(set(at_once(app_on_both, [act] * 10))) == 1
    assert len(stands(app_on_both, Report)) == len(stands(app_on_both, Dispatch, kind="reported")) == 1


def test_what_was_looked_at_is_not_held_once_more_by_the_same_person(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, "Bo")
    for by, status in (("Anna", "open"), ("Carl", "held")):
        tell(app_on_both, "help_request", help_id)
        with app_on_both.app_context():
            looking.release(stand_report(), by=Actor(1), now=NOW)
        tell(app_on_both, "help_request", help_id, by=by)
        assert stand(app_on_both, HelpRequest, id=help_id).status == status
        with app_on_both.app_context():
            looking.release(stand_report(), by=Actor(1), now=NOW)


def test_a_few_reports_a_day(app_on_both: Flask) -> None:
    for number in range(REPORTS.most):
        tell(app_on_both, "agreement", number)
    with pytest.raises(Refused):
        tell(app_on_both, "agreement", 99)
    assert tell(app_on_both, "agreement", 0), "what was told already is no new report"
    tell(app_on_both, "agreement", 99, now=NOW + REPORTS.within + timedelta(seconds=1))


def test_words_that_smell_come_before_the_host_without_holding_anything(app_on_both: Flask) -> None:
    message = message_of_bo(app_on_both)
    about = {"thing": "message", "thing_id": message, "against_id": person(app_on_both, "Bo"), "reason": "fraud"}
    for _twice in range(2):
        with app_on_both.app_context(), writing() as session:
            reporting.put_before_host(session, **about, area_id=1, language="da", now=NOW)  # type: ignore[arg-type]
    (row,) = stands(app_on_both, Report)
    assert (row.by_id, row.text, row.goes_to) == (None, "", "host")
    assert stand(app_on_both, Message, id=message).held_at is None
    with app_on_both.app_context():
        looking.keep(row.id, by=Actor(1), now=NOW)
    assert stand(app_on_both, Message, id=message).held_at == NOW


def test_nobody_tells_of_themselves(app_on_both: Flask) -> None:
    with pytest.raises(NotAllowed):
        tell(app_on_both, "agreement", 1, against="Anna")
