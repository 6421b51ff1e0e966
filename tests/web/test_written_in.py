"""What a person wrote stands everywhere in the language and the direction it was written in, whatever the page speaks.

Every page of every role is read, with words of no other use planted in each text. Two places cannot carry it: the
page's title, which holds no elements, and the demo's outbox, which shows mails of plain text.
"""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select, update

from models import Agreement, HelpRequest, Offer, Reply, Resident, Thanks
from neighbours.database import writing
from neighbours.rules.languages import direction, language_mask
from tests.privacy.crawl import crawl
from tests.scene import WHO_IS, Scene, build_scene
from tests.village import NOW, sign_in_as
from tests.yes import ask, stand

# The Arabic ones begin with a Latin word, which misleads a browser that guesses, and end with a mark.
PLANTED = {
    "ar": {
        "title": "MitID كناري-العنوان!", "text": "Wi-Fi كناري-النص.", "place_text": "Netto كناري-المكان!",
        "line": "OK كناري-السطر!", "thanks": "OK كناري-الشكر!", "offer title": "iPad كناري-العرض!",
        "offer text": "TV كناري-الشرح.",
    },
    "nl": {
        "title": "kanarie-titel?", "text": "kanarie-tekst!", "place_text": "kanarie-plek.", "line": "kanarie-regel.",
        "thanks": "kanarie-dank!", "offer title": "kanarie-aanbod?", "offer text": "kanarie-uitleg.",
    },
}  # fmt: skip
CANARY = re.compile(r"(?:كناري|kanarie)-\w+")
NEVER_CLOSED = {"meta", "link", "input", "br", "img", "hr", "use", "path"}
LEFT_OUT = ("/demo/outbox",)


class Found(NamedTuple):
    """A planted word on a page, with the nearest language and direction."""

    word: str
    element: str
    language: str
    direction: str


class Reader(HTMLParser):
    """Finds the planted words of one page, in its text and in what its fields and labels hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Found] = []
        self.open: list[tuple[str, str, str]] = [("", "", "ltr")]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        _, language, way = self.open[-1]
        here = (tag, given.get("lang", language), given.get("dir", way))
        for name, value in given.items():
            if name not in ("href", "action"):
                self._note(here, value)
        if tag not in NEVER_CLOSED:
            self.open.append(here)

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1][0] != "title":
            self._note(self.open[-1], data)

    def _note(self, here: tuple[str, str, str], words: str) -> None:
        self.found += [Found(word, *here) for word in CANARY.findall(words)]


@pytest.fixture
def scene(app: Flask) -> Scene:
    ask(app, place_kind="public", title="Own", urgent=True)
    return build_scene(app)


def plant(scene: Scene, language: str) -> None:
    """Every text of every row is a planted one, and reads as written in this language."""
    said = PLANTED[language]
    with scene.app.app_context(), writing() as session:
        asked = {"title": said["title"], "text": said["text"], "language": language}
        session.execute(update(HelpRequest).values(**asked, place_text=said["place_text"], place_kind="public"))
        offered = {"title": said["offer title"], "text": said["offer text"], "language": language}
        session.execute(update(Offer).values(offered))
        session.execute(update(Reply).values(line=said["line"], language=language))
        done = session.execute(select(Agreement.id, Agreement.helper_id).where(Agreement.status == "done")).one()
        asker_id = session.execute(select(Resident.id).where(Resident.name == "Anna")).scalar_one()
        thanked = {"agreement_id": done.id, "text": said["thanks"], "language": language, "at": NOW}
        session.add_all(Thanks(**thanked, from_id=one) for one in (asker_id, done.helper_id))


def pages_of(scene: Scene, role: str) -> dict[str, str]:
    """What this role can come to, with the pages of each thing whose address it might know."""
    folders = {"request": "help", "offer": "offers", "agreement": "agreements"}
    known = [f"/{folder}/{ref}" for kind, folder in folders.items() for name, ref in scene.refs.items() if kind in name]
    own = [f"/ask/{ref}" for name, ref in scene.refs.items() if name.endswith("request")]
    own += [f"/offer/{ref}" for name, ref in scene.refs.items() if name.endswith("offer")]
    steps = [f"{folder}/{step}" for folder in own for step in ("what", "when", "where", "check", "posted", "withdrawn")]
    found = crawl(scene.browser(role), [*known, *own, *steps, "/ask", "/offer"], filters=False, without=LEFT_OUT)
    return {path: page.body.decode() for path, page in found.items() if page.status == 200 and b"<html" in page.body}


@pytest.mark.parametrize("language", PLANTED)
def test_every_text_of_a_person_carries_its_language_and_its_direction(scene: Scene, language: str):
    plant(scene, language)
    seen, wrong = set(), []
    for role in WHO_IS:
        for path, html in pages_of(scene, role).items():
            for found in Reader(html).found:
                seen.add(found.word)
                # A field one types in follows what is typed.
                ways = {"auto"} if found.element in ("input", "textarea") else {direction(language)}
                if found.language != language or found.direction not in ways:
                    wrong.append((role, path, *found))
    assert wrong == []
    assert seen == {word for text in PLANTED[language].values() for word in CANARY.findall(text)}


def test_the_reader_notices_a_text_in_the_language_of_the_page():
    page = '<html lang="en"><p lang="ar" dir="rtl"><b>كناري-نص</b><br></p><p>كناري-نص</p><input value="كناري-نص">'
    assert [(found.language, found.direction) for found in Reader(page).found] == [
        ("ar", "rtl"), ("en", "ltr"), ("en", "ltr"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "language"),
    [("أستطيع أن آتي يوم الجمعة", "ar"), ("I can come", "en"), ("", "en"), ("Можу допомогти", "uk")],
)
def test_a_reply_is_in_the_language_of_its_letters(app: Flask, line: str, language: str):
    with app.app_context(), writing() as session:
        session.execute(
            update(Resident).where(Resident.name == "Bo").values(languages=language_mask(["da", "en", "ar"]))
        )
    ident = ask(app)
    ref = stand(app, HelpRequest, id=ident).ref
    assert sign_in_as(app, "Bo").post(f"/help/{ref}/reply", data={"line": line}).status_code == 303
    assert stand(app, Reply, help_request_id=ident).language == language
