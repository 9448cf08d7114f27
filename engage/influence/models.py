"""Findings, what they rest on, and how each shaped a priority."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.engagements.models import Engagement
from engage.extensions import UTCDateTime, db
from engage.plans.models import Priority


class Finding(db.Model):
    """What an engagement found people to say (R34), what it rests on and who said otherwise.

    ``section`` is whose view it is, like “young carers” or “shop owners”; '' for people in general.
    """

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("engagement_id", "number"),
        CheckConstraint("kind IN ('need','opportunity','view')", name="kind_known"),
        CheckConstraint("statement <> ''", name="statement_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))
    theme: Mapped[str] = mapped_column(String(60))
    section: Mapped[str] = mapped_column(String(60), default="")
    statement: Mapped[str] = mapped_column(Text)
    dissent: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    engagement: Mapped[Engagement] = relationship()
    sources: Mapped[list["FindingSource"]] = relationship(cascade="all, delete-orphan")
    influences: Mapped[list["Influence"]] = relationship(
        order_by="Influence.id", back_populates="finding"
    )


class FindingSource(db.Model):
    """One thing that a finding rests on, by its id.

    A response, a comment or a proposal; what an event's notes say; a Place Standard exercise; a
    plan that a community made itself.
    """

    __tablename__ = "finding_source"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('response','comment','proposal','event','exercise','plan')", name="kind_known"
        ),
        Index("ix_finding_source_kind_source_id", "kind", "source_id"),
    )

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    source_id: Mapped[int] = mapped_column(Integer, primary_key=True)


class Influence(db.Model):
    """How one finding shaped one priority: changed it (text before and after), confirmed it, or
    was not taken up, with the reason (R46, R47).

    ``decided_by`` is the group or role that decided, like “the board”. ``priority_id`` None: not
    taken up, and not about one priority. ``told_at`` is when the contributors were told.
    """

    __tablename__ = "influence"
    __table_args__ = (
        UniqueConstraint("finding_id", "priority_id"),
        CheckConstraint("effect IN ('changed','confirmed','not_taken_up')", name="effect_known"),
        CheckConstraint(
            "effect <> 'changed' OR (priority_id IS NOT NULL AND before_text IS NOT NULL "
            "AND after_text IS NOT NULL AND before_text <> after_text)",
            name="change_has_texts",
        ),
        CheckConstraint("effect <> 'confirmed' OR priority_id IS NOT NULL", name="confirmed_what"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("decided_by <> ''", name="decided_by_given"),
        Index(
            "uq_influence_no_priority",
            "finding_id",
            unique=True,
            sqlite_where=text("priority_id IS NULL"),
            postgresql_where=text("priority_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"), index=True)
    effect: Mapped[str] = mapped_column(String(12))
    before_text: Mapped[str | None] = mapped_column(Text)
    after_text: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    finding: Mapped[Finding] = relationship(back_populates="influences")
    priority: Mapped[Priority | None] = relationship()
