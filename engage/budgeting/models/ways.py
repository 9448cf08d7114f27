"""The named side, before anybody votes: batches of codes, and lists of people who may vote."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.budgeting.models.columns import exactly
from engage.extensions import UTCDateTime, db


class CodeBatch(db.Model):
    """Codes that are made together: ``made`` of ``number`` stand. What they are, nobody keeps.

    ``fingerprint`` is of the batch's random name, which only the one who makes it holds. A batch
    goes from making to waiting to handed over, or is dropped on the way, with its codes void. The
    index lets a round have one unfinished batch: two presses at one moment make one.
    ``worked_at`` is when the last part was kept: a batch that stands still shows by it.
    """

    __tablename__ = "code_batch"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('making','waiting','handed_over','dropped')", name="stage_known"
        ),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("made BETWEEN 0 AND number", name="made_within_number"),
        CheckConstraint("stage IN ('making','dropped') OR made = number", name="made_whole"),
        Index(
            "uq_code_batch_unfinished",
            "round_id",
            unique=True,
            sqlite_where=text("stage IN ('making','waiting')"),
            postgresql_where=text("stage IN ('making','waiting')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    fingerprint: Mapped[str] = mapped_column(String(16), unique=True)
    number: Mapped[int] = mapped_column(Integer)
    made: Mapped[int] = mapped_column(Integer, default=0)
    stage: Mapped[str] = mapped_column(String(12), default="making")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    worked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class VoterList(db.Model):
    """What the list of a round asks for: two facts, each with its words and its kind."""

    __tablename__ = "voter_list"
    __table_args__ = (
        CheckConstraint(
            "first_kind IN ('number','date','postcode','text')", name="first_kind_known"
        ),
        CheckConstraint(
            "second_kind IN ('number','date','postcode','text')", name="second_kind_known"
        ),
        CheckConstraint("first_words <> second_words", name="two_facts"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    first_words: Mapped[str] = mapped_column(String(60))
    first_kind: Mapped[str] = mapped_column(String(10))
    second_words: Mapped[str] = mapped_column(String(60))
    second_kind: Mapped[str] = mapped_column(String(10))


class ListedVoter(db.Model):
    """Somebody on the list of a round, as two keyed hashes and nothing else.

    ``facts_key`` is of both facts, and the identity by which the voter is known once they vote
    (VoterIdentity); ``first_key`` is of the first, which one person alone has.
    """

    __tablename__ = "listed_voter"
    __table_args__ = (
        exactly("facts_key", 32),
        exactly("first_key", 32),
        UniqueConstraint("round_id", "first_key"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("voter_list.round_id"), primary_key=True)
    facts_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    first_key: Mapped[bytes] = mapped_column(LargeBinary)
