"""What was decided with people (R80), and where what they said is used again (R11)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.engagements.models.engagements import one_of
from engage.engagements.rules.levels import DECISIONS
from engage.engagements.rules.planning import LEVELS
from engage.engagements.rules.reuse import BASES, ITEMS, PLANS
from engage.extensions import UTCDateTime, db


class EngagementDecision(db.Model):
    """A decision that an engagement was about, with the level that people were offered then."""

    __tablename__ = "engagement_decision"
    __table_args__ = (
        CheckConstraint(one_of("kind", DECISIONS), name="kind_known"),
        CheckConstraint(one_of("level_offered", LEVELS), name="level_known"),
        CheckConstraint("title <> ''", name="title_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    decided_on: Mapped[date] = mapped_column(Date)
    level_offered: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class EvidenceUse(db.Model):
    """What people said here is used in another plan, as far as they were told that it may be."""

    __tablename__ = "evidence_use"
    __table_args__ = (
        CheckConstraint(one_of("item", ITEMS), name="item_known"),
        CheckConstraint(one_of("plan_kind", PLANS), name="plan_kind_known"),
        CheckConstraint(one_of("basis", BASES), name="basis_known"),
        CheckConstraint("item_reference <> '' AND plan_reference <> ''", name="references_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    item: Mapped[str] = mapped_column(String(10))
    item_reference: Mapped[str] = mapped_column(String(300))
    plan_kind: Mapped[str] = mapped_column(String(12))
    plan_reference: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
