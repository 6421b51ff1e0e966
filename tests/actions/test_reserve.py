"""In reserve while every place is taken, and moving up when one falls free: each place once. On both engines."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert, update

from models import Agreement, Block, Dispatch, HelpRequest, Reply, Resident
from neighbours.actions import outbox
from neighbours.actions.help import agreeing, asking, replying, reserve
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.messages import Message, write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.errors import TooLate
from tests.actions.test_races import at_once
from tests.meanwhile import meanwhile
from tests.village import NOW, counted
from tests.yes import FRIDAY, MINUTES, WORDS, add_neighbours, agree, ask, moves, offer, person, stand, stands

SATURDAY = NOW + timedelta(days=5)


class Full:
    """A request of Anna's whose one place Bo has; Carl and Dorthe have offered too."""

    def __init__(self, app: Flask, **more: object) -> None:
        self.app, self.anna = app, Actor(person(app, "Anna"))
        self.help_id = ask(app, **more)
        self.reply_of = {name: offer(app, self.help_id, name) for name in ("Carl", "Dorthe")}
        self.bos = agree(app, self.help_id)

    def keep(self, name: str, after: int = 0) -> None:
        with self.app.app_context():
            reserve.keep_in_reserve(self.reply_of[name], by=self.anna, now=NOW + after * MINUTES)

    def act(self, act: Callable[..., object], ident: int, name: str = "Anna", at: object = NOW) -> None:
        with self.app.app_context():
            act(ident, by=Actor(person(self.app, name)), now=at)

    def reply(self, name: str) -> str:
        return str(stand(self.app, Reply, id=self.reply_of[name]).status)

    def request(self) -> tuple[str, int]:
        row = stand(self.app, HelpRequest, id=self.help_id)
        return row.status, row.taken

    def helpers(self) -> list[int]:
        """Whose agreements stand."""
        return [row.helper_id for row in stands(self.app, Agreement, help_request_id=self.help_id, status="agreed")]

    def told(self, kind: str) -> list[int]:
        return [row.resident_id for row in stands(self.app, Dispatch, kind=kind)]

    def mail(self, kind: str) -> Message:
        row = stand(self.app, Dispatch, kind=kind)
        with self.app.app_context():
            return write_message(row, what_they_tell([row.id])[row.id], house())


@pytest.fixture
def full(app_on_both: Flask) -> Full:
    return Full(app_on_both)


def test_who_is_kept_in_reserve_hears_so_instead_of_a_no(full: Full) -> None:
    carl, dorthe = (person(full.app, name) for name in ("Carl", "Dorthe"))
    assert sorted(full.told("declined")) == sorted([carl, dorthe])
    for _twice in range(2):
        full.keep("Carl")
    assert (full.reply("Carl"), full.told("in_reserve"), full.told("declined")) == ("reserve", [carl], [dorthe])
    assert moves(full.app, "reply", full.reply_of["Carl"]) == ["offer", "keep_in_reserve"]


def test_after_did_not_come_the_asker_says_yes_to_who_is_in_reserve_or_not(full: Full) -> None:
    full.keep("Dorthe")
    full.act(agreeing.miss, full.bos)
    assert (full.reply("Dorthe"), full.helpers(), full.told("moved_up")) == ("reserve", [], [])
    with full.app.app_context():
        agreeing.accept(full.reply_of["Dorthe"], share_phone=False, by=full.anna, now=NOW)
    assert full.helpers() == [person(full.app, "Dorthe")]


@pytest.mark.parametrize(("hour", "reply"), [(9, "accepted"), (11, "reserve")])
def test_once_the_time_has_passed_nobody_moves_up(full: Full, hour: int, reply: str) -> None:
    with full.app.app_context(), writing() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == full.help_id).values(at_time=time(10)))
    full.keep("Dorthe")
    at = datetime.combine(FRIDAY, time(hour), ZoneInfo("Europe/Copenhagen")).astimezone(UTC)
    full.act(agreeing.cancel, full.bos, "Bo", at=at)
    assert full.reply("Dorthe") == reply and full.request()[0] == ("agreed" if reply == "accepted" else "open")


def test_when_the_place_falls_free_the_longest_in_reserve_moves_up_and_both_hear(full: Full) -> None:
    full.keep("Dorthe")
    full.keep("Carl", after=1)
    full.act(agreeing.cancel, full.bos, "Bo")
    dorthe = person(full.app, "Dorthe")
    assert (full.reply("Dorthe"), full.reply("Carl"), full.helpers()) == ("accepted", "reserve", [dorthe])
    assert full.request() == ("agreed", 1) and full.told("declined") == []
    assert (full.told("moved_up"), full.told("takes_over")) == ([dorthe], [full.anna.resident_id])
    assert moves(full.app, "help_request", full.help_id) == ["fill", "reopen", "fill"]
    assert moves(full.app, "reply", full.reply_of["Dorthe"])[-1] == "move_up"
    made = stand(full.app, Agreement, helper_id=dorthe)
    assert (
        moves(full.app, "agreement", made.id) == ["agree"] and made.day == stand(full.app, Agreement, id=full.bos).day
    )


def test_who_moved_up_and_falls_out_makes_room_for_the_next(full: Full) -> None:
    full.keep("Carl")
    full.keep("Dorthe", after=1)
    full.act(agreeing.cancel, full.bos, "Bo")
    carls = stand(full.app, Agreement, helper_id=person(full.app, "Carl"))
    full.act(agreeing.cancel, carls.id, "Carl")
    assert full.helpers() == [person(full.app, "Dorthe")] and full.request() == ("agreed", 1)
    full.act(agreeing.cancel, stand(full.app, Agreement, status="agreed").id, "Dorthe")
    assert full.helpers() == [] and full.request() == ("open", 0)


def test_a_cancelling_is_not_undone_once_somebody_moved_up(full: Full) -> None:
    full.keep("Carl")
    full.act(agreeing.cancel, full.bos, "Bo")
    with pytest.raises(TooLate):
        full.act(agreeing.undo_cancel, full.bos, "Bo")
    assert full.helpers() == [person(full.app, "Carl")]


@pytest.mark.parametrize("name", ["Anna", "Elsa"])
def test_when_the_askers_side_cancels_nobody_moves_up_by_themselves_and_all_can_be_undone(
    app_on_both: Flask, name: str
) -> None:
    """Perhaps no help is needed any more: so the request is open, and who is in reserve waits for an answer."""
    full = Full(app_on_both, acted_by_id=person(app_on_both, "Elsa"))
    full.keep("Carl")
    full.act(agreeing.cancel, full.bos, name)
    assert (full.helpers(), full.request(), full.reply("Carl")) == ([], ("open", 0), "reserve")
    assert (full.told("moved_up"), full.told("takes_over")) == ([], [])
    full.act(agreeing.undo_cancel, full.bos, name)
    assert (full.helpers(), full.request(), full.reply("Carl")) == ([person(full.app, "Bo")], ("agreed", 1), "reserve")
    full.act(agreeing.cancel, full.bos, name)
    with full.app.app_context():
        agreeing.accept(full.reply_of["Carl"], share_phone=False, by=full.anna, now=NOW)
    assert (full.helpers(), full.request()) == ([person(full.app, "Carl")], ("agreed", 1))
    with pytest.raises(TooLate):
        full.act(agreeing.undo_cancel, full.bos, name)


def test_who_stepped_back_does_not_move_up(full: Full) -> None:
    full.keep("Carl")
    full.keep("Dorthe", after=1)
    full.act(replying.withdraw_reply, full.reply_of["Carl"], "Carl")
    assert full.told("in_reserve") == [person(full.app, "Dorthe")]
    full.act(agreeing.cancel, full.bos, "Bo")
    assert full.helpers() == [person(full.app, "Dorthe")]


def test_a_no_to_who_is_in_reserve_can_be_taken_back_and_was_never_said(full: Full) -> None:
    full.keep("Carl")
    full.act(replying.decline, full.reply_of["Carl"])
    assert person(full.app, "Carl") in full.told("declined")
    for _twice in range(2):
        full.act(replying.undo_decline, full.reply_of["Carl"])
    assert full.reply("Carl") == "reserve" and person(full.app, "Carl") not in full.told("declined")
    full.act(replying.decline, full.reply_of["Carl"])
    full.act(agreeing.cancel, full.bos, "Bo")
    assert full.helpers() == []


@pytest.mark.parametrize("why", ["left", "apart"])
def test_who_has_left_or_is_blocked_is_passed_over(full: Full, why: str) -> None:
    full.keep("Carl")
    full.keep("Dorthe", after=1)
    carl = person(full.app, "Carl")
    with full.app.app_context(), writing() as session:
        if why == "left":
            session.execute(update(Resident).where(Resident.id == carl).values(status="left"))
        else:
            session.execute(insert(Block).values(by_id=carl, other_id=full.anna.resident_id, at=NOW))
    full.act(agreeing.cancel, full.bos, "Bo")
    assert full.helpers() == [person(full.app, "Dorthe")]


def test_on_a_day_that_has_passed_nobody_moves_up_and_who_waited_hears_the_end(full: Full) -> None:
    full.keep("Carl")
    full.act(agreeing.cancel, full.bos, at=SATURDAY)
    assert (full.helpers(), full.request()[0], full.reply("Carl")) == ([], "expired", "reserve")
    assert sorted(full.told("declined")) == sorted(person(full.app, name) for name in ("Carl", "Dorthe"))


@pytest.mark.parametrize("end", ["done", "withdrawn"])
def test_who_is_in_reserve_hears_once_that_the_request_has_ended(full: Full, end: str) -> None:
    carl = person(full.app, "Carl")
    with full.app.app_context():
        sent = [row.id for row in outbox.claim_due("worker", NOW + 10 * MINUTES, 50)]
        for ident in sent:
            outbox.record_sent("worker", ident, NOW + 10 * MINUTES)
    full.keep("Carl", after=11)
    at = NOW + 12 * MINUTES
    if end == "done":
        full.act(agreeing.finish, full.bos, at=at)
    else:
        with full.app.app_context():
            asking.withdraw_request(full.anna.resident_id or 0, stand(full.app, HelpRequest).ref, at)
    assert full.request()[0] == end
    assert [row.status for row in stands(full.app, Dispatch, kind="declined", resident_id=carl)] == ["sent", "due"]


def test_nobody_is_kept_in_reserve_while_a_place_is_free_or_once_the_day_has_passed(full: Full) -> None:
    with pytest.raises(TooLate):
        full.act(reserve.keep_in_reserve, full.reply_of["Carl"], at=SATURDAY)
    full.act(agreeing.cancel, full.bos, "Bo")
    with pytest.raises(TooLate):
        full.keep("Carl")
    assert full.reply("Carl") == "offered"


def test_where_the_first_yes_is_fine_whoever_comes_after_it_is_in_reserve_at_once(app_on_both: Flask) -> None:
    help_id = ask(app_on_both, first_yes=True)
    offer(app_on_both, help_id, "Bo")
    for _twice in range(2):
        offer(app_on_both, help_id, "Carl")
    carl = stand(app_on_both, Reply, helper_id=person(app_on_both, "Carl"))
    assert (carl.status, moves(app_on_both, "reply", carl.id)) == ("reserve", ["offer_in_reserve"])
    with app_on_both.app_context():
        replying.withdraw_reply(carl.id, by=Actor(carl.helper_id), now=NOW)
        replying.offer_help(help_id, carl.helper_id, WORDS, NOW)
        agreeing.cancel(stand(app_on_both, Agreement).id, by=Actor(person(app_on_both, "Bo")), now=NOW)
    assert stand(app_on_both, Agreement, status="agreed").helper_id == carl.helper_id
    with pytest.raises(TooLate), app_on_both.app_context():
        replying.offer_help(help_id, person(app_on_both, "Dorthe"), WORDS, SATURDAY)


def test_where_the_asker_chooses_nobody_is_in_reserve_by_themselves(full: Full) -> None:
    with pytest.raises(TooLate):
        offer(full.app, full.help_id, "Elsa")


def test_two_who_fall_out_at_once_make_room_for_two_each_place_once(app_on_both: Flask) -> None:
    helpers = add_neighbours(app_on_both, 5)
    by = Actor(person(app_on_both, "Anna"))
    for _round in range(6):
        help_id = ask(app_on_both, places=2)
        with app_on_both.app_context():
            for helper in helpers:
                replying.offer_help(help_id, helper, WORDS, NOW)
            replies = [row.id for row in stands(app_on_both, Reply, help_request_id=help_id)]
            for reply in replies[:2]:
                agreeing.accept(reply, share_phone=False, by=by, now=NOW)
            for reply in replies[2:4]:
                reserve.keep_in_reserve(reply, by=by, now=NOW)
        acts: list[Callable[[], object]] = [
            lambda row=row: agreeing.cancel(row.id, by=Actor(row.helper_id), now=NOW)  # type: ignore[misc]
            for row in stands(app_on_both, Agreement, help_request_id=help_id)
        ]
        acts += [lambda r=replies[4]: agreeing.accept(r, share_phone=False, by=by, now=NOW)]  # type: ignore[misc]
        at_once(app_on_both, acts * 2)
        made = stands(app_on_both, Agreement, help_request_id=help_id, status="agreed")
        assert sorted(row.helper_id for row in made) == helpers[2:4]
        assert stand(app_on_both, HelpRequest, id=help_id).taken == 2


@pytest.mark.parametrize("words", ["UPDATE agreement", "UPDATE help_request", "COMMIT"])
def test_who_steps_back_beside_moving_up_is_in_no_agreement_by_chance(full: Full, words: str) -> None:
    """Whichever comes first: the helper moved up and reads so, or stepped back and the place is free."""
    full.keep("Carl")
    carl = Actor(person(full.app, "Carl"))
    given = meanwhile(
        full.app,
        words,
        lambda: agreeing.cancel(full.bos, by=Actor(person(full.app, "Bo")), now=NOW),
        lambda: replying.withdraw_reply(full.reply_of["Carl"], by=carl, now=NOW),
    )
    assert given == (None, TooLate)
    assert (full.helpers(), full.reply("Carl")) == ([carl.resident_id], "accepted")


def test_yes_please_still_takes_five_statements_beside_a_reserve(full: Full) -> None:
    full.keep("Carl")
    full.act(replying.withdraw_reply, full.reply_of["Carl"], "Carl")
    full.act(agreeing.cancel, full.bos, "Bo")
    with full.app.app_context(), counted(full.app) as said:
        agreeing.accept(full.reply_of["Dorthe"], share_phone=False, by=full.anna, now=NOW)
    assert len(said) == 5


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("you are in reserve", "Now you help Anna with:", "Carl was in reserve, and takes over.")),
        ("da", ("du er reserve", "Nu hjælper du Anna med:", "Carl var reserve og tager over.")),
        ("nl", ("u staat reserve", "Nu helpt u Anna met:", "Carl stond reserve en neemt het over.")),
    ],
)
def test_the_mails_say_what_happened(app: Flask, language: str, words: tuple[str, str, str]) -> None:
    full = Full(app)
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language=language))
    full.keep("Carl")
    assert words[0] in full.mail("in_reserve").body
    full.act(agreeing.cancel, full.bos, "Bo")
    assert words[1] in full.mail("moved_up").body and words[2] in full.mail("takes_over").body
    assert full.told("in_reserve") == []
    seen_again = {"en": "see again", "da": "kan igen se", "nl": "weer zien"}[language]
    assert seen_again not in full.mail("cancelled").body
