"""The county as an application: built once, copied for each module of tests."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import create_app
from models import db
from tests.privacy.county import build_county
from tests.village import NOW

County = Callable[[], Flask]


@pytest.fixture(scope="session")
def county_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the migrated county in SQLite and its keys."""
    folder = tmp_path_factory.mktemp("county")
    app = _app(folder)
    with app.app_context():
        upgrade()
        build_county()
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture(scope="module")
def county(county_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Gives a county of one's own, as often as it is called."""
    given: list[Flask] = []

    def another() -> Flask:
        folder = tmp_path_factory.mktemp("county") / "instance"
        shutil.copytree(county_folder, folder)
        given.append(_app(folder))
        return given[-1]

    yield another
    for app in given:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _noon() -> datetime:
    return NOW


def _app(folder: Path) -> Flask:
    app = create_app({"TESTING": True, "CLOCK": _noon, "WTF_CSRF_ENABLED": False, "INSTANCE": folder})
    with app.app_context():
        # What a power cut would leave is not asked here, and thousands of transactions wait for the disk.
        event.listen(db.engine, "connect", lambda connection, record: connection.execute("PRAGMA synchronous=OFF"))
    return app
