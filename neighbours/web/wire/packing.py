"""Pages go out packed (gzip) to browsers that take it, with a random length, so that their size tells nothing.

A page holds the secret of its form token beside words that come from outside; whoever can have a browser ask again and
again, and sees how long the answers are, could guess the token letter by letter (BREACH). A random name in gzip's own
header hides the length (Heal-the-BREACH, Palacios and others 2022, as in Django's GZipMiddleware). Files are packed
once, in files.py.
"""

import secrets
import struct
import zlib

from flask import Flask, Response, request

LEAST = 600  # bytes: below that nothing is gained
LEVEL = 1  # pages are made anew each time: half a millisecond more would gain five parts in a hundred
MOST_PADDING = 100
PACKED = ("text/html", "application/geo+json", "image/svg+xml", "text/javascript")
HAS_NAME = 8  # the flag of RFC 1952 for a name in the header


def pack_pages(app: Flask) -> None:
    """Pack what the app answers."""
    app.after_request(_pack)


def takes_gzip() -> bool:
    """Whether the browser takes gzip; `gzip;q=0` says no (RFC 9110, 12.5.3)."""
    return request.accept_encodings["gzip"] > 0


def packed(body: bytes) -> bytes:
    """The body as gzip (RFC 1952) with a name of up to a hundred random letters."""
    name = b"a" * secrets.randbelow(MOST_PADDING + 1)
    head = struct.pack("<BBBBLBB", 0x1F, 0x8B, 8, HAS_NAME, 0, 0, 255) + name + b"\0"
    tail = struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return head + zlib.compress(body, LEVEL, wbits=-zlib.MAX_WBITS) + tail


def _pack(response: Response) -> Response:
    is_page = (
        response.mimetype in PACKED and not response.direct_passthrough and "Content-Encoding" not in response.headers
    )
    if not is_page:
        return response
    response.vary.add("Accept-Encoding")
    if takes_gzip() and len(response.get_data()) >= LEAST:
        response.set_data(packed(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
    return response
