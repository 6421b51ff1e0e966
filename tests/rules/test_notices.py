"""Which notice a message belongs to, when the daily letter goes, and what may wait for it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from neighbours.rules.notices import (
    ALWAYS,
    AT_ONCE,
    CANNOT_WAIT,
    DAILY,
    LETTER,
    NEVER,
    NOTICE_OF,
    USUAL,
    choices_of,
    is_still_so,
    next_letter_at,
    waits_for_letter,
)

ZONE = "Europe/Copenhagen"
NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
MAILS = Path(__file__).parents[2] / "templates" / "mail"
PARTS = {"hello", "foot"}


def kinds_without_a_notice(kinds: set[str]) -> set[str]:
    return kinds - set(NOTICE_OF) - set(ALWAYS)


def test_every_kind_of_message_belongs_to_a_notice_or_says_why_it_always_goes_out() -> None:
    kinds = {path.stem for path in MAILS.glob("*.txt")} - PARTS
    assert len(kinds) > 10
    assert kinds_without_a_notice(kinds) == set()
    assert kinds_without_a_notice(kinds | {"weather"}) == {"weather"}


def test_nothing_is_both_and_every_notice_is_one_that_people_may_wish_about() -> None:
    assert set(NOTICE_OF) & set(ALWAYS) == set()
    assert set(NOTICE_OF.values()) - {LETTER} <= set(USUAL)
    assert all(reason.endswith(".") for reason in ALWAYS.values())


@pytest.mark.parametrize("notice", USUAL)
def test_what_is_usual_may_be_chosen_and_everything_may_be_stopped(notice: str) -> None:
    assert USUAL[notice] in choices_of(notice) and NEVER in choices_of(notice) and AT_ONCE in choices_of(notice)


@pytest.mark.parametrize(
    ("moment", "letter"),
    [
        ("2026-06-01T12:00", "2026-06-01T17:00"),
        ("2026-06-01T16:59", "2026-06-01T17:00"),
        ("2026-06-01T17:00", "2026-06-02T17:00"),
        ("2026-06-01T23:30", "2026-06-02T17:00"),
        ("2026-06-02T00:30", "2026-06-02T17:00"),
        # The two nights on which the clock is changed: always 17:00 of the clock on the wall.
        ("2026-03-28T18:00", "2026-03-29T17:00"),
        ("2026-03-29T18:00", "2026-03-30T17:00"),
        ("2026-10-24T18:00", "2026-10-25T17:00"),
        ("2026-10-25T02:30", "2026-10-25T17:00"),
        ("2026-12-31T18:00", "2027-01-01T17:00"),
    ],
)
@pytest.mark.parametrize("zone", [ZONE, "Europe/Amsterdam", "America/Nuuk"])
def test_the_letter_goes_at_five_by_the_clock_of_the_area(moment: str, letter: str, zone: str) -> None:
    here = ZoneInfo(zone)
    found = next_letter_at(datetime.fromisoformat(moment).replace(tzinfo=here), zone)
    assert found == datetime.fromisoformat(letter).replace(tzinfo=here) and found.tzinfo is UTC


def test_a_day_with_a_change_of_clock_has_23_or_25_hours_between_two_letters() -> None:
    first = next_letter_at(datetime(2026, 3, 28, 8, tzinfo=UTC), ZONE)
    assert next_letter_at(first, ZONE) - first == timedelta(hours=23)
    autumn = next_letter_at(datetime(2026, 10, 24, 8, tzinfo=UTC), ZONE)
    assert next_letter_at(autumn, ZONE) - autumn == timedelta(hours=25)


def waits(**more: Any) -> bool:
    usual: dict[str, Any] = {"kind": "asked", "how": DAILY, "urgent": False, "day": None, "expires_at": None}
    return waits_for_letter(**(usual | {"at": NOON, "zone": ZONE} | more))


TODAY = date(2026, 6, 1)
AFTER_FIVE = NOON.replace(hour=16)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"day": TODAY + timedelta(days=1)},
        {"day": TODAY - timedelta(days=1)},
        {"at": AFTER_FIVE, "day": TODAY + timedelta(days=2)},
        {"expires_at": NOON.replace(hour=15, minute=1)},
        {"expires_at": NOON - timedelta(days=1)},
        {"kind": "new_message"},
    ],
)
def test_what_may_wait(more: dict[str, Any]) -> None:
    assert waits(**more)


@pytest.mark.parametrize(
    "more",
    [
        {"how": AT_ONCE},
        {"how": NEVER},
        {"urgent": True},
        {"day": TODAY},
        {"at": AFTER_FIVE, "day": TODAY},
        {"at": AFTER_FIVE, "day": TODAY + timedelta(days=1)},
        {"expires_at": NOON.replace(hour=15)},
        *({"kind": kind} for kind in CANNOT_WAIT),
    ],
)
def test_what_may_not_wait(more: dict[str, Any]) -> None:
    assert not waits(**more)


NOTHING = {
    "help_status": None, "reply_status": None, "agreement_status": None, "suggestion_status": None,
    "not_now_at": None, "has_replied": False, "is_apart": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "more", "so"),
    [
        ("asked", {"help_status": "open"}, True),
        ("asked", {"help_status": "agreed"}, False),
        ("asked", {"help_status": "withdrawn"}, False),
        ("asked", {"help_status": "held"}, False),
        ("asked", {"help_status": "open", "has_replied": True}, False),
        ("asked", {"help_status": "open", "not_now_at": NOON}, False),
        ("asked", {"help_status": "open", "is_apart": True}, False),
        ("somebody_offered", {"reply_status": "offered"}, True),
        ("somebody_offered", {"reply_status": "withdrawn"}, False),
        ("agreed", {"agreement_status": "agreed"}, True),
        ("agreed", {"agreement_status": "cancelled"}, False),
        ("agreed", {"agreement_status": "agreed", "is_apart": True}, False),
        ("cancelled", {"agreement_status": "cancelled", "is_apart": True}, True),
        ("suggested", {"suggestion_status": "proposed"}, True),
        ("suggested", {"suggestion_status": "withdrawn"}, False),
        ("is_it_done", {"agreement_status": "done"}, False),
        ("runs_out", {"help_status": "open"}, True),
        ("runs_out", {"help_status": "expired"}, False),
        ("declined", {"reply_status": "declined"}, True),
        ("new_message", {}, True),
    ],
)
def test_a_letter_tells_what_is_still_so(kind: str, more: dict[str, Any], so: bool) -> None:
    assert is_still_so(kind, SimpleNamespace(**(NOTHING | more))) is so
