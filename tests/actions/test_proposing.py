"""Another day: nothing moves until the other says yes, one suggestion stands, it falls with the agreement. On both."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from models import Agreement, Dispatch, HelpRequest, Proposal, Resident
from neighbours.actions.help import agreeing, asking, proposing
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.messages import Message, write_message
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.errors import Refused, TooLate
from neighbours.rules.help.asking import Days
from neighbours.rules.help.slots import day_mask
from tests.actions.test_races import at_once
from tests.meanwhile import meanwhile
from tests.village import NOW
from tests.yes import MINUTES, agree, ask, moves, person, stand, stands

SATURDAY = Days("day", date(2026, 6, 6), time(10), day_mask(date(2026, 6, 6), ["morning"]))
SUNDAY = Days("day", date(2026, 6, 7), None, day_mask(date(2026, 6, 7), []))
AFTER_SATURDAY = NOW + timedelta(days=6)


class Two:
    """An agreement of Anna's with Bo for Friday, and what the two do about its day."""

    def __init__(self, app: Flask, **more: object) -> None:
        self.app = app
        self.by = {name: Actor(person(app, name)) for name in ("Anna", "Bo")}
        self.help_id = ask(app, **more)
        self.id = agree(app, self.help_id)

    def suggest(self, name: str, days: Days = SATURDAY, at: object = NOW, instead: int = 0) -> int:
        ref = stand(self.app, Proposal, id=instead).ref if instead else ""
        with self.app.app_context():
            proposing.suggest(self.id, days, by=self.by[name], now=at, instead=ref)  # type: ignore[arg-type]
        return int(stand(self.app, Proposal, status="proposed").id)

    def act(self, act: Callable[..., None], suggested: int, name: str, at: object = NOW) -> None:
        with self.app.app_context():
            act(suggested, by=self.by[name], now=at)

    def days(self) -> Days:
        row = stand(self.app, Agreement, id=self.id)
        return Days(row.when_kind, row.day, row.at_time, row.slots)

    def states(self) -> list[str]:
        return [row.status for row in sorted(stands(self.app, Proposal), key=lambda row: row.id)]

    def told(self, kind: str) -> list[int]:
        return [row.resident_id for row in stands(self.app, Dispatch, kind=kind)]

    def mail(self, kind: str) -> Message:
        row = stand(self.app, Dispatch, kind=kind)
        with self.app.app_context():
            return write_message(row, what_they_tell([row.id])[row.id], house())


@pytest.fixture
def two(app_on_both: Flask) -> Two:
    return Two(app_on_both)


@pytest.mark.parametrize(("name", "other"), [("Bo", "Anna"), ("Anna", "Bo")])
def test_the_day_is_the_suggested_one_once_the_other_says_yes(two: Two, name: str, other: str) -> None:
    before = two.days()
    suggested = two.suggest(name)
    assert (two.days(), two.told("suggested")) == (before, [two.by[other].resident_id])
    two.act(proposing.say_yes, suggested, other)
    assert (two.days(), two.states()) == (SATURDAY, ["accepted"])
    assert two.told("suggestion_answered") == [two.by[name].resident_id]
    assert moves(two.app, "proposal", suggested) == ["suggest", "accept"]
    assert moves(two.app, "agreement", two.id) == ["agree", "another_day"]


def test_a_no_leaves_everything_as_agreed_and_is_told(two: Two) -> None:
    before = two.days()
    two.act(proposing.say_no, two.suggest("Bo"), "Anna")
    assert (two.days(), two.states(), two.told("suggestion_answered")) == (
        before, ["declined"], [two.by["Bo"].resident_id],
    )  # fmt: skip
    assert moves(two.app, "agreement", two.id) == ["agree"]


def test_what_is_taken_back_was_never_said_and_cannot_be_answered(two: Two) -> None:
    suggested = two.suggest("Bo")
    two.act(proposing.take_back, suggested, "Bo")
    assert two.told("suggested") == []
    for answer in (proposing.say_yes, proposing.say_no):
        with pytest.raises(TooLate):
            two.act(answer, suggested, "Anna")
    assert (two.states(), two.told("suggestion_answered")) == (["withdrawn"], [])


@pytest.mark.parametrize("act", [proposing.say_yes, proposing.say_no, proposing.take_back])
def test_each_act_twice_is_the_same_as_once(two: Two, act: Callable[..., None]) -> None:
    suggested = two.suggest("Bo")
    assert two.suggest("Bo") == suggested and len(two.told("suggested")) == 1
    name = "Bo" if act is proposing.take_back else "Anna"
    for _twice in range(2):
        two.act(act, suggested, name, NOW + 2 * MINUTES)
    assert len(moves(two.app, "proposal", suggested)) == 2
    assert len(two.told("suggestion_answered")) == (0 if act is proposing.take_back else 1)


def test_a_newer_suggestion_of_the_same_side_takes_the_place_of_the_one_before(two: Two) -> None:
    old = two.suggest("Bo")
    new = two.suggest("Bo", SUNDAY)
    assert two.states() == ["withdrawn", "proposed"]
    assert [row.thing_id for row in stands(two.app, Dispatch, kind="suggested")] == [new]
    with pytest.raises(TooLate):
        two.act(proposing.say_yes, old, "Anna")
    two.act(proposing.say_yes, new, "Anna")
    assert two.days() == SUNDAY


def test_who_acted_for_the_asker_is_of_the_askers_side(app_on_both: Flask) -> None:
    two = Two(app_on_both, acted_by_id=person(app_on_both, "Dorthe"))
    two.by["Dorthe"] = Actor(person(app_on_both, "Dorthe"))
    two.suggest("Dorthe")
    two.suggest("Anna", SUNDAY)
    assert two.states() == ["withdrawn", "proposed"]
    with pytest.raises(TooLate):
        two.suggest("Bo")


def test_the_other_one_answers_before_suggesting(two: Two) -> None:
    two.suggest("Bo")
    with pytest.raises(TooLate):
        two.suggest("Anna", SUNDAY)
    assert two.states() == ["proposed"]


def test_another_day_instead_is_a_no_and_a_suggestion_in_one_message(two: Two) -> None:
    before, theirs = two.days(), two.suggest("Bo")
    for _twice in range(2):
        two.suggest("Anna", SUNDAY, instead=theirs)
    assert (two.days(), two.states()) == (before, ["declined", "proposed"])
    assert (two.told("suggested"), two.told("suggestion_answered")) == ([two.by["Bo"].resident_id], [])
    assert moves(two.app, "proposal", theirs) == ["suggest", "decline"]
    with pytest.raises(TooLate):
        two.act(proposing.say_yes, theirs, "Anna")
    two.act(proposing.say_yes, int(stand(two.app, Proposal, status="proposed").id), "Bo")
    assert two.days() == SUNDAY


def test_another_day_instead_is_not_the_same_day_nor_of_a_suggestion_that_was_replaced(two: Two) -> None:
    theirs = two.suggest("Bo")
    with pytest.raises(Refused, match="theirs"):
        two.suggest("Anna", instead=theirs)
    two.suggest("Bo", SUNDAY)
    with pytest.raises(TooLate):
        two.suggest("Anna", instead=theirs)
    assert two.states() == ["withdrawn", "proposed"]


def test_what_nobody_answered_in_time_gives_way_to_the_other(two: Two) -> None:
    suggested = two.suggest("Bo")
    with pytest.raises(TooLate):
        two.act(proposing.say_yes, suggested, "Anna", AFTER_SATURDAY)
    two.suggest("Anna", SUNDAY, AFTER_SATURDAY)
    assert two.states() == ["withdrawn", "proposed"]
    assert two.days().day == date(2026, 6, 5)


def test_a_day_that_has_passed_and_the_day_that_is_agreed_are_refused(two: Two) -> None:
    with pytest.raises(Refused, match="past"):
        two.suggest("Bo", SATURDAY, AFTER_SATURDAY)
    with pytest.raises(Refused, match="same"):
        two.suggest("Bo", two.days())
    assert two.states() == []


@pytest.mark.parametrize("end", ["cancel", "finish", "miss", "withdraw"])
def test_it_falls_with_its_agreement_and_nobody_hears_of_it(two: Two, end: str) -> None:
    suggested = two.suggest("Bo")
    with two.app.app_context():
        if end == "withdraw":
            asking.withdraw_request(two.by["Anna"].resident_id or 0, stand(two.app, HelpRequest).ref, NOW)
        else:
            getattr(agreeing, end)(two.id, by=two.by["Anna"], now=NOW)
    assert (two.states(), two.told("suggested")) == (["withdrawn"], [])
    assert moves(two.app, "proposal", suggested) == ["suggest", "fall"]
    for act in (proposing.say_yes, proposing.say_no):
        with pytest.raises(TooLate):
            two.act(act, suggested, "Anna")
    with pytest.raises(TooLate):
        two.suggest("Bo", SUNDAY)


def test_an_answer_beside_the_end_of_the_agreement_is_whole(two: Two) -> None:
    """Whichever comes first: no agreement that has ended is moved, and no suggestion stands of one that has."""
    before, suggested = two.days(), two.suggest("Bo")
    given = meanwhile(
        two.app,
        "UPDATE agreement",
        lambda: agreeing.cancel(two.id, by=two.by["Bo"], now=NOW),
        lambda: proposing.say_yes(suggested, by=two.by["Anna"], now=NOW),
    )
    assert given == (None, TooLate)
    assert (two.days(), two.states(), two.told("suggestion_answered")) == (before, ["withdrawn"], [])


def test_of_two_who_suggest_at_once_one_wins_and_the_other_reads_so(app_on_both: Flask) -> None:
    for _round in range(8):
        two = Two(app_on_both)
        acts = [
            lambda days=days, by=by, two=two: proposing.suggest(two.id, days, by=by, now=NOW)
            for days, by in ((SATURDAY, two.by["Bo"]), (SUNDAY, two.by["Anna"]))
        ] * 3  # type: ignore[misc]
        given = at_once(app_on_both, acts)
        assert sorted(str(each) for each in given) == ["<class 'neighbours.rules.errors.TooLate'>"] * 3 + ["None"] * 3
        assert [row.status for row in stands(app_on_both, Proposal, agreement_id=two.id)] == ["proposed"]


def test_of_yes_no_and_taken_back_at_once_one_holds(app_on_both: Flask) -> None:
    for _round in range(8):
        two = Two(app_on_both)
        before = two.days()
        with app_on_both.app_context():
            proposing.suggest(two.id, SATURDAY, by=two.by["Bo"], now=NOW)
        suggested = stand(app_on_both, Proposal, agreement_id=two.id).id
        whose = {proposing.say_yes: "Anna", proposing.say_no: "Anna", proposing.take_back: "Bo"}
        given = at_once(
            app_on_both,
            [lambda act=act, i=suggested, by=two.by[name]: act(i, by=by, now=NOW) for act, name in whose.items()],  # type: ignore[misc]
        )
        assert [each for each in given if each is not TooLate] == [None]
        is_moved = stand(app_on_both, Proposal, id=suggested).status == "accepted"
        assert two.days() == (SATURDAY if is_moved else before)


@pytest.mark.parametrize(
    ("language", "new", "old"),
    [
        ("en", "Saturday 6 June at 10:00", "Agreed so far: Friday 5 June"),
        ("da", "lørdag den 6. juni kl.\xa010.00", "Aftalt indtil nu: fredag den 5. juni"),
        ("nl", "zaterdag 6 juni om 10.00", "Tot nu toe afgesproken: vrijdag 5 juni"),
    ],
)
def test_both_texts_say_the_day(app: Flask, language: str, new: str, old: str) -> None:
    two = Two(app)
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language=language))
    suggested = two.suggest("Bo")
    said = two.mail("suggested")
    assert new in said.body and old in said.body and "Bo" in said.body
    assert f"/agreements/{stand(app, Agreement).ref}" in said.body and "/agreements/" in said.text
    two.act(proposing.say_yes, suggested, "Anna")
    said = two.mail("suggestion_answered")
    assert new in said.body and "Anna" in said.body and "Anna" not in said.subject


def test_the_no_is_told_with_the_day_that_stays(app: Flask) -> None:
    two = Two(app)
    two.act(proposing.say_no, two.suggest("Bo"), "Anna")
    said = two.mail("suggestion_answered")
    assert "It stays as agreed:" in said.body and "Friday 5 June" in said.body and "Saturday" not in said.body
