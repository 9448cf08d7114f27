"""A database that was restarted costs nobody a page: connections that rested are tried first."""

import pytest
import sqlalchemy as sa

from engage import extensions
from engage.extensions import db


@pytest.fixture
def hung_up(app):
    """Have the server end the connection that the pool keeps, as a restart does."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server that could end a connection")
    own = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    db.session.remove()
    other = sa.create_engine(db.engine.url)
    with other.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
    other.dispose()
    yield own
    db.session.remove()
    db.engine.dispose()  # the next test shall find none that was ended


def test_a_connection_that_rested_is_tried_and_replaced(hung_up, monkeypatch):
    monkeypatch.setattr(extensions, "ALIVE_FOR", 0.0)
    assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != hung_up


def test_after_one_refusal_at_most_the_pool_is_whole_again(hung_up):
    with pytest.raises(sa.exc.OperationalError):
        db.session.scalar(sa.text("SELECT 1"))
    db.session.rollback()
    assert db.session.scalar(sa.text("SELECT pg_backend_pid()")) != hung_up


def test_no_small_question_waits_for_a_compiler(session):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite compiles no query")
    assert session.scalar(sa.text("SHOW jit")) == "off"
