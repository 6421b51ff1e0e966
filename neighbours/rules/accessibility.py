"""What the accessibility statement rests on: the day of our own assessment, and who enforces in which country.

The model is the annex of Implementing Decision (EU) 2018/1523. Here are facts; the words are in
templates/public/accessibility.html, and what an operator may say instead is in config.py.
"""

from dataclasses import dataclass
from datetime import date

# Measured on that day on every page in a browser: contrast, labels, headings, keyboard alone, 320 px, 200 % text and
# the rules of axe (tests/browser/test_every_page.py). Nobody from outside has tested, and no screen reader in full.
ASSESSED_ON = date(2026, 11, 26)


@dataclass(frozen=True)
class Body:
    """Who one turns to when the operator's answer does not do. `country`: ISO 3166, two letters."""

    country: str
    name: str
    url: str


# DK: digst.dk, "Tilsynsproces": the agency also opens a case when citizens write to it.
# NL: no authority of its own enforces this (digitoegankelijk.nl, "Toezicht en handhaving"); whoever runs into a wall
# with a public body can complain to the Nationale ombudsman.
BODIES = {
    "DK": Body("DK", "Digitaliseringsstyrelsen", "https://digst.dk/digital-inklusion/webtilgaengelighed/"),
    "NL": Body("NL", "Nationale ombudsman", "https://www.nationaleombudsman.nl/"),
}


def bodies_of(countries: list[str], own_name: str, own_url: str) -> list[Body]:
    """The bodies to be named: the operator's own choice, else one for each country that is known."""
    if own_name:
        return [Body("", own_name, own_url)]
    return [BODIES[country] for country in countries if country in BODIES]
