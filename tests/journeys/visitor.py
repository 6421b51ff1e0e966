"""A visitor who reads pages and fills in what stands on them, without JavaScript: follows links, sends forms.

Only what a page really offers can be pressed: forms are read from the HTML, with their hidden fields and defaults.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict


@dataclass
class Form:
    """A form as it stands on the page: where it goes, how, what is filled in already, the names of its fields."""

    action: str
    method: str
    filled: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # words, name, value


class Page(HTMLParser):
    """What can be done on a page: its forms and its links, with their words; and its title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.forms, self.links = html, list[Form](), list[tuple[str, str]]()
        self.heading, self._words = "", list[str]()
        self._form: Form | None = None
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = Form(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "input" and self._form:
            self._read_input(has)
        if tag in {"a", "button", "h1", "textarea"}:
            self._open.append((tag, has))
            self._words = []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            _, has = self._open.pop()
            self._close(tag, has, " ".join("".join(self._words).split()))
        elif tag == "form":
            self._form = None

    def _read_input(self, has: dict[str, str]) -> None:
        name, kind = has.get("name", ""), has.get("type", "text")
        self._form.names.add(name)  # type: ignore[union-attr]
        if name and (kind not in {"radio", "checkbox"} or "checked" in has):
            self._form.filled.append((name, has.get("value", "")))  # type: ignore[union-attr]

    def _close(self, tag: str, has: dict[str, str], words: str) -> None:
        if tag == "a":
            self.links.append((words, has.get("href", "")))
        elif tag == "h1":
            self.heading = words
        elif tag == "button" and self._form:
            self._form.buttons.append((words, has.get("name", ""), has.get("value", "")))
        elif tag == "textarea" and self._form:
            self._form.names.add(has.get("name", ""))
            self._form.filled.append((has.get("name", ""), words))


class Visitor:
    """A browser of one person; `page` is what it shows now."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.page, self.status = client, Page(""), 0

    def go(self, path: str) -> "Visitor":
        """Open a path of the house, following redirects."""
        return self._show(self.client.get(path, follow_redirects=True))

    def follow(self, words: str) -> "Visitor":
        """Click the link with these words in it."""
        hrefs = [href for said, href in self.page.links if words in said]
        assert hrefs, f"no link says {words!r} on {self.page.heading!r}: {[said for said, _ in self.page.links]}"
        return self.go(hrefs[0])

    def press(self, words: str, **answers: Any) -> "Visitor":
        """Fill in the form that has a button with these words, and press it."""
        for form in self.page.forms:
            for said, name, value in form.buttons:
                if words in said and set(answers) <= form.names:
                    return self._send(form, answers, [(name, value)] if name else [])
        buttons = [said for form in self.page.forms for said, _, _ in form.buttons]
        raise AssertionError(f"no button says {words!r} beside {set(answers)} on {self.page.heading!r}: {buttons}")

    def sees(self, *words: str) -> "Visitor":
        """Assert that the page says all of this."""
        for said in words:
            assert said in self.text, f"{said!r} is not on {self.page.heading!r}: {self.text}"
        return self

    def does_not_see(self, *words: str) -> "Visitor":
        """Assert that the page says none of this."""
        for said in words:
            assert said not in self.text, f"{said!r} is on {self.page.heading!r}"
        return self

    @property
    def text(self) -> str:
        """The words of the page, without its markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page.html)).split())

    def _send(self, form: Form, answers: dict[str, Any], button: list[tuple[str, str]]) -> "Visitor":
        kept = [(name, value) for name, value in form.filled if name not in answers]
        given = [(name, each) for name, value in answers.items() for each in _all(value)]
        data = MultiDict(kept + given + button)
        target = form.action or self.path
        if form.method == "get":
            return self._show(self.client.get(target, query_string=data, follow_redirects=True))
        return self._show(self.client.post(target, data=data, follow_redirects=True))

    def _show(self, answer: Any) -> "Visitor":
        self.status, self.page = answer.status_code, Page(answer.text)
        self.path = answer.request.full_path.rstrip("?")
        return self


def _all(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
