"""Asking: one draft however often it is sent, one request however often it is opened, and all that ends it."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from models import Agreement, AssistedPerson, Dispatch, HelpRequest, Place, Reply, Resident, Step, db
from neighbours.actions.help import asking
from neighbours.actions.help.agreeing import cancel, finish
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.help.asking import How, What, When, Where
from neighbours.rules.help.slots import WHENEVER
from tests.village import NOW, ident
from tests.yes import agree, ask, moves, offer, person, stand, stands

REF = "abcdefghijkl"
WHAT = What("digital", "mitid", "Hjælp med MitID", None, "da", 3)
FRIDAY = When("day", date(2026, 6, 5), None, 1 << 13, 60, 1)
WHENEVER_AT_ALL = When("whenever", None, None, WHENEVER, None, 1)
AT_HOME = Where("home", None, None)
HOW = How(urgent=False, first_yes=False, noticeboard=False)
MINUTE = timedelta(minutes=1)


def act(app, action, *arguments, who="Anna", **more):
    me = person(app, who)
    with app.app_context():
        return action(me, *arguments, **more)


def drafted(app, when=FRIDAY, who="Anna"):
    """A complete draft; returns its ref."""
    act(app, asking.begin_request, REF, WHAT, NOW, who=who)
    act(app, asking.say_when, REF, when, None, NOW, who=who)
    act(app, asking.say_where, REF, AT_HOME, None, NOW, who=who)
    return REF


def opened(app, when=FRIDAY):
    act(app, asking.open_request, drafted(app, when), HOW, NOW)
    return stand(app, HelpRequest, ref=REF)


def row(app):
    return stand(app, HelpRequest, ref=REF)


def test_a_draft_has_the_askers_area_and_cell_and_one_step(app_on_both):
    assert act(app_on_both, asking.begin_request, REF, WHAT, NOW) == REF
    anna, draft = stand(app_on_both, Resident, name="Anna"), row(app_on_both)
    assert (draft.status, draft.asker_id, draft.channel) == ("draft", anna.id, "self")
    assert (draft.area_id, draft.cell_id) == (anna.area_id, anna.cell_id)
    assert moves(app_on_both, "help_request", draft.id) == ["draft"]


def test_each_step_of_a_request_keeps_the_area_it_stood_in(app_on_both):
    request = opened(app_on_both)
    agree(app_on_both, request.id)
    act(app_on_both, asking.withdraw_request, REF, NOW)
    steps = stands(app_on_both, Step, thing="help_request", thing_id=request.id)
    assert [(step.move, step.area_id) for step in steps] == [
        (move, request.area_id) for move in ("draft", "open", "fill", "withdraw")
    ]


def test_the_first_page_sent_twice_is_one_draft_with_the_last_words(app_on_both):
    act(app_on_both, asking.begin_request, REF, WHAT, NOW)
    act(app_on_both, asking.begin_request, REF, replace(WHAT, title="Andre ord"), NOW)
    assert [draft.title for draft in stands(app_on_both, HelpRequest)] == ["Andre ord"]


def test_the_first_page_sent_by_ten_browsers_at_once_is_one_draft(app_on_both):
    me, start = person(app_on_both, "Anna"), Barrier(10)

    def send():
        with app_on_both.app_context():
            start.wait()
            asking.begin_request(me, REF, WHAT, NOW)
            db.session.remove()

    threads = [Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [draft.ref for draft in stands(app_on_both, HelpRequest)] == [REF]


def test_a_ref_that_another_person_holds_or_that_is_no_ref_is_given_anew(app):
    act(app, asking.begin_request, REF, WHAT, NOW)
    for bad in (REF, "", "x", "../../etc/pas", "a" * 5000):
        assert act(app, asking.begin_request, bad, WHAT, NOW, who="Bo") != bad
    assert row(app).asker_id == person(app, "Anna")


def test_the_first_page_sent_again_after_opening_changes_nothing_and_other_words_begin_anew(app):
    before = opened(app)
    assert act(app, asking.begin_request, REF, WHAT, NOW) == REF
    other = act(app, asking.begin_request, REF, replace(WHAT, title="Noget nyt"), NOW)
    assert other != REF and stand(app, HelpRequest, ref=other).status == "draft"
    assert row(app) == before


@pytest.mark.parametrize("who", ["Wim"])
def test_somebody_not_yet_confirmed_can_neither_begin_nor_open(app, who):
    with pytest.raises(NotAllowed):
        act(app, asking.begin_request, REF, WHAT, NOW, who=who)
    drafted(app)
    with app.app_context(), writing() as session:
        session.execute(Resident.__table__.update().where(Resident.name == "Anna").values(status="waiting"))
    with pytest.raises(NotAllowed):
        act(app, asking.open_request, REF, HOW, NOW)


def test_opening_sets_when_it_was_opened_and_ends_with_the_local_day(app_on_both):
    request = opened(app_on_both)
    assert (request.status, request.opened_at) == ("open", NOW)
    assert request.expires_at.isoformat() == "2026-06-05T22:00:00+00:00"
    assert moves(app_on_both, "help_request", request.id) == ["draft", "open"]


def test_opening_takes_the_cell_where_the_asker_lives_by_then(app):
    drafted(app)
    bo = stand(app, Resident, name="Elsa")
    with app.app_context(), writing() as session:
        moved = Resident.__table__.update().where(Resident.name == "Anna")
        session.execute(moved.values(area_id=bo.area_id, cell_id=bo.cell_id))
    act(app, asking.open_request, REF, HOW, NOW)
    assert (row(app).area_id, row(app).cell_id) == (bo.area_id, bo.cell_id)


def test_opening_twice_is_one_request_and_one_step(app_on_both):
    before = opened(app_on_both)
    act(app_on_both, asking.open_request, REF, HOW, NOW + MINUTE)
    assert row(app_on_both) == before
    assert moves(app_on_both, "help_request", before.id) == ["draft", "open"]


def test_an_incomplete_draft_or_one_whose_day_went_by_is_not_opened(app):
    act(app, asking.begin_request, REF, WHAT, NOW)
    with pytest.raises(Refused, match="missing") as caught:
        act(app, asking.open_request, REF, HOW, NOW)
    assert caught.value.field == "when"
    drafted(app)
    with pytest.raises(Refused, match="past"):
        act(app, asking.open_request, REF, HOW, NOW + timedelta(days=5))


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        (asking.say_what, (WHAT, 1)),
        (asking.say_when, (FRIDAY, 1)),
        (asking.say_where, (AT_HOME, 1)),
        (asking.say_how, (HOW, 1)),
        (asking.open_request, (HOW,)),
        (asking.take_back, ()),
        (asking.withdraw_request, ()),
        (asking.undo_withdraw_request, ()),
        (asking.drop_request, ()),
        (asking.undo_drop_request, ()),
        (asking.ask_again, ()),
    ],
)
def test_nobody_else_can_touch_it(app, action, arguments):
    before = opened(app)
    for other in ("Bo", "Dorthe", "Elsa"):
        with pytest.raises(NotHere):
            act(app, action, REF, *arguments, NOW, who=other)
    assert row(app) == before


def test_a_change_of_an_open_request_needs_the_version_that_was_shown(app_on_both):
    shown = opened(app_on_both).version
    act(app_on_both, asking.say_what, REF, replace(WHAT, title="Nyt"), shown, NOW)
    assert (row(app_on_both).title, row(app_on_both).version) == ("Nyt", shown + 1)
    with pytest.raises(TooLate):
        act(app_on_both, asking.say_what, REF, replace(WHAT, title="Gammelt"), shown, NOW)
    act(app_on_both, asking.say_what, REF, replace(WHAT, title="Nyt"), shown, NOW)
    assert row(app_on_both).title == "Nyt"
    assert moves(app_on_both, "help_request", row(app_on_both).id) == ["draft", "open", "change"]


def test_the_kind_stays_once_somebody_replied_and_the_words_may_change(app):
    request = opened(app)
    offer(app, request.id)
    with pytest.raises(Refused, match="replied"):
        act(app, asking.say_what, REF, replace(WHAT, kind="garden", subkind=None), request.version, NOW)
    act(app, asking.say_what, REF, replace(WHAT, subkind="printer"), request.version, NOW)
    assert row(app).subkind == "printer"


def test_changing_the_day_moves_its_end_and_changing_the_size_does_not(app):
    request = opened(app, WHENEVER_AT_ALL)
    later = NOW + timedelta(days=2)
    act(app, asking.say_when, REF, replace(WHENEVER_AT_ALL, minutes=30), request.version, later)
    assert row(app).expires_at == request.expires_at
    act(app, asking.say_when, REF, FRIDAY, row(app).version, later)
    assert row(app).expires_at.isoformat() == "2026-06-05T22:00:00+00:00"


def test_places_cannot_go_below_those_agreed_and_just_enough_is_agreed(app):
    request = ask(app, ref=REF, places=3)
    agree(app, request)
    with pytest.raises(Refused, match="taken"):
        act(app, asking.say_when, REF, replace(FRIDAY, places=0), row(app).version, NOW)
    act(app, asking.say_when, REF, replace(FRIDAY, places=1), row(app).version, NOW)
    assert (row(app).status, moves(app, "help_request", request)[-1]) == ("agreed", "fill")


def test_places_lowered_to_what_is_done_make_it_done(app_on_both):
    request = ask(app_on_both, ref=REF, places=3)
    done, other = agree(app_on_both, request), agree(app_on_both, request, "Carl")
    anna = Actor(person(app_on_both, "Anna"))
    with app_on_both.app_context():
        finish(done, by=anna, now=NOW)
        cancel(other, by=anna, now=NOW)
    act(app_on_both, asking.say_when, REF, replace(FRIDAY, places=1), row(app_on_both).version, NOW)
    assert (row(app_on_both).status, row(app_on_both).taken) == ("done", 1)
    with pytest.raises(TooLate):
        act(app_on_both, asking.withdraw_request, REF, NOW)


def test_a_place_must_be_of_the_own_area_and_of_its_kind(app):
    drafted(app)
    library, far = ident(app, Place, name="Anneby Bibliotek"), ident(app, Place, name="Fjernby Bibliotek")
    act(app, asking.say_where, REF, Where("public", library, None), None, NOW)
    for where in (Where("public", far, None), Where("green", library, None), Where("public", 10**9, None)):
        with pytest.raises(Refused, match="none"):
            act(app, asking.say_where, REF, where, None, NOW)
    assert row(app).place_id == library


def test_taken_back_within_ten_minutes_it_is_a_draft_again(app_on_both):
    opened(app_on_both)
    act(app_on_both, asking.take_back, REF, NOW + 10 * MINUTE)
    act(app_on_both, asking.take_back, REF, NOW + 20 * MINUTE)
    assert (row(app_on_both).status, row(app_on_both).opened_at) == ("draft", None)
    act(app_on_both, asking.open_request, REF, HOW, NOW + 30 * MINUTE)
    assert row(app_on_both).status == "open"


def test_after_ten_minutes_or_with_a_reply_it_is_too_late_to_take_back(app):
    request = opened(app)
    with pytest.raises(TooLate):
        act(app, asking.take_back, REF, NOW + 10 * MINUTE + timedelta(seconds=1))
    offer(app, request.id)
    with pytest.raises(TooLate):
        act(app, asking.take_back, REF, NOW)


def test_withdrawing_cancels_agreements_tells_their_helpers_and_closes_replies(app_on_both):
    app = app_on_both
    request = ask(app, ref=REF, places=2)
    agreement, waiting = agree(app, request), offer(app, request, "Carl")
    act(app, asking.withdraw_request, REF, NOW + MINUTE)
    act(app, asking.withdraw_request, REF, NOW + 2 * MINUTE)
    assert (row(app).status, row(app).taken, row(app).withdrawn_at) == ("withdrawn", 0, NOW + MINUTE)
    assert stand(app, Agreement, id=agreement).status == "cancelled"
    assert stand(app, Reply, id=waiting).status == "declined"
    told = stands(app, Dispatch, kind="cancelled")
    assert [(d.resident_id, d.thing, d.thing_id) for d in told] == [(person(app, "Bo"), "agreement", agreement)]
    assert moves(app, "agreement", agreement)[-1] == "cancel"


def test_an_agreed_request_can_be_withdrawn_but_not_brought_back(app):
    request = ask(app, ref=REF)
    agree(app, request)
    assert row(app).status == "agreed"
    act(app, asking.withdraw_request, REF, NOW)
    with pytest.raises(TooLate):
        act(app, asking.undo_withdraw_request, REF, NOW)


def test_undoing_a_withdrawal_opens_the_request_and_the_replies_that_it_closed(app_on_both):
    app = app_on_both
    request = ask(app, ref=REF)
    declined, waiting = offer(app, request, "Bo"), offer(app, request, "Carl")
    with app.app_context(), writing() as session:
        session.execute(Reply.__table__.update().where(Reply.id == declined).values(status="declined"))
    act(app, asking.withdraw_request, REF, NOW + MINUTE)
    act(app, asking.undo_withdraw_request, REF, NOW + 11 * MINUTE)
    act(app, asking.undo_withdraw_request, REF, NOW + 30 * MINUTE)
    assert (row(app).status, row(app).withdrawn_at) == ("open", None)
    assert stand(app, Reply, id=declined).status == "declined"
    assert stand(app, Reply, id=waiting).status == "offered"


def test_after_ten_minutes_or_after_its_day_a_withdrawal_stays(app):
    ask(app, ref=REF)
    act(app, asking.withdraw_request, REF, NOW)
    with pytest.raises(TooLate):
        act(app, asking.undo_withdraw_request, REF, NOW + 11 * MINUTE)
    with app.app_context(), writing() as session:
        session.execute(HelpRequest.__table__.update().values(expires_at=NOW + MINUTE))
    with pytest.raises(TooLate):
        act(app, asking.undo_withdraw_request, REF, NOW + MINUTE)


@pytest.mark.parametrize("status", ["done", "expired", "draft"])
def test_what_has_ended_or_not_begun_cannot_be_withdrawn(app, status):
    ask(app, ref=REF, status=status)
    with pytest.raises(TooLate):
        act(app, asking.withdraw_request, REF, NOW)


def test_a_draft_is_dropped_and_brought_back_but_never_opened_by_undoing(app):
    drafted(app)
    act(app, asking.drop_request, REF, NOW)
    act(app, asking.drop_request, REF, NOW)
    with pytest.raises(TooLate):
        act(app, asking.undo_withdraw_request, REF, NOW)
    with pytest.raises(TooLate):
        act(app, asking.open_request, REF, HOW, NOW)
    act(app, asking.undo_drop_request, REF, NOW + 10 * MINUTE)
    assert row(app).status == "draft"
    act(app, asking.drop_request, REF, NOW)
    with pytest.raises(TooLate):
        act(app, asking.undo_drop_request, REF, NOW + 11 * MINUTE)


def test_asking_again_copies_the_words_but_not_the_day_and_twice_is_one_draft(app_on_both):
    app = app_on_both
    ask(app, ref=REF, status="done", urgent=True, noticeboard=True, text="Mere", minutes=60)
    new = act(app, asking.ask_again, REF, NOW)
    assert act(app, asking.ask_again, REF, NOW) == new
    draft = stand(app, HelpRequest, ref=new)
    assert (draft.status, draft.title, draft.text, draft.minutes) == ("draft", "Hjælp til Digital Post", "Mere", 60)
    assert (draft.when_kind, draft.day, draft.urgent, draft.noticeboard, draft.taken) == (None, None, False, False, 0)


def test_asking_again_keeps_whenever(app):
    ask(app, ref=REF, status="expired", when_kind="whenever", day=None)
    draft = stand(app, HelpRequest, ref=act(app, asking.ask_again, REF, NOW))
    assert (draft.when_kind, draft.slots) == ("whenever", WHENEVER)


def test_a_request_on_behalf_of_somebody_opens_in_their_cell_by_the_one_who_acts(app):
    elsa, dorthe = stand(app, Resident, name="Elsa"), person(app, "Dorthe")
    with app.app_context(), writing() as session:
        session.add(AssistedPerson(
            id=1, area_id=elsa.area_id, cell_id=elsa.cell_id, name="Karen", language="da", consent_how="telefon",
            consent_at=NOW, added_by_id=dorthe,
        ))  # fmt: skip
    ask(app, "Dorthe", ref=REF, status="draft", asker_id=None, assisted_person_id=1, acted_by_id=dorthe)
    act(app, asking.open_request, REF, HOW, NOW, who="Dorthe")
    assert (row(app).status, row(app).cell_id) == ("open", elsa.cell_id)


def test_what_is_due_expires_or_is_agreed_or_done_as_its_agreements_are(app_on_both):
    app, after = app_on_both, NOW + timedelta(days=5)
    alone, helped, finished = ask(app), ask(app, places=2), ask(app, places=2)
    later = ask(app, expires_at=after + MINUTE)
    agree(app, helped)
    ended = agree(app, finished)
    with app.app_context(), writing() as session:
        session.execute(Agreement.__table__.update().where(Agreement.id == ended).values(status="done"))
    with app.app_context():
        assert asking.expire_due(NOW) == 0
        assert asking.expire_due(after) == 3
        assert asking.expire_due(after) == 0
    found = [stand(app, HelpRequest, id=ident_).status for ident_ in (alone, helped, finished, later)]
    assert found == ["expired", "agreed", "done", "open"]
