"""Whether somebody is about to tell a secret: a code, a password, the number of an account or of a card. Pure.

Asked before a message is sent, as a civil number is (texts.py). The code of a door, a telephone number and a sum pass.
After words that smell of fraud a number alone is a code too. Whoever knows better may send it all the same.
"""

import re

from neighbours.geo.folding import fold
from neighbours.rules.talk.letters import joined, seen

# All words are folded as fold does it: "y" is "i", "bekræft" is "bekraft".
_ID = r"(?:mit ?id|nem ?id|digid)"
_KIND = (
    rf"(?:{_ID}|sms|engangs|pin|adgangs|netbank\w*|bank\w*|login|inlog|verifi\w*|securiti|one ?time|text|bekraft\w*"
    r"|godkendelses|controle|beveiligings|activerings)"
)
_ACCOUNT = r"(?:konto\w*|iban|account\w*|(?:bank)?rekening\w*|kortnummer\w*|card number\w*|kaartnummer\w*)"
_PASSWORDS = r"(?:adgangskode|kodeord|password|wachtwoord|pinkode|pincode|smskode|engangskode)\w*"
_IS = r"(?: (?:er|is|fra|from|van|lyder|den|min|mi|mijn)){0,2}"
_FEW = r"(?: [^ ]+){0,4}?"
_START, _END = r"(?<![^ ])", r"(?![^ ])"
# Four to eight digits, which may stand apart.
_DIGITS = rf" (?:\d{{4,8}}|\d{{3}} \d{{3}}|\d\d \d\d(?: \d\d)?|(?:\d ){{3,7}}\d){_END}"
# "Min MitID-kode er 482913", "MitID 482913", "the PIN of my card is 1234".
_NAMED = re.compile(
    rf"{_START}(?:{_KIND} ?(?:kode|code)\w*{_FEW}|(?:{_ID}|pin){_IS}|pin (?:number|til|van|for|of|to){_FEW}){_DIGITS}"
)
# "Koden fra MitID er 482913".
_OF = re.compile(rf"{_START}(?:kode|code)\w*(?: [^ ]+){{0,3}}? {_KIND}\w*{_FEW}{_DIGITS}")
_PASSWORD = re.compile(rf"{_START}{_PASSWORDS}(?: [^ ]+){{0,3}}? (?=[^ ]*\d)[^ ]{{3,}}")
_LONG = re.compile(rf"{_START}(?:kode|koden|code|passcode)(?: [^ ]+){{0,2}}? (?:\d{{6,8}}|\d{{3}} \d{{3}}){_END}")
_ANSWER = re.compile(
    rf"{_START}(?:(?:kode|code)\w*|den|det|it|its|hij|het|dat|here|her|hier|pin){_IS} (?:\d ?){{4,8}}{_END}"
    r"|^(?:\d ?){4,8}$"
)
_DOOR = re.compile(
    r"(?:(?:dor|hoveddor|gadedor|port|deur|voordeur|poort|gate|door|opgang|nogleboks|sleutel|wifi|cikel|bike|fiets)"
    r"(?:en|s|kode|koden|code|kast|kluis|slot|netvark|netwerk)?|wi|keibox|skuret|skur|shed|schuur|garage\w*|elevator\w*|lift"
    r"|netvark\w*|netwerk|network|postnummer|postcode|lock)"
)
_ACCOUNT_NUMBER = re.compile(rf"{_START}{_ACCOUNT}{_FEW} (?:\d ?){{7,19}}{_END}")
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])")
_CARD = re.compile(r"(?<![\d+])(?:\d[ -]?){12,18}\d(?!\d)")


def has_secret(text: str, *, is_warned: bool = False) -> bool:
    """Whether the text tells a code, a password or the number of an account or card.

    `is_warned`: whether somebody asked for such a thing just before, so that a number alone is one too.
    """
    plain = joined(seen(text))
    return _has_account(plain) or any(_has_code(fold(line), is_warned) for line in re.split(r"\n|[.!?](?=\s)", plain))


def _has_code(line: str, is_warned: bool) -> bool:
    if any(pattern.search(line) for pattern in (_NAMED, _OF)):
        return True
    if any(_DOOR.fullmatch(word) for word in line.split()):
        return False
    if _PASSWORD.search(line) or _LONG.search(line):
        return True
    return is_warned and bool(_ANSWER.search(line))


def _has_account(plain: str) -> bool:
    if _ACCOUNT_NUMBER.search(fold(plain)) or any(_is_iban(found[0]) for found in _IBAN.finditer(plain.upper())):
        return True
    return any(_is_card(found[0]) for found in _CARD.finditer(plain))


def _is_iban(text: str) -> bool:
    """The check digits of ISO 13616, for any of the lengths that the words behind it may have left."""
    letters = text.replace(" ", "")
    return any(_is_sound(letters[:length]) for length in range(15, min(34, len(letters)) + 1))


def _is_sound(iban: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """The check digit of ISO 7812 (Luhn), of the kinds of card that are paid with."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return len(digits) >= 15 and digits[0] in (3, 4, 5, 6) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
