"""Migrations: one head, the schema that models.py says on both engines, and up and down with data in it."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select

from models import Base, Resident, db
from neighbours.commands import COMPARE
from neighbours.queries.health import newest_migration
from tests.village import build_village

ROOT = Path(__file__).parents[1]


def test_there_is_one_head_and_each_file_is_named_by_its_revision(app: Flask) -> None:
    with app.app_context():
        scripts = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    assert len(scripts.get_heads()) == 1
    for revision in scripts.walk_revisions():
        assert Path(revision.path).stem == revision.revision
        assert revision.module.downgrade is not None


def test_the_newest_migration_is_the_one_that_alembic_names(app: Flask) -> None:
    assert newest_migration() == ScriptDirectory(str(Path(app.root_path) / "migrations")).get_current_head()


def test_a_web_worker_carries_neither_migrations_nor_commands() -> None:
    unwanted = "{'alembic', 'neighbours.commands'}"
    asked = f"import sys, neighbours.web.site as of; of.create_site(); print({unwanted} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "set()"


def test_the_migrated_schema_is_the_one_of_the_models(app_on_both: Flask) -> None:
    with app_on_both.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "autogenerate_plugins": COMPARE, "target_metadata": Base.metadata}
        )
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_down_and_up_again_with_data_leaves_an_empty_house_that_can_be_filled(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        db.session.remove()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        build_village()
        assert db.session.execute(select(func.count()).select_from(Resident)).scalar_one() == 7
