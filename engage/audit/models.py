"""The trail's table. The database itself refuses to change or delete an entry (migration 0001)."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class AuditEvent(db.Model):
    """One thing that an officer or the system did."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40), index=True)
    object: Mapped[str] = mapped_column(String(120), index=True)
    detail: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """The detail as pairs of name and value, to be shown; as it stands where it was spoilt."""
        try:
            return list(json.loads(self.detail).items())
        except (ValueError, AttributeError):
            return [("?", self.detail)]


class AuditHead(db.Model):
    """The one row that says where the trail ends; writing an entry takes its lock."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
