"""The whole story in a real browser: in Danish, on a phone, without JavaScript."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from models import Resident
from neighbours.database import writing
from tests.chromium import served
from tests.conftest import Clock
from tests.letters import last_code

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def danish_village(app: Flask) -> Iterator[str]:
    """Where the village is served, with form tokens asked for and everybody reading Danish."""
    app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context(), writing() as session:
        session.execute(update(Resident).values(language="da"))
    with served(app) as address:
        yield address


class Person:
    """One person's phone without JavaScript."""

    def __init__(self, browser: Browser, address: str) -> None:
        context = browser.new_context(java_script_enabled=False, locale="da-DK", viewport=PHONE)
        self.page, self.address = context.new_page(), address

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words).first.click()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=words).first.click()

    def sees(self, *words: str) -> None:
        for said in words:
            expect(self.page.locator("body")).to_contain_text(said)

    def does_not_see(self, *words: str) -> None:
        for said in words:
            expect(self.page.locator("body")).not_to_contain_text(said)

    def sign_in(self, app: Flask, contact: str) -> None:
        self.go("/sign-in").fill("input[name=contact]", contact)
        self.press("Send mig en kode")
        self.page.fill("input[name=code]", last_code(app))
        self.press("Log ind")


def test_a_newcomer_joins_asks_and_says_thank_you_in_danish(
    app: Flask, browser: Browser, danish_village: str, clock: Clock
) -> None:
    grethe, dorthe, bo = (Person(browser, danish_village) for _ in range(3))
    join(app, grethe)
    dorthe.sign_in(app, "dorthe@example.org")
    dorthe.go("/host")
    dorthe.sees("Grethe", "Engvej 5")
    dorthe.press("Ja, luk Grethe ind")

    ask(grethe)
    bo.sign_in(app, "bo@example.org")
    bo.go("/nearby")
    bo.follow("Slå en lille græsplæne")
    bo.sees("Grethe", "i dit hjørne af Anneby")
    bo.does_not_see("Engvej 5")
    bo.page.fill("input[name=line]", "Jeg kan komme klokken to.")
    bo.press("Jeg kan hjælpe")

    grethe.go("/mine")
    grethe.follow("Slå en lille græsplæne")
    grethe.sees("Jeg kan komme klokken to.")
    grethe.press("Ja tak")
    grethe.sees("Vores aftale", "fredag den 5. juni")
    grethe.press("Vis Bo min adresse")
    bo.go("/")
    bo.follow("Slå en lille græsplæne")
    bo.sees("Vores aftale", "Engvej 5")

    clock.now += timedelta(days=4, hours=6)
    bo.press("Det er klaret")
    grethe.page.reload()
    grethe.page.fill("textarea[name=text]", "Tusind tak, Bo!")
    grethe.press("Sig tak")
    bo.page.reload()
    bo.sees("Tusind tak, Bo!")
    bo.does_not_see("Engvej 5")


def join(app: Flask, person: Person) -> None:
    person.go("/").fill("input[name=q]", "engvej 5 anneby")
    person.page.locator("main button").click()
    person.sees("Engvej 5")
    person.page.locator("input[name=address]").first.check(force=True)
    person.press("Her bor jeg")
    person.press("Vær med i")
    person.page.fill("input[name=name]", "Grethe")
    person.press("Videre")
    person.page.fill("input[name=contact]", "grethe@example.org")
    person.press("Videre")
    person.press("Videre")
    person.page.fill("input[name=code]", last_code(app))
    person.page.locator("main button").first.click()
    person.sees("Anneby", "Dorthe")
    person.does_not_see("Anna")


def ask(person: Person) -> None:
    person.go("/")
    person.follow("Bed om hjælp")
    person.page.locator("input[name=kind][value=garden]").check(force=True)
    person.page.fill("input[name=title]", "Slå en lille græsplæne")
    person.press("Videre")
    person.page.locator("input[name=when_kind][value=day]").check(force=True)
    person.page.fill("input[name=day]", "2026-06-05")
    person.page.locator("input[name=parts][value=afternoon]").check(force=True)
    person.press("Videre")
    person.page.locator("input[name=place_kind][value=home]").check(force=True)
    person.press("Videre")
    person.sees("Fredag den 5. juni om eftermiddagen")
    person.page.locator("button[value=open]").click()
    person.sees("10 minutter")
