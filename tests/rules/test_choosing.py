"""Who is asked, in which order, and when; and that it is fair, over many requests."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from neighbours.rules.help.choosing import (
    MOST_A_WEEK,
    PAUSE,
    URGENT_PAUSE,
    WAVES,
    WEEK,
    Helper,
    Wanted,
    chosen,
    fits,
    is_enough,
    next_wave_at,
    out_of_quiet,
    rank,
)
from neighbours.rules.help.kinds import KINDS
from neighbours.rules.help.slots import WHENEVER, slot_mask

ZONE = "Europe/Copenhagen"
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
LAWN = Wanted("garden", slot_mask([4], ["morning"]), 0b1)


def helper(**more: object) -> Helper:
    usual: dict[str, object] = {
        "ref": "bo", "kinds": frozenset({"garden"}), "slots": WHENEVER, "languages": 0b1, "metres": 0,
        "is_next_area": False, "reach": 0, "asked_at": None, "asked_this_week": 0, "most_a_week": MOST_A_WEEK,
        "suggestions": True, "is_blocked": False, "was_asked": False, "break_until": None,
    }  # fmt: skip
    return Helper(**(usual | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"slots": 0},
        {"slots": slot_mask([4], [])},
        {"metres": 9_000},
        {"is_next_area": True, "metres": 3_000, "reach": 3_000},
        {"break_until": TODAY - timedelta(days=1)},
        {"asked_this_week": MOST_A_WEEK - 1},
    ],
)
def test_who_fits(more: dict[str, object]) -> None:
    assert fits(helper(**more), LAWN, TODAY)


@pytest.mark.parametrize(
    "more",
    [
        {"kinds": frozenset({"snow"})},
        {"slots": slot_mask([4], ["evening"])},
        {"languages": 0b10},
        {"is_next_area": True, "metres": 3_001, "reach": 3_000},
        {"is_next_area": True, "metres": 500},
        {"break_until": TODAY},
        {"asked_this_week": MOST_A_WEEK},
        {"most_a_week": 0},
        {"is_blocked": True},
        {"suggestions": False},
        {"wishes_none": True},
        {"was_asked": True},
    ],
)
def test_who_does_not_fit(more: dict[str, object]) -> None:
    assert not fits(helper(**more), LAWN, TODAY)


def test_the_own_area_comes_first_then_who_was_asked_least_lately_then_who_is_nearest() -> None:
    expected = [
        helper(ref="a"),
        helper(ref="b"),
        helper(metres=400),
        helper(asked_at=NOW - timedelta(days=30), metres=900),
        helper(asked_at=NOW - timedelta(days=2)),
        helper(is_next_area=True, metres=100),
    ]
    shuffled = expected[:]
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=rank) == expected


def test_each_wave_is_wider_and_the_areas_next_to_it_come_last() -> None:
    assert [wave.most for wave in WAVES] == sorted({wave.most for wave in WAVES}) and WAVES[0].most == 5
    assert [wave.next_areas for wave in WAVES] == sorted(wave.next_areas for wave in WAVES)
    near = [helper(ref=f"{n:02}") for n in range(4)]
    far = [helper(ref=f"{n:02}", is_next_area=True, metres=100, reach=3_000) for n in range(40)]
    assert chosen(far + near, LAWN, WAVES[0], TODAY) == near
    assert chosen(far + near, LAWN, WAVES[2], TODAY) == near + far[:16]


@pytest.mark.parametrize(
    ("places", "taken", "waiting", "enough"), [(1, 0, 0, False), (1, 0, 1, True), (1, 1, 0, True), (3, 1, 1, False)]
)
def test_it_stops_at_the_yes_that_is_enough(places: int, taken: int, waiting: int, enough: bool) -> None:
    assert is_enough(places, taken, waiting) is enough


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-06-01T08:00+02:00", "2026-06-01T08:00+02:00"),
        ("2026-06-01T20:59+02:00", "2026-06-01T20:59+02:00"),
        ("2026-06-01T21:00+02:00", "2026-06-02T08:00+02:00"),
        ("2026-06-01T03:00+02:00", "2026-06-01T08:00+02:00"),
        ("2026-03-28T23:00+01:00", "2026-03-29T08:00+02:00"),  # the night in which the clocks jump ahead
        ("2026-10-24T23:00+02:00", "2026-10-25T08:00+01:00"),  # and back
    ],
)
def test_quiet_hours_hold_in_the_areas_own_zone(moment: str, due: str) -> None:
    assert out_of_quiet(at(moment), ZONE) == at(due)


def test_the_next_wave_waits_by_urgency() -> None:
    assert next_wave_at(NOW, urgent=False, zone=ZONE) == NOW + PAUSE
    assert next_wave_at(NOW, urgent=True, zone=ZONE) == NOW + URGENT_PAUSE
    evening = at("2026-06-01T19:00+02:00")
    assert next_wave_at(evening, urgent=False, zone=ZONE) == at("2026-06-02T08:00+02:00")


@dataclass
class Neighbour:
    """Somebody of three simulated villages in a row: what stays, and when they were asked so far."""

    ref: str
    name: str
    kinds: frozenset[str]
    slots: int
    languages: int
    lives_at: int  # metres along the row; a village is 3 km of it
    asked: list[datetime]
    fitted: int = 0

    def seen(self, now: datetime, asker_at: int, already: set[str]) -> Helper:
        return Helper(
            self.ref, self.kinds, self.slots, self.languages, abs(self.lives_at - asker_at),
            self.lives_at // 3_000 != asker_at // 3_000, 3_000,
            self.asked[-1] if self.asked else None, sum(now - each < WEEK for each in self.asked), MOST_A_WEEK,
            True, False, self.ref in already, None,
        )  # fmt: skip


def villages(draw: random.Random) -> list[Neighbour]:
    """300 people."""
    people = []
    for number in range(300):
        kinds = frozenset(draw.sample(KINDS, draw.randint(2, 5)))
        slots = draw.choice((WHENEVER, slot_mask(draw.sample(range(7), 3), ["afternoon", "evening"])))
        name = draw.choice(("Anna", "Ødis", "Mohammed", "Zbigniew"))
        ref = f"{draw.getrandbits(60):015x}"
        people.append(Neighbour(ref, name, kinds, slots, draw.choice((1, 1, 3)), number * 30, []))
    return people


def simulate(people: list[Neighbour], draw: random.Random) -> list[str]:
    """200 requests over half a year; each wave says yes with some luck. Returns what was unfair, in words."""
    unfair, of_ref = [], {each.ref: each for each in people}
    for number in range(200):
        now, asker_at = NOW + timedelta(hours=21 * number), draw.randrange(9_000)
        wanted = Wanted(draw.choice(KINDS), draw.choice((WHENEVER, slot_mask([draw.randrange(7)], []))), 1)
        for each in people:
            each.fitted += fits(each.seen(now, asker_at, set()), wanted, now.date())
        already: set[str] = set()
        for wave in WAVES:
            seen = [each.seen(now, asker_at, already) for each in people]
            asked = chosen(seen, wanted, wave, now.date())
            unfair += _passed_over(seen, asked, wanted, now.date())
            for each in asked:
                of_ref[each.ref].asked.append(now)
                already.add(each.ref)
            if any(draw.random() < 0.2 for _each in asked):
                break
            now = next_wave_at(now, urgent=False, zone=ZONE)
    return unfair


def _passed_over(seen: list[Helper], asked: list[Helper], wanted: Wanted, today: date) -> list[str]:
    """Who was asked a second time while somebody who fits as well was never asked."""
    refs = {each.ref for each in asked}
    return [
        f"{again.ref} was asked again before {never.ref}"
        for again in asked
        if again.asked_at is not None
        for never in seen
        if never.asked_at is None
        and never.ref not in refs
        and never.is_next_area == again.is_next_area
        and fits(never, wanted, today)
    ]


def gini(counts: list[int]) -> float:
    """0: all alike; 1: one has all. (Gini 1912, by the mean difference.)"""
    total, n = sum(counts), len(counts)
    return sum((2 * place - n + 1) * count for place, count in enumerate(sorted(counts))) / (n * total)


@pytest.mark.parametrize("seed", range(5))
def test_over_many_requests_nobody_is_asked_again_before_somebody_who_was_never_asked(seed: int) -> None:
    draw = random.Random(seed)
    people = villages(draw)
    assert simulate(people, draw) == []
    often = [len(each.asked) for each in people if each.fitted >= 10]
    assert len(often) > 100 and gini(often) < 0.25, gini(often)


def test_the_name_changes_nothing() -> None:
    assert "name" not in Helper._fields
