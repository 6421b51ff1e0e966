"""Whether a text holds a link, or what only serves to be one: "example.com", "bit.ly/x", "shop [dot] nl". Pure.

Not a link: an e-mail address, "f.eks.", "kl. 9.30", "12.6.2026", and a new sentence without a space before it, when it
begins with a capital letter, is no ending of addresses, or is a common word after which the sentence goes on.
"""

import re

from neighbours.rules.talk.letters import seen

_ENDINGS = (
    "com net org info biz dk nl de se no fi eu uk be fr es it pl pt ch at ie is ee lv lt cz sk hu ro bg gr ru ua tr us"
    " ca au nz in cn jp kr hk sg br mx za ng ke io co me ai gg ly gl gd cc ws tv to nu app dev xyz top online site shop"
    " store club link click live life tech icu buzz vip win loan work page web website fun pw su tk ml ga cf gq space"
    " cloud help support network email group finance bank money cash chat blog art zip mov"
    " pro today world mobi name asia berlin agency academy center company digital download exchange express foundation"
    " global guru host market media news photo photos press review reviews services social software solutions studio"
    " systems tips tools trade university wiki zone codes credit loans deals app bio eus jobs travel games game"
    " video movie stream science party racing win quest monster sbs cfd rest lol wtf"
    " delivery shopping insurance security safe secure account mail london amsterdam frl gent vlaanderen"
)
_ENDING = "|".join(sorted(_ENDINGS.split(), key=len, reverse=True))
# Endings that are words too: "jeg kommer.de andre" misses a blank.
_WORDS = "de me nu se no to in at is it be us at pl one team plus direct city best date sale care health cool red"
_WORD = "|".join(_WORDS.split())
# Endings that hardly begin a word.
_SURE = "com|org|dk|nl|info|biz|xyz|ly|eu|co"
_DOTS = str.maketrans(dict.fromkeys("。․∙‧⋅・﹒", "."))
# A dot that is spelt out or set in brackets.
_SPELT = re.compile(r"\s{0,3}[\[({<]\s{0,3}(?:\.|dot|punktum|prik|punt|d0t)\s{0,3}[\])}>]\s{0,3}", re.I)
_SPOKEN = re.compile(rf"(?<=\w)[\s_-]{{1,3}}(?:dot|punktum|prik|punt)[\s_-]{{1,3}}(?=(?:{_ENDING})\b)", re.I)
# Blanks around a dot, or in its place before a path; a comma in its place.
_APART = re.compile(
    rf"(?<=\w)(?:\s{{1,3}}\.\s{{0,3}}(?=(?:{_ENDING})\b)(?!(?:{_WORD})\b)|\.\s{{1,3}}(?=com\b)"
    rf"|\s(?=(?:{_SURE})/\w)|,(?=com\b))",
    re.I,
)
_SCHEME = re.compile(r"\bh(?:tt|xx)ps?\b|\w://|\bwww\d?\b|\bftp\b", re.I)
_NAME = r"(?<![\w@.-])(?:[\w-]+\.)+"
_PATH = re.compile(rf"{_NAME}[^\W\d_]{{2,}}(?::\d+)?[/?#]\S", re.I)
_NUMBERS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]\d)")
# A new sentence begins with a large letter: "kommer.Nu", "Tak.Hilsen". Nobody begins one with "Com".
_HOST = re.compile(
    rf"{_NAME}(?P<ending>{_ENDING}|{_WORD}|xn--[\w-]+)(?![\w-]|\.\w)(?P<goes_on>\s+(?-i:[a-zà-ÿ]))?", re.I
)
_PLAIN = re.compile(r"(?:[^\W\d_]+|\d{1,2})\.", re.I)


def has_link(text: str) -> bool:
    """Whether somebody, or the program they read with, could take some of it for an address on the web."""
    plain = _APART.sub(".", _SPOKEN.sub(".", _SPELT.sub(".", seen(text).translate(_DOTS))))
    return any(pattern.search(plain) for pattern in (_SCHEME, _PATH, _NUMBERS)) or any(
        not _misses_a_blank(found) for found in _HOST.finditer(plain)
    )


def _misses_a_blank(found: re.Match[str]) -> bool:
    """Whether it is the end of a sentence and the first word of the next."""
    name, ending = found[0][: found.start("ending") - found.start()], found["ending"]
    if not _PLAIN.fullmatch(name):
        return False
    is_word = ending.lower() in _WORDS.split()
    begins = ending.istitle() and ending.lower() not in _SURE.split("|")
    return begins or (is_word and bool(found["goes_on"]))
