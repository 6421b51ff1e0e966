"""Neighbours are asked wave after wave, on both engines; whom the statement finds is whom the rules choose."""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from models import Area, Block, Dispatch, HelpRequest, Invitation, NearCell, NoticeWish, Reply, Resident, db
from neighbours.actions.help import asking, inviting
from neighbours.actions.help.asking import How
from neighbours.actions.moving import Actor
from neighbours.actions.places.suggestions import switch_suggestions
from neighbours.database import writing
from neighbours.queries.people.desk import desk
from neighbours.rules.errors import NotHere
from neighbours.rules.help.choosing import MOST_A_WEEK, PAUSE, URGENT_PAUSE, WAVES, Helper, Wanted, chosen, read_reasons
from neighbours.rules.help.kinds import KINDS, kinds_mask, kinds_of
from neighbours.rules.help.slots import WHENEVER
from tests.village import NOW
from tests.yes import MINUTES, ask, offer, person, stand, stands

DUE = NOW + timedelta(hours=1)


def neighbours(app: Flask, many: int, **more: Any) -> list[int]:
    """So many more neighbours in Anna's cell who like to help with computers; their ids."""
    anna = stand(app, Resident, name="Anna")
    usual = {
        "language": "da", "languages": 1, "area_id": anna.area_id, "cell_id": anna.cell_id, "slots": WHENEVER,
        "kinds": kinds_mask(["digital"]), "status": "confirmed", "joined_at": NOW, "email": "n@example.org",
    }  # fmt: skip
    with app.app_context(), writing() as session:
        rows = [Resident(name=f"N{number}", **(usual | more)) for number in range(many)]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def nobody_likes_it(app: Flask) -> None:
    """Only those who are added by `neighbours` fit."""
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(kinds=0))


def asked(app: Flask, ident: int) -> list[int]:
    return [row.resident_id for row in stands(app, Invitation, help_request_id=ident)]


def ask_at(app: Flask, moment: datetime) -> int:
    with app.app_context():
        return inviting.ask_due(moment)


@pytest.mark.parametrize("urgent", [False, True])
def test_posting_says_when_the_first_neighbours_are_asked(app_on_both: Flask, urgent: bool) -> None:
    ident = ask(app_on_both, status="draft", opened_at=None, expires_at=None)
    with app_on_both.app_context():
        asking.open_request(
            person(app_on_both, "Anna"), stand(app_on_both, HelpRequest).ref, How(urgent, False, False), NOW
        )
    row = stand(app_on_both, HelpRequest, id=ident)
    assert (row.wave, row.wave_at) == (0, inviting.first_wave_at(NOW, urgent=urgent, zone="Europe/Copenhagen"))


def test_a_wave_asks_few_and_the_next_one_later_asks_more(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    willing, ident = neighbours(app_on_both, 20), ask(app_on_both, wave_at=DUE, day=NOW.date())
    assert ask_at(app_on_both, DUE - timedelta(seconds=1)) == 0
    assert ask_at(app_on_both, DUE) == 5
    assert ask_at(app_on_both, DUE) == 0
    first = stand(app_on_both, HelpRequest, id=ident)
    assert (first.wave, first.wave_at) == (1, DUE + PAUSE)
    assert ask_at(app_on_both, DUE + PAUSE) == 10
    assert len(set(asked(app_on_both, ident))) == 15 and set(asked(app_on_both, ident)) <= set(willing)
    told = stands(app_on_both, Dispatch, kind="asked")
    assert sorted(row.resident_id for row in told) == sorted(asked(app_on_both, ident))


def test_a_wave_that_waits_for_the_daily_letter_is_given_its_time(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 20)
    ident = ask(app_on_both, wave_at=DUE, when_kind="whenever", day=None)
    assert ask_at(app_on_both, DUE) == 5
    (letter_at,) = {row.due_at for row in stands(app_on_both, Dispatch, kind="asked")}
    assert letter_at == datetime(2026, 6, 1, 15, 0, tzinfo=UTC)  # 17:00 there
    assert stand(app_on_both, HelpRequest, id=ident).wave_at == letter_at + PAUSE
    assert ask_at(app_on_both, DUE + PAUSE) == 0
    assert ask_at(app_on_both, letter_at + PAUSE) == 10


def test_what_is_urgent_is_asked_for_again_soon(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 6)
    ident = ask(app_on_both, wave_at=DUE, urgent=True)
    ask_at(app_on_both, DUE)
    assert stand(app_on_both, HelpRequest, id=ident).wave_at == DUE + URGENT_PAUSE


def test_who_only_has_a_telephone_is_to_be_rung_and_counts_as_asked(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 1, email=None, phone="+4522334455")
    ident = ask(app_on_both, wave_at=DUE)
    assert ask_at(app_on_both, DUE) == 1
    assert stand(app_on_both, Invitation, help_request_id=ident).how == "ring"
    assert stands(app_on_both, Dispatch, kind="asked") == []


def test_who_rather_is_rung_by_the_host_is_rung_and_counts_as_asked(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 1, told_by="host")
    ident = ask(app_on_both, wave_at=DUE)
    assert ask_at(app_on_both, DUE) == 1
    assert stand(app_on_both, Invitation, help_request_id=ident).how == "ring"
    assert stands(app_on_both, Dispatch, kind="asked") == []


@pytest.mark.parametrize(("how", "asked_of"), [("never", 1), ("daily", 2), ("at_once", 2)])
def test_who_never_wants_to_be_told_of_such_a_thing_is_not_asked(app_on_both: Flask, how: str, asked_of: int) -> None:
    nobody_likes_it(app_on_both)
    one, other = neighbours(app_on_both, 2)
    with app_on_both.app_context(), writing() as session:
        session.execute(insert(NoticeWish).values(resident_id=one, notice="suggestions", how=how))
        session.execute(insert(NoticeWish).values(resident_id=other, notice="messages", how="never"))
    ident = ask(app_on_both, wave_at=DUE)
    assert ask_at(app_on_both, DUE) == asked_of
    assert other in asked(app_on_both, ident)


def test_asking_counts_when_chosen_also_when_it_goes_with_the_daily_letter(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 6)
    ident = ask(app_on_both, wave_at=DUE)
    ask_at(app_on_both, DUE)
    assert {row.status for row in stands(app_on_both, Dispatch, kind="asked")} == {"gathers"}
    assert {row.asked_at for row in stands(app_on_both, Invitation, help_request_id=ident)} == {DUE}


def test_it_stops_at_the_yes_that_is_enough_and_goes_on_after_a_no(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 20)
    ident = ask(app_on_both, wave_at=DUE, day=NOW.date())
    ask_at(app_on_both, DUE)
    reply = offer(app_on_both, ident)
    assert ask_at(app_on_both, DUE + PAUSE) == 0
    with app_on_both.app_context(), writing() as session:
        session.execute(update(Reply).where(Reply.id == reply).values(status="declined"))
    assert ask_at(app_on_both, DUE + 2 * PAUSE) == 10


def test_an_empty_wave_takes_no_time_and_after_the_last_nobody_is_asked(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    ident = ask(app_on_both, wave_at=DUE)
    assert ask_at(app_on_both, DUE) == 0
    row = stand(app_on_both, HelpRequest, id=ident)
    assert (row.wave, row.wave_at) == (len(WAVES), None)


def test_nobody_is_asked_more_often_a_week_than_they_wish(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 1)
    found = []
    for number in range(MOST_A_WEEK + 1):
        ask(app_on_both, wave_at=DUE, title=f"nr {number}")
        found.append(ask_at(app_on_both, DUE))
    assert found == [1] * MOST_A_WEEK + [0]
    ask(app_on_both, wave_at=DUE, when_kind="whenever", day=None)
    assert ask_at(app_on_both, DUE + timedelta(days=7)) == 1


def say_not_now(app: Flask, ident: int, helper: int, moment: datetime) -> None:
    with app.app_context():
        inviting.not_now(ident, helper, moment)


def test_when_everybody_said_not_this_time_the_next_are_asked_at_once(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 20)
    ident = ask(app_on_both, wave_at=DUE)
    ask_at(app_on_both, DUE)
    *others, last = asked(app_on_both, ident)
    soon = DUE + timedelta(minutes=20)
    for each in others * 2:
        say_not_now(app_on_both, ident, each, soon)
    assert ask_at(app_on_both, soon) == 0
    say_not_now(app_on_both, ident, last, soon)
    assert ask_at(app_on_both, soon) == 10


def test_not_this_time_from_somebody_who_was_not_asked_changes_nothing(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    willing, ident = neighbours(app_on_both, 1), ask(app_on_both, wave_at=DUE)
    say_not_now(app_on_both, ident, willing[0], NOW)
    assert stand(app_on_both, HelpRequest, id=ident).wave_at == DUE
    assert stands(app_on_both, Invitation) == []


def test_a_reply_is_an_answer_too(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 1)
    ident = ask(app_on_both, wave_at=DUE, places=3)
    ask_at(app_on_both, DUE)
    again = stand(app_on_both, HelpRequest, id=ident).wave_at
    (one,) = asked(app_on_both, ident)
    with app_on_both.app_context(), writing() as session:
        session.execute(
            insert(Reply).values(
                ref="r", help_request_id=ident, helper_id=one, language="da", status="offered", created_at=NOW
            )
        )
    assert stand(app_on_both, HelpRequest, id=ident).wave_at == again
    say_not_now(app_on_both, ident, one, DUE + timedelta(minutes=1))
    assert stand(app_on_both, HelpRequest, id=ident).wave_at == DUE + timedelta(minutes=1)


def test_where_the_host_switched_suggestions_off_nobody_is_asked_until_they_are_on_again(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 8)
    ident, host = ask(app_on_both, wave_at=DUE), Actor(person(app_on_both, "Dorthe"))
    area = stand(app_on_both, Area, name="Anneby")
    with app_on_both.app_context():
        switch_suggestions(area.ref, area.association_id, False, by=host, now=NOW)
    assert ask_at(app_on_both, DUE) == 0
    assert stand(app_on_both, HelpRequest, id=ident).wave_at is None
    with app_on_both.app_context():
        rows = desk(area.association_id, host.resident_id or 0, DUE, DUE, "Europe/Copenhagen")
        assert [row.part for row in rows if row.ref == stand(app_on_both, HelpRequest, id=ident).ref] == ["unanswered"]
        switch_suggestions(area.ref, area.association_id, True, by=host, now=DUE + MINUTES)
    assert ask_at(app_on_both, DUE + MINUTES) == 5


def test_only_the_host_of_an_area_switches_it(app_on_both: Flask) -> None:
    areas = stands(app_on_both, Area)
    anneby, other = (next(each for each in areas if each.name == name) for name in ("Anneby", "Fjernby"))
    with app_on_both.app_context(), pytest.raises(NotHere):
        switch_suggestions(anneby.ref, other.association_id, False, by=Actor(1), now=NOW)


def test_the_reasons_are_kept_as_they_were(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 1)
    kept = []
    for days in (0, 23):
        ident = ask(
            app_on_both,
            wave_at=DUE + timedelta(days=days),
            expires_at=NOW + timedelta(days=90),
            day=None,
            when_kind="whenever",
        )
        ask_at(app_on_both, DUE + timedelta(days=days))
        kept.append(
            [tuple(each) for each in read_reasons(stand(app_on_both, Invitation, help_request_id=ident).reasons)]
        )
    assert [each[1:] for each in kept] == [
        [("likes", "digital"), ("not_asked", None)],
        [("likes", "digital"), ("not_asked", 23)],
    ]


def test_the_statement_finds_whom_the_rules_choose(app_on_both: Flask) -> None:
    draw, zone = random.Random(4), "Europe/Copenhagen"
    _fill_at_random(app_on_both, draw)
    with app_on_both.app_context():
        seen = 0
        for row in db.session.execute(select(HelpRequest)).scalars().all():
            for wave in WAVES:
                found = [each.id for each in inviting._helpers(db.session(), _as_due(row, zone), wave, DUE)]
                helpers = _helpers_of(row)
                wanted = Wanted(row.kind, row.slots, row.languages)
                by_rule = chosen((each for _id, each in helpers), wanted, wave, DUE.date())
                ids = {each.ref: ident for ident, each in helpers}
                assert found == [ids[each.ref] for each in by_rule]
                seen += len(found)
        assert seen > 80


class _Due:
    """A request's row with what `_due` adds."""

    def __init__(self, row: HelpRequest, zone: str) -> None:
        self._row, self.zone = row, zone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _as_due(row: HelpRequest, zone: str) -> Any:
    return _Due(row, zone)


def _fill_at_random(app: Flask, draw: random.Random) -> None:
    with app.app_context(), writing() as session:
        cells = session.execute(select(NearCell.a, NearCell.area_b).where(NearCell.a == NearCell.b)).all()
        people = []
        for number in range(200):
            cell = draw.choice(cells)
            people.append(
                Resident(
                    name=f"N{number}",
                    language="da",
                    languages=draw.choice((1, 2, 3)),
                    kinds=kinds_mask(draw.sample(KINDS, 4)),
                    area_id=cell.area_b,
                    cell_id=cell.a,
                    slots=draw.choice((0, WHENEVER, 1 << draw.randrange(21))),
                    joined_at=NOW,
                    status=draw.choice(("confirmed", "confirmed", "waiting")),
                    email=draw.choice(("a@b.dk", None)),
                    reach=draw.choice((0, 3_000, 25_000)),
                    most_a_week=draw.choice((0, 1, 3, 3)),
                    suggestions=draw.random() < 0.8,
                    break_until=draw.choice((None, DUE.date(), DUE.date() - timedelta(days=1))),
                )
            )
        session.add_all(people)
        session.execute(update(Area).where(Area.label == "Carlsby").values(suggestions=False))
        session.flush()
        wishes = [(each.id, draw.choice(("never", "never", "daily", "at_once"))) for each in people[::3]]
        rows = [{"resident_id": ident, "notice": "suggestions", "how": how} for ident, how in wishes]
        never_told = [{"resident_id": each.id, "notice": "messages", "how": "never"} for each in people[::5]]
        session.execute(insert(NoticeWish), rows + never_told)
        anna = session.execute(select(Resident).where(Resident.name == "Anna")).scalar_one()
        for number, each in enumerate(draw.sample(people, 20)):
            if each.id != anna.id:
                one, other = (anna, each) if number % 2 else (each, anna)
                session.add(Block(by_id=one.id, other_id=other.id, at=NOW))
        for number in range(12):
            cell = draw.choice(cells)
            request = HelpRequest(
                asker_id=anna.id,
                area_id=cell.area_b,
                cell_id=cell.a,
                kind=draw.choice(KINDS),
                title=f"nr {number}",
                language="da",
                languages=draw.choice((1, 3)),
                slots=draw.choice((0, WHENEVER, 0b111)),
                status="open",
                when_kind="whenever",
                place_kind="home",
                created_at=NOW,
                opened_at=NOW,
                expires_at=NOW + timedelta(days=9),
            )
            session.add(request)
            session.flush()
            for each in draw.sample(people, 8):
                session.add(
                    Invitation(
                        help_request_id=request.id,
                        resident_id=each.id,
                        wave=1,
                        how="message",
                        reasons="[]",
                        asked_at=DUE - timedelta(days=draw.randrange(20), hours=1),
                    )
                )


def _wish(resident_id: int) -> str | None:
    wish = db.session.get(NoticeWish, (resident_id, "suggestions"))
    return wish.how if wish else None


def _helpers_of(row: HelpRequest) -> list[tuple[int, Helper]]:
    """Everybody confirmed within the areas around the request, as the rules see them. Slow and plain."""
    found = []
    apart = {two for one, two in _blocks() if one == row.asker_id} | {
        one for one, two in _blocks() if two == row.asker_id
    }
    near = db.session.execute(select(NearCell).where(NearCell.a == row.cell_id)).scalars().all()
    by_cell = {each.b: each for each in near}
    suggests = {area.id: area.suggestions for area in db.session.execute(select(Area)).scalars().all()}
    for each in db.session.execute(select(Resident).where(Resident.status == "confirmed")).scalars().all():
        if each.cell_id not in by_cell or each.id == row.asker_id:
            continue
        invitations = db.session.execute(select(Invitation).where(Invitation.resident_id == each.id)).scalars().all()
        times = [one.asked_at for one in invitations]
        found.append(
            (
                each.id,
                Helper(
                    ref=each.ref,
                    kinds=frozenset(kinds_of(each.kinds)),
                    slots=each.slots,
                    languages=each.languages,
                    metres=by_cell[each.cell_id].metres,
                    is_next_area=by_cell[each.cell_id].area_b != row.area_id,
                    reach=each.reach,
                    asked_at=max(times, default=None),
                    asked_this_week=sum(one > DUE - timedelta(days=7) for one in times),
                    most_a_week=each.most_a_week,
                    suggestions=each.suggestions and suggests[each.area_id],
                    is_blocked=each.id in apart,
                    was_asked=any(one.help_request_id == row.id for one in invitations),
                    break_until=each.break_until,
                    wishes_none=_wish(each.id) == "never",
                ),
            )
        )
    return found


def _blocks() -> list[tuple[int, int]]:
    return [tuple(row) for row in db.session.execute(select(Block.by_id, Block.other_id)).all()]


def test_nobody_is_asked_for_a_time_that_has_passed(app_on_both: Flask) -> None:
    nobody_likes_it(app_on_both)
    neighbours(app_on_both, 5)
    ident = ask(app_on_both, wave_at=DUE, day=NOW.date(), at_time=time(12, 30))  # DUE is 13:00 there
    assert ask_at(app_on_both, DUE) == 0
    assert stand(app_on_both, HelpRequest, id=ident).wave_at is None
