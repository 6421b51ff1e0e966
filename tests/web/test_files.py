"""Files of the pages: hashed addresses kept for a year, packed, the same for everybody; what they name is there too."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

PACKED = {"Accept-Encoding": "gzip"}


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return str(app.jinja_env.globals["asset"](name))


def test_a_page_names_its_files_by_their_hash_and_they_are_kept_for_a_year(client: FlaskClient):
    links = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', client.get("/").text))
    assert len(links) >= 3
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_by_its_plain_name_a_file_is_asked_for_again_each_time_and_answers_304(client: FlaskClient):
    first = client.get("/static/style.css")
    again = client.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status_code, again.data) == ("public, no-cache", 304, b"")


@pytest.mark.parametrize("name", ["style.css", "pictograms.svg", "leaflet/leaflet.js"])
def test_packed_is_smaller_and_the_same(app: Flask, client: FlaskClient, name: str):
    plain, packed = client.get(address_of(app, name)), client.get(address_of(app, name), headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["ETag"] != plain.headers["ETag"]
    assert len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data


def test_a_font_is_not_packed_twice(app: Flask, client: FlaskClient):
    name = next(name for name in app.extensions["files"] if name.endswith(".woff2"))
    answer = client.get(f"/static/{name}", headers=PACKED)
    assert "Content-Encoding" not in answer.headers and answer.mimetype == "font/woff2"


def test_whoever_asks_the_answer_is_the_same(app: Flask, client: FlaskClient, as_person):
    ours, theirs = (browser.get(address_of(app, "style.css")) for browser in (as_person("Anna"), client))
    assert "Cookie" not in ours.headers["Vary"]
    assert {**ours.headers, "Date": ""} == {**theirs.headers, "Date": ""}


def test_a_file_never_carries_a_session(app: Flask, as_person):
    anna = as_person("Anna")
    with anna.session_transaction() as session:
        session.permanent = True
    assert "Set-Cookie" in anna.get("/").headers
    assert "Set-Cookie" not in anna.get(address_of(app, "style.css")).headers


@pytest.mark.parametrize("path", ["/", "/static/style.css"])
def test_a_browser_that_refuses_gzip_gets_none(client: FlaskClient, path: str):
    assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert client.get(path, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("name", ["style.css", "leaflet/leaflet.css"])
def test_what_a_stylesheet_names_is_there_and_kept_for_a_year(app: Flask, client: FlaskClient, name: str):
    sheet = address_of(app, name)
    named = set(re.findall(r'url\("?([^")#]+)"?\)', client.get(sheet).text)) - {"default"}
    assert named
    for link in named:
        answer = client.get(sheet.rpartition("/")[0] + "/" + link)
        assert answer.status_code == 200, link
        assert "immutable" in answer.headers["Cache-Control"], link


@pytest.mark.parametrize("name", ["nothing.css", "../app.py", "font/LICENSE", "style.00000000.css"])
def test_nothing_else_is_served(client: FlaskClient, name: str):
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize(("site", "sets"), [("cross-site", False), ("same-origin", True), (None, True)])
@pytest.mark.parametrize("path", ["/feedback", "/sign-out", "/nowhere"])
def test_a_form_of_another_site_cannot_take_the_place_of_a_session(
    app: Flask, path: str, site: str | None, sets: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    sent = {"language_of_pages": "da", "text": "Hej"}
    answer = app.test_client().post(path, data=sent, headers={"Sec-Fetch-Site": site} if site else {})
    assert answer.status_code >= 300
    assert any(cookie.startswith("neighbours=") for cookie in answer.headers.getlist("Set-Cookie")) == sets
