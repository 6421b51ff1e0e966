"""What templates may say without asking the route: labels of codes, people's words in their language, paths by ref."""

from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup

from neighbours import labels
from neighbours.language import _
from neighbours.rules.help.asking import written_language
from neighbours.rules.languages import direction, languages_of
from neighbours.rules.people.contact import shown_phone
from neighbours.rules.talk.fraud import smells_of
from neighbours.wording import languages_words, where_words


def lend_words(app: Flask) -> None:
    """Lend the labels to every template."""
    app.jinja_env.filters.update(phone=shown_phone)
    app.jinja_env.globals.update(labels=labels, direction=direction, languages_words=languages_words)
    app.jinja_env.globals.update(path_of=path_of, where_written=where_written, url_for=path_for)
    app.jinja_env.globals["smells_of"] = smells_of


def written(words: str, language: str) -> Markup:
    """A person's own words inside a line of the page: in the language and the direction they were written in."""
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language, direction(language), words)


def written_by(who: Any, words: str | None) -> str:
    """The language of a line that asks for none: the writer's own, unless its letters are of another script."""
    return written_language(words or "", who.language, languages_of(who.languages))


def where_written(row: Any) -> str:
    """Where, as wording.where_words says it, for a page: the asker's own words stand in the asker's language."""
    if row.place_kind == "home" or not row.place_text:
        return where_words(row)
    own = written(row.place_text, row.language)
    return Markup("{}, {}").format(row.place_name, own) if row.place_name else own


def where_ours(row: Any) -> str:
    """Where, for whom it concerns: the place, at one's own home, or at theirs who get the help (row.for_whom)."""
    if row.place_kind != "home":
        return where_written(row)
    return _("at %(name)s's home", name=row.for_whom) if row.for_whom else _("at your home")


def path_for(endpoint: str, **values: Any) -> str:
    """The path of a page, as url_for gives it; the same one is not put together twice."""
    return _path(request.script_root, endpoint, **values)


@lru_cache(maxsize=4096)
def _path(root: str, endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values)


def path_of(folder: str, ref: str) -> str:
    """The path of a thing by its ref, written out: for lists, where url_for would cost more than the row."""
    return f"{request.script_root}/{folder}/{ref}"
