"""kill -9 while people post, offer and say yes and messages go out: what was answered is kept, what is due arrives.

A process that is killed has no chance to tidy up. Whoever got no answer presses the button again, as people do.
"""

import http.client
import os
import random
import re
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from models import Agreement, Dispatch, HelpRequest, Reply, Resident, db
from neighbours.actions import telling
from neighbours.database import writing
from tests.processes import wait_until
from tests.survival.running import Answer, Browser, House, house_of, kill_for_good, really_now, wrong_in
from tests.test_worker import Sink, sink  # noqa: F401
from tests.web.asking import HOW, WHAT, WHERE, value_of
from tests.yes import add_neighbours, stands

PAIRS = 4
A_KILL = 52  # messages that wait for each kill, besides those that the people make
A_PAUSE, PATIENCE = 0.5, 30.0  # seconds


class Pair(threading.Thread):
    """Two neighbours: one asks, the other helps, again and again. `kept`: what they were told is done, by kind."""

    def __init__(self, house: House, asker: int, helper: int) -> None:
        super().__init__(daemon=True)
        self.asker, self.helper, self.helper_id = Browser(house, asker), Browser(house, helper), helper
        self.kept: dict[str, list[str]] = {"posted": [], "offered": [], "agreed": []}
        self.ends = threading.Event()
        self.broken: Exception | None = None

    def run(self) -> None:
        try:
            while not self.ends.wait(A_PAUSE):
                self._once()
        except Exception as error:
            self.broken = error

    def _once(self) -> None:
        ref = value_of(insist(self.asker.get, "/ask").body, "ref")
        day = (really_now() + timedelta(days=9)).date()
        when = {"when_kind": "day", "day": f"{day:%d-%m-%Y}", "parts": ["afternoon"], "minutes": "60", "places": "1"}
        for page, fields in (("", WHAT | {"ref": ref}), (f"/{ref}/when", when), (f"/{ref}/where", WHERE)):
            press(self.asker, f"/ask{page}", **fields)
        press(self.asker, f"/ask/{ref}/check", **HOW)
        self.kept["posted"].append(ref)
        press(self.helper, f"/help/{ref}/reply", line="Jeg kommer gerne")
        self.kept["offered"].append(ref)
        (reply,) = set(re.findall(r"/replies/([\w-]+)/accept", insist(self.asker.get, f"/help/{ref}").body))
        self.kept["agreed"].append(press(self.asker, f"/replies/{reply}/accept").location.rpartition("/")[2])


def press(browser: Browser, path: str, /, **fields: object) -> Answer:
    """Press a button until there is an answer; it is one that says done."""
    answer = insist(browser.post, path, **fields)
    assert answer.status == 303, f"{path}: {answer.status}"
    return answer


def insist(act: object, path: str, /, **fields: object) -> Answer:
    """The answer in the end; none, or "closed for a moment", and it is tried again."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            answer: Answer = act(path, **fields)  # type: ignore[operator]
            if answer.status != 503:
                return answer
        time.sleep(0.05)
    raise TimeoutError(path)


def let_wait(app: Flask, many: int) -> None:
    """So many messages wait to be sent."""
    with app.app_context(), writing() as session:
        everybody = select(Resident.id).where(Resident.status == "confirmed")
        times = many // len(session.scalars(everybody).all()) + 1
        for number in range(times):
            telling.tell(session, "confirmed", everybody, thing="resident", thing_id=number, now=really_now())


def kill_again_and_again(house: House, mail: Sink, kills: int, draw: random.Random) -> None:
    """Turn by turn a worker that has just sent something, and one of the web server's processes."""
    for number in range(kills):
        seen = len(mail.mails)
        assert wait_until(lambda seen=seen: len(mail.mails) > seen, 120), house.said()[-2000:]  # type: ignore[misc]
        time.sleep(draw.uniform(0, 0.3))
        if number % 2 == 0:
            assert house.worker
            kill_for_good(house.worker)
            house.begin_work()
        else:
            os.kill(draw.choice(house.web_workers()), signal.SIGKILL)


def see_nothing_is_lost(app: Flask, house: House, mail: Sink, pairs: list[Pair]) -> None:
    with app.app_context():
        asked = set(db.session.scalars(select(HelpRequest.ref).where(HelpRequest.status != "draft")))
        offers = select(HelpRequest.ref, Reply.helper_id).join(Reply, Reply.help_request_id == HelpRequest.id)
        offered = {tuple(row) for row in db.session.execute(offers)}
        agreed = set(db.session.scalars(select(Agreement.ref)))
    for pair in pairs:
        assert pair.broken is None, pair.broken
        assert len(pair.kept["agreed"]) >= 1
        assert set(pair.kept["posted"]) <= asked
        assert {(ref, pair.helper_id) for ref in pair.kept["offered"]} <= offered
        assert set(pair.kept["agreed"]) <= agreed
    assert wrong_in(app) == []
    see_all_arrived(app, house, mail)


def see_all_arrived(app: Flask, house: House, mail: Sink) -> None:
    """Each message at least once; one in a hundred may come twice, and then shows that it is the same."""
    most = 60 + len(stands(app, Dispatch)) / 5  # seconds, on a busy machine
    assert wait_until(lambda: not stands(app, Dispatch, status="due"), most), house.said()[-2000:]
    rows = stands(app, Dispatch)
    assert {row.status for row in rows} == {"sent"}
    came = Counter(each["Message-ID"].strip("<>").partition("@")[0] for each in mail.mails)
    assert {row.ref for row in rows} <= set(came)
    assert came.total() - len(came) <= len(rows) / 100, came.most_common(9)
    to = {(each["Message-ID"], each["To"]) for each in mail.mails}
    assert len(to) == len(came)


def see_it_survives(app: Flask, mail: Sink, kills: int) -> None:
    people = add_neighbours(app, 2 * PAIRS)
    let_wait(app, kills * A_KILL)
    by_mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail.port)}  # type: ignore[attr-defined]
    with house_of(app, WORKER_PAUSE="0.05", WORKER_LEASE="3", **by_mail) as house:
        house.open_pages(workers=2, threads=8).begin_work()
        pairs = [Pair(house, *people[at : at + 2]) for at in range(0, 2 * PAIRS, 2)]
        for pair in pairs:
            pair.start()
        kill_again_and_again(house, mail, kills, random.Random(kills))
        for pair in pairs:
            pair.ends.set()
        for pair in pairs:
            pair.join(2 * PATIENCE)
        see_nothing_is_lost(app, house, mail, pairs)


def test_ten_kills_lose_nothing_that_was_answered_and_nothing_that_is_due(app_on_both: Flask, sink: Sink) -> None:  # noqa: F811
    see_it_survives(app_on_both, sink, 10)


@pytest.mark.long
def test_a_hundred_kills(app_on_both: Flask, sink: Sink) -> None:  # noqa: F811
    see_it_survives(app_on_both, sink, 100)
