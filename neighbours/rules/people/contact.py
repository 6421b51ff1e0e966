"""An e-mail address or a telephone number in whatever way it was typed, brought to one form.

Here: `read_contact`, and `reads_texts`. Not here: whether the contact belongs to anybody (a one-time code proves that).

Telephone numbers become E.164 (ITU-T E.164: "+", country code, at most 15 digits). Danish numbers have eight digits
and no leading 0; Dutch ones have nine behind a 0. So a national number tells its country by itself.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the brackets
LONGEST_TYPED = 300

COUNTRY_CODES = {"DK": "45", "NL": "31"}

_DANISH = re.compile(r"[2-9]\d{7}")
# With its +45 an eight-digit number is clear even where nobody has it yet; the demo's people have such numbers.
_DANISH_ABROAD = re.compile(r"[1-9]\d{7}")
_DUTCH = re.compile(r"0[1-9]\d{8}")
_ABROAD = re.compile(r"[1-9]\d{6,14}")
_BEFORE_A_NUMBER = re.compile(
    r"^(?:tlf|tlfnr|telefon|telefoon|telephone|tel|phone|mobil|mobiel|mobile|sms)[.:\s]*",
    re.I,
)
_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SPACES = dict.fromkeys(map(ord, " \t\n\r.-/()"), "")


# What begins so is a landline, whose owner cannot read a text message. In Denmark the beginnings of two digits, but for
# those of three that went to mobile telephones (the Danish numbering plan of Digitaliseringsstyrelsen); in the
# Netherlands all but 06 (Nummerplan telefoon- en ISDN-diensten). Abroad we do not know, and write.
DANISH_LANDLINES = tuple(
    f"+45{number}"
    for first, last in ((32, 39), (43, 49), (54, 59), (62, 69), (70, 70), (72, 80), (82, 90), (94, 99))
    for number in range(first, last + 1)
)
DANISH_MOBILES = tuple(
    f"+45{number}"
    for first, last in (
        *((342, 342), (344, 349), (356, 357), (359, 359), (362, 362), (365, 366), (389, 389), (398, 398), (431, 431)),
        *((441, 441), (462, 462), (466, 466), (468, 468), (472, 472), (474, 474), (476, 476), (478, 478), (485, 486)),
        *((488, 489), (493, 496), (498, 499), (542, 543), (545, 545), (551, 552), (556, 556), (571, 574), (577, 577)),
        *((579, 579), (584, 584), (586, 587), (589, 589), (597, 598), (627, 627), (629, 629), (641, 641), (649, 649)),
        *((658, 658), (662, 665), (667, 667), (692, 694), (697, 697), (771, 772), (782, 783), (785, 786), (788, 789)),
        *((826, 827), (829, 829)),
    )
    for number in range(first, last + 1)
)
DUTCH, DUTCH_MOBILE = "+31", "+316"


@dataclass(frozen=True)
class Contact:
    """`channel` is email or text; `address` a lower-case e-mail address or a number such as +4512345678."""

    channel: str
    address: str


def read_contact(text: str, country: str | None = None) -> Contact:
    """The contact that somebody typed. `country` (DK, NL) helps where a national number could be read in two ways.

    Raises ValueError with one word: "empty", "long", "email" (it has an @ but is no address) or "phone".
    """
    typed = _tidied(text)
    if not typed:
        raise ValueError("empty")
    if len(typed) > LONGEST_TYPED:
        raise ValueError("long")
    if "@" in typed:
        return Contact("email", _email(typed))
    return Contact("text", _phone(typed, (country or "").upper()))


def shown_contact(contact: Contact) -> str:
    """The contact as people read it: a Danish number in pairs, a Dutch or other one in threes."""
    if contact.channel == "email":
        return contact.address
    return shown_phone(contact.address)


def shown_phone(number: str) -> str:
    """+4512345678 as "+45 12 34 56 78"; every number may be typed in again as it is shown."""
    plain = number.replace(" ", "")
    for code, size in (("+45", 2), ("+31", 3)):
        if plain.startswith(code):
            return " ".join([code, *_pieces(plain.removeprefix(code), size)])
    return number


def reads_texts(number: str) -> bool:
    """Whether a text message to this number (E.164) is read: not on a landline."""
    if number.startswith(DUTCH):
        return number.startswith(DUTCH_MOBILE)
    return not number.startswith(DANISH_LANDLINES) or number.startswith(DANISH_MOBILES)


def way_to(told_by: str, email: str | None, phone: str | None) -> str:
    """By which way somebody is told: email, text or host. `told_by`: message, or host for who would rather be rung."""
    if told_by == "host":
        return "host"
    if email:
        return "email"
    return "text" if phone and reads_texts(phone) else "host"


def _tidied(text: str) -> str:
    """Digits and signs of every script as plain ones; invisible characters and control characters off."""
    plain = unicodedata.normalize("NFKC", text)
    digits = (str(unicodedata.digit(each, each)) if each.isdecimal() else each for each in plain)
    # Dashes of every kind (Pd) are one dash; marks that steer the direction of writing come along when one pastes.
    kept = ("-" if unicodedata.category(each) == "Pd" else each for each in digits)
    return "".join(each for each in kept if unicodedata.category(each) not in {"Cf", "Cc"} or each in "\t\n\r").strip()


def _email(typed: str) -> str:
    bare = typed.lower().removeprefix("mailto:").strip()
    within = re.search(r"<([^<>]*)>$", bare)
    local, _, domain = (within[1] if within else bare).strip().rpartition("@")
    address = f"{local}@{_ascii_domain(domain)}"
    labels = address.rpartition("@")[2].split(".")
    is_domain = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    if not (_LOCAL.fullmatch(local) and is_domain and len(address) <= LONGEST_EMAIL):
        raise ValueError("email")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise ValueError("email")
    return address


def _ascii_domain(domain: str) -> str:
    """A name with æ, ø, å in the form that mail servers speak (RFC 3490)."""
    try:
        return domain.rstrip(".").encode("idna").decode().lower()
    except UnicodeError as error:
        raise ValueError("email") from error


def _phone(typed: str, country: str) -> str:
    bare = _BEFORE_A_NUMBER.sub("", typed.removeprefix("tel:")).strip()
    bare = re.sub(r"^(\+|00)(\s*\d[\d\s]*?)\(0\)", r"\1\2", bare).translate(_SPACES).replace("\xa0", "")
    bare = "+" + bare.removeprefix("00") if bare.startswith("00") else bare
    if not re.fullmatch(r"\+?\d+", bare):
        raise ValueError("phone")
    return _abroad(bare[1:]) if bare.startswith("+") else _national(bare, country)


def _abroad(digits: str) -> str:
    """A number with its country code; the two countries we know are looked at more closely."""
    if digits.startswith("310"):
        digits = "31" + digits[3:]
    is_right = _ABROAD.fullmatch(digits) is not None
    if digits.startswith("45"):
        is_right = _DANISH_ABROAD.fullmatch(digits[2:]) is not None
    if digits.startswith("31"):
        is_right = _DUTCH.fullmatch("0" + digits[2:]) is not None
    if not is_right:
        raise ValueError("phone")
    return "+" + digits


def _national(digits: str, country: str) -> str:
    if _DANISH.fullmatch(digits):
        return f"+45{digits}"
    if _DUTCH.fullmatch(digits):
        return f"+31{digits[1:]}"
    if country == "NL" and _DUTCH.fullmatch("0" + digits):
        return f"+31{digits}"
    if country in COUNTRY_CODES and digits.startswith(COUNTRY_CODES[country]):
        return _abroad(digits)
    raise ValueError("phone")


def _pieces(digits: str, size: int) -> list[str]:
    return [digits[at : at + size] for at in range(0, len(digits), size)]
