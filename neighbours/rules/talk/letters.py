"""Words as an eye reads them: what only looks like a letter becomes that letter, what nobody sees is dropped. Pure.

NFKC for compatibility forms (full width, bold), then the Cyrillic and Greek letters that look like Latin ones. For
rules that judge a text only: nothing that is kept or shown goes through it.
"""

import re
import unicodedata

_HIDDEN = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_CYRILLIC = ("абвеѕіјӏкмнорстуухԁԛԝһАВЕЅІЈӀКМНОРСТУХԀԚԜҺ", "a6beslllkmhopctyyxdqwhABESIJIKMHOPCTYXDQWH")
_GREEK = ("αβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aByenikvoptuxwABEZHIKMNOPTYX")
_LOOK_ALIKE = str.maketrans(
    {**dict(zip(*_CYRILLIC, strict=True)), **dict(zip(*_GREEK, strict=True)), "і": "i", "ј": "j"}
)
_SINGLE = re.compile(r"(?<![^\W_])[^\W\d_]([\W_]{1,3})[^\W\d_](?:\1[^\W\d_])+(?![^\W_])")
_APART = re.compile(r"[\W_]+")


def seen(text: str) -> str:
    """The text as it is seen. Line ends stay."""
    return _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).translate(_LOOK_ALIKE)


def joined(text: str) -> str:
    """Words written letter by letter, "T.e.a.m", "k o d e", as one word; three letters or more."""
    return _SINGLE.sub(lambda found: _APART.sub("", found[0]), text)
