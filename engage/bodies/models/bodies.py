"""Community bodies (section 4(9)): of place or of interest, constituted or not."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.extensions import UTCDateTime, db, public_id


class CommunityBody(db.Model):
    """A group that may contribute to community planning (R01). Being unconstituted is no fault.

    ``name_key`` is rules.name_key of the name, so that one name stands once; a declined group
    gives its name free again (rules.freed_key). ``reason`` is what a declined group was told, and
    why a lapsed one is known to have ended, on ``lapsed_on``; a dormant one may be active again.
    ``contact_role`` and ``contact_email`` are never public. ``represents_disadvantage`` is what the
    group says of itself until ``regard_decided_on`` says that the partnership agrees (R02).
    ``reference_hash`` belongs to whoever registered it without an account. ``version`` grows with
    every change.
    """

    __tablename__ = "community_body"
    __table_args__ = (
        CheckConstraint("basis IN ('place','interest','both')", name="basis_known"),
        CheckConstraint(
            "stage IN ('proposed','registered','declined','dormant','lapsed')", name="stage_known"
        ),
        CheckConstraint(
            "(stage = 'lapsed') = (lapsed_on IS NOT NULL) "
            "AND (stage <> 'lapsed' OR (reason IS NOT NULL AND reason <> ''))",
            name="lapsed_has_day_and_reason",
        ),
        CheckConstraint(
            "stage <> 'declined' OR (reason IS NOT NULL AND reason <> '')",
            name="declined_has_reason",
        ),
        CheckConstraint(
            "represents_disadvantage = false OR evidence <> ''", name="regard_has_evidence"
        ),
        Index("ix_community_body_by_name", "stage", "name_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(150))
    name_key: Mapped[str] = mapped_column(String(150), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    basis: Mapped[str] = mapped_column(String(10))
    is_constituted: Mapped[bool] = mapped_column(Boolean)
    purpose: Mapped[str] = mapped_column(Text)
    interests: Mapped[str] = mapped_column(String(300), default="")
    contact_role: Mapped[str] = mapped_column(String(60), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    represents_disadvantage: Mapped[bool] = mapped_column(Boolean, default=False)
    evidence: Mapped[str] = mapped_column(Text, default="")
    regard_decided_on: Mapped[date | None] = mapped_column(Date)
    stage: Mapped[str] = mapped_column(String(12), default="proposed")
    reason: Mapped[str | None] = mapped_column(Text)
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    lapsed_on: Mapped[date | None] = mapped_column(Date)
    reference_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    localities: Mapped[list["BodyLocality"]] = relationship(
        cascade="all, delete-orphan", order_by="BodyLocality.locality_id"
    )
    representatives: Mapped[list["Representative"]] = relationship(
        cascade="all, delete-orphan", order_by="Representative.id", back_populates="body"
    )
    wishes: Mapped[list["ParticipationWish"]] = relationship(
        cascade="all, delete-orphan", order_by="ParticipationWish.id"
    )


class BodyLocality(db.Model):
    """A locality that a body belongs to. None at all means the whole council area."""

    __tablename__ = "body_locality"

    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), primary_key=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), primary_key=True)


class Representative(db.Model):
    """Somebody who speaks for a body through an account of their own."""

    __tablename__ = "representative"
    __table_args__ = (
        UniqueConstraint("body_id", "account_id"),
        CheckConstraint("part IN ('secretary','member','reader')", name="part_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    part: Mapped[str] = mapped_column(String(10), default="secretary")

    body: Mapped[CommunityBody] = relationship(back_populates="representatives")


class ParticipationWish(db.Model):
    """How far a body wishes to take part (s.4(6)(c), R03); “none” is an answer. Never changed.

    ``topic`` '' is the wish for everything, ``stage`` '' that for every stage of the work; see
    ``rules.wishes.wish_for`` for which one counts. ``topic_key`` is ``topic_key`` of the topic.
    """

    __tablename__ = "participation_wish"
    __table_args__ = (
        CheckConstraint(
            "level IN ('none','inform','consult','involve','collaborate','empower')",
            name="level_known",
        ),
        CheckConstraint(
            "stage IN ('','understand','prioritise','design','resource','deliver','review')",
            name="stage_known",
        ),
        Index("ix_participation_wish_counts", "body_id", "topic_key", "stage", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"))
    level: Mapped[str] = mapped_column(String(12))
    topic: Mapped[str] = mapped_column(String(100), default="")
    topic_key: Mapped[str] = mapped_column(String(100), default="")
    stage: Mapped[str] = mapped_column(String(12), default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    source: Mapped[str] = mapped_column(String(60))
