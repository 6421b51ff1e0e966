"""The factory: whose address a visitor has, behind proxies and without; who may read the data it makes."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import request
from flask_migrate import upgrade

from app import create_app
from models import db


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_a_proxys_word_is_believed_only_when_it_is_ones_own(tmp_path: Path, proxies: int, seen: str) -> None:
    app = create_app({"TESTING": True, "INSTANCE": tmp_path, "PROXIES": proxies})
    app.add_url_rule("/address", "static_address", lambda: str(request.remote_addr))
    app.before_request_funcs.clear()
    answer = app.test_client().get("/address", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    assert answer.text == seen


def modes(folder: Path) -> Iterator[tuple[str, int]]:
    for path in [folder, *folder.iterdir()]:
        yield path.name, stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("demo", [False, True])
def test_what_the_house_keeps_is_readable_by_its_owner_alone(tmp_path: Path, demo: bool) -> None:
    folder = tmp_path / "instance"
    app = create_app({"TESTING": True, "INSTANCE": folder, "DEMO": demo})
    with app.app_context():
        upgrade()
        seen = dict(modes(folder))
        db.session.remove()
        db.engine.dispose()
    name = "demo.sqlite" if demo else "neighbours.sqlite"
    files = {name, f"{name}-wal", f"{name}-shm", "secret.key", "sealing.key"}
    assert seen == {"instance": 0o700, **dict.fromkeys(files, 0o600)}
