"""How a round was held against the PB Charter, before the vote and after it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class CharterAnswer(db.Model):
    """How far a round had one feature of the Charter, and what shows it (R75)."""

    __tablename__ = "charter_answer"
    __table_args__ = (
        CheckConstraint("moment IN ('before','after')", name="moment_known"),
        CheckConstraint(
            "feature IN ('fair','participatory','deliberative','empowering','creative',"
            "'transparent','democratic')",
            name="feature_known",
        ),
        CheckConstraint("answer IN ('yes','partly','no')", name="answer_known"),
        CheckConstraint("evidence <> ''", name="evidence_given"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    moment: Mapped[str] = mapped_column(String(6), primary_key=True)
    feature: Mapped[str] = mapped_column(String(14), primary_key=True)
    answer: Mapped[str] = mapped_column(String(6))
    evidence: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class CharterDraft(db.Model):
    """What officers have written so far for one feature; nobody else reads it before all is said.

    Either part may be empty. The answers that count are those of CharterAnswer: all seven or none.
    """

    __tablename__ = "charter_draft"
    __table_args__ = (
        CheckConstraint("moment IN ('before','after')", name="moment_known"),
        CheckConstraint(
            "feature IN ('fair','participatory','deliberative','empowering','creative',"
            "'transparent','democratic')",
            name="feature_known",
        ),
        CheckConstraint("answer IN ('','yes','partly','no')", name="answer_known"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    moment: Mapped[str] = mapped_column(String(6), primary_key=True)
    feature: Mapped[str] = mapped_column(String(14), primary_key=True)
    answer: Mapped[str] = mapped_column(String(6))
    evidence: Mapped[str] = mapped_column(Text)
