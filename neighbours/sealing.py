"""Keeping secrets: sealing with a key from outside the database, and keyed hashes of codes and contacts.

Sealed text names what it belongs to, so that a sealed value moved to another row does not open there.
"""

import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from flask import current_app


def seal(belongs_to: str, content: dict[str, Any]) -> bytes:
    """The content as sealed bytes; `belongs_to` such as "home:17" must be given again to open it."""
    return _keys().encrypt(json.dumps([belongs_to, content]).encode())


def unseal(belongs_to: str, sealed: bytes) -> dict[str, Any]:
    """The content again. Raises cryptography's InvalidToken for a wrong key, ValueError for a wrong owner."""
    owner, content = json.loads(_keys().decrypt(bytes(sealed)))
    if owner != belongs_to:
        raise ValueError("sealed for something else")
    return dict(content)


def keyed_hash(purpose: str, text: str) -> str:
    """HMAC-SHA256 in hex under the installation's secret: a short code cannot be found from it without the key."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    """What is kept of a session token: it is 256 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two hashes are equal, in constant time."""
    return hmac.compare_digest(one, other)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def new_token() -> str:
    """A random token of 256 bits."""
    return secrets.token_urlsafe(32)


def _keys() -> MultiFernet:
    keys: MultiFernet = current_app.extensions.setdefault(
        "sealing", MultiFernet([Fernet(key) for key in current_app.config["SEALING_KEYS"]])
    )
    return keys
