"""The sealed cookie in which what was typed waits until somebody is signed in: in pieces, for two hours.

Whose it is and what may be kept is decided in kept.py; nothing of it is stored here.
"""

import base64
import json
import zlib
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from flask import Response, current_app, request

from neighbours.clock import now
from neighbours.sealing import seal, unseal

COOKIE = "typed"
PIECE, MOST_PIECES = 3_500, 2  # a browser keeps 4 kB a cookie, the web server reads 8 kB of them
LASTS = timedelta(hours=2)


def let_wait(response: Response, typed: list[Any]) -> bool:
    """Put plain values into the cookie of this answer; False, and nothing is put, where they are too long for it."""
    sealed = _sealed(typed)
    pieces = [sealed[at : at + PIECE] for at in range(0, len(sealed), PIECE)]
    if len(pieces) > MOST_PIECES:
        return False
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    for number, piece in enumerate(pieces):
        response.set_cookie(_name(number), piece, max_age=LASTS, httponly=True, samesite="Lax", secure=secure)
    return True


def what_waits() -> list[Any] | None:
    """What waits in this browser; None when that is nothing, or too old."""
    try:
        return _unsealed("".join(request.cookies.get(_name(number), "") for number in range(MOST_PIECES)))
    except (ValueError, InvalidToken, zlib.error):
        return None


def forget_typed(response: Any) -> Any:
    """Take what waited out of the browser."""
    for number in range(MOST_PIECES):
        if _name(number) in request.cookies:
            response.delete_cookie(_name(number))
    return response


def _sealed(typed: list[Any]) -> str:
    content = json.dumps([*typed, now().isoformat()]).encode()
    return seal("typed", {"packed": base64.b64encode(zlib.compress(content, 9)).decode()}).decode()


def _unsealed(sealed: str) -> list[Any]:
    packed = unseal("typed", sealed.encode())["packed"]
    *typed, at = json.loads(zlib.decompress(base64.b64decode(packed)))
    if now() - datetime.fromisoformat(at) > LASTS:
        raise ValueError("too old")
    return typed


def _name(number: int) -> str:
    return f"{COOKIE}-{number}"
