"""Answers to the National Standards, what shows them, and what people who took part say (R09)."""

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
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.engagements.models.engagements import one_of
from engage.engagements.rules.planning import LEVELS
from engage.engagements.rules.standards import EDITIONS, EVIDENCE, STANDARDS, USUAL_VALUE_PENCE
from engage.extensions import UTCDateTime, db

_KNOWN = [code for parts in EDITIONS.values() for asked in parts for code in asked]


class EngagementSettings(db.Model):
    """The one row that says from which value on the 38 indicators apply.

    ``value_always_needed``: a consultation or a vote opens only once its value is said, too.
    """

    __tablename__ = "engagement_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("standards_from_pence >= 0", name="value_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    standards_from_pence: Mapped[int] = mapped_column(BigInteger, default=USUAL_VALUE_PENCE)
    value_always_needed: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default=false()
    )


class StandardAnswer(db.Model):
    """The answer of officers, or of one partner, to one indicator, in the plan or the review.

    ``whose`` is '' for officers and a partner's id for a partner's; ``score`` is from 1 to 6.
    """

    __tablename__ = "standard_answer"
    __table_args__ = (
        UniqueConstraint("engagement_id", "edition", "indicator", "phase", "whose"),
        CheckConstraint(one_of("edition", EDITIONS), name="edition_known"),
        CheckConstraint(one_of("indicator", sorted(set(_KNOWN))), name="indicator_known"),
        CheckConstraint("phase IN ('plan','review')", name="phase_known"),
        CheckConstraint("score BETWEEN 1 AND 6", name="score_known"),
        CheckConstraint("answer <> '' OR score IS NOT NULL", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    edition: Mapped[str] = mapped_column(String(8))
    indicator: Mapped[str] = mapped_column(String(4))
    phase: Mapped[str] = mapped_column(String(6))
    whose: Mapped[str] = mapped_column(String(10), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    score: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    evidence: Mapped[list["StandardEvidence"]] = relationship(
        order_by="StandardEvidence.id", cascade="all, delete-orphan"
    )

    @property
    def assessor(self) -> str:
        """A key of rules.ASSESSORS."""
        return "partner" if self.whose else "officer"


class StandardEvidence(db.Model):
    """What shows that an answer is true: one of the engagement's packs, or a reference in words."""

    __tablename__ = "standard_evidence"
    __table_args__ = (
        CheckConstraint(one_of("kind", EVIDENCE), name="kind_known"),
        CheckConstraint("(kind = 'pack') = (pack_id IS NOT NULL)", name="pack_is_one"),
        CheckConstraint("kind = 'pack' OR reference <> ''", name="reference_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("standard_answer.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("information_pack.id"))
    reference: Mapped[str] = mapped_column(String(300), default="")


class ParticipantView(db.Model):
    """How one who took part saw it: a score for each Standard, and how far they shaped it (R80).

    No name, no time, no words; the database takes no change.
    """

    __tablename__ = "participant_view"
    __table_args__ = (
        *(
            CheckConstraint(f"score_{letter.lower()} BETWEEN 1 AND 6", name=f"score_{letter}_known")
            for letter in STANDARDS
        ),
        CheckConstraint(one_of("felt", LEVELS, or_nothing=True), name="felt_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    score_i: Mapped[int | None] = mapped_column(Integer)
    score_s: Mapped[int | None] = mapped_column(Integer)
    score_p: Mapped[int | None] = mapped_column(Integer)
    score_w: Mapped[int | None] = mapped_column(Integer)
    score_m: Mapped[int | None] = mapped_column(Integer)
    score_c: Mapped[int | None] = mapped_column(Integer)
    score_x: Mapped[int | None] = mapped_column(Integer)
    felt: Mapped[str] = mapped_column(String(12), default="")
