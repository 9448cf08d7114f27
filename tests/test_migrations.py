"""Migrations: they agree with the models, go up and down with data in the tables, both ways."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from engage.app import ROOT, create_app
from engage.extensions import db
from tests.conftest import NOW, SERVER_URL, settings_for


@pytest.fixture
def scratch_app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own that holds nothing at all."""
    os.environ.setdefault("ENGAGE_ENV", "testing")
    if not SERVER_URL:
        app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'scratch.db'}"))
        with app.app_context():
            yield app
            db.engine.dispose()
        return
    name = f"scratch_{uuid.uuid4().hex}"
    server = sa.create_engine(SERVER_URL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    app = create_app(settings_for(tmp_path, SERVER_URL.rsplit("/", 1)[0] + f"/{name}"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name}"))
    server.dispose()


def revisions() -> list[str]:
    """All revisions, first to last."""
    script = ScriptDirectory(str(ROOT / "migrations"))
    return [r.revision for r in reversed(list(script.walk_revisions()))]


def schema() -> dict[str, list[str]]:
    """Tables with their columns, constraints and indexes, in words that can be compared."""
    inspector = sa.inspect(db.engine)
    found = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = sorted(
            [f"{c['name']} {c['type']} {c['nullable']}" for c in inspector.get_columns(table)]
            + [f"check {c['name']}" for c in inspector.get_check_constraints(table)]
            + [f"unique {c['name']}" for c in inspector.get_unique_constraints(table)]
            + [f"foreign {c['name']}" for c in inspector.get_foreign_keys(table)]
            + [f"index {c['name']}" for c in inspector.get_indexes(table)]
        )
    return found


def counts() -> dict[str, int]:
    """How many rows each table holds."""
    with db.engine.connect() as connection:
        return {
            table: connection.execute(sa.text(f'SELECT count(*) FROM "{table}"')).scalar_one()
            for table in sa.inspect(db.engine).get_table_names()
            if table != "alembic_version"
        }


def test_there_is_one_line_of_migrations_and_each_has_a_sentence():
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    assert all(r.doc and r.doc.endswith(".") for r in script.walk_revisions())


def test_migrations_and_models_agree(scratch_app):
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_check_of_the_models_stands_in_the_migrated_database(scratch_app):
    flask_migrate.upgrade()
    inspector = sa.inspect(db.engine)
    for table in db.metadata.sorted_tables:
        stands = {c["name"] for c in inspector.get_check_constraints(table.name)}
        wanted = {
            str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint) and c.name
        }
        assert wanted <= stands, f"{table.name}: {wanted - stands}"


def fill(connection: sa.Connection) -> None:
    """Put rows into tables of several slices, as an installation in use has them."""
    at = NOW
    metadata = sa.MetaData()
    metadata.reflect(connection)
    table = metadata.tables
    add = connection.execute
    add(sa.insert(table["council"]).values(code="S12000999", name="Strathlyle"))
    add(
        sa.insert(table["data_zone"]).values(
            code="S01990001",
            name="Harbour - 01",
            vintage=2011,
            council_code="S12000999",
            ward_code="S13999001",
            ward_name="Harbour",
        )
    )
    add(
        sa.insert(table["account"]).values(
            public_id=str(uuid.uuid4()),
            email="bryn@example.org",
            mail_to="bryn@example.org",
            name="Bryn",
            role="resident",
            is_open=True,
            created_at=at,
        )
        if "mail_to" in table["account"].c
        else sa.insert(table["account"]).values(
            public_id=str(uuid.uuid4()),
            email="bryn@example.org",
            name="Bryn",
            role="resident",
            is_open=True,
            created_at=at,
        )
    )
    add(
        sa.insert(table["partnership"]).values(
            id=1, name="Strathlyle", colour="#0065bd", contact_email="", contact_phone=""
        )
    )
    add(
        sa.insert(table["plan"]).values(
            slug="harbour", title="Harbour plan", kind="loip", created_at=at
        )
    )
    add(
        sa.insert(table["engagement"]).values(
            slug="harbour-plan",
            kind="consultation",
            title="Harbour plan",
            purpose="To hear",
            level="consult",
            open_to_change="All",
            fixed="Nothing",
            methods="",
            support_offered="",
            opens_at=NOW,
            closes_at=NOW.replace(year=2027),
        )
    )


@pytest.mark.once
def test_each_migration_goes_down_and_up_again_with_data_in_the_tables(scratch_app):
    flask_migrate.upgrade()
    whole = schema()
    with db.engine.begin() as connection:
        fill(connection)
    before = counts()
    for revision in reversed(["base", *revisions()[:-1]]):
        flask_migrate.downgrade(revision=revision)
        kept = counts()
        assert all(before[table] == rows for table, rows in kept.items()), revision
    assert schema() == {}, "downgrading all the way leaves nothing behind"
    flask_migrate.upgrade()
    assert schema() == whole


def test_the_last_migration_can_be_taken_back_and_made_again_without_losing_other_rows(scratch_app):
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        fill(connection)
    before = counts()
    flask_migrate.downgrade(revision="-1")
    flask_migrate.upgrade()
    assert counts() == before
