"""Somebody's session in a browser, taken from their test client. Here is no test."""

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext


def take_session(context: BrowserContext, app: Flask, address: str, client: FlaskClient) -> None:
    """From now on this browser is theirs, whoever it was before."""
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
