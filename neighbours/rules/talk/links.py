"""Whether a text holds a link, or what only serves to be one: "example.com", "bit.ly/x", "shop [dot] nl". Pure.

Not a link: an e-mail address, "f.eks.", "kl. 9.30", "12.6.2026", and a new sentence without a space before it, as long
as it begins with a capital letter or is no ending of addresses.
"""

import re
import unicodedata

_ENDINGS = (
    "com net org info biz dk nl de se no fi eu uk be fr es it pl pt ch at ie is ee lv lt cz sk hu ro bg gr ru ua tr us"
    " ca au nz in cn jp kr hk sg br mx za ng ke io co me ai gg ly gl gd cc ws tv to nu app dev xyz top online site shop"
    " store club link click live life tech icu buzz vip win loan work page web website fun pw su tk ml ga cf gq space"
    " cloud help support network email group finance bank money cash chat blog art zip mov"
)
_ENDING = "|".join(sorted(_ENDINGS.split(), key=len, reverse=True))
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# A dot that is spelt out or set in brackets.
_SPELT = re.compile(r"\s*[\[({<]\s*(?:\.|dot|punktum|prik|punt|d0t)\s*[\])}>]\s*", re.I)
_SPOKEN = re.compile(rf"(?<=\w)\s+(?:dot|punktum|prik|punt)\s+(?=(?:{_ENDING})\b)", re.I)
_SCHEME = re.compile(r"\bh(?:tt|xx)ps?\b|\w://|\bwww\d?\s*\.|\bftp\b", re.I)
_NAME = r"(?<![\w@.-])(?:[\w-]+\.)+"
_PATH = re.compile(rf"{_NAME}[^\W\d_]{{2,}}(?::\d+)?[/?#]\S", re.I)
_NUMBERS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d)")
# A whole small or a whole large ending: "kommer.Nu" begins a sentence.
_HOST = re.compile(rf"{_NAME}(?:{_ENDING}|{_ENDING.upper()}|xn--[\w-]+)(?![\w-]|\.\w)")


def has_link(text: str) -> bool:
    """Whether somebody, or the program they read with, could take some of it for an address on the web."""
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    plain = _SPOKEN.sub(".", _SPELT.sub(".", plain))
    return any(pattern.search(plain) for pattern in (_SCHEME, _PATH, _NUMBERS, _HOST))
