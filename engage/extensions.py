"""The Flask extensions, unbound, and the column types that every slice's tables share."""

import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase
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
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


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
