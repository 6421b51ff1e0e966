"""Lighthouse gives 100 for accessibility and best practices; the long run asks it for performance too.

Performance is a time, and times do not belong into every run; `make bench` tells it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.pages import demo
from tests.bench.served import serve
from tests.lighthouse import measured, pages_to_measure, what_is_missing

PAGES = ("start", "nearby", "ask", "request")


@pytest.fixture(scope="module")
def reports() -> Iterator[dict[str, dict[str, Any]]]:
    """Each page measured once."""
    if missing := what_is_missing():
        pytest.skip(missing)
    with demo() as (settings, cookie, _person), serve("neighbours.web.site:create_site()", settings) as server:
        pages = pages_to_measure(server, cookie)
        yield {name: measured(server, path, theirs) for name, (path, theirs) in pages.items()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_without_fault_for_accessibility_and_best_practices(reports: dict[str, Any], name: str) -> None:
    scores = reports[name]["scores"]
    assert (scores["accessibility"], scores["best-practices"]) == (100, 100), reports[name]["faults"]


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_quick_as_a_page_can_be(reports: dict[str, Any], name: str) -> None:
    assert reports[name]["scores"]["performance"] == 100, reports[name]["faults"]
