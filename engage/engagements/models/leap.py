"""An engagement as Analyse, Plan, Do, Review (R79)."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.engagements.models.engagements import one_of
from engage.engagements.rules.leap import MET
from engage.extensions import UTCDateTime, db


class LeapRecord(db.Model):
    """What was written under each stage; '' where nothing was yet."""

    __tablename__ = "leap_record"

    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), primary_key=True)
    need: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    stakeholders: Mapped[str] = mapped_column(Text, default="")
    outcomes: Mapped[str] = mapped_column(Text, default="")
    inputs: Mapped[str] = mapped_column(Text, default="")
    processes: Mapped[str] = mapped_column(Text, default="")
    outputs: Mapped[str] = mapped_column(Text, default="")
    responsibilities: Mapped[str] = mapped_column(Text, default="")
    monitoring: Mapped[str] = mapped_column(Text, default="")
    results: Mapped[str] = mapped_column(Text, default="")
    learning: Mapped[str] = mapped_column(Text, default="")
    next_steps: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class LeapIndicator(db.Model):
    """How we will know if it worked: set in Plan, fixed by the database once it is open."""

    __tablename__ = "leap_indicator"
    __table_args__ = (
        UniqueConstraint("engagement_id", "position"),
        UniqueConstraint("id", "engagement_id"),
        CheckConstraint("words <> ''", name="words_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    position: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(String(300))
    target: Mapped[str] = mapped_column(String(300), default="")


class LeapJudgement(db.Model):
    """The result of one indicator in Review: always of one that the same plan had set."""

    __tablename__ = "leap_judgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["indicator_id", "engagement_id"], ["leap_indicator.id", "leap_indicator.engagement_id"]
        ),
        CheckConstraint(one_of("met", MET), name="met_known"),
    )

    indicator_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    engagement_id: Mapped[int] = mapped_column(Integer)
    met: Mapped[str] = mapped_column(String(8))
    result: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
