"""What the accessibility statement rests on: the day of our own assessment, and who enforces in which country.

The model is the annex of Implementing Decision (EU) 2018/1523. Here are facts; the words are in
templates/public/accessibility.html, and what an operator may say instead is in config.py.
"""

from dataclasses import dataclass
from datetime import date

# Checked on that day by ourselves: contrast of all colours (tests/test_contrast.py), labels, headings and order of
# every page, keyboard alone, 320 px and 200 % text. Nobody from outside has tested, and no screen reader in full.
ASSESSED_ON = date(2026, 11, 26)


@dataclass(frozen=True)
class Body:
    """Who one turns to when the operator's answer does not do. `country`: ISO 3166, two letters."""

    country: str
    name: str
    url: str


# DK: digst.dk, "Oplever du ikke-tilgængeligt indhold?": the operator first, then the agency.
# NL: Besluit digitale toegankelijkheid overheid; complaints go to the Nationale ombudsman.
BODIES = {
    "DK": Body("DK", "Digitaliseringsstyrelsen", "https://digst.dk/digital-inklusion/webtilgaengelighed/"),
    "NL": Body("NL", "Nationale ombudsman", "https://www.nationaleombudsman.nl/"),
}


def bodies_of(countries: list[str], own_name: str, own_url: str) -> list[Body]:
    """The bodies to be named: the operator's own choice, else one for each country that is known."""
    if own_name:
        return [Body("", own_name, own_url)]
    return [BODIES[country] for country in countries if country in BODIES]
