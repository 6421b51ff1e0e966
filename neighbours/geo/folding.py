"""One folded form in which all ways to type a name meet, and a typed address taken apart.

Here: `fold` and `parse_question`. Not here: the look-up itself (queries/places/register.py) and its ranking.

The scheme: lower case; accents off (ø → o, å → a, ü → u, ÿ → y); æ and ä → a, œ → o, ß → ss; then what follows is
dropped where somebody without these letters would have typed two: "ae", "aa" → a; "oe" → o; "ue" → u; "ij", "y" → i.
Punctuation becomes a space. So "Søndergade", "soendergade" and "sondergade" are all "sondergade".
The price: "Bro" and "Broe", "Mose" and "Møse", "By" and "Bi" collide; ranking by the true text parts them again.
What it keeps: the fold of a beginning is a beginning of the fold, so that suggestions work while somebody types.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "a", "œ": "o", "å": "a", "ß": "ss", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "y": "i"}
)
_DOUBLES = (
    (re.compile(r"a[ae]+"), "a"),
    (re.compile(r"oe+"), "o"),
    (re.compile(r"ue+"), "u"),
    (re.compile(r"ij+"), "i"),
)
_APOSTROPHES = re.compile(r"['’`´]")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")

LONGEST_QUESTION = 200

_NUMBER = re.compile(r"0*([1-9][0-9]{0,4})([a-z]?)")
_POSTCODE = re.compile(r"(?:dk|d|nl)?(\d{4,5})([a-z]{2})?")
_GLUED = re.compile(r"\b([a-z]{3,})(\d{1,4}[a-z]?)\b")  # a street and its number without a space
_ORDINAL = re.compile(r"\d+(?:e|de|ste|st|nd|rd|th)")
_UNIT = re.compile(r"st|kl|th|tv|mf|sal|bis|ter|hs|huis|boven|rd|ii|iii|iv|\d{1,3}")
_BEFORE_A_PLACE = {"i", "in", "ved", "te"}


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody typed, taken apart. `street` and `place` are folded; `typed` is the text as typed, tidied.

    `number` is None while none is typed; `letter` is one capital or empty; `unit` and `postcode` may be empty.
    """

    street: str
    number: int | None
    letter: str
    unit: str
    postcode: str
    place: str
    typed: str

    def readings(self) -> list[tuple[str, str]]:
        """All (street, place) that the words may mean, the likeliest first: without a number or a comma the last
        words may be the place ("sondergade skanderborg"). At most four."""
        words = self.street.split(" ")
        if self.number is not None or self.place or len(words) == 1:
            return [(self.street, self.place)]
        splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) - 1, 0, -1)]
        return [(self.street, ""), *splits[:3]]


def fold(text: str) -> str:
    """Fold a text so that spellings meet (the scheme stands above). Folding twice changes nothing."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).casefold()
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_LETTERS)
    folded = _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", folded))
    for double, single in _DOUBLES:
        folded = double.sub(single, folded)
    return folded.strip()


def parse_question(text: str) -> Question:
    """Take a typed address apart: "Søndergade 4, 2. th, 8660 Skanderborg" and every shorter or sloppier form.

    The house number is the first number that has a word before it and is no postcode; behind it stand letter, unit,
    postcode, place, in that order. Never raises; a text over 200 characters is cut.
    """
    typed = " ".join(text[:LONGEST_QUESTION].split())
    words = _words(typed)
    postcode, words, after_postcode = _without_postcode(words)
    at = _position_of_number(words, starts_with_ordinal=bool(re.match(r"\d+\.", typed)))
    if at is None:
        street_part, _, place_part = " ".join(words).partition(",")
        return _question(street_part, None, "", "", postcode, f"{place_part} {after_postcode}", typed)
    number, letter = _split_number(words[at])
    rest = [word for word in words[at + 1 :] if word != ","]
    letter, rest = _with_letter(letter, rest)
    unit, rest = _leading_units(rest)
    street = words[:at] or rest
    place = rest if words[:at] else []
    return _question(" ".join(street), number, letter, unit, postcode, f"{' '.join(place)} {after_postcode}", typed)


def _words(typed: str) -> list[str]:
    """Folded words in order, with "," where a comma stood; "3A,2.th", "12-2", "vej3" come apart where they should."""
    words: list[str] = []
    for part in re.split(r"([,;])", typed):
        words += [","] if part in {",", ";"} else _GLUED.sub(r"\1 \2", fold(part)).split()
    return words


def _without_postcode(words: list[str]) -> tuple[str, list[str], str]:
    """Find a postcode ("8660", "dk 8660", "1017 ab", "1017ab") behind the first word; hand back what followed it."""
    for at in range(len(words) - 1, 0, -1):
        found = _POSTCODE.fullmatch(words[at])
        if found and not _is_number_at(words, at + 1) and not _may_be_a_name(words, at):
            letters = found[2] or _dutch_letters(words, at)
            skip = at + (2 if letters and not found[2] else 1)
            before = words[: at - 1] if words[at - 1] in {"dk", "d", "nl"} else words[:at]
            return (f"{found[1]} {letters}".strip().upper(), before, " ".join(words[skip:]))
    return "", words, ""


def _is_number_at(words: list[str], at: int) -> bool:
    return at < len(words) and _NUMBER.fullmatch(words[at]) is not None


def _may_be_a_name(words: list[str], at: int) -> bool:
    """A last word of four digits with neither number nor comma before it: "Plein 1944"."""
    return at == len(words) - 1 and not any(_NUMBER.fullmatch(word) or word == "," for word in words[:at])


def _dutch_letters(words: list[str], at: int) -> str:
    after = words[at + 1] if at + 1 < len(words) else ""
    return after if len(words[at]) == 4 and re.fullmatch(r"[a-z]{2}", after) else ""


def _position_of_number(words: list[str], starts_with_ordinal: bool) -> int | None:
    """The house number: the first number with a word before it, unless the name goes on behind it."""
    places = [at for at, word in enumerate(words) if _NUMBER.fullmatch(word)]
    behind = [at for at in places if at > 0]
    for at, following in pairwise(behind):
        if not _goes_on(words, at, following):
            return at
    if behind:
        return behind[-1]
    is_number_first = places == [0] and len(words) > 1
    return 0 if is_number_first and not starts_with_ordinal and not _ORDINAL.fullmatch(words[0]) else None


def _goes_on(words: list[str], at: int, following: int) -> bool:
    """ "Plein 1944 5" and "Christian 4's Vej 7": the first number belongs to the name."""
    between = words[at + 1 : following]
    if not between:
        return len(words[at]) == 4
    return "," not in between and any(len(word) > 2 and not _UNIT.fullmatch(word) for word in between)


def _split_number(word: str) -> tuple[int, str]:
    found = _NUMBER.fullmatch(word)
    assert found is not None  # chosen by this very pattern
    return int(found[1]), found[2].upper()


def _with_letter(letter: str, rest: list[str]) -> tuple[str, list[str]]:
    """A single letter behind the number is its letter, but "i" before a name is the Danish "in"."""
    if letter or not rest or not re.fullmatch(r"[a-z]", rest[0]):
        return letter, rest
    if rest[0] == "i" and len(rest) > 1:
        return "", rest
    return rest[0].upper(), rest[1:]


def _leading_units(rest: list[str]) -> tuple[str, list[str]]:
    taken = 0
    while taken < len(rest) and _UNIT.fullmatch(rest[taken]):
        taken += 1
    return " ".join(rest[:taken]), rest[taken:]


def _question(
    street: str, number: int | None, letter: str, unit: str, postcode: str, place: str, typed: str
) -> Question:
    places = place.replace(",", " ").split()
    if places and places[0] in _BEFORE_A_PLACE:
        places = places[1:]
    return Question(street.replace(",", " ").strip(), number, letter, unit, postcode, " ".join(places), typed)
