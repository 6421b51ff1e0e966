"""In a browser: Back, a reload and a session that has ended keep what was typed; suggestions and "Copy" only help."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from models import Agreement, Area, AuthSession, HelpRequest, Reply, Resident
from neighbours.database import writing
from tests.browser.sessions import take_session
from tests.browser.test_offline import until
from tests.letters import last_code
from tests.village import NOW
from tests.yes import agree, ask, stand

As = Callable[[str], FlaskClient]
TYPED = "Jeg kan komme klokken to"


def shown(browser: Browser, app: Flask, address: str, client: FlaskClient | None, path: str, **more: object) -> Page:
    context = browser.new_context(**more)  # type: ignore[arg-type]
    if client:
        take_session(context, app, address, client)
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


@pytest.mark.parametrize("script", [True, False])
def test_back_to_what_could_not_be_taken_shows_it_again(
    app: Flask, browser: Browser, address: str, script: bool
) -> None:
    """The browser has that page, although the answers in the cookie are others by then."""
    page = shown(browser, app, address, None, "/", java_script_enabled=script)
    if script:
        until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    join(app, page, address)
    for name in ("", TYPED):  # the first is refused
        page.fill("input[name=name]", name)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_load_state()
    page.wait_for_url("**/contact")
    page.go_back()
    expect(page.locator("h1")).to_have_text("What shall neighbours call you?")
    expect(page.locator("input[name=name]")).to_have_value(TYPED)


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


KEYS = "Object.keys(sessionStorage)"


def end_sessions(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(AuthSession).values(ended_at=NOW))


def sign_in(app: Flask, page: Page, contact: str) -> None:
    page.fill("input[name=contact]", contact)
    page.locator("main button").first.click()
    page.fill("input[name=code]", last_code(app))
    page.locator("main button").first.click()


def join(app: Flask, page: Page, address: str) -> None:
    """As a stranger, up to the question for the name."""
    page.goto(f"{address}/areas/{stand(app, Area, name='Anneby').ref}")
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/join/name")


def test_a_page_that_took_nothing_keeps_the_draft(
    app: Flask, browser: Browser, address: str, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app))
    form = page.url
    page.fill("input[name=line]", TYPED)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setattr("neighbours.actions.help.replying.offer_help", lambda *facts: 1 / 0)
        page.get_by_role("button", name="I can help").click()
        page.wait_for_url("**/reply")
    expect(page.locator("main[data-untaken]")).to_have_count(1)
    page.goto(form)
    expect(page.locator("input[name=line]")).to_have_value(TYPED)


def test_without_a_network_the_draft_stays(app: Flask, browser: Browser, address: str, as_person: As) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app))
    form = page.url
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.fill("input[name=line]", TYPED)
    page.context.set_offline(True)
    page.get_by_role("button", name="I can help").click()
    expect(page.locator("main[data-untaken]")).to_have_count(1)
    page.context.set_offline(False)
    page.goto(form)
    expect(page.locator("input[name=line]")).to_have_value(TYPED)


def test_another_language_keeps_the_draft_until_it_is_sent(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app))
    page.fill("input[name=line]", TYPED)
    page.locator(".language summary").click()
    page.locator('.language button[value="nl"]').click()
    page.wait_for_url("**/reply")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("input[name=line]")).to_have_value(TYPED)
    page.locator("#answers button").last.click()
    page.wait_for_url("**/help/*")
    assert stand(app, Reply).line == TYPED and page.evaluate(KEYS) == []


def test_signing_in_again_keeps_the_draft_until_it_is_sent(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page = shown(browser, app, address, as_person("Bo"), help_path(app))
    page.fill("input[name=line]", TYPED)
    end_sessions(app)
    page.get_by_role("button", name="I can help").click()
    sign_in(app, page, "bo@example.org")
    expect(page.locator("h1")).to_have_text("Nothing is lost")
    assert [name.endswith("/sign-in") for name in page.evaluate(KEYS)] == [False]
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("main")).to_contain_text("You said that you can help")
    assert page.evaluate(KEYS) == []


@pytest.mark.parametrize("everywhere", [True, False])
def test_signing_out_everywhere_leaves_nothing_on_this_device_and_signing_out_another_leaves_all(
    app: Flask, browser: Browser, address: str, as_person: As, everywhere: bool
) -> None:
    other = as_person("Bo")
    assert other.get("/").status_code == 200
    page = shown(browser, app, address, as_person("Bo"), "/me/name")
    page.fill("input[name=name]", TYPED)
    assert len(page.evaluate(KEYS)) == 1
    page.goto(f"{address}/me/sessions")
    page.get_by_role("button", name="Sign out everywhere" if everywhere else "Sign out Firefox").click()
    expect(page.locator("main")).to_contain_text("signed out")
    assert len(page.evaluate(KEYS)) == (0 if everywhere else 1)


def test_what_somebody_signed_in_typed_is_shown_to_nobody_else(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page = shown(browser, app, address, as_person("Bo"), "/me/name")
    page.fill("input[name=name]", TYPED)
    page.goto(page.url)
    expect(page.locator("input[name=name]")).to_have_value(TYPED)
    end_sessions(app)
    page.goto(f"{address}/sign-in?next=/me/name")
    sign_in(app, page, "dorthe@example.org")
    page.wait_for_url("**/me/name")
    assert page.locator("input[name=name]").input_value() == "Dorthe" and page.evaluate(KEYS) == []


def test_a_stranger_never_finds_what_somebody_signed_in_typed(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page = shown(browser, app, address, as_person("Bo"), "/me/name")
    ours = page.evaluate("document.querySelector('script[data-whose]').dataset.whose")
    page.evaluate("(whose) => sessionStorage.setItem(`typed:${whose}:/join/name`, '[\"Bos ord\", true, false]')", ours)
    end_sessions(app)
    join(app, page, address)
    assert page.locator("input[name=name]").input_value() == ""


def test_what_a_stranger_typed_is_gone_once_somebody_signed_in(app: Flask, browser: Browser, address: str) -> None:
    page = shown(browser, app, address, None, "/")
    join(app, page, address)
    page.fill("input[name=name]", TYPED)
    page.goto(page.url)
    expect(page.locator("input[name=name]")).to_have_value(TYPED)
    page.goto(f"{address}/sign-in")
    sign_in(app, page, "bo@example.org")
    page.wait_for_url(f"{address}/")
    assert page.evaluate(KEYS) == []


def test_two_quick_clicks_are_one(app: Flask, browser: Browser, address: str) -> None:
    """On a slow line the second would throw away the answer to the first: a code would be used up for nothing."""
    page = shown(browser, app, address, None, "/sign-in")
    page.fill("input[name=contact]", "bo@example.org")
    page.locator("main button").first.click()
    page.fill("input[name=code]", last_code(app))
    answer = app.view_functions["signing_in.code"]

    def slowly() -> object:
        found = answer()
        time.sleep(0.5)
        return found

    app.view_functions["signing_in.code"] = slowly
    at = page.locator("main button").first.bounding_box()
    assert at
    for _twice in range(2):
        page.mouse.click(at["x"] + 9, at["y"] + 9)
        page.wait_for_timeout(150)
    page.wait_for_timeout(1500)
    page.goto(address)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


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


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_field_sends_the_form_and_changes_no_language(
    app: Flask, browser: Browser, address: str, as_person: As, script: bool
) -> None:
    page = shown(browser, app, address, as_person("Bo"), "/me/name", java_script_enabled=script)
    name = page.locator("main input[type=text]").first
    name.fill("Bo Enevoldsen")
    name.press("Enter")
    expect(page).not_to_have_url(f"{address}/me/name")
    assert stand(app, Resident, name="Bo Enevoldsen")
    page.context.close()
