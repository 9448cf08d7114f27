"""Paper ballots: each station's papers as a batch, entered twice by two people.

Nobody's name leads to a paper: what is kept here is what the papers say, in the order in which they
lay. Who has come to a station is a desk mark in the ballot box, which holds no choices.
"""

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import db


class PaperBatch(db.Model):
    """The papers of one station of a round.

    ``issued`` is how many papers the station gave out, ``declared`` how many it found in its box,
    ``numbers_by`` who said so last. ``marks`` is how many people it marked as voting on paper.
    ``witness`` is the name of whoever heard the papers read back, '' where a second person entered
    them. ``valid`` is how many votes the accepted batch put into the ballot box, ``accepted_by``
    who did that: never somebody who entered these papers and also settled where the two differed.
    ``in_hall``: the station stands in the hall where the round's evening is.
    ``needs_two``: a second person has begun to enter them, so a witness is no longer enough, even
    if what they entered was deleted.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("round_id", "station"),
        CheckConstraint("station <> ''", name="station_named"),
        CheckConstraint("issued >= 0", name="issued_not_negative"),
        CheckConstraint("declared >= 0", name="declared_not_negative"),
        CheckConstraint("marks >= 0", name="marks_not_negative"),
        CheckConstraint("valid >= 0", name="valid_not_negative"),
        CheckConstraint(
            "state IN ('open','first','mismatch','second','accepted')", name="state_known"
        ),
        CheckConstraint(
            "first_by IS NULL OR second_by IS NULL OR first_by <> second_by", name="two_people"
        ),
        CheckConstraint("witness = '' OR second_by IS NULL", name="checked_in_one_way"),
        CheckConstraint(
            "state <> 'accepted' "
            "OR (first_by IS NOT NULL AND (second_by IS NOT NULL OR witness <> ''))",
            name="accepted_was_checked",
        ),
        CheckConstraint("witness = '' OR NOT needs_two", name="read_back_before_two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    station: Mapped[str] = mapped_column(String(80))
    issued: Mapped[int] = mapped_column(Integer)
    declared: Mapped[int] = mapped_column(Integer)
    numbers_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    marks: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default="open")
    first_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    witness: Mapped[str] = mapped_column(String(100), default="")
    valid: Mapped[int] = mapped_column(Integer, default=0)
    explanation: Mapped[str] = mapped_column(Text, default="")
    needs_two: Mapped[bool] = mapped_column(Boolean, default=False)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    in_hall: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class PaperEntry(db.Model):
    """What one paper says, as somebody entered it: in pass 1 or 2, or 3 for a third look.

    ``choices`` is what a ballot would hold; None where the paper is spoilt, and ``spoilt`` is why.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq_from_one"),
        CheckConstraint("pass_no IN (1,2,3)", name="pass_known"),
        CheckConstraint("(choices IS NULL) <> (spoilt IS NULL)", name="counts_or_spoilt"),
        CheckConstraint(
            "spoilt IN ('blank','many','unclear','named','other') "
            "OR (spoilt = 'absent' AND pass_no = 3)",
            name="spoilt_known",
        ),
        {"sqlite_with_rowid": False},
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    pass_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    choices: Mapped[str | None] = mapped_column(Text)
    spoilt: Mapped[str | None] = mapped_column(String(10))
    entered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
