"""In a browser: Back, a reload and a session that has ended keep what was typed; suggestions and "Copy" only help."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from models import Agreement, AuthSession, HelpRequest, Reply
from neighbours.database import writing
from tests.letters import last_code
from tests.village import NOW
from tests.yes import agree, ask, stand

As = Callable[[str], FlaskClient]
TYPED = "Jeg kan komme klokken to"


def shown(browser: Browser, app: Flask, address: str, client: FlaskClient | None, path: str, **more: object) -> Page:
    context = browser.new_context(**more)  # type: ignore[arg-type]
    if client:
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page = context.new_page()
    page.goto(address + path)
    return page


def help_path(app: Flask) -> str:
    return f"/help/{stand(app, HelpRequest, id=ask(app)).ref}"


@pytest.mark.parametrize("script", [True, False])
def test_back_brings_back_what_was_typed(
    app: Flask, browser: Browser, address: str, as_person: As, script: bool
) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app), java_script_enabled=script)
    page.fill("input[name=line]", TYPED)
    page.locator(".back a").click()
    page.wait_for_url("**/nearby")
    page.go_back()
    expect(page.locator("input[name=line]")).to_have_value(TYPED)


def test_a_reload_and_another_language_bring_it_back_and_sending_it_lets_it_go(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app))
    page.fill("input[name=line]", TYPED)
    expect(page.locator("form [role=status]")).to_have_text("Kept on this device until you send it.")
    page.goto(page.url)
    expect(page.locator("input[name=line]")).to_have_value(TYPED)
    page.get_by_role("button", name="I can help").click()
    page.wait_for_load_state()
    assert stand(app, Reply).line == TYPED
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_signing_out_leaves_nothing_on_the_device(app: Flask, browser: Browser, address: str, as_person: As) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app))
    page.fill("input[name=line]", TYPED)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    assert page.evaluate("Object.keys(sessionStorage)") == []
    page.go_back()
    assert TYPED not in page.content() and page.locator("input[name=line]").count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_ended_while_one_typed_loses_nothing(
    app: Flask, browser: Browser, address: str, as_person: As, script: bool
) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app), java_script_enabled=script)
    page.fill("input[name=line]", TYPED)
    with app.app_context(), writing() as session:
        session.execute(update(AuthSession).values(ended_at=NOW))
    page.get_by_role("button", name="I can help").click()
    page.fill("input[name=contact]", "bo@example.org")
    page.locator("main button").first.click()
    page.fill("input[name=code]", last_code(app))
    page.locator("main button").first.click()
    expect(page.locator("h1")).to_have_text("Nothing is lost")
    expect(page.locator("main")).to_contain_text(TYPED)
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("main")).to_contain_text("You said that you can help")
    assert stand(app, Reply).line == TYPED


def test_suggestions_come_while_one_types_and_choose_nothing(app: Flask, browser: Browser, address: str) -> None:
    page = shown(browser, app, address, None, "/")
    page.locator("#q").press_sequentially("engvej 5")
    expect(page.locator("#suggestions option").first).to_have_attribute("value", "Engvej 5, 8660 Anneby")
    expect(page.locator("#q")).to_have_value("engvej 5")
    page.locator("#q").fill("annb")
    page.locator("#q").press_sequentially("y")
    assert page.locator("#q").input_value() == "annby"


def test_the_address_can_be_copied(app: Flask, browser: Browser, address: str, as_person: As) -> None:
    path = f"/agreements/{stand(app, Agreement, id=agree(app, ask(app))).ref}"
    as_person("Anna").post(f"{path}/open-address", data={"open": "yes"})
    page = shown(browser, app, address, as_person("Bo"), path, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("dd [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "Engvej 1, 8660 Anneby"
