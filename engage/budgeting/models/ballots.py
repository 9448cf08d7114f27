"""The ballot side: what was chosen and how it is sealed, and nothing of who chose it."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.budgeting.models.columns import exactly
from engage.extensions import UTCDateTime, db


class Ballot(db.Model):
    """One ballot. ``ballot_key`` is an HMAC of the voter's uid under the round's key.

    ``choices`` is canonical JSON, as rules.ballot_types writes it for the round's type of ballot:
    a list of project ids, or of pairs of one and its points. ``leaf`` is what the receipt is made
    of. No time, no address, no serial, no reference to a voter. A desk mark keeps the place of
    somebody who votes on paper, and has nothing of these.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        exactly("ballot_key", 32),
        exactly("salt", 16),
        exactly("leaf", 32),
        CheckConstraint(
            "source IN ('online','paper','desk','assisted','imported')", name="source_known"
        ),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("(source = 'desk') = (choices IS NULL)", name="only_a_mark_is_empty"),
        CheckConstraint(
            "(choices IS NULL) = (leaf IS NULL) AND (choices IS NULL) = (salt IS NULL)",
            name="sealed_whole",
        ),
        UniqueConstraint("round_id", "leaf"),
        Index(
            "ix_ballot_paper",
            "round_id",
            sqlite_where=text("source = 'paper'"),
            postgresql_where=text("source = 'paper'"),
        ),
        {"sqlite_with_rowid": False, "sqlite_strict": True},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    ballot_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    submission_id: Mapped[str] = mapped_column(Text)
    choices: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    leaf: Mapped[bytes | None] = mapped_column(LargeBinary)


class Seal(db.Model):
    """A fingerprint of all ballots at one moment, in any order, chained to the one before.

    ``desk`` is how many people were marked as voting on paper; they are none of ``ballots``.
    """

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("n >= 1", name="n_from_one"),
        CheckConstraint("desk >= 0", name="desk_not_negative"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ballots: Mapped[int] = mapped_column(Integer)
    desk: Mapped[int] = mapped_column(Integer, default=0)
    root: Mapped[str] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(20))
