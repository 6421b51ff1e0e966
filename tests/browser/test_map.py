"""The map in a browser: nothing before it is opened, opened by keyboard, no pins, and a picture without JavaScript."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.browser.sessions import take_session
from tests.yes import ask

As = Callable[[str], FlaskClient]


def opened(browser: Browser, app: Flask, address: str, client: FlaskClient, **more: object) -> tuple[Page, list[str]]:
    """Nearby, and the list of what it asks for."""
    context = browser.new_context(**more)  # type: ignore[arg-type]
    take_session(context, app, address, client)
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/nearby")
    return page, asked


def test_nothing_of_the_map_is_fetched_before_it_is_opened_and_then_only_from_here(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    ask(app)
    page, asked = opened(browser, app, address, as_person("Bo"))
    assert not [url for url in asked if "leaflet" in url or "/map." in url.replace("/static/map.", "")]
    summary = page.locator(".map-box summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-live path.map-cell").first).to_be_visible()
    expect(page.locator(".map-live path.map-area")).to_have_count(2)
    assert page.locator(".leaflet-marker-icon, circle").count() == 0
    assert any("leaflet" in url for url in asked) and all(url.startswith(address) for url in asked)


def test_the_map_is_used_by_keyboard_and_lets_go_of_it(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page, _ = opened(browser, app, address, as_person("Bo"))
    page.locator(".map-box summary").press("Enter")
    expect(page.locator(".map-live path.map-cell").first).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("map-live")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    before = page.locator(".leaflet-map-pane").get_attribute("style")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".leaflet-map-pane")).not_to_have_attribute("style", before or "")
    for name in ("Nearer", "Further away"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.title") == name
        assert page.evaluate("document.activeElement.getBoundingClientRect().height") >= 48
    page.keyboard.press("Tab")
    assert not page.evaluate("!!document.activeElement.closest('.map-live')")


def test_without_javascript_there_is_a_picture(app: Flask, browser: Browser, address: str, as_person: As) -> None:
    page, asked = opened(browser, app, address, as_person("Bo"), java_script_enabled=False)
    page.locator(".map-box summary").click()
    expect(page.locator(".map-box img")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert any(url.endswith("/map.svg") for url in asked) and not any("leaflet" in url for url in asked)


def test_where_the_shapes_cannot_be_fetched_the_picture_stays(
    app: Flask, browser: Browser, address: str, as_person: As
) -> None:
    page, _ = opened(browser, app, address, as_person("Bo"))
    page.route("**/map.json", lambda route: route.abort())
    page.locator(".map-box summary").click()
    expect(page.locator(".map-box img")).to_be_visible()
    assert page.locator(".map-live").count() == 0
