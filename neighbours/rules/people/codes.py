"""One-time codes and codes from letters: how long they live, how often one may try, how they are typed.

Pure: who makes them random is sealing.py, where attempts are counted is actions/people/attempts.py (in the database,
because a process's memory is wrong as soon as there are two processes).
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address

CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5

# No vowels (no words by accident) and nothing that looks like something else on paper.
LETTER_SIGNS = "BCDFGHJKMNPQRTVWX3479"
LETTER_LENGTH = 8
LETTER_LASTS = timedelta(days=60)


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts within `within`, counted by a hash of a contact or of a visitor's address."""

    scope: str
    most: int
    within: timedelta

    @property
    def pause(self) -> int:
        """Seconds after which there is room again, at the latest."""
        return int(self.within.total_seconds())


CODES_ASKED = Limit("ask", 5, timedelta(hours=1))
# A whole association may sit at one connection on the evening when it opens its area.
CODES_ASKED_BY_VISITOR = Limit("ask_from", 60, timedelta(hours=1))
TRIES_BY_CONTACT = Limit("try", 10, timedelta(minutes=5))
TRIES_BY_VISITOR = Limit("try_from", 10, timedelta(minutes=5))
FEEDBACK_BY_VISITOR = Limit("feedback", 6, timedelta(hours=1))
FEEDBACK_IN_ALL = Limit("feedback_all", 200, timedelta(days=1))
WISHES_BY_LINK = Limit("wishes", 30, timedelta(hours=1))
LETTER_TRIES = Limit("letter", 10, timedelta(minutes=5))


class Trial(Enum):
    """What came of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    USED = "used"
    SPENT = "spent"
    OFTEN = "often"


def network_of(address: str) -> str:
    """What of a visitor's address is counted: all of IPv4, of IPv6 the first 64 bits, which a household has for itself.

    (RFC 6177: a home gets at least a /64.) An IPv4 address written as IPv6 counts as IPv4; anything else as it stands.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def read_code(text: str) -> str:
    """The six digits of a typed code: "123 456", "123-456" and digits of other scripts too. Empty if it is none."""
    digits = [str(unicodedata.digit(each)) for each in text[:60] if each.isdecimal()]
    others = [
        each for each in text if not each.isdecimal() and not each.isspace() and each not in "-.\u200b\u200e\u200f"
    ]
    return "".join(digits) if len(digits) == CODE_DIGITS and not others else ""


def new_letter_code(choose: Callable[[str], str]) -> str:
    """A code for a letter, 35 bits; `choose` picks one sign at random (secrets.choice)."""
    return "".join(choose(LETTER_SIGNS) for _ in range(LETTER_LENGTH))


def shown_letter_code(code: str) -> str:
    """As it stands on the letter: BCDF-3479."""
    return f"{code[:4]}-{code[4:]}"


def read_letter_code(text: str) -> str:
    """The eight signs of a typed letter code, in capitals, without dashes and spaces. Empty if it is none."""
    plain = unicodedata.normalize("NFKC", text[:60]).upper()
    signs = "".join(each for each in plain if each.isalnum())
    return signs if len(signs) == LETTER_LENGTH and set(signs) <= set(LETTER_SIGNS) else ""
