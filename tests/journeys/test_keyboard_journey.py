"""The whole story by keyboard alone: Tab, arrows, Space and Enter; on a phone's width, in Danish, text at 200 %.

Once with JavaScript and once without. Nothing is clicked, and nothing is filled in that Tab has not reached.
"""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Clock
from tests.journeys.test_browser_journey import PHONE, danish_village  # noqa: F401
from tests.letters import last_code

MOST_TABS = 120


class Typist:
    """One person at a keyboard. The window is as wide as a phone that shows everything twice as large."""

    def __init__(self, browser: Browser, address: str, script: bool) -> None:
        context = browser.new_context(java_script_enabled=script, locale="da-DK", viewport=PHONE)
        self.page, self.address = context.new_page(), address
        # What a person's own setting of the text does.
        session = context.new_cdp_session(self.page)
        session.send("Page.enable")
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def reach(self, selector: str, words: str = "") -> None:
        """Tab until the focus is on what the selector finds, with these words in it."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(f"{selector}:focus")
            if focused.count() and (not words or words in focused.inner_text()):
                return
        raise AssertionError(f"Tab does not reach {selector} {words} on {self.page.url}")

    def press(self, words: str) -> None:
        self._leave("button", words)

    def follow(self, words: str) -> None:
        self._leave("a", words)

    def type(self, name: str, text: str, tag: str = "input") -> None:
        self.reach(f"{tag}[name={name}]")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """A radio button: Tab to its group, the arrows to the answer."""
        self.reach(f"input[name={name}]")
        wanted = self.page.locator(f"input[name={name}][value='{value}']:checked")
        self.page.keyboard.press("Space")
        for _ in range(20):
            if wanted.count():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {name}={value}")

    def tick(self, name: str, value: str) -> None:
        self.reach(f"input[name={name}][value='{value}']")
        self.page.keyboard.press("Space")

    def sees(self, *words: str) -> None:
        for said in words:
            expect(self.page.locator("body")).to_contain_text(said)

    def sign_in(self, app: Flask, contact: str) -> None:
        self.go("/sign-in")
        self.type("contact", contact)
        self.press("Send mig en kode")
        self.type("code", last_code(app))
        self.press("Log ind")

    def _leave(self, tag: str, words: str) -> None:
        self.reach(tag, words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_newcomer_joins_asks_and_says_thank_you_by_keyboard_alone(
    app: Flask,
    browser: Browser,
    danish_village: str,  # noqa: F811
    clock: Clock,
    script: bool,
) -> None:
    grethe, dorthe, bo = (Typist(browser, danish_village, script) for _ in range(3))
    join(app, grethe)
    dorthe.sign_in(app, "dorthe@example.org")
    dorthe.go("/host")
    dorthe.press("Ja, luk Grethe ind")

    ask(grethe)
    bo.sign_in(app, "bo@example.org")
    bo.go("/nearby")
    bo.follow("Slå en lille græsplæne")
    bo.type("line", "Jeg kan komme klokken to.")
    bo.press("Jeg kan hjælpe")

    grethe.go("/mine")
    grethe.follow("Slå en lille græsplæne")
    grethe.press("Ja tak")
    grethe.sees("Vores aftale")
    grethe.press("Vis Bo min adresse")
    bo.go("/")
    bo.follow("Slå en lille græsplæne")
    bo.sees("Engvej 5")

    clock.now += timedelta(days=5, hours=6)
    bo.press("Det er klaret")
    grethe.page.reload()
    grethe.type("text", "Tusind tak, Bo!", "textarea")
    grethe.press("Sig tak")
    bo.page.reload()
    bo.sees("Tusind tak, Bo!")


def join(app: Flask, person: Typist) -> None:
    person.go("/")
    person.type("q", "engvej 5 anneby")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/find?*")
    person.choose("address", person.page.locator("input[name=address]").first.get_attribute("value") or "")
    person.press("Her bor jeg")
    person.press("Vær med i")
    person.type("name", "Grethe")
    person.press("Videre")
    person.type("contact", "grethe@example.org")
    person.press("Videre")
    person.press("Videre")
    person.type("code", last_code(app))
    person.press("Vær med")
    person.sees("Anneby", "Dorthe")


def ask(person: Typist) -> None:
    person.go("/")
    person.follow("Bed om hjælp")
    person.choose("kind", "garden")
    person.type("title", "Slå en lille græsplæne")
    person.press("Videre")
    person.choose("when_kind", "day")
    person.reach("input[name=day]")
    person.page.keyboard.type("06062026")  # the same in whatever order this browser asks for day and month
    person.tick("parts", "afternoon")
    person.press("Videre")
    person.choose("place_kind", "home")
    person.press("Videre")
    person.sees("Lørdag den 6. juni om eftermiddagen")
    person.press("Bed dine naboer om hjælp")
    person.sees("10 minutter")
