"""Everything that one browser can come to by GET: all links, forms that filter, and pages whose address is known.

Follows each link of our own pages, also through redirects, and one choice of each filter at a time. Nothing is sent by
POST. What the pages say is kept as it came; `masked` takes out what differs from one load to the next by design.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

MOST_PAGES = 4_000
OURS = "http://localhost"
NOT_FOLLOWED = ("/static/", "/healthz")
CHANGES_EACH_TIME = ("Date", "Set-Cookie")
LINK = re.compile(r'<a\s[^>]*?\bhref="([^"]*)"')
FILTER = re.compile(r'<form(?![^>]*\bmethod="post")')
# A form's token, and the name that a page of a new request or offer gives to the draft it will become.
TOKENS = re.compile(rb'(<input(?=[^>]*\bname="(?:csrf_token|ref)")[^>]*\bvalue=")[^"]*')


@dataclass(frozen=True)
class Page:
    """One answer: its status, its headers in order, its bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def bytes(self) -> bytes:
        """Status, headers and body in one piece."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"{self.status}\r\n{head}\r\n".encode() + self.body


def crawl(
    client: FlaskClient, also: Iterable[str] = (), *, filters: bool = True, without: tuple[str, ...] = ()
) -> dict[str, Page]:
    """Every page by its path and query, from the start page and from the addresses in `also`.

    `filters`: also each choice of each form that asks by GET. `without`: beginnings of addresses that are left out.
    """
    seen: dict[str, Page] = {}
    waiting = ["/", *also]
    while waiting:
        address = waiting.pop(0)
        if address in seen or address.startswith(without):
            continue
        if len(seen) >= MOST_PAGES:
            raise AssertionError(f"more than {MOST_PAGES} pages: does a link lead on for ever? {address}")
        seen[address] = page = look(client, address)
        waiting += [found for found in _onwards(address, page, filters) if found not in seen]
    return seen


def look(client: FlaskClient, address: str) -> Page:
    """One page as it came."""
    answer = client.get(address)
    return Page(answer.status_code, tuple(answer.headers.items()), answer.data)


def masked(page: Page) -> bytes:
    """The page without token, draft name, Date and cookies: what must be the same for twins."""
    headers = tuple((name, value) for name, value in page.headers if name not in CHANGES_EACH_TIME)
    return Page(page.status, headers, TOKENS.sub(rb"\1", page.body)).bytes


def known_addresses(app: Flask, refs: Mapping[str, Iterable[str]]) -> list[str]:
    """The address of every page that answers GET; `refs` gives for each blueprint what its pages may be about."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or str(rule).startswith(NOT_FOLLOWED):
            continue
        names = sorted(rule.arguments)
        if not names:
            found.append(str(rule))
        elif names in (["ref"], ["token"]):
            about = refs[rule.endpoint.split(".")[0]]
            found += [str(rule).replace(f"<{names[0]}>", each) for each in about]
        else:
            raise AssertionError(f"{rule} names something else than a ref: teach the crawler what")
    return sorted(found)


def _onwards(address: str, page: Page, filters: bool) -> Iterator[str]:
    """The addresses that a page leads to."""
    headers = dict(page.headers)
    if "Location" in headers:
        yield from _ours(address, headers["Location"])
    if headers.get("Content-Type", "").startswith("text/html"):
        text = page.body.decode()
        links = [unescape(found) for found in LINK.findall(text)]
        for link in links + (_choices(text) if filters and FILTER.search(text) else []):
            yield from _ours(address, link)


def _ours(address: str, link: str) -> Iterator[str]:
    parts = urlsplit(urljoin(OURS + address, link))
    if f"{parts.scheme}://{parts.netloc}" == OURS and not parts.path.startswith(NOT_FOLLOWED):
        yield parts.path + (f"?{parts.query}" if parts.query else "")


def _choices(text: str) -> list[str]:
    """One address for each single choice of each form that asks by GET."""
    forms = _Forms()
    forms.feed(text)
    return [f"{action}?{urlencode([choice])}" for action, choices in forms.found for choice in choices]


class _Forms(HTMLParser):
    """The forms of a page that ask by GET: where to, and every value that can be chosen in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self._inside: list[tuple[str, str]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = [] if given.get("method", "get").lower() == "get" else None
            if self._inside is not None:
                self.found.append((given.get("action", "").partition("?")[0], self._inside))
        elif self._inside is not None:
            self._note(self._inside, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None

    def _note(self, choices: list[tuple[str, str]], tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            choices.append((self._select, given.get("value", "")))
        elif tag in ("input", "button") and given.get("name") and given.get("type") not in ("text", "search"):
            choices.append((given["name"], given.get("value", "on")))
