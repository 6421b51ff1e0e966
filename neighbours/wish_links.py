"""The link in a mail by which somebody says how they wish to be told of one notice, without signing in.

The token is "ref.notice", signed with a key of its own made from SECRET_KEY. It does not run out: an old mail must
still be able to stop the mails. It names nobody but to us, and opens nothing but the wishes.
"""

import hashlib
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, Signer

from neighbours.rules.notices import LETTER, USUAL

SALT = "neighbours.notices"


class WishLink(NamedTuple):
    """Whose wishes, and which notice the mail was about (a word of rules/notices.py): LETTER, all that it gathers."""

    resident_ref: str
    notice: str


def wish_link(resident_ref: str, notice: str) -> str:
    """The whole address of the page, for a mail about this notice: a GET changes nothing, a POST stops (RFC 8058)."""
    token = _signer().sign(f"{resident_ref}.{notice}").decode()
    return f"{current_app.config['BASE_URL'].rstrip('/')}/notices/{token}"


def read_wish_token(token: str) -> WishLink | None:
    """What the last part of such an address says; None when we did not sign it."""
    try:
        resident_ref, _dot, notice = _signer().unsign(token).decode().rpartition(".")
    except (BadSignature, UnicodeError):
        return None
    return WishLink(resident_ref, notice) if notice in {*USUAL, LETTER} else None


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt=SALT, key_derivation="hmac", digest_method=hashlib.sha256)
