"""Without a network: one kind page, and nothing of anybody's in the browser's cache."""

import time
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.sessions import take_session

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  }
  return found.sort();
}"""
HOLDS = """async (words) => {
  const kept = await caches.match('/offline', { ignoreVary: true });
  return Boolean(kept) && (await kept.text()).includes(words);
}"""


def visit(browser: Browser, app: Flask, address: str, person: Callable, name: str) -> tuple[BrowserContext, Page]:
    """A page of this person in Danish, once the worker looks after it."""
    context = browser.new_context(locale="da-DK")
    take_session(context, app, address, person(name))
    page = context.new_page()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return context, page


def speak(page: Page, language: str) -> None:
    page.locator(".language summary").click()
    page.locator(f'.language button[value="{language}"]').click()


def until_it_holds(page: Page, words: str, wanted: bool = True) -> None:
    """Until the page that is kept has these words, or has them no longer."""
    until(lambda: page.evaluate(HOLDS, words) is wanted)


def until(holds: Callable[[], bool]) -> None:
    """Playwright's own waiting takes a promise for a yes."""
    for _again in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


def test_without_a_network_the_page_is_in_ones_language_and_names_the_host(
    app: Flask, browser: Browser, address: str, as_person: Callable
) -> None:
    context, page = visit(browser, app, address, as_person, "Anna")
    speak(page, "da")
    until_it_holds(page, '<html lang="da"')
    context.set_offline(True)
    page.goto(f"{address}/nearby")
    assert page.locator("html").get_attribute("lang") == "da"
    heading, main = page.locator("h1").inner_text(), page.locator("main").inner_text()
    assert "net" in heading and "Dorthe" in main and page.locator('main a[href^="tel:"]').count() == 1
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Atkinson')
    context.set_offline(False)
    page.goto(f"{address}/nearby")
    assert page.url.endswith("/nearby") and page.locator("h1").inner_text() != heading
    context.close()


def test_nothing_is_kept_but_the_page_and_what_it_looks_like(
    app: Flask, browser: Browser, address: str, as_person: Callable
) -> None:
    context, page = visit(browser, app, address, as_person, "Anna")
    for path in ("/nearby", "/mine", "/me", "/find?q=engvej"):
        page.goto(address + path)
    kept = page.evaluate(KEPT)
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline"]
    assert len(kept) == 5 and len(set(kept)) == 5
    context.close()


def test_after_signing_out_no_host_of_mine_is_named(
    app: Flask, browser: Browser, address: str, as_person: Callable
) -> None:
    context, page = visit(browser, app, address, as_person, "Anna")
    until_it_holds(page, "Dorthe")
    page.locator('form[action="/sign-out"] button').click()
    until_it_holds(page, "Dorthe", False)
    until_it_holds(page, '<h1 id="page-title">')
    context.set_offline(True)
    page.goto(f"{address}/mine")
    assert page.locator("main a").count() >= 1 and "Dorthe" not in page.content()
    context.close()


def test_what_an_older_worker_kept_is_thrown_away(
    app: Flask, browser: Browser, address: str, as_person: Callable
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/healthz")
    page.evaluate("caches.open('neighbours-old').then((c) => c.put('/static/style.old.css', new Response('old')))")
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    until(lambda: "neighbours-old" not in page.evaluate("caches.keys()"))
    context.close()
