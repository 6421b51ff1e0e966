"""The catalogues: nothing missing, nothing fuzzy, placeholders agree, nothing forgotten since the last extraction.

And how they read: short sentences, short words, none of the words that a page never says. What is glued of them in
the code (when, how far, why) is read in test_wording.py and test_wording_translated.py.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from neighbours.language import PAGE_LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED = sorted(set(PAGE_LANGUAGES) - {"en"})
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")
SENTENCE_END = re.compile(r"(?<!\bkl)(?<!\d)[.!?:]+(?=\s|$)")
WORD = re.compile(r"[^\W\d_][\w’'-]*")
LONGEST_SENTENCE = 15
# Dutch words are a little longer than Danish ones; good short Dutch reaches 20, so 25 holds it there.
HARDEST_LIX = {"da": 30, "nl": 25}
# Dutch counts hours without a plural: 1 uur, 2 uur.
SAME_FOR_MANY = {"nl": {"%(num)s hour"}}
BANNED = {
    "en": r"match(es|ed|ing)?|tasks?|tickets?|users?|clients?|cases?|dashboards?|opt-?in|feeds?|moderators?|resources?"
    r"|vulnerable|submit\w*",
    # "bruger" is a verb too: write "har brug for", or take another one.
    "da": r"match\w*|opgave\w*|sag|sagen|sager|sagerne|ticket\w*|billet\w*|brugere?n?e?s?|klient\w*|dashboard\w*"
    r"|kontrolpanel\w*|tilvalg\w*|feed\w*|nyhedsstrøm\w*|moderator\w*|ressource\w*|sårbar\w*|udsatte?|indsend\w*",
    "nl": r"match\w*|gematcht|koppeling\w*|taak|taken|ticket\w*|gebruikers?|cli[eë]nt\w*|zaak|zaken|dossier\w*"
    r"|dashboards?|opt-?in|feeds?|tijdlijn\w*|moderator\w*|middelen|kwetsba\w*|indienen|ingediend\w*|verzend\w*"
    r"|hulpbehoevend\w*|hulpverlen\w*|zorgvra\w*|aanvra\w*|aangevraagd\w*|accounts?|profiel\w*|je|jij|jouw|jullie",
}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}


@cache
def sources() -> frozenset[str]:
    """Every string that the pages and mails say, found anew in the source; of a plural, the form for one."""
    return frozenset(texts(message)[0] for message in found_messages())


@cache
def found_messages() -> frozenset[str | tuple[str, ...]]:
    methods = [("neighbours/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
    options = {pattern: {"silent": "false", "trimmed": "true"} for pattern, method in methods if method == "jinja2"}
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=is_ours)
    return frozenset(message for _file, _line, message, _notes, _context in found)


def is_ours(folder: str | Path) -> bool:
    return Path(folder).name not in {".venv", "tests", "instance", "node_modules", ".git", "migrations", "__pycache__"}


def catalogue(language: str) -> Catalog:
    path = ROOT / "neighbours" / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(path.read_bytes()), locale=language)


def texts(translation: str | tuple[str, ...] | list[str]) -> list[str]:
    return [translation] if isinstance(translation, str) else list(translation)


def spoken(language: str) -> list[str]:
    """All that the pages say in a language, each form of a plural too; a placeholder reads as one short word."""
    if language == "en":
        said = [text for message in found_messages() for text in texts(message)]
    else:
        said = [text for message in catalogue(language) if message.id for text in texts(message.string)]
    return [PLACEHOLDER.sub("Anna", text) for text in said]


def sentences(text: str) -> list[str]:
    return [part for part in SENTENCE_END.split(text) if WORD.search(part)]


def lix(said: list[str]) -> float:
    """Words a sentence plus long words (over six letters) in a hundred: Björnsson's measure of 1968."""
    words = [word for text in said for word in WORD.findall(text)]
    long = sum(len(word) > 6 for word in words)
    return len(words) / sum(len(sentences(text)) for text in said) + 100 * long / len(words)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_string_of_the_house_is_translated(language: str) -> None:
    known = {texts(message.id)[0]: message for message in catalogue(language) if message.id}
    missing = [source for source in sources() if source not in known or not all(texts(known[source].string))]
    assert len(sources()) > 100
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_fuzzy_or_left_over(language: str) -> None:
    messages = [message for message in catalogue(language) if message.id]
    assert [message.id for message in messages if message.fuzzy] == []
    assert [message.id for message in messages if texts(message.id)[0] not in sources()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same_on_both_sides(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            wanted = {*PLACEHOLDER.findall(texts(message.id)[-1])}
            for text in texts(message.string):
                assert {*PLACEHOLDER.findall(text)} == wanted, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_plurals_have_every_form_of_the_language(language: str) -> None:
    found = catalogue(language)
    assert (found.num_plurals, found.plural_expr) == (
        get_plural(language).num_plurals,
        get_plural(language).plural_expr,
    )
    plurals = [message for message in found if message.id and not isinstance(message.id, str)]
    assert plurals
    for message in plurals:
        assert len(message.string) == found.num_plurals
        alike = message.id[0] in SAME_FOR_MANY.get(language, ())
        assert len({*message.string}) == (1 if alike else found.num_plurals), message.id


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_no_sentence_is_longer_than_one_breath(language: str) -> None:
    said = [sentence.strip() for text in spoken(language) for sentence in sentences(text)]
    assert len(said) > 100
    assert [sentence for sentence in said if len(sentence.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_no_page_says_a_word_of_offices_and_computers(language: str) -> None:
    banned = re.compile(rf"\b(?:{BANNED[language]})\b", re.IGNORECASE)
    assert [text for text in spoken(language) if banned.search(text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_pages_are_easy_to_read(language: str) -> None:
    said = spoken(language)
    whole_sentences = [text for text in said if text.rstrip().endswith((".", "!", "?"))]
    assert lix(said) < HARDEST_LIX[language]
    assert lix(whole_sentences) < HARDEST_LIX[language]


def test_the_measures_know_a_hard_text_from_an_easy_one() -> None:
    assert sentences("Kom kl. 9.30 den 24. december. Vi ses!") == ["Kom kl. 9.30 den 24. december", " Vi ses"]
    assert lix(["Jeg har kaffe. Kom bare."]) == 2.5
    assert lix(["Kommunalbestyrelsens forvaltning imødekommer ansøgningen."]) == 104
    assert re.fullmatch(BANNED["da"], "brugerne") and re.fullmatch(BANNED["en"], "matching")
    assert re.fullmatch(BANNED["nl"], "gebruiker") and re.fullmatch(BANNED["nl"], "taken")
    assert not re.fullmatch(BANNED["da"], "småopgaver") and not re.fullmatch(BANNED["nl"], "indien u")
