"""Two people in two browsers: what one writes the other sees without a reload, and nothing else of the page changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from models import Message, Thread
from tests.browser.sessions import take_session
from tests.talking import asked_path, path, say, talk
from tests.yes import ask, stand, stands

As = Callable[[str], FlaskClient]
TYPED = "Jeg er ved at skrive"
SOON = 11_000  # a little more than static/talk.js waits


@contextmanager
def opened(browser: Browser, app: Flask, address: str, client: FlaskClient, where: str) -> Iterator[Page]:
    """A page in a browser of its own, with a clock that the test moves."""
    context = browser.new_context()
    take_session(context, app, address, client)
    page = context.new_page()
    page.clock.install()
    page.goto(address + where)
    yield page
    context.close()


def asks(page: Page) -> list[str]:
    """Collects what the page asks for from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if "/new" in request.url else None)
    return seen


def test_what_one_writes_the_other_reads_without_a_reload(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    where = asked_path(app, ask(app))
    with opened(browser, app, address, as_person("Bo"), where) as bo:
        bo.fill("textarea", "Har du en stige?")
        bo.get_by_role("button", name="Send").click()
        bo.wait_for_url("**/messages/*")
        with opened(browser, app, address, as_person("Anna"), f"/messages/{stand(app, Thread).ref}") as anna:
            expect(anna.locator("ol li").last).to_contain_text("Har du en stige?")
            bo.fill("textarea", TYPED)
            bo.locator("textarea").evaluate("field => field.setSelectionRange(3, 3)")
            anna.fill("textarea", "Ja, i skuret.")
            anna.get_by_role("button", name="Send").click()
            expect(anna.get_by_text("Your message is sent.")).to_be_visible()

            bo.evaluate("window.isTheSamePage = true")
            bo.clock.run_for(SOON)
            expect(bo.locator("ol li").last).to_contain_text("Ja, i skuret.")
            expect(bo.locator("ol li")).to_have_count(2)
            expect(bo.locator("[role=status][data-said]")).to_have_text("New message from Anna")
            expect(bo.locator("textarea")).to_have_value(TYPED)
            expect(bo.locator("textarea")).to_be_focused()
            assert bo.locator("textarea").evaluate("field => field.selectionStart") == 3
            assert bo.evaluate("window.isTheSamePage")
            bo.clock.run_for(3 * SOON)
            expect(bo.locator("ol li")).to_have_count(2)


@pytest.mark.parametrize("where", ["/", "/mine", "/messages"])
def test_the_number_in_the_menu_grows_while_a_page_is_open(
    app: Flask, browser: Browser, address: str, as_person: As, where: str
) -> None:
    with opened(browser, app, address, as_person("Anna"), where) as anna:
        number = anna.locator("[data-unread]")
        expect(number).to_be_hidden()
        thread_id = talk(app)
        anna.clock.run_for(SOON)
        expect(number).to_have_text("1 new")
        say(app, thread_id, "Bo", "Og en spand?")
        anna.clock.run_for(SOON)
        expect(number).to_have_text("2 new")
        if where == "/messages":
            expect(anna.locator("main")).to_contain_text("2 new messages")
            expect(anna.locator("[data-said]")).to_have_text("2 new messages")


def test_nothing_is_asked_while_nobody_looks_and_less_often_while_nobody_answers(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    with opened(browser, app, address, as_person("Bo"), path(app, talk(app))) as bo:
        seen = asks(bo)
        bo.clock.run_for(SOON)
        bo.wait_for_timeout(200)
        assert len(seen) == 1

        bo.route("**/new*", lambda route: route.fulfill(status=503, headers={"Retry-After": "5"}))
        bo.clock.run_for(SOON)
        bo.wait_for_timeout(200)
        assert len(seen) == 2
        bo.clock.run_for(SOON)
        bo.wait_for_timeout(200)
        assert len(seen) == 2  # it waits twice as long now

        bo.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        bo.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        bo.clock.run_for(60 * SOON)
        assert len(seen) == 2

        bo.unroute("**/new*")
        say(app, stand(app, Thread).id, "Anna", "Er du der?")
        bo.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
        bo.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        bo.clock.run_for(1_100)
        expect(bo.locator("ol li").last).to_contain_text("Er du der?")


def test_without_a_network_it_rests_and_goes_on_afterwards(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    with opened(browser, app, address, as_person("Bo"), path(app, talk(app))) as bo:
        bo.context.set_offline(True)
        seen = asks(bo)
        bo.clock.run_for(60 * SOON)
        bo.wait_for_timeout(200)
        assert len(seen) <= 1
        say(app, stand(app, Thread).id, "Anna", "Er du der?")
        bo.context.set_offline(False)
        bo.clock.run_for(2_000)
        expect(bo.locator("ol li").last).to_contain_text("Er du der?")


def test_without_scripts_all_of_it_works(app: Flask, browser: Browser, address: str, as_person: As) -> None:
    context = browser.new_context(java_script_enabled=False)
    take_session(context, app, address, as_person("Bo"))
    page = context.new_page()
    page.goto(address + asked_path(app, ask(app)))
    page.fill("textarea", "Har du en stige?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("ol li").last).to_contain_text("Har du en stige?")
    page.fill("textarea", "Og en spand?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("ol li").last).to_contain_text("Og en spand?")
    assert [row.text for row in stands(app, Message)] == ["Har du en stige?", "Og en spand?"]
    context.close()
