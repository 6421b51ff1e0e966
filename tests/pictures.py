"""Takes the pictures of docs/pictures from the demo, as `make pictures` asks; here is no test.

The demo is loaded anew with a clock that stands still, so that a picture changes when a page does. More pages, for
looking: `python -m tests.pictures FOLDER` takes every page named here at each width, by day and by night, and on paper.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page, Route, sync_playwright
from sqlalchemy import exists, select

from app import create_app
from models import HelpRequest, Invitation, Reply, Resident, db
from neighbours.actions.demo import load_demo
from neighbours.actions.demo.people import ref_of
from neighbours.database import writing
from neighbours.geo.bands import CORNER
from neighbours.rules.help.choosing import asking_reasons, kept_reasons
from neighbours.rules.help.kinds import kinds_of
from tests.chromium import ARGUMENTS, served

HERE = Path(__file__).resolve().parent.parent / "docs" / "pictures"
NOON = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)
WIDTHS = {390: 844, 820: 1180, 1280: 900}
LOOKING = (320, *WIDTHS)


class Shot(NamedTuple):
    """A page: who looks, where, and what is clicked on the way (selectors)."""

    name: str
    person: str | None
    path: str
    clicks: tuple[str, ...] = ()


START = Shot("start", None, "/")
HOME = Shot("home", "Anna", "/")
NEARBY = Shot("nearby", "Bo", "/nearby")
REQUEST = Shot("request", "Bo", "/nearby", (".cards a >> nth=2",))
ASK = Shot("ask", "Anna", "/ask")
AGREEMENT = Shot("agreement", "Bo", "/", ("article .heading a >> nth=0",))
DESK = Shot("desk", "Dorthe", "/host")
INVITATION = Shot("invitation", "Bo", "/", (".notice.reason a >> nth=0",))
THREAD = Shot("thread", "Bo", "/messages", (".cards a >> nth=0",))
NOTICES = Shot("notices", "Anna", "/me/notices")

# What stands in docs/pictures: page, width.
KEPT = (
    *((START, 1280), (START, 390), (HOME, 390), (NEARBY, 1280), (NEARBY, 390)),
    *((REQUEST, 390), (ASK, 390), (AGREEMENT, 390), (DESK, 1280)),
    *((INVITATION, 390), (THREAD, 390), (NOTICES, 390)),
)
ALL = (
    *(START, HOME, NEARBY, REQUEST, ASK, AGREEMENT, DESK, INVITATION, THREAD, NOTICES),
    Shot("find", None, "/find?q=søndergade"),
    Shot("find-nothing", None, "/find?q=xyzzy"),
    Shot("area", None, "/find?q=Kirsebærsted", ()),
    Shot("sign-in", None, "/sign-in"),
    Shot("behind", None, "/behind"),
    Shot("not-found", None, "/nowhere"),
    Shot("home-bo", "Bo", "/"),
    Shot("home-carl", "Carl", "/"),
    Shot("mine", "Anna", "/mine"),
    Shot("own-request", "Anna", "/mine", (".cards a >> nth=0",)),
    Shot("offers", "Bo", "/nearby/offers"),
    Shot("offer", "Bo", "/nearby/offers", (".cards a >> nth=0",)),
    Shot("make-offer", "Bo", "/offer"),
    Shot("details", "Anna", "/me"),
    Shot("details-help", "Anna", "/me/help"),
    Shot("sessions", "Anna", "/me/sessions"),
    Shot("municipality", "Mia", "/"),
    Shot("forbidden", "Anna", "/host"),
    Shot("demo", None, "/demo"),
    Shot("post", None, "/demo/post"),
    Shot("ask-error", "Anna", "/ask", (".card form button, form .card button >> nth=0",)),
)


def main(folder: Path | None) -> None:
    """The pictures of the docs, or everything for looking into `folder`."""
    with demo() as app, served(app) as address, sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS.split())
        if folder is None:
            HERE.mkdir(parents=True, exist_ok=True)
            for shot, width in KEPT:
                take(browser, address, shot, width, HERE / f"{shot.name}-{width}.png", full=False)
        else:
            look(browser, address, folder)
        browser.close()


def look(browser: Browser, address: str, folder: Path) -> None:
    """Every page at every width; the narrow one by night too, and on paper."""
    folder.mkdir(parents=True, exist_ok=True)
    for shot in ALL:
        for width in LOOKING:
            take(browser, address, shot, width, folder / f"{shot.name}-{width}.png")
        take(browser, address, shot, 390, folder / f"{shot.name}-night.png", scheme="dark")


def take(
    browser: Browser, address: str, shot: Shot, width: int, file: Path, *, full: bool = True, scheme: str = "light"
) -> None:
    """One picture; beside the widest one also what the printer would bring."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 844)}, locale="da-DK", color_scheme=scheme
    )
    context.route(re.compile(r"/static/style\.\w+\.css"), wait_for_the_font)
    page = context.new_page()
    go(page, address, shot)
    page.screenshot(path=file, full_page=full)
    if full and width == 1280:
        page.pdf(path=file.with_name(f"{shot.name}.pdf"), format="A4")
    context.close()


def wait_for_the_font(route: Route) -> None:
    """A page of ours does not wait for the font; a picture does."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("font-display: optional", "font-display: block"))


def go(page: Page, address: str, shot: Shot) -> None:
    """Sign in and come to the page."""
    if shot.person:
        page.goto(f"{address}/demo")
        page.get_by_role("button", name=re.compile(rf"\b{shot.person} ")).click()
    page.goto(address + shot.path)
    for click in shot.clicks:
        page.locator("main").locator(click).click()
    page.evaluate("document.fonts.ready")


@contextmanager
def demo() -> Iterator[Flask]:
    """The demo in a folder of its own, at noon of a day in June."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"TESTING": True, "INSTANCE": Path(folder), "DEMO": True, "CLOCK": lambda: NOON})
        with app.app_context():
            upgrade()
            load_demo(NOON)
            invite_bo()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def invite_bo() -> None:
    """As a wave asks him: for what is open in his village and of a kind that he likes."""
    with writing() as session:
        bo = session.execute(select(Resident).where(Resident.ref == ref_of("bo"))).scalar_one()
        near = (HelpRequest.area_id == bo.area_id, HelpRequest.status == "open", HelpRequest.asker_id != bo.id)
        replied = exists().where(Reply.help_request_id == HelpRequest.id, Reply.helper_id == bo.id)
        found = select(HelpRequest.id, HelpRequest.kind).where(*near, ~replied).order_by(HelpRequest.id)
        wanted = next(row for row in session.execute(found) if row.kind in kinds_of(bo.kinds))
        seen = SimpleNamespace(band=CORNER, is_next_area=False, asked_at=NOON - timedelta(weeks=3))
        reasons = kept_reasons(asking_reasons(wanted.kind, seen, NOON))
        asked = {"help_request_id": wanted.id, "resident_id": bo.id, "wave": 1, "how": "message", "asked_at": NOON}
        session.add(Invitation(**asked, reasons=reasons))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
