"""Reminders under a clock that nobody can rely on, held against a plain oracle: row by row, in Python, by local time.

The clock goes on by minutes and days, jumps an hour either way, three days back, 400 days ahead and back again, over
both nights on which the clocks change, in two zones; between its moves people agree, cancel, move days, offer, answer
and change their wishes, and messages go out or wait.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update

from models import (
    Agreement,
    Area,
    Block,
    Dispatch,
    HelpRequest,
    Municipality,
    NoticeWish,
    Proposal,
    Reminder,
    Reply,
    Resident,
    db,
)  # fmt: skip
from neighbours.actions import reminding
from neighbours.database import writing
from neighbours.rules.reminders import REMINDERS
from tests.yes import add_neighbours, ask

Key = tuple[str, str, int, int]  # kind, thing, its id, whom
Said = tuple[str, str, int, int, date]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JUMPS = (
    MINUTE, 7 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR, HOUR, 2 * HOUR, 5 * HOUR, 12 * HOUR, DAY, 2 * DAY, -HOUR,
    -30 * MINUTE, -3 * DAY, 400 * DAY,
)  # fmt: skip
TIMES = (None, time(2, 30), time(8), time(9, 30), time(12), time(15, 45), time(19), time(22, 30), time(23, 59))


class Oracle:
    """What was said, what of it still waits, and what a plain look at every row says now."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.said: dict[Said, datetime] = {}
        self.waits: dict[Said, bool] = {}

    def read(self) -> None:
        """Every row that decides."""
        with self.app.app_context():
            rows = {table: list(db.session.execute(select(*table.__table__.c)).all()) for table in TABLES}
            zones = select(Area.id, Municipality.zone).join(Municipality, Municipality.id == Area.municipality_id)
            self.zones = {row.id: row.zone for row in db.session.execute(zones)}
        self.agreements, self.requests, self.replies, self.proposals = (rows[table] for table in TABLES[:4])
        self.by_id = {row.id: row for row in self.requests}
        self.here = {row.id for row in rows[Resident] if row.status == "confirmed"}
        self.wishes = {(row.resident_id, row.notice): row.how for row in rows[NoticeWish]}
        self.apart = {frozenset((row.by_id, row.other_id)) for row in rows[Block]}

    def look(self, now: datetime) -> None:
        """One round: what waits and is past is taken back; what is due now, and was not said, is said."""
        self.read()
        still = {said[:4] for said, _since in self._true(now, still=True)}
        for said in [said for said in self.waits if said[:4] not in still]:
            del self.waits[said], self.said[said]
        for said, since in list(self._true(now, still=False)):
            if said not in self.said and not self._was_nudged(said, since):
                self.said[said] = now
                self.waits[said] = True

    def _was_nudged(self, said: Said, since: datetime | None) -> bool:
        return since is not None and any(other[:4] == said[:4] and at >= since for other, at in self.said.items())

    def _true(self, now: datetime, *, still: bool) -> Iterator[tuple[Said, datetime | None]]:
        for kind, thing, row, zone, people, day, since in self._things(now, still=still):
            if still or 8 <= now.astimezone(ZoneInfo(zone)).hour < 21:
                for who in people:
                    if who in self.here and self._wishes(who, kind):
                        yield (kind, thing, row.id, who, day), since

    def _wishes(self, who: int, kind: str) -> bool:
        if kind == "in_two_hours":
            return self.wishes.get((who, "two_hours"), "never") != "never"
        return self.wishes.get((who, "reminders")) != "never"

    def _things(self, now: datetime, *, still: bool) -> Iterator[tuple[Any, ...]]:
        for row in self.agreements:
            asked = self.by_id[row.help_request_id]
            zone, asker = self.zones[asked.area_id], asked.asker_id
            local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            if row.status != "agreed":
                continue
            open_ones = [p for p in self.proposals if p.agreement_id == row.id and p.status == "proposed"]
            for each in open_ones:
                silent = asker if each.by_id == row.helper_id else row.helper_id
                if now - each.created_at >= DAY and (each.day is None or each.day >= local.date()):
                    yield "nudge", "agreement", row, zone, [silent], local.date(), each.created_at
            if row.day is not None:
                for kind, people in self._of_day(row, local, zone, asker, open_ones, still=still):
                    yield kind, "agreement", row, zone, people, row.day, None
        for row in self.requests:
            zone = self.zones[row.area_id]
            local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            if row.status != "open":
                continue
            last = (row.expires_at - MINUTE).astimezone(ZoneInfo(zone)).date()
            begins = datetime.combine(last - DAY, time() if still else time(10))
            if not row.taken and now < row.expires_at and local >= begins and now - row.opened_at >= DAY:
                yield "runs_out", "help_request", row, zone, [row.asker_id], last, None
            waits = [
                reply.created_at
                for reply in self.replies
                if reply.help_request_id == row.id and reply.status == "offered"
                and now - reply.created_at >= 2 * DAY and {reply.helper_id, row.asker_id} not in self.apart
            ]  # fmt: skip
            if waits:
                yield "nudge", "help_request", row, zone, [row.asker_id], local.date(), max(waits)

    def _of_day(
        self, row: Any, local: datetime, zone: str, asker: int, open_ones: list[Any], *, still: bool
    ) -> Iterator[tuple[str, list[int]]]:
        both = [row.helper_id, asker]
        eve = datetime.combine(row.day - DAY, time(18))
        accepted = [p.answered_at for p in self.proposals if p.agreement_id == row.id and p.status == "accepted"]
        is_settled = max([row.created_at, *accepted]) < eve.replace(tzinfo=ZoneInfo(zone))
        begins = datetime.combine(row.day - DAY, time()) if still else eve
        if begins <= local < datetime.combine(row.day, row.at_time or time(12)) and is_settled:
            yield "tomorrow", both
        begins = datetime.combine(row.day, row.at_time or time()) - 2 * HOUR
        is_soon = local >= begins or local.hour >= 20
        if row.at_time is not None and local.date() == row.day and local.time() < row.at_time and is_soon:
            yield "in_two_hours", both
        after = datetime.combine(row.day + DAY, time() if still else time(10))
        is_ahead = any(each.day is None or each.day >= local.date() for each in open_ones)
        if local >= after and (local.date() - row.day).days <= 14 and not is_ahead:
            yield "is_it_done", [asker]


TABLES = (Agreement, HelpRequest, Reply, Proposal, Resident, NoticeWish, Block)


class World:
    """A small village in two zones, in which anything may happen at any time."""

    def __init__(self, app: Flask, seed: int, start: datetime) -> None:
        self.app, self.chance, self.now = app, random.Random(seed), start
        self.people = add_neighbours(app, 6)
        with app.app_context(), writing() as session:
            far = {"name": "Far", "country": "PT", "zone": "Atlantic/Azores", "population": 1}
            session.execute(
                insert(Municipality).values(id=9, ref="far", population_source="", population_year=1, **far)
            )
            session.execute(update(Area).where(Area.id == 2).values(municipality_id=9))
        for who in self.people:
            with app.app_context(), writing() as session:
                session.execute(insert(NoticeWish).values(resident_id=who, notice="two_hours", how="at_once"))
        for _each in range(14):
            self.agree()
            self.post()
            self.offer()

    def change(self, table: Any, *where: Any, **values: Any) -> None:
        with self.app.app_context(), writing() as session:
            session.execute(update(table).where(*where).values(**values))

    def some(self, table: Any, *where: Any) -> Any:
        with self.app.app_context():
            rows = db.session.execute(select(*table.__table__.c).where(*where).order_by(table.id)).all()
        return self.chance.choice(rows) if rows else None

    def day(self) -> date:
        return (self.now + self.chance.choice((-1, 0, 1, 1, 1, 2, 3)) * DAY).date()

    def agree(self) -> None:
        asker, helper = self.chance.sample(self.people, 2)
        ident = self.post(status="agreed", taken=1, asker_id=asker)
        when = {"when_kind": "day", "day": self.day(), "at_time": self.chance.choice(TIMES), "slots": 0}
        if self.chance.random() < 0.1:
            when |= {"when_kind": "whenever", "day": None, "at_time": None}
        with self.app.app_context(), writing() as session:
            reply = Reply(
                help_request_id=ident, helper_id=helper, language="da", status="accepted", created_at=self.now
            )
            session.add(reply)
            session.flush()
            began = self.now - self.chance.choice((MINUTE, 3 * HOUR, 3 * DAY))
            agreed = {"help_request_id": ident, "helper_id": helper, "reply_id": reply.id, **when}
            session.add(Agreement(**agreed, status="agreed", created_at=began))

    def post(self, **more: Any) -> int:
        usual = {
            "asker_id": self.chance.choice(self.people), "area_id": self.chance.choice((1, 2)),
            "opened_at": self.now - self.chance.choice((MINUTE, 12 * HOUR, 3 * DAY)),
            "places": 2, "taken": self.chance.choice((0, 0, 1)),
            "expires_at": self.now + self.chance.choice((30 * MINUTE, 26 * HOUR, 2 * DAY, 4 * DAY)),
        }  # fmt: skip
        return ask(self.app, **(usual | more))

    def offer(self) -> None:
        request = self.some(HelpRequest, HelpRequest.status == "open")
        if request is None:
            return
        helper = self.chance.choice([who for who in self.people if who != request.asker_id])
        values = {"status": "offered", "created_at": self.now - self.chance.choice((MINUTE, DAY, 3 * DAY))}
        with self.app.app_context(), writing() as session:
            known = (Reply.help_request_id == request.id, Reply.helper_id == helper)
            if session.scalar(select(Reply.id).where(*known)) is None:
                session.add(Reply(help_request_id=request.id, helper_id=helper, language="da", **values))
            else:
                session.execute(update(Reply).where(*known).values(**values))

    def happen(self) -> None:
        """One thing that somebody does."""
        self.chance.choice(
            (self.agree, self.post, self.offer, self.answer, self.cancel, self.move, self.suggest, self.settle,
             self.wish, self.part, self.leave, self.close)
        )()  # fmt: skip

    def answer(self) -> None:
        if reply := self.some(Reply, Reply.status.in_(("offered", "declined"))):
            self.change(Reply, Reply.id == reply.id, status="declined" if reply.status == "offered" else "offered")

    def cancel(self) -> None:
        if row := self.some(Agreement):
            self.change(Agreement, Agreement.id == row.id, status="agreed" if row.status != "agreed" else "cancelled")

    def move(self) -> None:
        if row := self.some(Agreement, Agreement.day.is_not(None)):
            self.change(Agreement, Agreement.id == row.id, day=self.day(), at_time=self.chance.choice(TIMES))

    def suggest(self) -> None:
        row = self.some(Agreement, Agreement.status == "agreed")
        if row is None or self.some(Proposal, Proposal.agreement_id == row.id, Proposal.status == "proposed"):
            return
        request = self.some(HelpRequest, HelpRequest.id == row.help_request_id)
        with self.app.app_context(), writing() as session:
            session.add(
                Proposal(
                    agreement_id=row.id, by_id=self.chance.choice((row.helper_id, request.asker_id)), when_kind="day",
                    day=self.chance.choice((self.day(), None)), slots=0, status="proposed",
                    created_at=self.now - self.chance.choice((MINUTE, 2 * DAY)),
                )
            )  # fmt: skip

    def settle(self) -> None:
        if row := self.some(Proposal, Proposal.status == "proposed"):
            how = self.chance.choice(("accepted", "declined", "withdrawn"))
            self.change(Proposal, Proposal.id == row.id, status=how, answered_at=self.now)

    def wish(self) -> None:
        who, notice = self.chance.choice(self.people), self.chance.choice(("reminders", "two_hours"))
        with self.app.app_context(), writing() as session:
            session.execute(delete(NoticeWish).where(NoticeWish.resident_id == who, NoticeWish.notice == notice))
            how = self.chance.choice(("at_once", "at_once", "at_once", "never"))
            session.execute(insert(NoticeWish).values(resident_id=who, notice=notice, how=how))

    def part(self) -> None:
        by, other = self.chance.sample(self.people, 2)
        if reply := self.some(Reply, Reply.status == "offered"):
            by, other = reply.helper_id, self.some(HelpRequest, HelpRequest.id == reply.help_request_id).asker_id
        with self.app.app_context(), writing() as session:
            session.execute(delete(Block))
            session.execute(insert(Block).values(by_id=by, other_id=other, at=self.now))

    def leave(self) -> None:
        row = self.some(Resident, Resident.id.in_(self.people))
        self.change(Resident, Resident.id == row.id, status="left" if row.status == "confirmed" else "confirmed")

    def close(self) -> None:
        if row := self.some(HelpRequest, HelpRequest.status.in_(("open", "withdrawn"))):
            self.change(HelpRequest, HelpRequest.id == row.id, status="withdrawn" if row.status == "open" else "open")


def written(app: Flask) -> tuple[Counter[Said], Counter[Key]]:
    """The reminders and the messages that stand in the database."""
    with app.app_context():
        columns = (Reminder.kind, Reminder.thing, Reminder.thing_id, Reminder.resident_id, Reminder.day)
        said = Counter(tuple(row) for row in db.session.execute(select(*columns)))
        about = (Dispatch.kind, Dispatch.thing, Dispatch.thing_id, Dispatch.resident_id)
        told = Counter(tuple(row) for row in db.session.execute(select(*about).where(Dispatch.kind.in_(REMINDERS))))
    return said, told  # type: ignore[return-value]


def moves_of_the_clock(chance: random.Random) -> Iterator[timedelta]:
    """First the night on which the clocks change, in steps and little jumps; then anything."""
    for _half_hour in range(50):
        yield chance.choice((30 * MINUTE, 30 * MINUTE, 30 * MINUTE, HOUR, -HOUR))
    for _step in range(100):
        jump = chance.choice(JUMPS)
        yield jump
        if jump == 400 * DAY:
            yield -jump


# The evening before the night in spring, and the one before the night in autumn.
@pytest.mark.parametrize("start", [datetime(2026, 3, 28, 17, tzinfo=UTC), datetime(2026, 10, 24, 16, tzinfo=UTC)])
def test_whatever_the_clock_does_each_is_told_once_what_is_true_and_nothing_that_is_past(
    app_on_both: Flask, start: datetime
) -> None:
    world, oracle, ever = World(app_on_both, start.month, start), Oracle(app_on_both), set[Said]()
    for moved in moves_of_the_clock(world.chance):
        if world.chance.random() < 0.6:
            world.happen()
        with app_on_both.app_context():
            reminding.remind_due(world.now)
        oracle.look(world.now)
        said, told = written(app_on_both)
        assert said == Counter(oracle.said.keys()), world.now
        assert told == Counter(each[:4] for each in oracle.said), world.now
        ever |= set(said)
        if world.chance.random() < 0.3:
            world.change(Dispatch, Dispatch.status == "due", status="sent")
            oracle.waits.clear()
        world.now += moved
    assert min(Counter(each[0] for each in ever)[kind] for kind in REMINDERS) >= 2
