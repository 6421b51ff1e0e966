"""Who asks, offers or helps is a confirmed neighbour until the act is through. On SQLite and PostgreSQL."""

from collections.abc import Callable

import pytest
from flask import Flask

from models import HelpRequest, Offer, Reply, Resident, db
from neighbours.actions.help import asking, offering, replying
from neighbours.actions.people.hosting import confirm_neighbour, undo_answer
from neighbours.actions.people.profile import change_shown
from neighbours.rules.errors import NotAllowed, TooLate
from neighbours.rules.help.asking import How, What
from tests.meanwhile import meanwhile
from tests.village import NOW
from tests.yes import MINUTES, WORDS, ask, person, stand, stands

REF = "abcdefghijkl"
WHAT = What("digital", "mitid", "Hjælp med MitID", None, "da", 3)
SOON = NOW + MINUTES


def let_in(app: Flask) -> tuple[int, Callable[[], None]]:
    """Dorthe lets Wim in; his id, and her taking it back a minute later."""
    wim, dorthe = stand(app, Resident, name="Wim"), person(app, "Dorthe")
    with app.app_context():
        confirm_neighbour(wim.ref, 1, dorthe, NOW)
    return wim.id, lambda: undo_answer(wim.ref, 1, dorthe, SOON)


def test_somebody_who_waits_to_be_let_in_cannot_offer_help(app_on_both: Flask) -> None:
    help_id, wim = ask(app_on_both), person(app_on_both, "Wim")
    with app_on_both.app_context(), pytest.raises(NotAllowed):
        replying.offer_help(help_id, wim, WORDS, NOW)
    assert stands(app_on_both, Reply) == []


def test_a_yes_taken_back_while_its_neighbour_offers_help_comes_too_late(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    wim, take_back = let_in(app_on_both)
    offer = lambda: replying.offer_help(help_id, wim, WORDS, SOON)  # noqa: E731
    assert meanwhile(app_on_both, "INSERT INTO reply", offer, take_back) == (None, TooLate)
    assert stand(app_on_both, Resident, id=wim).status == "confirmed"


@pytest.mark.parametrize(
    ("begin", "table"), [(asking.begin_request, HelpRequest), (offering.begin_offer, Offer)], ids=["request", "offer"]
)
def test_a_yes_taken_back_while_its_neighbour_begins_a_draft_comes_too_late(
    app_on_both: Flask, begin: Callable[..., str], table: type[HelpRequest] | type[Offer]
) -> None:
    wim, take_back = let_in(app_on_both)
    words = f"INSERT INTO {table.__tablename__}"
    assert meanwhile(app_on_both, words, lambda: begin(wim, REF, WHAT, SOON), take_back) == (REF, TooLate)
    assert stand(app_on_both, Resident, id=wim).status == "confirmed"


def test_whoever_offers_while_a_yes_is_taken_back_is_not_let_in(app_on_both: Flask) -> None:
    help_id = ask(app_on_both)
    wim, take_back = let_in(app_on_both)
    offer = lambda: replying.offer_help(help_id, wim, WORDS, SOON)  # noqa: E731
    assert meanwhile(app_on_both, "UPDATE resident", take_back, offer) == (None, NotAllowed)
    assert stands(app_on_both, Reply) == []


def test_what_is_posted_while_its_asker_hides_in_the_village_is_hidden_too(app_on_both: Flask) -> None:
    """Both take the person first, then what the person has out: so they wait in one line, and none is thrown out."""
    anna = stand(app_on_both, Resident, name="Anna")
    draft = ask(app_on_both, ref=REF, status="draft", opened_at=None, expires_at=None)
    post = lambda: asking.open_request(anna.id, REF, How(False, False, False), NOW)  # noqa: E731
    hide = lambda: change_shown(anna.id, True, NOW)  # noqa: E731
    for first, words, second in ((post, "UPDATE help_request", hide), (hide, "UPDATE help_request", post)):
        assert meanwhile(app_on_both, words, first, second) == (None, None)
        whole = stand(app_on_both, Resident, id=anna.id).cell_id
        assert stand(app_on_both, HelpRequest, id=draft).cell_id == whole != anna.cell_id
        show_again(app_on_both, anna.id, draft)


def show_again(app: Flask, anna: int, draft: int) -> None:
    with app.app_context():
        change_shown(anna, False, NOW)
        asking.take_back(anna, REF, NOW)
    with app.app_context():
        assert db.session.get_one(HelpRequest, draft).status == "draft"
