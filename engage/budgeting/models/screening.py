"""Checking proposals: published criteria, checks that stand, interests, replies and reviewers."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.pots import Pot
from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db

KNOWN_ANSWER = "answer IN ('met','not_met','not_relevant')"


class Criterion(db.Model):
    """What every proposal of a round is held against; fixed when the round is published."""

    __tablename__ = "criterion"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 10", name="at_most_ten"),
        CheckConstraint("length(trim(words)) > 0", name="words_given"),
        UniqueConstraint("round_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    position: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(String(300))


class ProposalCheck(db.Model):
    """One check of a proposal, kept as it was made: the newest one counts.

    ``cost_pence`` is what was asked for then, ``checked_cost_pence`` what the check found where
    that differs; ``pot`` is the part of the fund that it put the proposal to, where that asked
    another one. The database lets nobody check who has not said whether they have an interest.
    """

    __tablename__ = "proposal_check"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("decision IN ('accept','leave_out')", name="decision_known"),
        CheckConstraint("decision <> 'leave_out' OR reason <> ''", name="reason_given"),
        CheckConstraint("checked_cost_pence IS NULL OR cost_reason <> ''", name="cost_explained"),
        CheckConstraint("pot_id IS NULL OR pot_reason <> ''", name="pot_explained"),
        UniqueConstraint("proposal_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int] = mapped_column(Integer)
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    checked_cost_pence: Mapped[int | None] = mapped_column(BigInteger)
    cost_reason: Mapped[str] = mapped_column(Text, default="")
    pot_id: Mapped[int | None] = mapped_column(ForeignKey("pot.id"))
    pot_reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    answers: Mapped[list["CheckAnswer"]] = relationship()
    pot: Mapped[Pot | None] = relationship()


class CheckAnswer(db.Model):
    """How a proposal stood to one criterion at one check."""

    __tablename__ = "check_answer"
    __table_args__ = (
        CheckConstraint(KNOWN_ANSWER, name="answer_known"),
        CheckConstraint("answer <> 'not_met' OR note <> ''", name="note_given"),
    )

    check_id: Mapped[int] = mapped_column(ForeignKey("proposal_check.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")


class Interest(db.Model):
    """What somebody said before they checked a proposal: whether they have an interest in it.

    A “no” can become a “yes”, never the other way round.
    """

    __tablename__ = "interest"
    __table_args__ = (CheckConstraint("NOT has_conflict OR words <> ''", name="conflict_in_words"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    has_conflict: Mapped[bool] = mapped_column(Boolean)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Reply(db.Model):
    """What somebody answered whose proposal was left out: once, and kept as it was sent."""

    __tablename__ = "proposal_reply"
    __table_args__ = (CheckConstraint("length(trim(words)) > 0", name="words_given"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("proposal_check.id"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    check: Mapped[ProposalCheck] = relationship()


class RoundReviewer(db.Model):
    """Somebody from the community who looks at the proposals of a round; officers decide.

    What they may do hangs on the round and not on their account. ``ended_at``: they no longer do.
    """

    __tablename__ = "round_reviewer"
    __table_args__ = (CheckConstraint("account_id <> invited_by", name="two_people"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    round: Mapped[Round] = relationship()


class Recommendation(db.Model):
    """What a reviewer says of a proposal and one criterion; theirs to change until the ballot."""

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint(KNOWN_ANSWER, name="answer_known"),
        CheckConstraint("answer <> 'not_met' OR note <> ''", name="note_given"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
