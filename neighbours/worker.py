"""The worker: sends what the outbox holds, and lets run out what is due, until it is told to stop.

It ends within two seconds of TERM or INT: between two messages at once, else when the one in hand is through or
STOPS_AFTER is over. That one message then stays leased and is tried again later; what was not tried is given back.
Several workers may run side by side.
"""

import os
import secrets
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from neighbours.actions import digest, outbox, reminding
from neighbours.actions.help import asking, inviting, offering
from neighbours.actions.talk import ending
from neighbours.clock import now
from neighbours.mail import BadAddress, NotConnected, Send, codes_of, compose, is_too_slow, mail_way
from neighbours.messages import Message, NobodyThere, write_message
from neighbours.queries.digest import asking_among, held_by
from neighbours.queries.outbox import house, what_they_tell
from neighbours.rules.notices import ASKING, LETTER, is_still_so
from neighbours.rules.talk.threads import clock_jumped
from neighbours.sms import GatewayError, Refused, send_text

A_ROUND = 10
MOST_AT_ONCE = 200
STOPS_AFTER = 1.5
EXPIRES_EVERY = timedelta(minutes=1)


class Stopped(BaseException):
    """Raised in the middle of what the worker does when it must end now."""


class Worker:
    """One worker: its name in the leases, whether it was told to stop, what it has in hand."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(8)}"
        self.in_hand: int | None = None
        self.expired_at: datetime | None = None
        self.stopping = self.resting = self.has_warned = False

    def stop(self, *signal_and_frame: object) -> None:
        """What a signal does: end a rest at once, else give the message in hand a moment."""
        self.stopping = True
        if self.resting:
            raise Stopped
        signal.setitimer(signal.ITIMER_REAL, STOPS_AFTER)

    def rest(self, seconds: float) -> None:
        """Sleep; a signal ends it."""
        self.resting = True
        if not self.stopping:
            time.sleep(seconds)
        self.resting = False


def run(app: Flask) -> None:
    """Work until TERM or INT."""
    worker = Worker()
    with _signals(worker):
        try:
            while not worker.stopping:
                if not _try_round(app, worker):
                    worker.rest(app.config["WORKER_PAUSE"])
        except Stopped:
            pass
    with app.app_context():
        outbox.release(worker.name, but=worker.in_hand)


def work_once(worker: Worker) -> int:
    """One turn in an app context: expire what is due, ask who is next, gather the daily letters, send what is due.

    Up to MOST_AT_ONCE messages over one connection to the mail server. Returns how many were claimed.
    """
    host = house()
    if host is None:
        return 0
    _expire(worker, host.emptied_at, now())
    inviting.ask_due(now())
    digest.gather_due(now())
    done = 0
    with mail_way(current_app.config, host.demo) as send_mail:
        while done < MOST_AT_ONCE and not worker.stopping:
            claimed = _send_some(worker, host, send_mail)
            done += claimed
            if claimed < A_ROUND:
                break
    return done


def _send_some(worker: Worker, host: Any, send_mail: Send) -> int:
    """Claim up to A_ROUND messages and send them. Returns how many were claimed."""
    lasts = timedelta(seconds=current_app.config["WORKER_LEASE"])
    claimed = outbox.claim_due(worker.name, now(), A_ROUND, lasts)
    about = what_they_tell(_still_asked(worker, claimed))
    held = _read_letters(worker, [row.id for row in claimed if row.kind == LETTER])
    for row in claimed:
        if worker.stopping:
            break
        # What was taken back since it was claimed, or is over, is deleted: there is nothing to tell.
        if row.id in about and (row.kind != LETTER or row.id in held):
            _send(worker, row, about[row.id], host, send_mail, held.get(row.id, ()))
    return len(claimed)


def _still_asked(worker: Worker, claimed: Sequence[Any]) -> list[int]:
    """The ids without what asks for help that is not wanted any more; that is let go, as out of a daily letter."""
    asking_ids = [row.id for row in claimed if row.kind in ASKING]
    rows = asking_among(asking_ids) if asking_ids else []
    over = {row.id for row in rows if not is_still_so(row.kind, row)}
    if over:
        outbox.let_go(worker.name, sorted(over))
    return [row.id for row in claimed if row.id not in over]


def _try_round(app: Flask, worker: Worker) -> bool:
    """Whether there may be more to do at once. A database that is not there yet is waited for."""
    with app.app_context():
        try:
            return work_once(worker) >= MOST_AT_ONCE
        except (OperationalError, ProgrammingError, InterfaceError) as error:
            app.logger.warning("The database cannot be used now (%s).", type(error.orig).__name__)
            return False


def _expire(worker: Worker, emptied_at: datetime | None, moment: datetime) -> None:
    """At most once a minute, also where the clock went back: requests and offers run out, people are reminded.

    `emptied_at`: when old texts were emptied last.
    """
    if worker.expired_at is None or abs(moment - worker.expired_at) >= EXPIRES_EVERY:
        asking.expire_due(moment)
        offering.expire_due(moment)
        reminding.remind_due(moment)
        _empty(worker, emptied_at, moment)
        worker.expired_at = moment


def _empty(worker: Worker, emptied_at: datetime | None, moment: datetime) -> None:
    """Texts whose time is over, once a day; never where the clock jumped, which is said once."""
    if not clock_jumped(emptied_at, moment):
        ending.empty_old_texts(moment)
    elif not worker.has_warned:
        worker.has_warned = True
        current_app.logger.warning("The clock jumped. Old messages stay until you say: flask clock-is-right")


def _read_letters(worker: Worker, letter_ids: list[int]) -> dict[int, list[Any]]:
    """What these daily letters have to tell now. What is over is let go, and a letter with nothing left in it too."""
    rows = held_by(letter_ids)
    still = [row for row in rows if is_still_so(row.kind, row)]
    about = what_they_tell([row.id for row in still])
    held: dict[int, list[Any]] = {}
    for row in (each for each in still if each.id in about):
        held.setdefault(row.letter_id, []).append(about[row.id])
    gone, empty = {row.id for row in rows} - about.keys(), set(letter_ids) - held.keys()
    if gone or empty:
        digest.let_go(worker.name, sorted(gone), sorted(empty))
    return held


def _send(worker: Worker, row: Any, about: Any, host: Any, send_mail: Send, held: Sequence[Any]) -> None:
    """One message; whatever goes wrong with it is recorded and does not stop the others."""
    if now() >= row.leased_until:
        return
    worker.in_hand = row.id
    try:
        _hand_over(write_message(row, about, host, held), host, send_mail)
    except Exception as error:
        current_app.logger.warning("Message %s did not go out: %s", row.ref, name_of(error))
        outbox.record_failed(worker.name, row, name_of(error), now(), for_good=is_for_good(error))
    else:
        outbox.record_sent(worker.name, row.id, now())
    worker.in_hand = None


def _hand_over(message: Message, host: Any, send_mail: Send) -> None:
    if message.channel == "text":
        return send_text(message, current_app.config, now(), host.demo)
    sender = current_app.config["MAIL_FROM"] or host.contact_email
    return send_mail(compose(message, sender, host.operator, now()))


def name_of(error: BaseException) -> str:
    """What is kept of an error: its kind and the server's number, never its words, which hold addresses."""
    if isinstance(error, NotConnected) and error.__cause__:
        return name_of(error.__cause__)
    if is_too_slow(error):
        return TimeoutError.__name__
    codes = [error.number] if isinstance(error, GatewayError) else codes_of(error)
    return " ".join([type(error).__name__, *(str(code) for code in codes)])


def is_for_good(error: BaseException) -> bool:
    """Whether another try cannot help: nobody there, a header that breaks, a 5xx answer (RFC 5321, 4.2.1).

    Of a text message: when the gateway says so. Who does not let us in at all says nothing about the message.
    """
    codes = codes_of(error)
    return isinstance(error, NobodyThere | BadAddress | Refused) or (bool(codes) and min(codes) >= 500)


@contextmanager
def _signals(worker: Worker) -> Iterator[None]:
    def cut_short(*signal_and_frame: object) -> None:
        raise Stopped

    before = {number: signal.signal(number, worker.stop) for number in (signal.SIGTERM, signal.SIGINT)}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, cut_short)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, action in before.items():
            signal.signal(number, action)
