"""Every page of the house as a browser gets it: each role, each state of a thing, forms sent empty, pages for errors.

Found by walking the URL map and every form (tests/crawling.py), so a new page is there by itself. The browser is not
served by a port: what it asks for is answered by Flask's test client in the same process (`House`). Here is no test.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask, g
from playwright.sync_api import BrowserContext, Route
from sqlalchemy import update

from models import AuthSession, Installation, Official, Resident
from neighbours.clock import now
from neighbours.database import writing
from neighbours.queries.who import who
from neighbours.rules.access import ACCESS
from neighbours.web.doors import HEADERS
from neighbours.web.mishaps import DESIGNED, mishap_page
from tests.crawling import FormFound, Page, Visitor, endpoint_of, forms, visitors
from tests.scene import Scene

OURS = "http://localhost"
H1 = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
COMPLAINT = re.compile(r'class="error".*?</span>(.*?)</span>', re.DOTALL)
# Pages for machines, and files.
NO_PAGES = {"static", "public.health", "talk.news", "talk.new"}
UNREADABLE = "anna@"
# As long as people's names are: the page must stay whole.
NAMES = {"Anna": "Anna-Margrethe Kirkegaard", "Bo": "Bo Guldbrandsen-Lyngsø", "Dorthe": "Dorothea van den Broeck"}
TYPED = {"text", "textarea", "search", "email", "tel", "number", "date", "time"}


class Found(NamedTuple):
    """A page: its name in the list of tests, whose it is, where, and the answer that the browser shall get for it."""

    name: str
    cookie: str | None
    path: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class House:
    """Answers a browser from the scene, and notes what it asked of anybody else."""

    scene: Scene
    language: str
    asked_elsewhere: list[str]

    def open_to(self, context: BrowserContext, page: Found) -> None:
        """Let this context show the page as it was found, and its files."""
        client = self.scene.app.test_client()
        if page.cookie:
            client.set_cookie(self.scene.app.config["SESSION_COOKIE_NAME"], page.cookie)

        def answer(route: Route) -> None:
            url = urlsplit(route.request.url)
            if f"{url.scheme}://{url.netloc}" != OURS:
                self.asked_elsewhere.append(route.request.url)
                route.abort()
            elif route.request.is_navigation_request():
                route.fulfill(status=page.status, headers=page.headers, body=page.body)
            else:
                file = client.get(url.path + (f"?{url.query}" if url.query else ""))
                route.fulfill(status=file.status_code, headers=dict(file.headers), body=file.data)

        context.route("**/*", answer)


def speak(scene: Scene, language: str) -> None:
    """From now on everybody of the scene reads this language, and has as long a name as people have."""
    with scene.app.app_context(), writing() as session:
        for short, long in NAMES.items():
            session.execute(update(Resident).where(Resident.name == short).values(name=long))
        session.execute(update(Resident).values(language=language))
        session.execute(update(Official).values(language=language))
        session.execute(update(Installation).values(language=language))
    scene.keep()


def every_page(scene: Scene, language: str, *, each_role: bool = False) -> list[Found]:
    """Each page once, by what can be done on it; with `each_role` once for every role that gets it."""
    kept: dict[tuple[Any, ...], Found] = {}
    for visitor in visitors(scene):
        for found in (*_shown(scene, visitor, language), *_refused(scene, visitor, language)):
            role = visitor.name if each_role else ""
            kept.setdefault((role, *_kind_of_page(scene, found)), found)
    return [*kept.values(), _kept(scene, language), *_mishaps(scene, language)]


def not_found(scene: Scene, pages: list[Found]) -> set[str]:
    """The pages of the URL map that answer GET and are not among these."""
    seen = {endpoint_of(scene, page.path) for page in pages}
    wanted = {endpoint for endpoint, methods in ACCESS.items() if "GET" in methods and _is_page(scene, endpoint)}
    return wanted - seen - NO_PAGES


def _is_page(scene: Scene, endpoint: str) -> bool:
    """What answers in JSON or as a picture says so by its name."""
    rules = list(scene.app.url_map.iter_rules(endpoint))
    return any(not re.search(r"\.(json|svg|js|txt|ics|webmanifest)$", str(rule)) for rule in rules)


def _kind_of_page(scene: Scene, found: Found) -> tuple[Any, ...]:
    """Two pages are of one kind when they have one heading, complain of the same and offer the same forms."""
    page = Page(found.path, found.body.decode())
    offered = {endpoint_of(scene, form.action, form.method) for form in page.forms}
    complaints = frozenset(COMPLAINT.findall(found.body.decode()))
    return endpoint_of(scene, found.path), found.status, _heading(found.body), complaints, frozenset(offered)


def _heading(body: bytes) -> str:
    found = H1.search(body.decode())
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def _shown(scene: Scene, visitor: Visitor, language: str) -> Iterator[Found]:
    for path in dict.fromkeys(visitor.starts):
        with scene.fresh():
            answer = visitor.browser(scene).get(path, headers={"Accept-Language": language})
        if answer.status_code < 300 and answer.mimetype == "text/html":
            yield _found(visitor, path, answer, f"{visitor.name} {path}")


def _refused(scene: Scene, visitor: Visitor, language: str) -> Iterator[Found]:
    """Each form sent with nothing typed and nothing chosen, and with what nobody can read, if its page comes back."""
    for form in forms(scene, visitor):
        for typed in ("", UNREADABLE) if form.method == "POST" else ():
            with scene.fresh():
                sent = {"data": _filled(form, typed), "headers": {"Accept-Language": language}}
                answer = visitor.browser(scene).post(form.action, **sent)
            if answer.status_code == 422:
                yield _found(visitor, form.action, answer, f"{visitor.name} {form.action} sent “{typed}”")


def _filled(form: FormFound, typed: str) -> dict[str, str]:
    """The form with this in each field that one types into, and nothing chosen."""
    return {
        name: typed if each.type in TYPED else each.value or ""
        for name, each in form.fields.items()
        if each.type in {"hidden", *TYPED}
    }


def _found(visitor: Visitor, path: str, answer: Any, name: str) -> Found:
    return Found(name, visitor.cookie, path, answer.status_code, dict(answer.headers), answer.data)


def _kept(scene: Scene, language: str) -> Found:
    """What the helper typed after the session had ended, once signed in again."""
    client = scene.browser("helper")
    path = f"/help/{scene.refs['open request']}/reply"
    with scene.fresh():
        with scene.app.app_context(), writing() as session:
            session.execute(update(AuthSession).values(ended_at=now()))
        client.post(path, data={"line": "Jeg kan komme"}, headers={"Origin": OURS})
    client.set_cookie(scene.app.config["SESSION_COOKIE_NAME"], scene.cookies["helper"])
    answer = client.get("/kept", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.headers
    return Found("helper /kept", scene.cookies["helper"], "/kept", 200, dict(answer.headers), answer.data)


def _mishaps(scene: Scene, language: str) -> Iterator[Found]:
    for code in sorted(DESIGNED):
        yield Found(f"error {code}", None, f"/error-{code}", code, _headers(), _mishap(scene.app, code, language))


def _mishap(app: Flask, code: int, language: str) -> bytes:
    with app.test_request_context("/nowhere", headers={"Accept-Language": language}):
        g.who = who(None, now())
        answer = app.make_response(mishap_page(code, 300 if code == 429 else None))
        return bytes(answer.data)


def _headers() -> dict[str, str]:
    return {**HEADERS, "Content-Type": "text/html; charset=utf-8"}
