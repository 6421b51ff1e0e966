"""Whoever offered openly is asked first and alone; others a pause later, or at once after "not this time". On both."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from models import Area, Block, Dispatch, HelpRequest, Invitation, NoticeWish, Offer, Resident, db
from neighbours.actions.help import asking, inviting, offering
from neighbours.database import writing
from neighbours.messages import write_message
from neighbours.queries.help.home import home
from neighbours.queries.help.nearby import Viewer, open_requests
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.errors import NotAllowed
from neighbours.rules.help.asking import How, What
from neighbours.rules.help.choosing import ASKED_DIRECTLY, PAUSE, URGENT_PAUSE, read_reasons
from neighbours.rules.help.slots import WHENEVER
from neighbours.rules.moves import UNDO
from tests.actions.test_inviting import neighbours, nobody_likes_it
from tests.village import NOW
from tests.yes import FRIDAY, offer, person, stand, stands

WHAT = What("digital", None, "Hjælp med MitID", None, "da", 1)
DUE = NOW + UNDO


def standing_offer(app: Flask, giver: str = "Bo", **more: Any) -> str:
    """The ref of an open offer of help with computers."""
    with app.app_context(), writing() as session:
        who = session.query(Resident).filter_by(name=giver).one()
        columns: dict[str, Any] = {
            "resident_id": who.id, "area_id": who.area_id, "cell_id": who.cell_id, "kind": "digital", "title": "IT",
            "language": "da", "languages": 1, "slots": WHENEVER, "status": "open", "created_at": NOW, "opened_at": NOW,
            "expires_at": NOW + timedelta(days=90),
        }  # fmt: skip
        row = Offer(**(columns | more))
        session.add(row)
        session.flush()
        return str(row.ref)


def begun(app: Flask, offer_ref: str, what: What = WHAT) -> str:
    """The ref of a draft of Anna's that answers the offer, with every question answered."""
    with app.app_context():
        ref = asking.begin_request(person(app, "Anna"), "AAAAAAAAAAAA", what, NOW, offer_ref)
        with writing() as session:
            answers = {"when_kind": "day", "day": FRIDAY, "slots": WHENEVER, "place_kind": "home"}
            session.execute(update(HelpRequest).where(HelpRequest.ref == ref).values(**answers))
    return ref


def posted(app: Flask, ref: str, *, urgent: bool = False) -> int:
    with app.app_context():
        asking.open_request(person(app, "Anna"), ref, How(urgent, False, False), NOW)
    return int(stand(app, HelpRequest, ref=ref).id)


def ask_at(app: Flask, moment: datetime) -> int:
    with app.app_context():
        return inviting.ask_due(moment)


def first_of(app: Flask, ref: str) -> int | None:
    found: int | None = stand(app, HelpRequest, ref=ref).first_asked_id
    return found


@pytest.fixture
def app_with_others(app_on_both: Flask) -> Flask:
    """Three more neighbours who would fit in the first wave."""
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 3)
    return app_on_both


def test_who_offered_is_asked_alone_once_it_can_no_longer_be_taken_back(app_with_others: Flask) -> None:
    app = app_with_others
    ident = posted(app, begun(app, standing_offer(app)))
    assert ask_at(app, NOW) == 0 and stands(app, Invitation) == []
    assert ask_at(app, DUE) == 1
    row = stand(app, Invitation, help_request_id=ident)
    assert (row.resident_id, row.wave, row.how) == (person(app, "Bo"), 0, "message")
    assert [reason.code for reason in read_reasons(row.reasons)] == [ASKED_DIRECTLY]
    told = stand(app, Dispatch)
    assert (told.kind, told.resident_id, told.due_at) == ("asked_directly", person(app, "Bo"), DUE)
    request = stand(app, HelpRequest, id=ident)
    assert (request.wave, request.wave_at) == (0, DUE + PAUSE)


def sees(app: Flask, ident: int, name: str) -> bool:
    """Whether the request stands in the list of what is nearby, and on the start page."""
    with app.app_context():
        who = db.session.query(Resident).filter_by(name=name).one()
        found = [
            ident in [row.id for row in open_requests(Viewer(who.id, who.cell_id, by_time))]
            for by_time in (False, True)
        ]
        at_home = [row.ref for row in home(Viewer(who.id, who.cell_id), NOW).get("nearby", [])]
        ref = db.session.get_one(HelpRequest, ident).ref
    assert found == [found[0]] * 2 and found[0] == (ref in at_home)
    return found[0]


def test_who_is_asked_alone_sees_it_alone_until_the_others_are_asked(app_with_others: Flask) -> None:
    app = app_with_others
    ident = posted(app, begun(app, standing_offer(app)))
    assert sees(app, ident, "Bo") and not sees(app, ident, "Dorthe")
    ask_at(app, DUE)
    assert sees(app, ident, "Bo") and not sees(app, ident, "Dorthe")
    ask_at(app, DUE + PAUSE)
    assert sees(app, ident, "Bo") and sees(app, ident, "Dorthe")


def test_after_not_this_time_the_others_see_it(app_with_others: Flask) -> None:
    app = app_with_others
    ident = posted(app, begun(app, standing_offer(app)))
    ask_at(app, DUE)
    with app.app_context():
        inviting.not_now(ident, person(app, "Bo"), DUE + UNDO)
    ask_at(app, DUE + UNDO)
    assert sees(app, ident, "Dorthe")


def test_where_nobody_is_chosen_the_others_see_it_once_the_first_cannot_be_asked(app_with_others: Flask) -> None:
    app = app_with_others
    offer_ref = standing_offer(app)
    ident = posted(app, begun(app, offer_ref))
    with app.app_context():
        offering.withdraw_offer(person(app, "Bo"), offer_ref, NOW)
        with writing() as session:
            session.execute(update(Area).values(suggestions=False))
    assert ask_at(app, DUE) == 0 and sees(app, ident, "Dorthe")


def test_the_others_are_asked_a_pause_later(app_with_others: Flask) -> None:
    app = app_with_others
    posted(app, begun(app, standing_offer(app)))
    ask_at(app, DUE)
    assert ask_at(app, DUE + PAUSE - timedelta(seconds=1)) == 0
    assert ask_at(app, DUE + PAUSE) == 3
    assert [row.wave for row in stands(app, Invitation) if row.resident_id != person(app, "Bo")] == [1, 1, 1]
    assert len(stands(app, Invitation, resident_id=person(app, "Bo"))) == 1


def test_after_not_this_time_the_others_are_asked_at_once(app_with_others: Flask) -> None:
    app = app_with_others
    ident = posted(app, begun(app, standing_offer(app)))
    ask_at(app, DUE)
    with app.app_context():
        inviting.not_now(ident, person(app, "Bo"), DUE + UNDO)
    assert ask_at(app, DUE + UNDO) == 3


def test_what_is_urgent_is_asked_at_once_and_the_others_soon(app_with_others: Flask) -> None:
    app = app_with_others
    posted(app, begun(app, standing_offer(app)), urgent=True)
    assert ask_at(app, NOW) == 1
    assert ask_at(app, NOW + URGENT_PAUSE) == 3


def test_in_the_night_nobody_is_asked(app_with_others: Flask) -> None:
    app = app_with_others
    night = NOW.replace(hour=20)  # 22 by the village's clock
    ref = begun(app, standing_offer(app))
    with app.app_context():
        asking.open_request(person(app, "Anna"), ref, How(True, False, False), night)
    assert ask_at(app, night + timedelta(hours=2)) == 0
    assert ask_at(app, NOW.replace(hour=6) + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    "why", ["withdrawn", "left", "break", "blocked", "blocks", "other kind", "has offered", "never"]
)
def test_who_cannot_be_asked_any_more_lets_the_request_go_the_ordinary_way(app_with_others: Flask, why: str) -> None:
    app = app_with_others
    offer_ref, bo, anna = standing_offer(app), person(app, "Bo"), person(app, "Anna")
    ref = begun(app, offer_ref)
    ident = posted(app, ref)
    with app.app_context(), writing() as session:
        one = update(Resident).where(Resident.id == bo)
        if why == "left":
            session.execute(one.values(status="left"))
        if why == "break":
            session.execute(one.values(break_until=date(2026, 6, 1)))
        if why in ("blocked", "blocks"):
            by, other = (anna, bo) if why == "blocked" else (bo, anna)
            session.execute(insert(Block).values(by_id=by, other_id=other, at=NOW))
        if why == "never":
            session.execute(insert(NoticeWish).values(resident_id=bo, notice="suggestions", how="never"))
        if why == "other kind":
            session.execute(update(Offer).values(kind="garden"))
    with app.app_context():
        if why == "withdrawn":
            offering.withdraw_offer(bo, offer_ref, NOW)
    if why == "has offered":
        offer(app, ident)
        assert ask_at(app, DUE) == 0  # enough: Bo waits for the answer
    else:
        assert ask_at(app, DUE) == 3
    assert stands(app, Invitation, resident_id=bo) == [] and stands(app, Dispatch, kind="asked_directly") == []


@pytest.mark.parametrize("more", [{"status": "withdrawn"}, {"status": "draft"}, {"kind": "garden"}])
def test_an_offer_that_is_not_open_for_this_asks_nobody_first(app_on_both: Flask, more: dict[str, Any]) -> None:
    assert first_of(app_on_both, begun(app_on_both, standing_offer(app_on_both, **more))) is None


@pytest.mark.parametrize("giver", ["Elsa", "Anna", "Wim"])
def test_nobody_out_of_reach_nor_unconfirmed_nor_oneself_is_asked_first(app_on_both: Flask, giver: str) -> None:
    assert first_of(app_on_both, begun(app_on_both, standing_offer(app_on_both, giver))) is None


def test_a_ref_that_names_nothing_begins_an_ordinary_request(app_on_both: Flask) -> None:
    assert first_of(app_on_both, begun(app_on_both, "nothing")) is None


def test_the_same_form_twice_is_one_draft_for_the_same_neighbour(app_on_both: Flask) -> None:
    offer_ref = standing_offer(app_on_both, "Carl")
    for _twice in range(2):
        assert first_of(app_on_both, begun(app_on_both, offer_ref)) == person(app_on_both, "Carl")
    assert len(stands(app_on_both, HelpRequest)) == 1


def test_who_is_not_confirmed_begins_nothing(app_on_both: Flask) -> None:
    with pytest.raises(NotAllowed), app_on_both.app_context():
        asking.begin_request(person(app_on_both, "Wim"), "AAAAAAAAAAAA", WHAT, NOW, standing_offer(app_on_both))


def test_somebody_who_reads_no_mail_is_rung_by_the_host(app_with_others: Flask) -> None:
    app = app_with_others
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(told_by="host"))
    posted(app, begun(app, standing_offer(app)))
    assert ask_at(app, DUE) == 1
    assert stand(app, Invitation).how == "ring" and stands(app, Dispatch, kind="asked_directly") == []


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "Anna asks you, because you offered this."),
        ("da", "Anna spørger dig, fordi du har tilbudt det."),
        ("nl", "Anna vraagt het u, omdat u dit aanbood."),
    ],
)
def test_the_mail_says_who_asks_and_why(app: Flask, language: str, why: str) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language=language))
    posted(app, begun(app, standing_offer(app)))
    ask_at(app, DUE)
    row = stand(app, Dispatch, kind="asked_directly")
    with app.app_context():
        said = write_message(row, what_they_tell([row.id])[row.id], house())
    assert why in said.body and "Hjælp med MitID" in said.body and "Anna" not in said.subject + said.text
