"""The bounds of a reminder at a moment in a zone: local days and hours, both DST nights, the edges."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest

from neighbours.rules.notices import NOTICE_OF, USUAL
from neighbours.rules.reminders import REMINDERS, due_bounds, is_quiet, is_today, last_day, true_bounds

ZONE = "Europe/Copenhagen"
THURSDAY, FRIDAY = date(2026, 6, 4), date(2026, 6, 5)


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    """A local time in June 2026 in Copenhagen, in UTC."""
    return datetime(2026, 6, day, tzinfo=UTC) + timedelta(hours=hour - 2, minutes=minute)


def test_of_tomorrow_one_is_reminded_from_six_in_the_evening() -> None:
    assert due_bounds(at(17, 59), ZONE).last_day == THURSDAY
    assert due_bounds(at(18), ZONE).last_day == FRIDAY
    assert due_bounds(at(18), ZONE).settled_tomorrow == at(18)
    assert due_bounds(at(8, day=5), ZONE).settled_today == at(18)


def test_two_hours_before_and_before_the_night_what_is_late() -> None:
    assert due_bounds(at(8), ZONE).last_time == time(10)
    assert due_bounds(at(19, 59), ZONE).last_time == time(21, 59)
    assert due_bounds(at(20), ZONE).last_time == time.max


def test_whether_it_is_done_is_asked_from_ten_the_day_after_for_two_weeks() -> None:
    assert due_bounds(at(9, 59, day=6), ZONE).done_last == THURSDAY
    assert due_bounds(at(10, day=6), ZONE).done_last == FRIDAY
    assert due_bounds(at(10, day=19), ZONE).done_first == FRIDAY
    assert due_bounds(at(10, day=20), ZONE).done_first > FRIDAY


def test_that_it_runs_out_is_said_from_ten_on_the_last_day_but_one() -> None:
    end_of_friday = at(24, day=5)
    assert due_bounds(at(9, 59), ZONE).runs_out_by < end_of_friday
    assert due_bounds(at(10), ZONE).runs_out_by == end_of_friday


def test_what_is_still_true_has_no_hour() -> None:
    still = true_bounds(at(3), ZONE)
    assert (still.last_day, still.done_last) == (FRIDAY, THURSDAY - timedelta(days=1))
    assert still.runs_out_by == at(24, day=5)


@pytest.mark.parametrize(("moment", "quiet"), [(at(20, 59), False), (at(21), True), (at(7, 59), True), (at(8), False)])
def test_the_night_is_quiet(moment: datetime, quiet: bool) -> None:
    assert is_quiet(moment, ZONE) is quiet


@pytest.mark.parametrize(
    ("zone", "quiet"), [("Europe/Copenhagen", True), ("Europe/London", False), ("America/New_York", False)]
)
def test_each_zone_has_its_own_night(zone: str, quiet: bool) -> None:
    assert is_quiet(at(21, 30), zone) is quiet


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clocks_change_is_a_whole_day(day: date, hours: int) -> None:
    noon = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    bounds = due_bounds(noon, ZONE)
    before = due_bounds(noon - timedelta(days=1), ZONE)
    assert bounds.today == day and bounds.midnight - before.midnight == timedelta(hours=hours)


def test_the_last_day_is_the_one_that_ends_at_midnight() -> None:
    assert last_day(at(24, day=5), ZONE) == FRIDAY
    assert last_day(at(10, day=5), ZONE) == FRIDAY


def test_today_is_of_the_zone_and_of_the_day_or_the_end() -> None:
    agreement = SimpleNamespace(day=FRIDAY, expires_at=None, zone=ZONE)
    request = SimpleNamespace(day=None, expires_at=at(24, day=5), zone=ZONE)
    for row in (agreement, request):
        assert [is_today(row, moment) for moment in (at(23, 59), at(0, day=5), at(23, 59, day=5))] == [
            False, True, True,
        ]  # fmt: skip


def test_each_reminder_belongs_to_a_notice_that_one_can_wish_about() -> None:
    assert {NOTICE_OF[kind] for kind in REMINDERS} <= set(USUAL)
