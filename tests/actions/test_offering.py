"""Standing offers: drafted once, opened once, changed, taken back, withdrawn, expired after 180 days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import Offer, Resident
from neighbours.actions.help import offering
from neighbours.rules.errors import NotAllowed, NotHere, Refused, TooLate
from neighbours.rules.help.asking import What
from neighbours.rules.help.slots import WHENEVER
from tests.village import NOW
from tests.yes import moves, person, stand, stands

REF = "abcdefghijkl"
WHAT = What("garden", None, "Jeg slår gerne græs", None, "da", 1)
MINUTE = timedelta(minutes=1)


def act(app, action, *arguments, who="Bo"):
    me = person(app, who)
    with app.app_context():
        return action(me, *arguments)


def opened(app):
    act(app, offering.begin_offer, REF, WHAT, NOW)
    act(app, offering.say_slots, REF, WHENEVER, None, NOW)
    act(app, offering.open_offer, REF, NOW)
    return row(app)


def row(app):
    return stand(app, Offer, ref=REF)


def test_an_offer_opens_in_the_givers_cell_for_180_days(app_on_both):
    act(app_on_both, offering.begin_offer, REF, WHAT, NOW)
    act(app_on_both, offering.begin_offer, REF, WHAT, NOW)
    assert len(stands(app_on_both, Offer)) == 1
    offer, bo = opened(app_on_both), stand(app_on_both, Resident, name="Bo")
    act(app_on_both, offering.open_offer, REF, NOW + MINUTE)
    assert (offer.status, offer.cell_id, offer.expires_at) == ("open", bo.cell_id, NOW + timedelta(days=180))
    assert moves(app_on_both, "offer", offer.id) == ["draft", "open"]


def test_an_offer_without_days_is_not_opened(app):
    act(app, offering.begin_offer, REF, WHAT, NOW)
    with pytest.raises(Refused, match="missing"):
        act(app, offering.open_offer, REF, NOW)


def test_somebody_not_yet_confirmed_offers_nothing(app):
    with pytest.raises(NotAllowed):
        act(app, offering.begin_offer, REF, WHAT, NOW, who="Wim")


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        (offering.say_offer, (WHAT, 1)),
        (offering.say_slots, (1, 1)),
        (offering.open_offer, ()),
        (offering.take_back_offer, ()),
        (offering.withdraw_offer, ()),
        (offering.undo_withdraw_offer, ()),
        (offering.drop_offer, ()),
        (offering.undo_drop_offer, ()),
    ],
)
def test_nobody_else_can_touch_it(app, action, arguments):
    before = opened(app)
    for other in ("Anna", "Dorthe", "Elsa"):
        with pytest.raises(NotHere):
            act(app, action, REF, *arguments, NOW, who=other)
    assert row(app) == before


def test_a_change_needs_the_version_that_was_shown(app):
    shown = opened(app).version
    act(app, offering.say_slots, REF, 1, shown, NOW)
    with pytest.raises(TooLate):
        act(app, offering.say_offer, REF, replace(WHAT, title="Nyt"), shown, NOW)
    act(app, offering.say_offer, REF, replace(WHAT, title="Nyt"), shown + 1, NOW)
    assert (row(app).title, row(app).slots) == ("Nyt", 1)


def test_taking_back_and_withdrawing_can_be_undone_for_ten_minutes_and_twice_is_harmless(app_on_both):
    app = app_on_both
    opened(app)
    act(app, offering.withdraw_offer, REF, NOW)
    act(app, offering.withdraw_offer, REF, NOW)
    act(app, offering.undo_withdraw_offer, REF, NOW + 10 * MINUTE)
    act(app, offering.undo_withdraw_offer, REF, NOW + 10 * MINUTE)
    act(app, offering.take_back_offer, REF, NOW + 10 * MINUTE)
    act(app, offering.take_back_offer, REF, NOW + 10 * MINUTE)
    assert (row(app).status, row(app).opened_at) == ("draft", None)
    act(app, offering.drop_offer, REF, NOW)
    act(app, offering.undo_drop_offer, REF, NOW + MINUTE)
    assert row(app).status == "draft"


def test_after_ten_minutes_it_is_too_late(app):
    opened(app)
    with pytest.raises(TooLate):
        act(app, offering.take_back_offer, REF, NOW + 11 * MINUTE)
    act(app, offering.withdraw_offer, REF, NOW)
    with pytest.raises(TooLate):
        act(app, offering.undo_withdraw_offer, REF, NOW + 11 * MINUTE)


def test_after_180_days_it_expires_once(app_on_both):
    opened(app_on_both)
    with app_on_both.app_context():
        assert offering.expire_due(NOW + timedelta(days=180) - MINUTE) == 0
        assert offering.expire_due(NOW + timedelta(days=180)) == 1
        assert offering.expire_due(NOW + timedelta(days=181)) == 0
    assert row(app_on_both).status == "expired"
