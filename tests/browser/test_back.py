"""In a browser that keeps the last pages whole for Back, as people's own do: after leaving it shows nobody's page."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.browser.sessions import take_session
from tests.browser.test_kept import end_sessions, shown
from tests.browser.test_offline import until

As = Callable[[str], FlaskClient]
WORDS = "Bo's own words"
# Marks the very document, so that one made anew is told from one brought back.
MARK = "addEventListener('pageshow', (event) => { document.body.id = `brought-back-${event.persisted}`; })"


@pytest.fixture
def nearby(app: Flask, remembering: Browser, address: str, as_person: As) -> Page:
    """Bo's list, which the browser will keep whole once it is left; only pages with their worker are kept."""
    page = shown(remembering, app, address, as_person("Bo"), "/me")
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    page.goto(f"{address}/nearby")
    page.evaluate(MARK)
    return page


def go_back(page: Page) -> None:
    """Playwright's own way waits for a document that never comes."""
    page.evaluate("setTimeout(() => history.back(), 0)")


def test_back_brings_the_page_back_as_it_was(nearby: Page, address: str) -> None:
    nearby.goto(f"{address}/me/name")
    go_back(nearby)
    expect(nearby.locator("#brought-back-true h1")).to_be_visible()


def test_after_signing_out_back_asks_who_it_is(nearby: Page) -> None:
    nearby.get_by_role("button", name="Sign out").click()
    expect(nearby.get_by_text("You are signed out.")).to_be_visible()
    go_back(nearby)
    expect(nearby.locator("h1")).to_have_text("Sign in")


def test_after_being_signed_out_from_elsewhere_the_next_page_ends_it(app: Flask, nearby: Page, address: str) -> None:
    end_sessions(app)
    nearby.goto(f"{address}/mine")
    go_back(nearby)
    expect(nearby).to_have_url(f"{address}/sign-in?next=/nearby")
    expect(nearby.locator("h1")).to_have_text("Sign in")


def test_whoever_signs_in_after_somebody_never_gets_their_page(
    app: Flask, nearby: Page, address: str, as_person: As
) -> None:
    take_session(nearby.context, app, address, as_person("Anna"))
    nearby.goto(f"{address}/mine")
    go_back(nearby)
    expect(nearby).to_have_url(f"{address}/nearby")
    expect(nearby.locator("[id^=brought-back]")).to_have_count(0)
    expect(nearby.locator("h1")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("path", ["/me/name", "/feedback"])
def test_back_puts_nobodys_unsent_words_into_the_next_persons_form(
    app: Flask, browser: Browser, address: str, as_person: As, path: str, scripts: bool
) -> None:
    page = browser.new_context(java_script_enabled=scripts).new_page()
    field = page.locator("main input[type=text], main textarea").first
    take_session(page.context, app, address, as_person("Bo"))
    page.goto(f"{address}{path}")
    field.fill(WORDS)
    page.goto(f"{address}/mine")
    page.go_back()
    expect(field).to_have_value(WORDS)
    page.goto(f"{address}/mine")
    take_session(page.context, app, address, as_person("Anna"))
    page.goto(f"{address}/nearby")
    page.go_back()
    page.go_back()
    expect(page).to_have_url(f"{address}{path}")
    expect(field).not_to_have_value(WORDS)
    page.context.close()
