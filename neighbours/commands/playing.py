"""`flask demo --play`: a day of the demo passes. Its clock goes ahead hour by hour, people act, the worker sends.

Nothing leaves this machine: what a demo sends is kept and shown on its own page. What people do is in actions/demo.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

from neighbours.actions.demo import read
from neighbours.actions.demo.playing import play
from neighbours.clock import now
from neighbours.worker import Worker, work_once

HOURS = (8, 10, 12, 14, 16, 17, 18, 20)


def play_a_day(say: Callable[[str], None]) -> None:
    """From now to the same time tomorrow; says what happened."""
    clock, begun = current_app.config["CLOCK"], now()
    worker, did = Worker(), Counter[str]()
    zone = ZoneInfo(read("people")["municipality"]["zone"])
    for moment in _moments(begun, zone):
        clock.put_to(moment)
        local = moment.astimezone(zone)
        did.update(play(local.hour, random.Random(local.isoformat()), moment))
        did["messages"] += _send_all(worker)
    say(f"It is {now().astimezone(zone):%A %-d %B %Y, %H:%M} in the demo now.")
    say(
        "Neighbours {asked} times asked for help and {offered} times said that they can help, {not_now} times not; "
        "{agreed} agreements, {done} done, {wrote} wrote to each other.".format_map(did)
    )
    say(f"{did['messages']} messages went out. Read them at {current_app.config['BASE_URL']}/demo/post")


def _moments(begun: datetime, zone: ZoneInfo) -> list[datetime]:
    """The hours of the day that comes, in order, and its end; never backwards."""
    ends = begun + timedelta(days=1)
    days = (begun.astimezone(zone).date(), ends.astimezone(zone).date())
    hours = [datetime.combine(day, time(hour), zone).astimezone(begun.tzinfo) for day in days for hour in HOURS]
    return [*(moment for moment in hours if begun < moment < ends), ends]


def _send_all(worker: Worker) -> int:
    """Everything that is due now, in rounds."""
    sent = 0
    while claimed := work_once(worker):
        sent += claimed
    return sent
