"""The catalogues: nothing missing, nothing fuzzy, placeholders agree, nothing forgotten since the last extraction."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from neighbours.language import PAGE_LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED = sorted(set(PAGE_LANGUAGES) - {"en"})
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}


@cache
def sources() -> frozenset[str]:
    """Every string that the pages and mails say, found anew in the source."""
    methods = [("neighbours/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
    options = {pattern: {"silent": "false", "trimmed": "true"} for pattern, method in methods if method == "jinja2"}
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=is_ours)
    return frozenset(
        message if isinstance(message, str) else message[0] for _file, _line, message, _notes, _context in found
    )


def is_ours(folder: str | Path) -> bool:
    return Path(folder).name not in {".venv", "tests", "instance", "node_modules", ".git", "migrations", "__pycache__"}


def catalogue(language: str) -> Catalog:
    path = ROOT / "neighbours" / "translations" / language / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(path.read_bytes()), locale=language)


def texts(translation: str | tuple[str, ...] | list[str]) -> list[str]:
    return [translation] if isinstance(translation, str) else list(translation)


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
