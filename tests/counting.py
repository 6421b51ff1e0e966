"""What a run of the tests says at its end: the counts, and by name what this machine could not try."""

from collections.abc import Iterable

import pytest

BOTH_ENGINES = "[postgresql"


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark what needs a browser or PostgreSQL by the fixtures it asks for, so that no test can forget to."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "browser" in fixtures:
            item.add_marker("browser")
        if "postgres_server" in fixtures or BOTH_ENGINES in item.name:
            item.add_marker("postgres")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """ "N passed, N failed, N skipped" on a line of its own, after each skipped test with its reason."""
    seen = terminalreporter.stats
    skipped = seen.get("skipped", [])
    if skipped:
        terminalreporter.section("not tried on this machine")
    for report in skipped:
        terminalreporter.write_line(f"skipped {report.nodeid}: {reason(report)}")
    failed = len(seen.get("failed", [])) + len(seen.get("error", []))
    terminalreporter.write_line(f"{len(seen.get('passed', []))} passed, {failed} failed, {len(skipped)} skipped")


def reason(report: pytest.TestReport) -> str:
    """The sentence a test was skipped with."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
