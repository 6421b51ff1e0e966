"""A real browser for what only a browser shows: Debian's Chromium, driven by Playwright. No journey is played here."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run --no-proxy-server"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests (each takes a `new_context()`); skipped, by name, where there is none."""
    if _program() is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    if lack := what_playwright_lacks():
        pytest.skip(f"Playwright cannot start here (Debian: apt-get install libatomic1): {lack}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_program(), args=ARGUMENTS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def remembering(browser: Browser) -> Iterator[Browser]:
    """One that keeps the last pages whole for Back, as people's own do; Playwright switches that off."""
    chromium = browser.browser_type.launch(
        executable_path=_program(), args=ARGUMENTS.split(), ignore_default_args=["--disable-back-forward-cache"]
    )
    yield chromium
    chromium.close()


def what_playwright_lacks() -> str:
    """What the program that drives the browser says when it cannot start, as on a Debian without libatomic1."""
    node, _script = compute_driver_executable()
    tried = subprocess.run([node, "--version"], capture_output=True, text=True)
    return tried.stderr.strip().removeprefix(f"{node}: ") if tried.returncode else ""


def _program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a browser reaches the village of the test, such as http://localhost:41234."""
    with served(app) as where:
        yield where


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an app on a free port of the own machine while the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
