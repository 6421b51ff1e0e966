"""Finds every form that somebody can reach, as a browser would: its fields with their values and choices.

`visitors` are people in the middle of something: somebody who joins, somebody who types a code, and each role of the
scene. Here is no test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from neighbours.rules.access import ACCESS
from tests.letters import last_code
from tests.scene import WHO_IS, Scene

# What a good answer is where the form has none yet.
GOOD = {
    "contact": "nanna@example.org",
    "name": "Nanna",
    "title": "Hjælp til hækken",
    "code": "123456",
    "day": "2026-06-20",
    "until": "2026-06-20",
    "places": "1",
    "text": "Mange tak",
    "line": "Jeg kan komme",
    "when_kind": "day",
    "act": "",
}
JOINING = (
    ("/join", {"area": "area"}),
    ("/join/name", {"name": "Nanna", "languages": "da"}),
    ("/join/contact", {"contact": "bo@example.org"}),
    ("/join/help", {"kinds": "garden"}),
    ("/join/times", {"days": "0", "parts": "morning"}),
    ("/join/reach", {"reach": "3000"}),
)


@dataclass
class Field:
    """One name of a form: its value as the browser would send it, and all values where it is a choice."""

    name: str
    type: str
    value: str | None = None
    choices: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        return self.type in {"text", "textarea", "search", "email", "tel", "number", "date", "time", "url"}


@dataclass
class FormFound:
    """A form on the page `page`; `action` where it goes."""

    page: str
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def good(self) -> dict[str, str]:
        """What somebody would send who answers everything."""
        sent = {name: _answer(each) for name, each in self.fields.items()}
        return {name: value for name, value in sent.items() if value is not None}


def _answer(each: Field) -> str | None:
    if each.value not in (None, ""):
        return each.value
    if each.choices:
        return GOOD.get(each.name) or each.choices[0] if each.type != "checkbox" else None
    return GOOD.get(each.name, "")


class Page(HTMLParser):
    """The forms, links and typed values of one page."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, [], []
        self.area: Field | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        elif tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self.forms.append(FormFound(self.address, action, given.get("method", "get").upper()))
        elif self.forms and "name" in given:
            self._field(tag, given)
        elif tag == "option" and self.area is not None:
            self.area.choices.append(given.get("value", ""))
            if "selected" in given:
                self.area.value = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        type_ = given.get("type", "text") if tag == "input" else tag
        found = self.forms[-1].fields.setdefault(given["name"], Field(given["name"], type_))
        self.area = found if tag in {"textarea", "select"} else None
        if type_ in {"radio", "checkbox", "button"}:
            found.choices.append(given.get("value", "on"))
            if "checked" in given or (type_ == "button" and found.value is None):
                found.value = given.get("value", "on")
        elif tag == "textarea":
            found.value = ""
        elif tag == "input":
            found.value = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area is not None and self.area.type == "textarea":
            # A browser drops the line end that a textarea begins with.
            self.area.value = (self.area.value or "") + (
                data if self.area.value else data.removeprefix("\r").removeprefix("\n")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self.area = None

    def typed(self, name: str) -> list[str]:
        """What stands in the fields of this name."""
        return [form.fields[name].value or "" for form in self.forms if name in form.fields]


@dataclass
class Visitor:
    """Somebody with a cookie; `starts` are the pages they begin from."""

    name: str
    cookie: str | None
    starts: list[str]

    def browser(self, scene: Scene) -> FlaskClient:
        client = scene.app.test_client()
        if self.cookie:
            client.set_cookie(scene.app.config["SESSION_COOKIE_NAME"], self.cookie)
        return client


def visitors(scene: Scene) -> list[Visitor]:
    """Each role of the scene, and five who are in the middle of joining, signing in, or changing a contact.

    Their codes are in the scene's database from now on.
    """
    fixed = [f"/{name}" for name in ("", "find?q=engvej 5 anneby", f"areas/{scene.refs['area']}", "sign-in", "behind")]
    roles = [Visitor(role, scene.cookies.get(role), [*fixed, *_pages(scene, role)]) for role in ("stranger", *WHO_IS)]
    found = [*roles, _joining(scene), _signing_in(scene), _sharing(scene), _asked_who(scene), _changing_contact(scene)]
    scene.keep()
    return found


def forms(scene: Scene, visitor: Visitor) -> list[FormFound]:
    """Every form that the visitor finds by following links, once for each page it goes to and what it asks."""
    found: dict[tuple[object, ...], FormFound] = {}
    seen: set[str] = set()
    waiting = list(visitor.starts)
    while waiting:
        address = waiting.pop(0)
        kind_of_page = endpoint_of(scene, address) + urlsplit(address).query[:3]
        if address in seen or (kind_of_page in seen and address not in visitor.starts):
            continue
        seen |= {address, kind_of_page}
        with scene.fresh():
            answer = visitor.browser(scene).get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = Page(address, answer.text)
        waiting += [link for link in page.links if not link.startswith("/static")]
        for form in page.forms:
            found.setdefault((endpoint_of(scene, form.action, form.method), *sorted(form.fields)), form)
    return list(found.values())


def endpoint_of(scene: Scene, address: str, method: str = "GET") -> str:
    """The name of the page at an address; empty where there is none."""
    try:
        return str(scene.app.url_map.bind("localhost").match(urlsplit(address).path, method=method)[0])
    except HTTPException:
        return ""


def _pages(scene: Scene, role: str) -> Iterator[str]:
    """The pages of the scene's own things that open to this role."""
    things = {
        "ask": "request",
        "offer": "offer",
        "help": "request",
        "offers": "open offer",
        "agreements": "agreement",
        "talk": "thread",
        "host.notice": "host notice",
        "suggestions.another_day": "agreement",
        "notices": "wish token",
        "calendars": "calendar address",
        "beginning.question": "open request",
        "beginning.to_helper": "reply",
        "block.request": "open request",
        "block.offer": "open offer",
        "block.reply": "reply",
        "block.agreement": "agreement",
        "block.thread": "thread",
        "report.request": "open request",
        "report.offer": "open offer",
        "report.reply": "reply",
        "report.agreement": "agreement",
        "report.message": "message",
        "report.told": "report",
    }
    with scene.app.test_request_context():
        for rule in scene.app.url_map.iter_rules():
            if (
                "GET" not in ACCESS[rule.endpoint]
                or role not in ACCESS[rule.endpoint]["GET"]
                or rule.endpoint == "static"
            ):
                continue
            about = next((name for name in ("ref", "token") if name in rule.arguments), None)
            if about is None:
                yield str(scene.app.url_for(rule.endpoint))
                continue
            kind = things.get(rule.endpoint) or things.get(rule.endpoint.partition(".")[0], "letter")
            yield from (
                str(scene.app.url_for(rule.endpoint, **{about: ref}))
                for name, ref in scene.refs.items()
                if name.endswith(kind)
            )


def _stage(scene: Scene, client: FlaskClient, name: str, *starts: str) -> Visitor:
    cookie = client.get_cookie(scene.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return Visitor(name, cookie.value, list(starts))


def _joining(scene: Scene) -> Visitor:
    client = _joined_up_to_code(scene)
    return _stage(scene, client, "joining", *(path for path, _ in JOINING[1:]), "/join/code", "/find")


def _joined_up_to_code(scene: Scene) -> FlaskClient:
    client = scene.app.test_client()
    for path, data in JOINING:
        answer = client.post(path, data={name: scene.refs.get(value, value) for name, value in data.items()})
        assert answer.status_code == 303, answer.text
    return client


def _asked_who(scene: Scene) -> Visitor:
    client = _joined_up_to_code(scene)
    assert client.post("/join/code", data={"code": last_code(scene.app)}).headers["Location"] == "/join/known"
    return _stage(scene, client, "asked who", "/join/known")


def _signing_in(scene: Scene) -> Visitor:
    client = scene.app.test_client()
    client.post("/sign-in", data={"contact": "anna@example.org"})
    return _stage(scene, client, "signing in", "/sign-in/code")


def _sharing(scene: Scene) -> Visitor:
    client = scene.app.test_client()
    client.post("/sign-in", data={"contact": "carl@example.org"})
    assert client.post("/sign-in/code", data={"code": last_code(scene.app)}).headers["Location"] == "/sign-in/who"
    return _stage(scene, client, "sharing", "/sign-in/who")


def _changing_contact(scene: Scene) -> Visitor:
    client = scene.browser("neighbour")
    client.post("/me/contact", data={"contact": "nora2@example.org"})
    return _stage(scene, client, "changing contact", "/me/contact/code")
