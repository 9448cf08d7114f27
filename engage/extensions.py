"""The Flask extensions, unbound, and the column types that every slice's tables share."""

import math
import sqlite3
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVarTuple

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, Row, Select, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The declarative base: every constraint has a name, as SQLite's migrations need."""

    metadata = MetaData(naming_convention=NAMING)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Stored in UTC, given back aware; a naive datetime is refused as a mistake."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def public_id() -> str:
    """Return a new random identifier for a URL where guessing would matter."""
    return str(uuid.uuid4())


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, record: Any) -> None:
    """Give each SQLite connection the guarantees that PostgreSQL has by default."""
    if not isinstance(connection, sqlite3.Connection):
        return
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "secure_delete=ON",
        "recursive_triggers=ON",  # or REPLACE would delete without asking the guards of deletion
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "connect")
def _set_up_postgresql(connection: Any, record: Any) -> None:
    """Have no query compiled: our pages ask small questions of many tables, for which PostgreSQL
    would spend a tenth of a second on compiling, each time, and gain nothing."""
    if not isinstance(connection, sqlite3.Connection):
        connection.execute("SET jit = off")
        connection.commit()


#: A connection that was in use so few seconds ago is taken for alive. To try it before each use
#: would cost a vote a tenth of its time.
ALIVE_FOR = 5.0


@event.listens_for(Pool, "checkin")
def _note_use(connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _try_after_rest(connection: Any, record: Any, proxy: Any) -> None:
    """Try a connection that rested, so that a database that was restarted costs no request.

    Raises InvalidatePoolError, upon which the pool connects anew.
    """
    rested = time.monotonic() - record.info.get("used", math.inf)
    if rested < ALIVE_FOR or isinstance(connection, sqlite3.Connection):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:  # whatever it is: this connection is of no use
        raise InvalidatePoolError from error


def _sender() -> str:
    """Return the block of addresses that a request came from, as the application tells them."""
    return str(current_app.extensions["sender"]())


#: Forms that one address may send: enough for a library, a school or an office behind it, too few
#: to write to a town. What is tried at one account or code is counted in the database besides.
A_BUILDING = "300 per hour"

db = SQLAlchemy(model_class=Model)
migrate = Migrate()
login_manager = LoginManager()
limiter = Limiter(key_func=_sender)
babel = Babel()

Columns = TypeVarTuple("Columns")


def many_rows(
    query: Select[*Columns], values: dict[str, Any] | None = None
) -> Sequence[Row[*Columns]]:
    """Return the rows of a question that asks for columns, not for objects.

    For thousands of them: they come straight from the database, past the session, which would look
    at each. What waits in the session is not written first.
    """
    return db.session.connection().execute(query, values).all()
