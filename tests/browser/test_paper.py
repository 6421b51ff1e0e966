"""On paper: the agreement is one sheet to take along, and a list does not spend a page on its chrome."""

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from models import Agreement, Resident
from tests.browser.sessions import take_session
from tests.yes import agree, ask, stand

As = Callable[[str], FlaskClient]
A4 = {"width": 794, "height": 1123}


def on_paper(browser: Browser, app: Flask, address: str, person: As, name: str, path: str) -> Page:
    """The page as this person's printer sees it."""
    context = browser.new_context(viewport=A4)
    take_session(context, app, address, person(name))
    page = context.new_page()
    page.goto(address + path)
    page.emulate_media(media="print")
    return page


def pages_of(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


def test_the_agreement_is_one_sheet_with_who_when_where_telephone_host_and_room_for_notes(
    app: Flask, browser: Browser, address: str, as_person
) -> None:
    path = f"/agreements/{stand(app, Agreement, id=agree(app, ask(app, text='Tabletten driller. ' * 20))).ref}"
    as_person("Anna").post(f"{path}/open-address", data={"open": "yes"})
    sheet = on_paper(browser, app, address, as_person, "Bo", path)
    words = sheet.locator("body").inner_text()
    for said in ("Anna", "Friday 5 June", "Engvej 1", "Never ask for", "Notes", "Throw it away", "Dorthe"):
        assert said in words, said
    assert sheet.locator("main .ruled:visible").count() == 4
    assert pages_of(sheet) == 1


def test_no_menu_no_button_and_no_form_goes_on_the_paper(app: Flask, browser: Browser, address: str, as_person) -> None:
    path = f"/agreements/{stand(app, Agreement, id=agree(app, ask(app))).ref}"
    for page in (path, "/nearby", "/"):
        sheet = on_paper(browser, app, address, as_person, "Bo", page)
        chrome = sheet.locator("nav:visible, button:visible, .button:visible, .language:visible, .demo:visible")
        assert chrome.count() == 0, page


def test_on_the_screen_there_are_no_ruled_lines(app: Flask, browser: Browser, address: str, as_person) -> None:
    path = f"/agreements/{stand(app, Agreement, id=agree(app, ask(app))).ref}"
    page = on_paper(browser, app, address, as_person, "Bo", path)
    page.emulate_media(media="screen")
    assert page.locator(".ruled:visible").count() == 0 and page.locator("nav:visible").count() > 0


def test_twenty_requests_fit_on_two_sheets(app: Flask, browser: Browser, address: str, as_person) -> None:
    for number in range(20):
        ask(app, title=f"Nummer {number}")
    assert pages_of(on_paper(browser, app, address, as_person, "Bo", "/nearby")) <= 2


def test_a_letter_is_one_sheet(app: Flask, browser: Browser, address: str, as_person) -> None:
    waiting = stand(app, Resident, name="Wim").ref
    letter = as_person("Dorthe").post(f"/host/people/{waiting}/letter").headers["Location"]
    sheet = on_paper(browser, app, address, as_person, "Dorthe", letter)
    assert sheet.locator(".sheet .code").is_visible() and pages_of(sheet) == 1
