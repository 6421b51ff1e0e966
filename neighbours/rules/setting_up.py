"""What a new installation may be told about itself: each answer is read here, or refused in one sentence."""

import re
from collections.abc import Collection
from zoneinfo import ZoneInfo, available_timezones

from neighbours.rules.people.contact import Contact, read_contact
from neighbours.rules.texts import tidy_line

ZONES = {"DK": "Europe/Copenhagen", "NL": "Europe/Amsterdam"}
MOST_PEOPLE = 100_000_000
FIRST_YEAR = 1990


def read_name(text: str, most: int) -> str:
    """A name in one line of at most `most` characters. Raises ValueError with a sentence, as all below."""
    try:
        return tidy_line(text, most, may_hold_numbers=True)
    except ValueError as error:
        raise ValueError("Please type a name." if str(error) == "empty" else f"At most {most} characters.") from error


def read_any_contact(text: str) -> Contact:
    """An e-mail address or a telephone number."""
    try:
        return read_contact(text)
    except ValueError as error:
        raise ValueError("This is no whole e-mail address and no whole telephone number.") from error


def read_email(text: str) -> str:
    """A complete e-mail address, in lower case."""
    try:
        contact = read_contact(text)
    except ValueError:
        contact = None
    if contact is None or contact.channel != "email":
        raise ValueError("This is not a complete e-mail address. It looks like anna@example.dk.")
    return contact.address


def read_phone(text: str, country: str) -> str | None:
    """A telephone number as E.164, None where nothing was typed."""
    if not text.strip():
        return None
    try:
        contact = read_contact(text, country)
    except ValueError:
        contact = None
    if contact is None or contact.channel != "text":
        raise ValueError("This is not a whole telephone number. With the country code it looks like +45 12 34 56 78.")
    return contact.address


def read_country(text: str) -> str:
    """The two letters of a country."""
    if not re.fullmatch(r"[A-Za-z]{2}", text.strip()):
        raise ValueError("A country is two letters, such as DK or NL.")
    return text.strip().upper()


def read_one_of(text: str, known: Collection[str]) -> str:
    """One of the known words."""
    if text.strip().lower() not in known:
        raise ValueError(f"Please choose one of: {', '.join(known)}.")
    return text.strip().lower()


def read_zone(text: str) -> str:
    """The name of a time zone."""
    if text.strip() not in available_timezones():
        raise ValueError("There is no such time zone. It looks like Europe/Copenhagen.")
    return ZoneInfo(text.strip()).key


def read_population(text: str) -> int:
    """A number of inhabitants, with or without marks between the thousands."""
    digits = re.sub(r"[ .,'\u00a0\u202f]", "", text.strip())
    if not re.fullmatch(r"[0-9]{1,9}", digits) or not 1 <= int(digits) <= MOST_PEOPLE:
        raise ValueError("The population is a whole number, such as 64000.")
    return int(digits)


def read_year(text: str, this_year: int) -> int:
    """The year of a published figure."""
    if not re.fullmatch(r"[0-9]{4}", text.strip()) or not FIRST_YEAR <= int(text) <= this_year:
        raise ValueError(f"The year of the figure lies between {FIRST_YEAR} and {this_year}.")
    return int(text)
