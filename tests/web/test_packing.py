"""Pages go out packed, the same to the letter, and by chance a little longer each time."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from neighbours.web.wire.packing import MOST_PADDING, packed

PACKED = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_packed_for_whoever_takes_it_and_is_the_same(client: FlaskClient) -> None:
    client.get("/behind")
    plain, small = client.get("/behind"), client.get("/behind", headers=PACKED)
    assert small.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert len(small.data) < len(plain.data) * 0.6 and int(small.headers["Content-Length"]) == len(small.data)
    assert gzip.decompress(small.data)[:2000] == plain.data[:2000]
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in small.headers["Vary"]


def test_the_same_page_has_another_length_each_time() -> None:
    lengths = {len(packed(b"x" * 5_000)) for _again in range(200)}
    assert 30 < len(lengths) <= MOST_PADDING + 1
    assert gzip.decompress(packed(b"x" * 5_000)) == b"x" * 5_000


def test_what_is_short_or_packed_already_stays_as_it_is(app: Flask, client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers=PACKED).headers
    file = client.get("/static/style.css", headers=PACKED)
    assert file.headers["Content-Encoding"] == "gzip" and b"--leaf" in gzip.decompress(file.data)


def test_an_unchanged_page_stays_304_however_it_went_out(client: FlaskClient) -> None:
    client.get("/")
    version = client.get("/", headers=PACKED).headers["ETag"]
    answer = client.get("/", headers=PACKED | {"If-None-Match": version})
    assert (answer.status_code, answer.data) == (304, b"")
