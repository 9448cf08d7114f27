"""How a round is kept safe: recovery sheets, the end of its key, gaps that were acknowledged."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class RecoverySheet(db.Model):
    """One printed sheet with keys. ``round_id`` None: the installation's own two keys.

    ``mark`` is what the sheet's keys are known by. ``reason`` says why it was printed again, ''
    for the first. A sheet is tested once somebody has typed it back, and destroyed for good.
    """

    __tablename__ = "recovery_sheet"
    __table_args__ = (
        CheckConstraint("(tested_at IS NULL) = (tested_by IS NULL)", name="tested_by_somebody"),
        CheckConstraint(
            "(destroyed_at IS NULL) = (destroyed_by IS NULL)", name="destroyed_by_somebody"
        ),
        CheckConstraint("destroyed_at IS NULL OR round_id IS NOT NULL", name="installation_keeps"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    mark: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(500), default="")
    printed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    printed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    tested_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tested_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    destroyed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class KeyRemoval(db.Model):
    """The end of a declared round's key on the server, and of its register of voters."""

    __tablename__ = "key_removal"
    __table_args__ = (
        CheckConstraint("erased_at IS NULL OR erased_at >= removed_at", name="erased_after"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    removed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class GapAcknowledged(db.Model):
    """Two officers know that the database was put back from an older copy, and what it lost.

    ``n`` and ``seal_hash`` are of the newest seal of the record outside; ``kept_n`` of the newest
    that the database still had, 0 for none. ``ballots_then`` and ``ballots_now`` are counts.
    """

    __tablename__ = "gap_acknowledged"
    __table_args__ = (
        CheckConstraint("first_by <> second_by", name="two_people"),
        CheckConstraint("(second_by IS NULL) = (second_at IS NULL)", name="second_has_time"),
        CheckConstraint("kept_n >= 0 AND kept_n < n", name="seals_lost"),
        CheckConstraint("ballots_then >= 0 AND ballots_now >= 0", name="ballots_not_negative"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    seal_hash: Mapped[str] = mapped_column(String(64))
    kept_n: Mapped[int] = mapped_column(Integer)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ballots_then: Mapped[int] = mapped_column(Integer)
    ballots_now: Mapped[int] = mapped_column(Integer)
    first_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def lost(self) -> int:
        """How many ballots are gone, as far as the record tells."""
        return max(0, self.ballots_then - self.ballots_now)


class Scrutineer(db.Model):
    """Somebody outside who is sent each seal of a round, and so keeps it out of our reach."""

    __tablename__ = "scrutineer"
    __table_args__ = (UniqueConstraint("round_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
