"""`make bench`: one run, every figure beside its comparison, with its spread, into docs/performance.md.

`make bench ONLY=acts` measures these rows alone, of GROUPS below; the others stay as they were measured.

A figure is the median of interleaved rounds; the range stands beside it. The goals are the house's own.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import acts, choosing, lists, mails, pages
from tests.bench.rows import Row, on_both_engines

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"
GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "pages": pages.pages,
    "lists": lambda: on_both_engines(lists.rows),
    "helpers": lambda: on_both_engines(choosing.rows),
    "acts": lambda: on_both_engines(acts.rows, durable=True),
    "mails": lambda: on_both_engines(mails.rows),
    "areas": lists.areas,
    "first_visit": pages.first_visit,
}


def main(only: Sequence[str]) -> None:
    """Measure, and write the table; with `only`, the names of groups, their rows into the table that is there."""
    rows = [row for name, group in GROUPS.items() if name in (only or GROUPS) for row in group()]
    table = {
        row.what: f"| {row.what} | {row.ours} | {row.beside} | {row.ratio} | {row.goal} | {_met(row)} |" for row in rows
    }
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    before, after = rest.split(END)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    said = f"Measured on {datetime.now(UTC):%-d %B %Y} by `make bench`: {machine}."
    if only:
        said = before.strip().splitlines()[0]
        stood = (line for line in before.splitlines() if line.startswith("| "))
        table = {line.split(" | ")[0].removeprefix("| "): line for line in list(stood)[1:]} | table
    lines = ["| what | ours | beside | ratio | goal | met |", "|---|---|---|---|---|---|", *table.values()]
    PAGE.write_text(f"{head}{BEGIN}\n{said}\n\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")
    print("\n".join(table[row.what] for row in rows))


def _met(row: Row) -> str:
    return "–" if row.goal == "–" else "yes" if row.met else "**no**"


if __name__ == "__main__":
    main(sys.argv[1:])
