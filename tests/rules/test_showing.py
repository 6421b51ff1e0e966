"""Who sees how much of one request, as a table without a database."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from neighbours.rules.help.showing import reply_as_told, view_of_offer, view_of_request
from tests.village import NOW

ANNA, BO, DORTHE, CARL = 1, 2, 3, 4


@dataclass
class Somebody:
    resident_id: int | None
    confirmed: bool = True
    hosts_id: int | None = None
    official_role: str | None = None


@dataclass
class Asked:
    status: str = "open"
    asker_id: int | None = ANNA
    acted_by_id: int | None = None
    association_id: int | None = 7
    band: int | None = 0
    helper_id: int | None = None
    reply_status: str | None = None
    declined_at: Any = None
    reserve_at: Any = None
    opened_at: Any = NOW
    is_apart: bool = False


def view(who: int, hosts: int | None = None, **row: Any) -> str | None:
    return view_of_request(Somebody(who, hosts_id=hosts), Asked(**row), NOW)


@pytest.mark.parametrize("status", ["draft", "held", "open", "agreed", "done", "withdrawn", "expired"])
def test_the_asker_sees_the_own_request_in_every_state(status: str):
    assert view(ANNA, status=status) == "asker"
    assert view(DORTHE, status=status, asker_id=None, acted_by_id=DORTHE) == "asker"


@pytest.mark.parametrize(
    ("status", "near", "far"),
    [
        ("draft", None, None),
        ("held", None, None),
        ("open", "neighbour", None),
        ("agreed", "closed", None),
        ("done", "closed", None),
        ("withdrawn", "closed", None),
        ("expired", "closed", None),
    ],
)
def test_a_neighbour_sees_it_while_it_is_open_and_within_reach(status: str, near: str | None, far: str | None):
    assert view(BO, status=status) == near
    assert view(BO, status=status, band=None) == far


def test_a_draft_that_was_dropped_was_never_there_for_others():
    assert view(BO, status="withdrawn", opened_at=None) is None


@pytest.mark.parametrize("reply", ["offered", "reserve", "accepted", "declined"])
@pytest.mark.parametrize("status", ["open", "agreed", "done", "withdrawn"])
def test_who_replied_sees_how_it_stands_also_from_afar(reply: str, status: str):
    assert view(CARL, status=status, band=None, helper_id=CARL, reply_status=reply) == "helper"


def test_who_replied_loses_sight_of_it_when_it_is_a_draft_again():
    assert view(CARL, status="draft", helper_id=CARL, reply_status="offered") is None


def test_who_took_the_reply_back_is_a_neighbour_again():
    assert view(BO, helper_id=BO, reply_status="withdrawn") == "neighbour"
    assert view(BO, helper_id=BO, reply_status="withdrawn", band=None) is None


@pytest.mark.parametrize(("hosts", "sees"), [(7, "host"), (8, None), (None, None)])
def test_only_the_areas_own_host_sees_what_is_held(hosts: int | None, sees: str | None):
    assert view(DORTHE, hosts=hosts, status="held") == sees


def test_a_no_is_told_after_ten_minutes():
    row = Asked(helper_id=BO, reply_status="declined", declined_at=NOW)
    assert reply_as_told(row, NOW + timedelta(minutes=10)) == "offered"
    assert reply_as_told(row, NOW + timedelta(minutes=10, seconds=1)) == "declined"
    in_reserve = Asked(helper_id=BO, reply_status="declined", declined_at=NOW, reserve_at=NOW)
    assert reply_as_told(in_reserve, NOW) == "reserve"


@dataclass
class Offered:
    status: str = "open"
    resident_id: int = BO
    band: int | None = 0
    opened_at: Any = NOW
    is_apart: bool = False


@pytest.mark.parametrize(
    ("who", "status", "band", "sees"),
    [
        (BO, "draft", None, "helper"),
        (BO, "withdrawn", None, "helper"),
        (ANNA, "open", 3, "neighbour"),
        (ANNA, "open", None, None),
        (ANNA, "draft", 0, None),
        (ANNA, "expired", 0, "closed"),
        (ANNA, "expired", None, None),
    ],
)
def test_an_offer_is_seen_within_reach_and_by_its_giver(who: int, status: str, band: int | None, sees: str | None):
    assert view_of_offer(Somebody(who), Offered(status, BO, band)) == sees


def test_an_offer_that_was_never_posted_is_nobody_elses() -> None:
    assert view_of_offer(Somebody(ANNA), Offered("withdrawn", opened_at=None)) is None
