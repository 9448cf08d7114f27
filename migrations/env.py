"""Runs the migrations on the application's own database, SQLite or PostgreSQL."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Upgrade or downgrade in one transaction (on PostgreSQL; SQLite commits each statement)."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _run_on(given)
        return
    with database.engine.connect() as connection:
        _run_on(connection)
        connection.commit()


def _run_on(connection: object) -> None:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
