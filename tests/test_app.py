"""The factory: whose address a visitor has, behind proxies and without."""

from pathlib import Path

import pytest
from flask import request

from app import create_app


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_a_proxys_word_is_believed_only_when_it_is_ones_own(tmp_path: Path, proxies: int, seen: str) -> None:
    app = create_app({"TESTING": True, "INSTANCE": tmp_path, "PROXIES": proxies})
    app.add_url_rule("/address", "static_address", lambda: str(request.remote_addr))
    app.before_request_funcs.clear()
    answer = app.test_client().get("/address", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    assert answer.text == seen
