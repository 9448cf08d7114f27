"""Communities whose outcomes are poorer, who speaks for each, and what is done where nobody does.

A community is not a group: it is the people. Groups (``CommunityBody``) speak for them (R02).
"""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.bodies.models.bodies import CommunityBody
from engage.extensions import UTCDateTime, db, public_id


class Community(db.Model):
    """People of one place (localities, data zones), or who share something (R02, R26).

    ``definition`` says who belongs to it. ``disadvantaged``: their outcomes are poorer, by
    ``evidence``, as the partnership decided on ``decided_on``. ``ended_on``: it is no longer
    looked at on its own. ``version`` grows with every change.
    """

    __tablename__ = "community"
    __table_args__ = (
        CheckConstraint("kind IN ('place','interest')", name="kind_known"),
        CheckConstraint("definition <> ''", name="says_who_belongs"),
        CheckConstraint(
            "disadvantaged = false OR (evidence <> '' AND decided_on IS NOT NULL)",
            name="disadvantage_has_evidence",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(150))
    name_key: Mapped[str] = mapped_column(String(150), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    definition: Mapped[str] = mapped_column(Text)
    disadvantaged: Mapped[bool] = mapped_column(Boolean, default=False)
    evidence: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)

    localities: Mapped[list["CommunityLocality"]] = relationship(
        cascade="all, delete-orphan", order_by="CommunityLocality.locality_id"
    )
    zones: Mapped[list["CommunityZone"]] = relationship(
        cascade="all, delete-orphan", order_by="CommunityZone.zone_code"
    )


class CommunityLocality(db.Model):
    """A locality whose people belong to a community of place."""

    __tablename__ = "community_locality"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    locality_id: Mapped[int] = mapped_column(
        ForeignKey("locality.id"), primary_key=True, index=True
    )


class CommunityZone(db.Model):
    """A data zone whose people belong to a community of place that is smaller than a locality."""

    __tablename__ = "community_zone"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    zone_code: Mapped[str] = mapped_column(
        ForeignKey("data_zone.code"), primary_key=True, index=True
    )


class CommunityVoice(db.Model):
    """A group speaks for a community: on what evidence, decided by whom, and when (R02)."""

    __tablename__ = "community_voice"
    __table_args__ = (
        UniqueConstraint("community_id", "body_id"),
        CheckConstraint("evidence <> ''", name="has_evidence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    evidence: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_on: Mapped[date] = mapped_column(Date)

    community: Mapped[Community] = relationship()
    body: Mapped[CommunityBody] = relationship()


class CommunityAction(db.Model):
    """What will be done to hear from a community, by whom and by when; then what came of it."""

    __tablename__ = "community_action"
    __table_args__ = (
        CheckConstraint("what <> ''", name="says_what"),
        CheckConstraint("who <> ''", name="says_who"),
        CheckConstraint("(done_on IS NULL) = (outcome = '')", name="done_has_outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(100))
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(Text, default="")
    planned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
