"""Agreements in one's own calendar: the file of one, the private address of all, read back by the library icalendar."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import insert, update

from models import Agreement, Block, CalendarAddress, HelpRequest, Proposal, Resident
from neighbours.actions.help import agreeing
from neighbours.actions.moving import Actor
from neighbours.database import writing
from neighbours.rules.help.slots import day_mask
from tests.conftest import Clock
from tests.scene import rows_of
from tests.village import NOW, counted
from tests.yes import FRIDAY, MINUTES, agree, ask, karen, person, stand, stands

As = Callable[[str], FlaskClient]
ADDRESS = re.compile(r"(/calendar/[\w-]{43}\.ics)")
NAUGHTY = (
    "Ærø\r\nATTENDEE:mailto:x@example.org", "Bo;DTSTART=1,2\\n", 'Bo"END:VEVENT', "BEGIN:VALARM\n", "\u2028Bo\u0085",
    "ÆØÅæøå" * 13, "👩‍👩‍👧 Bo", "‮oB", "<script>", "Bo\x0b\x0cBo", "%(name)s", "{{ 7 }}",
)  # fmt: skip


def change(app: Flask, table: Any, **values: Any) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(table).values(**values))


def path_of(app: Flask, agreement_id: int) -> str:
    return f"/agreements/{stand(app, Agreement, id=agreement_id).ref}/calendar.ics"


def one(client: FlaskClient, path: str) -> Any:
    """The only event of the file."""
    (event,) = events(client, path)
    return event


def events(client: FlaskClient, path: str) -> list[Any]:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.content_type == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n")) and b"\n" not in answer.data.replace(
        b"\r\n", b""
    )
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def made(client: FlaskClient) -> str:
    """The path of a calendar address just made."""
    page = client.post("/me/calendar", follow_redirects=True).text
    found = ADDRESS.search(page)
    assert found is not None
    return found[1]


def test_both_put_their_agreement_into_a_calendar(app: Flask, as_person: As) -> None:
    path = path_of(app, agree(app, ask(app, at_time=time(14, 30), minutes=90)))
    page = path.removesuffix("/calendar.ics")
    for name, summary, where in (("Anna", "Bo helps you", "at your home"), ("Bo", "You help Anna", "at Anna's home")):
        client = as_person(name)
        assert f'href="{path}"' in client.get(page).text
        event = one(client, path)
        assert event["summary"] == f"{summary}: Computer, tablet and phone"
        assert (event["description"], event["location"]) == ("Hjælp til Digital Post", where)
        assert event.decoded("dtstart") == datetime(2026, 6, 5, 12, 30, tzinfo=UTC)
        assert event["dtstart"].params["TZID"] == "Europe/Copenhagen"
        assert event.decoded("duration") == timedelta(minutes=90)
        assert event["url"] == f"http://localhost:8000{page}" and event["status"] == "CONFIRMED"
        assert (event["sequence"], event["transp"], event["class"]) == (0, "OPAQUE", "PRIVATE")
    answer = as_person("Anna").get(path)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="agreement.ics"'
    assert Calendar.from_ical(answer.data)["method"] == "PUBLISH"


def test_an_entry_holds_no_address_no_number_and_no_more_words_than_the_one_line(app: Flask, as_person: As) -> None:
    change(app, Resident, phone="+4522334455")
    path = path_of(app, agree(app, ask(app, text="Koden er 1234", place_text="Bagdøren")))
    anna = as_person("Anna")
    anna.post(path.replace("calendar.ics", "open-address"))
    for name in ("Anna", "Bo"):
        file = as_person(name).get(path).text
        for word in ("Engvej", "22334455", "Koden", "Bagdøren", "Jeg kan komme", "8660"):
            assert word not in file
        allowed = {
            "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "STATUS", "CLASS", "TRANSP", "SUMMARY",
            "DTSTART", "DURATION", "URL", "DESCRIPTION", "LOCATION",
        }  # fmt: skip
        assert set(one(as_person(name), path)) == allowed


@pytest.mark.parametrize(
    ("parts", "start", "lasts"),
    [
        ((), date(2026, 6, 5), timedelta(days=1)),
        (("morning",), time(8), timedelta(hours=4)),
        (("afternoon",), time(12), timedelta(hours=5)),
        (("afternoon", "evening"), time(12), timedelta(hours=9)),
        (("morning", "evening"), date(2026, 6, 5), timedelta(days=1)),
    ],
)
def test_without_a_time_it_is_the_part_of_the_day_or_the_whole_day(
    app: Flask, as_person: As, parts: tuple[str, ...], start: date | time, lasts: timedelta
) -> None:
    path = path_of(app, agree(app, ask(app, slots=day_mask(FRIDAY, parts))))
    event = one(as_person("Bo"), path)
    found = event.decoded("dtstart")
    assert (found if isinstance(start, date) else found.time()) == start
    assert event.decoded("duration") == lasts and event["transp"] == "TRANSPARENT"


def test_without_minutes_a_time_lasts_for_an_hour(app: Flask, as_person: As) -> None:
    event = one(as_person("Bo"), path_of(app, agree(app, ask(app, at_time=time(9)))))
    assert event.decoded("duration") == timedelta(hours=1)


def test_without_a_day_there_is_nothing_for_a_calendar(app: Flask, as_person: As) -> None:
    path = path_of(app, agree(app, ask(app, when_kind="whenever", day=None)))
    assert as_person("Anna").get(path).status_code == 404
    assert "calendar.ics" not in as_person("Anna").get(path.removesuffix("/calendar.ics")).text


@pytest.mark.parametrize("day", [date(2026, 10, 24), date(2026, 10, 26), date(2027, 3, 27), date(2027, 3, 29)])
def test_the_file_itself_says_when_the_clocks_change(app: Flask, as_person: As, day: date) -> None:
    """Read by the VTIMEZONE of the file alone, under a name that no computer knows."""
    path = path_of(app, agree(app, ask(app, at_time=time(9), day=day, expires_at=NOW + timedelta(days=400))))
    file = as_person("Bo").get(path).data.replace(b"Europe/Copenhagen", b"Nobody/Knows")
    start = Calendar.from_ical(file).walk("VEVENT")[0].decoded("dtstart")
    summer = date(2026, 3, 29) <= day < date(2026, 10, 25) or day >= date(2027, 3, 28)
    assert start.astimezone(UTC).time() == (time(7) if summer else time(8))


def test_what_is_moved_or_cancelled_is_a_later_version_of_the_same_entry(
    app: Flask, as_person: As, clock: Clock
) -> None:
    ident = agree(app, ask(app, at_time=time(9)))
    path, bo, feed = path_of(app, ident), as_person("Bo"), made(as_person("Anna"))
    first = one(bo, path)
    clock.now = NOW + 60 * MINUTES
    with app.app_context(), writing() as session:
        said = {"when_kind": "day", "day": FRIDAY, "slots": 0, "created_at": NOW, "answered_at": clock.now}
        session.add(Proposal(agreement_id=ident, by_id=person(app, "Bo"), status="accepted", **said))
        session.execute(update(Agreement).values(day=FRIDAY + timedelta(days=1)))
    moved = one(bo, path)
    clock.now = NOW + 120 * MINUTES
    with app.app_context():
        agreeing.cancel(ident, by=Actor(person(app, "Bo")), now=clock.now)
    cancelled = one(bo, path)
    assert first["uid"] == moved["uid"] == cancelled["uid"] == one(bo, feed)["uid"]
    assert first["sequence"] < moved["sequence"] < cancelled["sequence"]
    assert moved.decoded("last-modified") == NOW + 60 * MINUTES
    assert cancelled.decoded("last-modified") == cancelled.decoded("dtstamp") == NOW + 120 * MINUTES
    assert [event["status"] for event in (first, moved, cancelled, one(bo, feed))] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED",
    ]  # fmt: skip
    assert f'href="{path}"' in bo.get(path.removesuffix("/calendar.ics")).text


@pytest.mark.parametrize("name", NAUGHTY)
def test_no_name_breaks_out_of_its_line(app: Flask, as_person: As, name: str) -> None:
    path = path_of(app, agree(app, ask(app)))
    anna, feed = as_person("Anna"), made(as_person("Anna"))
    plain = [set(one(anna, where)) for where in (path, feed)]
    with app.app_context(), writing() as session:
        session.execute(update(Resident).where(Resident.name == "Bo").values(name=name))
    for where, keys in zip((path, feed), plain, strict=True):
        event = one(anna, where)
        assert set(event) == keys and not event.subcomponents
        said = str(event["summary"])
        assert said.endswith(" helps you: Computer, tablet and phone") and said.isprintable()
        wished = "".join(letter for letter in name if letter.isprintable() and not letter.isspace())
        assert said.removesuffix(" helps you: Computer, tablet and phone").replace(" ", "") == wished


@pytest.mark.parametrize(
    ("language", "summary"),
    [("da", "Bo hjælper dig: Computer, tablet og telefon"), ("nl", "Bo helpt u: Computer, tablet en telefoon")],
)
def test_a_calendar_speaks_its_owners_language(
    app: Flask, client: FlaskClient, as_person: As, language: str, summary: str
) -> None:
    agree(app, ask(app))
    change(app, Resident, language=language)
    feed = made(as_person("Anna"))
    assert one(client, feed)["summary"] == summary


def test_who_asked_for_somebody_reads_who_helps_them(app: Flask, as_person: As) -> None:
    host = {"asker_id": None, "assisted_person_id": karen(app), "acted_by_id": person(app, "Dorthe")}
    path = path_of(app, agree(app, ask(app, channel="on_behalf", **host)))
    assert one(as_person("Dorthe"), path)["summary"] == "Bo helps your neighbour: Computer, tablet and phone"
    assert one(as_person("Bo"), path)["summary"] == "You help Karen: Computer, tablet and phone"


def test_the_private_address_is_read_without_signing_in_and_changes_nothing(
    app: Flask, client: FlaskClient, as_person: As
) -> None:
    ids = {agree(app, ask(app)), agree(app, ask(app))}
    feed = made(as_person("Anna"))
    before = rows_of(app.config["INSTANCE"] / "neighbours.sqlite")
    answer = client.get(feed)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "private, no-cache"
    refs = {stand(app, Agreement, id=ident).ref for ident in ids}
    assert {str(event["uid"]) for event in events(client, feed)} == {f"{ref}@neighbours" for ref in refs}
    again = client.get(feed, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(feed).data == answer.data
    assert rows_of(app.config["INSTANCE"] / "neighbours.sqlite") == before
    with counted(app) as statements:
        client.get(feed)
    assert len(statements) == 2


def test_it_holds_what_stands_and_the_last_thirty_days(app: Flask, client: FlaskClient, as_person: As) -> None:
    today = NOW.date()
    ended = {"status": "done", "ended_at": NOW - timedelta(days=31)}
    wanted = []
    for day, more in (
        (today + timedelta(days=3), {}),
        (today - timedelta(days=90), {}),
        (today - timedelta(days=30), ended),
        (today - timedelta(days=31), ended),
        (today - timedelta(days=40), {"status": "cancelled", "ended_at": NOW - timedelta(days=29)}),
    ):
        ident = agree(app, ask(app))
        with app.app_context(), writing() as session:
            session.execute(update(Agreement).where(Agreement.id == ident).values(day=day, **more))
        wanted.append(f"{stand(app, Agreement, id=ident).ref}@neighbours")
    del wanted[3]
    carls = agree(app, ask(app, asker="Dorthe"), "Carl")
    assert stand(app, Agreement, id=carls)
    assert {str(event["uid"]) for event in events(client, made(as_person("Anna")))} == set(wanted)


def test_an_empty_calendar_is_a_calendar(app: Flask, client: FlaskClient, as_person: As) -> None:
    assert events(client, made(as_person("Anna"))) == []


def test_a_new_address_stops_the_old_one_and_off_is_off(app: Flask, client: FlaskClient, as_person: As) -> None:
    anna = as_person("Anna")
    first = made(anna)
    assert made(anna) == first
    old, found = stand(app, CalendarAddress).token_hash, []
    for _twice in range(2):
        found += ADDRESS.findall(anna.post("/me/calendar", data={"old": old}, follow_redirects=True).text)
    second = found[0]
    assert second != first and set(found) == {second}
    assert client.get(first).status_code == 404 and client.get(second).status_code == 200
    for _twice in range(2):
        assert anna.post("/me/calendar/off").status_code == 303
    assert client.get(second).status_code == 404 and stands(app, CalendarAddress) == []
    assert first.split("/")[-1].removesuffix(".ics") not in str(stands(app, CalendarAddress))


@pytest.mark.parametrize("status", ["waiting", "refused", "left"])
def test_who_is_no_confirmed_neighbour_any_more_has_no_calendar(
    app: Flask, client: FlaskClient, as_person: As, status: str
) -> None:
    feed = made(as_person("Anna"))
    change(app, Resident, status=status)
    answer = client.get(feed)
    assert (answer.status_code, answer.data) == (404, b"") and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("token", ["x", "x" * 43, "é" * 43, "..", "'; DROP TABLE resident", "%2e%2e%2f", "\x7f"])
def test_any_other_address_is_not_there(app: Flask, client: FlaskClient, as_person: As, token: str) -> None:
    made(as_person("Anna"))
    assert client.get(f"/calendar/{token}.ics").status_code == 404


@pytest.mark.parametrize("by", ["Anna", "Bo"])
def test_between_two_who_are_blocked_there_is_no_entry(app: Flask, client: FlaskClient, as_person: As, by: str) -> None:
    path, feed = path_of(app, agree(app, ask(app))), made(as_person("Anna"))
    one_of, other = person(app, by), person(app, "Bo" if by == "Anna" else "Anna")
    with app.app_context(), writing() as session:
        session.execute(insert(Block).values(by_id=one_of, other_id=other, at=NOW))
    assert as_person("Anna").get(path).status_code == as_person("Bo").get(path).status_code == 404
    assert events(client, feed) == []


def test_the_page_says_what_it_is_before_and_shows_the_address_after(app: Flask, as_person: As) -> None:
    anna = as_person("Anna")
    before = anna.get("/me/calendar").text
    assert "Make my calendar address" in before and not ADDRESS.search(before)
    feed = made(anna)
    answer = anna.get("/me/calendar")
    assert f"http://localhost:8000{feed}" in answer.text and f'href="webcal://localhost:8000{feed}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'href="/me/calendar"' in anna.get("/me").text
    assert stands(app, HelpRequest) == []
