"""Agreements as a calendar file (RFC 5545), by the library icalendar, which is named in no other file.

A calendar lies open on kitchen tables and in other companies' computers: so an entry says the kind of help and the
other's displayed name, and leads back to the agreement. Only who opens it reads the one line that was asked and at
whose home or at which known place it is; never an address or a telephone of ours, nor any other words of the two.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from icalendar import Calendar, Event, Timezone

from neighbours.labels import KINDS
from neighbours.language import _, current_language
from neighbours.rules.help.spans import span_of

READ_AGAIN = timedelta(hours=4)
STATUS = {"cancelled": "CANCELLED"}


def calendar_of(rows: Iterable[Any]) -> bytes:
    """All agreements of one person, to be read again and again. Rows of queries/help/agenda.py."""
    calendar = _empty()
    calendar.add("x-wr-calname", _("Our agreements"))
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", READ_AGAIN)
    return _filled(calendar, list(rows))


def calendar_entry(row: Any) -> bytes:
    """One agreement, to be put into a calendar once; the same again later changes or cancels the entry."""
    calendar = _empty()
    calendar.add("method", "PUBLISH")
    return _filled(calendar, [row])


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//Neighbours//{current_language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _filled(calendar: Calendar, rows: list[Any]) -> bytes:
    for zone in sorted({row.zone for row in rows}):
        years = [row.day.year for row in rows if row.zone == zone]
        calendar.add_component(_timezone(zone, min(years), max(years)))
    for row in rows:
        calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


@lru_cache(maxsize=64)
def _timezone(zone: str, first: int, last: int) -> Timezone:
    """When the clocks of the zone change, from the year before the first to the year after the last."""
    return Timezone.from_tzid(zone, first_date=date(first - 1, 1, 1), last_date=date(last + 2, 1, 1))


def _event(row: Any) -> Event:
    """Without the present moment in it, so that the same agreement is the same bytes."""
    span, changed = span_of(row), _changed_at(row)
    event = Event()
    event.add("uid", f"{row.ref}@neighbours")
    event.add("dtstamp", changed)
    event.add("created", row.created_at.astimezone(UTC))
    event.add("last-modified", changed)
    event.add("sequence", max(row.moves - 1, 0) + row.settled)
    event.add("status", STATUS.get(row.status, "CONFIRMED"))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if span.is_exact else "TRANSPARENT")
    event.add("summary", _summary(row))
    event.add("description", _one_line(row.title))
    if place := _place(row):
        event.add("location", place)
    event.add("dtstart", span.start)
    event.add("duration", span.lasts)
    event.add("url", f"{current_app.config['BASE_URL'].rstrip('/')}/agreements/{row.ref}")
    return event


def _changed_at(row: Any) -> datetime:
    known = [moment for moment in (row.created_at, row.moved_at, row.settled_at) if moment is not None]
    return max(known).astimezone(UTC).replace(microsecond=0)


def _summary(row: Any) -> str:
    """The kind of help and the other's displayed name, one line."""
    kind = KINDS[row.kind]
    if row.is_helper:
        return _("You help %(name)s: %(kind)s", name=_one_line(row.asker_name), kind=kind)
    if row.is_asker:
        return _("%(name)s helps you: %(kind)s", name=_one_line(row.helper_name), kind=kind)
    return _("%(name)s helps your neighbour: %(kind)s", name=_one_line(row.helper_name), kind=kind)


def _place(row: Any) -> str | None:
    """At whose home, or the known place; not what somebody wrote of it."""
    if row.place_kind != "home":
        return _one_line(row.place_name) if row.place_name else None
    return _("at your home") if row.is_asker else _("at %(name)s's home", name=_one_line(row.asker_name))


def _one_line(name: str) -> str:
    """Without what no calendar may hold: breaks of lines, control and invisible characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
