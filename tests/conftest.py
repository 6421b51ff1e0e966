"""Fixtures of every test: a fresh village in a database of its own, on SQLite or PostgreSQL.

`app` is the village on SQLite; a test that asks for `app_on_both` runs twice, on SQLite and on a real PostgreSQL.
Never hold an app context around a test client: everybody would become one person.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import create_app
from models import db
from tests.chromium import address, browser, remembering  # noqa: F401
from tests.counting import pytest_collection_modifyitems, pytest_terminal_summary  # noqa: F401
from tests.postgres import Server, postgres_server  # noqa: F401
from tests.village import NOW, build_village, sign_in_as


class Clock:
    """The clock of a test; stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the migrated village in SQLite and its keys, to be copied for each test."""
    folder = tmp_path_factory.mktemp("village")
    _build({"INSTANCE": folder})
    return folder


@pytest.fixture(scope="session")
def postgres_village(postgres_server: Server, sqlite_village: Path) -> Callable[[], str]:  # noqa: F811
    """Gives the URL of a new copy of the migrated village on PostgreSQL, sealed with the keys of `sqlite_village`."""
    _build({"INSTANCE": sqlite_village, "DATABASE_URL": postgres_server.keep("village")})
    return lambda: postgres_server.database("village")


@pytest.fixture
def app(sqlite_village: Path, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """The village on SQLite."""
    folder = tmp_path / "instance"
    shutil.copytree(sqlite_village, folder)
    yield from _running({"INSTANCE": folder}, clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def app_on_both(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """The village on SQLite, and again on PostgreSQL."""
    folder = tmp_path / "instance"
    shutil.copytree(request.getfixturevalue("sqlite_village"), folder)
    settings: dict[str, Any] = {"INSTANCE": folder}
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_village")()
    yield from _running(settings, clock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def as_person(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which somebody is signed in: as_person("Anna")."""
    return lambda name: sign_in_as(app, name)


def _build(settings: dict[str, Any]) -> None:
    app = create_app({"TESTING": True, "CLOCK": Clock(), **settings})
    with app.app_context():
        upgrade()
        build_village()
        db.session.remove()
        db.engine.dispose()


def _running(settings: dict[str, Any], clock: Clock) -> Iterator[Flask]:
    app = create_app({"TESTING": True, "CLOCK": clock, "WTF_CSRF_ENABLED": False, **settings})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
