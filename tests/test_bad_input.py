"""Bad input: every form that anybody can reach, with what people and machines send by mistake or on purpose.

Always a clear answer below 500; what is refused is kept on the page and stores nothing; what is sent twice counts once.
A few strings are tried in every run, all of them, with the list of naughty strings that others keep, in the long one.
"""

import html
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from models import db, new_ref
from tests.crawling import Field, FormFound, Page, Visitor, endpoint_of, forms, visitors
from tests.scene import Scene, build_scene
from tests.village import NOW

NAUGHTY = Path(__file__).parents[2] / "shared/data/peers/blns.json"
OWN = (
    "",
    " \t\r\n",
    "a\0b",
    "\0",
    "\ud800x\udfff",
    "\u202eevil\u202c",
    "\u200b",
    "x" * 10_000,
    "'; DROP TABLE resident; --",
    "👩‍👩‍👧‍👦🇩🇰" * 12,
    "-1",
    "0",
    "99999999999999999999",
    "1e309",
    "NaN",
    "9999-12-31",
    "2026-02-30",
    "0000-00-00",
    "2026-03-29",
    "25:61",
    "02:30",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}%(x)s%n",
    "../../etc/passwd",
    "a@example.org\r\nBcc: all@example.org",
    "Z̷͎a̵l̸g̶o̴" * 9,
    "٣",
    "null",
    "010203-1234",
    "ﷺ" * 70,
    "\x1b[31m\x07\x7f\x85",
)
STRICT = ("a\0b", "\0", "\ud800x\udfff", "x" * 10_000, "99999999999999999999", "-1", "1e309", "9999-12-31", "ﷺ" * 70)
FORM = "application/x-www-form-urlencoded"
CLEAR = {200, 303, 400, 403, 404, 409, 413, 414, 422, 429}
# Tries and what was asked for are counted also when the answer is no.
COUNTED = {"attempt", "one_time_code"}
# Buttons that mean once more what they say, each time: a code, a letter, a new draft with the same words.
EACH_TIME = {
    "account.contact", "account.contact_again", "ask.again", "feedback.write", "host.make_letter", "joining.again",
    "joining.reach", "signing_in.again", "signing_in.contact", "demo.sign_in",
}  # fmt: skip


class Reached(NamedTuple):
    """A form and somebody who can reach it."""

    visitor: Visitor
    endpoint: str
    form: FormFound


@pytest.fixture(scope="module")
def scene(sqlite_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("bad_input") / "instance"
    shutil.copytree(sqlite_village, folder)
    yield from house(folder)


def house(folder: Path, **more: str) -> Iterator[Scene]:
    """The scene in a running house, whose errors are answered with the page of 500 as they are to people."""
    app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, "INSTANCE": folder, "CLOCK": lambda: NOW, **more})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield build_scene(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def reached(scene: Scene) -> list[Reached]:
    return reach(scene)


def reach(scene: Scene) -> list[Reached]:
    """Every form once, with the first visitor who finds it."""
    found: dict[tuple[str, ...], Reached] = {}
    for visitor in visitors(scene):
        for form in forms(scene, visitor):
            endpoint = endpoint_of(scene, form.action, form.method)
            found.setdefault((endpoint, *sorted(form.fields)), Reached(visitor, endpoint, form))
    return list(found.values())


def send(client: FlaskClient, form: FormFound, data: Sequence[tuple[str, str]]) -> TestResponse:
    """Send it as bytes, so that what is no text can be sent too."""
    body = urlencode(list(data), errors="surrogatepass")
    if form.method == "GET":
        return client.get(form.action.partition("?")[0], query_string=body)
    return client.post(form.action, data=body, content_type=FORM)


def answers(form: FormFound, **changes: str) -> list[tuple[str, str]]:
    return [*(form.good() | changes).items()]


def changed_tables(scene: Scene) -> set[str]:
    """The tables that are not as they were kept, without those that count tries."""
    return scene.changed() - COUNTED


def as_kept(text: str) -> str:
    """A typed text as a page can keep it: no NUL, half characters as Werkzeug writes them, spaces as they come."""
    halves = {each: quote(each, errors="surrogatepass") for each in text if "\ud800" <= each <= "\udfff"}
    return "".join("".join(halves.get(each, each) for each in text.replace("\0", "")).split())


def try_one(scene: Scene, one: Reached, field: Field, naughty: str) -> None:
    """Send one naughty answer among good ones, and look at all that must be true of what comes back."""
    said = f"{one.form.method} {one.form.action} as {one.visitor.name}: {field.name}={naughty[:60]!r}"
    client = one.visitor.browser(scene)
    answer = send(client, one.form, answers(one.form, **{field.name: naughty}))
    assert answer.status_code in CLEAR, f"{said}: {answer.status_code}"
    if answer.status_code >= 400:
        assert changed_tables(scene) == set(), said
        assert "<h1" in answer.text, said
    if answer.status_code == 422 and field.is_typed:
        kept = [as_kept(value) for value in Page(one.form.page, answer.text).typed(field.name)]
        assert as_kept(naughty) in kept, f"{said}: not kept"
    look_on(scene, one, client, answer, naughty, said)
    scene.come_back()


def look_on(scene: Scene, one: Reached, client: FlaskClient, answer: TestResponse, naughty: str, said: str) -> None:
    """The pages after it open, and show the words as words."""
    pages = [answer]
    if answer.status_code == 303:
        assert answer.headers["Location"].startswith("/") and not answer.headers["Location"].startswith("//"), said
        pages = [client.get(answer.headers["Location"])]
        if one.endpoint.endswith((".what", ".name", ".reply", ".thanks", ".check")):
            pages += [scene.browser(role).get(path) for role, path in (("asker", "/mine"), ("neighbour", "/nearby"))]
    for page in pages:
        assert page.status_code < 500, said
        if len(naughty) > 5 and "<" in naughty and html.escape(naughty) != naughty:
            assert naughty not in page.text, f"{said}: shown as markup"


def answered(form: FormFound) -> list[Field]:
    return [field for name, field in form.fields.items() if name != "csrf_token"]


def test_the_crawl_finds_the_forms_of_every_room(reached: list[Reached]) -> None:
    rooms = {one.endpoint.partition(".")[0] for one in reached}
    assert rooms >= {
        "public",
        "joining",
        "signing_in",
        "account",
        "ask",
        "offer",
        "nearby",
        "replies",
        "agreements",
        "host",
    }
    assert len(reached) >= 45
    assert sum(field.is_typed for one in reached for field in answered(one.form)) >= 15


def test_good_answers_are_taken(scene: Scene, reached: list[Reached]) -> None:
    """Else the naughty ones would be refused for another reason. A code of 123456 is wrong."""
    refused = set()
    for one in reached:
        answer = send(one.visitor.browser(scene), one.form, answers(one.form))
        if answer.status_code >= 400 and not {"code"} & set(one.form.fields):
            refused.add(f"{one.form.method} {one.form.action} {one.form.good()}: {answer.status_code}")
        scene.come_back()
    assert refused == set()


def test_no_field_of_any_form_breaks_on_a_few_naughty_strings(scene: Scene, reached: list[Reached]) -> None:
    place = 0
    for one in reached:
        for field in answered(one.form):
            for turn in range(2):
                try_one(scene, one, field, OWN[(place + turn * 17) % len(OWN)])
            place += 1


@pytest.mark.long
def test_no_field_of_any_form_breaks_on_our_own_naughty_strings(scene: Scene, reached: list[Reached]) -> None:
    for one in reached:
        for field in answered(one.form):
            for naughty in OWN if field.is_typed else OWN[::2]:
                try_one(scene, one, field, naughty)


@pytest.mark.long
def test_no_field_of_any_form_breaks_on_postgresql_which_is_stricter(
    sqlite_village: Path, postgres_village: Callable[[], str], tmp_path: Path
) -> None:
    """NUL, numbers beyond its integers and texts beyond their columns are errors there, and nothing to SQLite."""
    folder = tmp_path / "instance"
    shutil.copytree(sqlite_village, folder)
    with closing(house(folder, DATABASE_URL=postgres_village())) as scenes:
        scene = next(scenes)
        for one in reach(scene):
            for field in answered(one.form):
                for naughty in STRICT:
                    try_one(scene, one, field, naughty)


@pytest.mark.long
def test_no_field_of_any_form_breaks_on_the_big_list_of_naughty_strings(scene: Scene, reached: list[Reached]) -> None:
    """Each typed field gets a part of the list, each string comes to several fields."""
    if not NAUGHTY.exists():
        pytest.skip("../shared/data/peers/blns.json is not here")
    strings, place = json.loads(NAUGHTY.read_text(encoding="utf-8")), 0
    for one in reached:
        for field in answered(one.form):
            for _ in range(40 if field.is_typed else 6):
                try_one(scene, one, field, strings[place % len(strings)])
                place += 1
    assert place > 2 * len(strings)


def test_an_answer_that_comes_twice_or_not_at_all_breaks_nothing(scene: Scene, reached: list[Reached]) -> None:
    for one in reached:
        for field in answered(one.form):
            others = [(name, value) for name, value in answers(one.form) if name != field.name]
            value = field.value or (field.choices or ["x"])[0]
            for data in (
                others,
                [*others, (field.name, value), (field.name, value)],
                [*others, (f"{field.name}[]", "x")],
            ):
                answer = send(one.visitor.browser(scene), one.form, data)
                assert answer.status_code in CLEAR, f"{one.form.action} {data}: {answer.status_code}"
                scene.come_back()


def test_all_choices_at_once_break_nothing(scene: Scene, reached: list[Reached]) -> None:
    for one in reached:
        for field in answered(one.form):
            if field.choices:
                others = [(name, value) for name, value in answers(one.form) if name != field.name]
                data = [*others, *((field.name, value) for value in [*field.choices, *field.choices, "none of them"])]
                answer = send(one.visitor.browser(scene), one.form, data)
                assert answer.status_code in CLEAR, f"{one.form.action} {field.name}: {answer.status_code}"
                scene.come_back()


def test_refs_of_others_in_a_field_open_nothing(scene: Scene, reached: list[Reached]) -> None:
    """Whatever a form names by a ref is looked up among what its sender may name."""
    tried = 0
    for one in reached:
        for field in answered(one.form):
            names_something = {field.value, *field.choices} & every_ref(scene)
            for foreign in [new_ref(), *sorted(every_ref(scene) - set(field.choices))] if names_something else ():
                answer = send(one.visitor.browser(scene), one.form, answers(one.form, **{field.name: foreign}))
                assert answer.status_code in CLEAR, f"{one.form.action} {field.name}={foreign}"
                if answer.status_code < 400 and one.endpoint not in {"joining.begin", "joining.choose"}:
                    # A hidden or unchosen field is not looked at: then it must not have mattered.
                    assert not stored_ref(scene, foreign), f"{one.form.action} {field.name}={foreign}"
                tried += 1
                scene.come_back()
    assert tried > 50


def every_ref(scene: Scene) -> set[str]:
    with closing(sqlite3.connect(scene.file)) as file:
        names = ("resident", "official", "area", "place", "help_request", "offer", "reply", "agreement", "letter_code")
        refs = {ref for name in names for (ref,) in file.execute(f"SELECT ref FROM {name}")}
        return refs | {ref for (ref,) in file.execute("SELECT ref FROM address LIMIT 3")}


def stored_ref(scene: Scene, ref: str) -> bool:
    """Whether a help request now lies at a place that is not its area's, or anybody else's row changed hands."""
    wrong = """
        SELECT 1 FROM help_request h JOIN place p ON p.id = h.place_id WHERE p.area_id <> h.area_id
        UNION SELECT 1 FROM kept.help_request k JOIN help_request h ON h.id = k.id WHERE h.asker_id <> k.asker_id
        UNION SELECT 1 FROM kept.offer k JOIN offer o ON o.id = k.id WHERE o.resident_id <> k.resident_id
    """
    with closing(sqlite3.connect(scene.file)) as file:
        file.execute("ATTACH ? AS kept", (str(scene.file.with_suffix(".kept")),))
        return file.execute(wrong).fetchone() is not None


def row_of(file: Path, table: str, ref: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as opened:
        return list(opened.execute(f"SELECT * FROM {table} WHERE ref = ?", (ref,)))


def test_the_ref_of_a_new_draft_cannot_be_anybodys_draft(scene: Scene) -> None:
    """The page of a new request names the draft to be; another's ref there neither shows nor changes that one."""
    data = {"kind": "garden", "title": "Taget", "languages": "da", "written_in": "da"}
    for room, table, things in (("/ask", "help_request", "request"), ("/offer", "offer", "offer")):
        for name, ref in scene.refs.items():
            if name.endswith(things):
                with scene.fresh():
                    answer = scene.browser("neighbour").post(room, data=data | {"ref": ref})
                    assert ref not in answer.headers.get("Location", ref), f"{room} {name}"
                    assert row_of(scene.file, table, ref) == row_of(scene.file.with_suffix(".kept"), table, ref)


def test_a_form_token_of_another_session_is_refused_kindly_and_stores_nothing(
    scene: Scene, reached: list[Reached]
) -> None:
    scene.app.config["WTF_CSRF_ENABLED"] = True
    try:
        stolen = Page("/", scene.browser("elsewhere").get("/").text).typed("csrf_token")[0]
        for one in reached:
            for token in (stolen, "", "x" * 500, "a\0b") if one.form.method == "POST" else ():
                answer = send(one.visitor.browser(scene), one.form, answers(one.form, csrf_token=token))
                assert answer.status_code in (400, 422), f"{one.form.action}: {answer.status_code}"
                assert "<h1" in answer.text and changed_tables(scene) == set(), one.form.action
    finally:
        scene.app.config["WTF_CSRF_ENABLED"] = False


def test_a_good_form_token_is_taken(scene: Scene, reached: list[Reached]) -> None:
    """So that the test above is red for the right reason."""
    scene.app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = scene.browser("asker")
        token = Page("/", client.get("/").text).typed("csrf_token")[0]
        path = f"/ask/{scene.refs['open request']}/withdraw"
        assert client.post(path, data={"csrf_token": token}).headers["Location"].endswith("/withdrawn")
    finally:
        scene.app.config["WTF_CSRF_ENABLED"] = False
        scene.come_back()


def test_a_second_submit_is_harmless(scene: Scene, reached: list[Reached]) -> None:
    for one in reached:
        if one.form.method == "POST" and one.endpoint not in EACH_TIME:
            send(one.visitor.browser(scene), one.form, answers(one.form))
            first = counts(scene)
            answer = send(one.visitor.browser(scene), one.form, answers(one.form))
            assert answer.status_code in CLEAR, f"{one.form.action}: {answer.status_code}"
            grown = {name for name, number in counts(scene).items() if number != first[name]} - COUNTED
            assert grown <= {"step"}, f"{one.form.action}: {grown}"
        scene.come_back()


def counts(scene: Scene) -> dict[str, Any]:
    with closing(sqlite3.connect(scene.file)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: file.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


@pytest.mark.parametrize("role", ["stranger", "asker"])
def test_too_much_is_refused_before_it_is_read(scene: Scene, role: str) -> None:
    client, path = scene.browser(role), "/ask" if role == "asker" else "/sign-in"
    many = urlencode([(f"field{number}", "x") for number in range(10_000)])
    for body in ("title=" + "x" * 300_000, many, urlencode([("languages", "da")] * 10_000)):
        answer = client.post(path, data=body, content_type=FORM)
        assert answer.status_code == 413 and "<h1" in answer.text
    parts = (
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(1000)) + "--b--\r\n"
    )
    assert client.post(path, data=parts, content_type="multipart/form-data; boundary=b").status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=%ff&%=%zz&=&&&", FORM),
        (b'{"title": "x"}', "application/json"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b"),
        (b"x", "multipart/form-data"),
        (b"title=x", FORM + "; charset=utf-7"),
        (b"", "text/plain\x00"),
        (b'--b\r\nContent-Disposition: form-data; name="title"; filename="x.png"\r\n\r\nx\r\n--b--\r\n',
         "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_form_is_an_empty_form(scene: Scene, body: bytes, kind: str) -> None:
    with scene.fresh():
        assert scene.browser("asker").post("/ask", data=body, content_type=kind).status_code in (400, 422)
        assert changed_tables(scene) == set()


@pytest.mark.parametrize("naughty", [*OWN[1:], "da;q=9", "*" * 500, "en-GB-oed-x" * 20])
def test_headers_and_cookies_may_hold_anything(scene: Scene, naughty: str) -> None:
    plain = "".join(each for each in naughty.encode("utf-8", "replace").decode("latin-1") if each not in "\r\n")
    client = scene.app.test_client(use_cookies=False)
    headers = dict.fromkeys(("User-Agent", "Accept-Language", "Referer", "X-Forwarded-For", "Origin", "Accept"), plain)
    headers["Cookie"] = f"{scene.app.config['SESSION_COOKIE_NAME']}={plain}"
    with scene.fresh():
        assert client.get("/", headers=headers).status_code == 200
        assert client.get("/mine", headers=headers).status_code == 303
        del headers["X-Forwarded-For"]
        assert client.post("/demo/sign-in", data={"person": "demo-anna"}, headers=headers).status_code == 303


def test_questions_in_the_address_may_hold_anything(scene: Scene) -> None:
    pages = {
        "asker": ("/nearby", "/nearby/offers", "/ask", "/offer", "/mine"),
        "stranger": ("/find", "/sign-in", "/sign-in/code", "/"),
    }
    names = ("kind", "language", "when", "part", "day", "days", "page", "q", "next", "urgent")
    for role, paths in pages.items():
        for path in paths:
            for naughty in OWN:
                query = urlencode([(name, naughty) for name in names], errors="surrogatepass")
                answer = scene.browser(role).get(f"{path}?{query}")
                assert answer.status_code in (200, 303, 400, 404, 414), f"{path} {naughty!r}: {answer.status_code}"
                assert "evil" not in answer.headers.get("Location", "")
