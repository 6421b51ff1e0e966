"""Every page, in a real browser: what one sees, reads, presses and prints. A new page is tried without a new test.

Once in Danish on a phone in each run; in the long run in every role and language, by day and by night.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app import create_app
from models import db
from neighbours.language import PAGE_LANGUAGES
from tests.browser.pages import OURS, Found, House, every_page, not_found, speak
from tests.scene import Scene, build_scene
from tests.village import NOW

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
RUN_AXE = """async () => {
  const rules = {"color-contrast-enhanced": {enabled: true}};
  const found = await axe.run(document, {resultTypes: ["violations"], rules});
  const where = (v) => v.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" ; ");
  return found.violations.map((v) => `axe ${v.id}: ${v.help}: ${where(v)}`);
}"""
PHONE = {"width": 390, "height": 844}
# 320 is also what 400 % of 1280 leaves.
WIDTHS = (320, 820, 1280)
MOST_TABS = 150
MOST_LINES = 100


@pytest.fixture
def scene(sqlite_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("every_page") / "instance"
    shutil.copytree(sqlite_village, folder)
    app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, "INSTANCE": folder, "CLOCK": lambda: NOW})
    yield build_scene(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def open_page(browser: Browser, house: House, found: Found, **more: object) -> tuple[BrowserContext, Page, list[str]]:
    """The page on a phone, and the list in which its own complaints are noted."""
    context = browser.new_context(viewport=PHONE, locale=house.language, base_url=OURS, **more)  # type: ignore[arg-type]
    house.open_to(context, found)
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(found.path)
    page.evaluate(CHECKS)
    # The status of a page for an error is noted by the browser too; that is no complaint.
    complaints[:] = [said for said in complaints if "the server responded with a status of" not in said]
    return context, page, complaints


def axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    return list(page.evaluate(RUN_AXE))


def at_every_size(page: Page) -> Iterator[str]:
    """At each width, folded and unfolded, things are large enough, and nothing is too wide or cut off; at 200 % too."""
    unfolded = "(checks.unfold(), [...checks.sizes(), ...checks.sideways(), ...checks.cut()])"
    for width in (PHONE["width"], *WIDTHS):
        page.set_viewport_size({"width": width, "height": 844})
        yield from (f"at {width} px: {wrong}" for wrong in page.evaluate("[...checks.sizes(), ...checks.sideways()]"))
        yield from (f"at {width} px, unfolded: {wrong}" for wrong in page.evaluate(unfolded))
        page.evaluate("checks.fold()")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (390, 640):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("checks.unfold()")
        yield from (
            f"200 % at {width} px: {wrong}" for wrong in page.evaluate("[...checks.sideways(), ...checks.cut()]")
        )
    page.evaluate("document.documentElement.style.fontSize = ''; checks.fold()")
    page.set_viewport_size(PHONE)


def unfolded(page: Page) -> list[str]:
    """What axe finds in what is folded: menus, filters, the map."""
    found = [f"unfolded: {wrong}" for wrong in axe(page)] if page.evaluate("checks.unfold()") else []
    page.evaluate("checks.fold()")
    return found


def by_keyboard(page: Page) -> Iterator[str]:
    """Tab reaches everything, and shows where one is."""
    page.evaluate("checks.remember()")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        wrong = page.evaluate("checks.focused()")
        if wrong is None:
            break
        yield from wrong
    yield from page.evaluate("checks.missed()")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement.id") != "main":
        yield "the skip link does not lead to main"


def on_paper(page: Page) -> list[str]:
    page.emulate_media(media="print")
    return [f"on paper: {wrong}" for wrong in page.evaluate("checks.printed()")]


def too_much_script(house: House, found: Found) -> list[str]:
    """Small enhancements only: all the scripts of a page together have less than a hundred lines."""
    files = house.scene.app.extensions["files"]
    names = re.findall(r'<script[^>]* src="/static/([^"]+)"', found.body.decode())
    lines = sum(len(files[name].body.splitlines()) for name in names)
    return [f"{lines} lines of script: {names}"] if lines >= MOST_LINES else []


def wrong_with(browser: Browser, house: House, found: Found) -> list[str]:
    context, page, complaints = open_page(browser, house, found)
    try:
        wrong = [*complaints, *page.evaluate("checks.structure()"), *axe(page)]
        wrong += too_much_script(house, found)
        return [*wrong, *by_keyboard(page), *unfolded(page), *at_every_size(page), *on_paper(page)]
    finally:
        context.close()


def test_every_page_can_be_seen_read_pressed_and_printed(browser: Browser, scene: Scene) -> None:
    speak(scene, "da")
    house = House(scene, "da", [])
    pages = every_page(scene, "da")
    assert not_found(scene, pages) == set()
    wrong = {found.name: problems for found in pages if (problems := wrong_with(browser, house, found))}
    assert house.asked_elsewhere == []
    assert not wrong, listed(wrong)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_every_page_of_every_role_is_without_fault_by_day_and_by_night(
    browser: Browser, scene: Scene, language: str, scheme: str
) -> None:
    speak(scene, language)
    house, wrong = House(scene, language, []), {}
    for found in every_page(scene, language, each_role=True):
        context, page, complaints = open_page(browser, house, found, color_scheme=scheme)
        if problems := [*complaints, *axe(page), *page.evaluate("checks.structure()")]:
            wrong[found.name] = problems
        context.close()
    assert not wrong, listed(wrong)


def listed(wrong: dict[str, list[str]]) -> str:
    return "\n".join(f"{name}\n    " + "\n    ".join(problems) for name, problems in wrong.items())
