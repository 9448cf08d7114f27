"""Engagements, whom they asked, and the facts of who took part."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    func,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.engagements.rules.about import STAGES, TOPICS
from engage.engagements.rules.planning import ANSWERS, LEVELS, level_rank
from engage.engagements.rules.reuse import NOTICES
from engage.extensions import UTCDateTime, db
from engage.places.models import AGE_KNOWN


def _rank_of(column: str) -> str:
    """SQL for the rank of a level: 1 “inform” to 5 “empower”, 0 for none and for never asked."""
    ranks = " ".join(f"WHEN '{level}' THEN {level_rank(level)}" for level in LEVELS)
    return f"CASE {column} {ranks} ELSE 0 END"


def one_of(column: str, values: Iterable[str], *, or_nothing: bool = False) -> str:
    """SQL that a column holds one of these words; '' too where it may be unsaid."""
    words = ["", *values] if or_nothing else list(values)
    listed = ",".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


class Engagement(db.Model):
    """One piece of engagement (R10). ``locality_id`` None means the whole council area.

    A consultation or a round has exactly one; the dates here are the ones that the public sees.
    ``opened_at`` is when it was made public, which is never after it opens to people by
    ``opens_at``; ``closed_at`` when its review was done. The database asks the National Standards
    of one that is worth enough (R09), and keeps ``standards_scope`` as it was when it opened.
    ``view_code`` opens the form on which people say how it was. ``reuse_words`` is what they were
    told about later uses (R11).
    """

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("kind IN ('consultation','round','event')", name="kind_known"),
        CheckConstraint(
            "level IN ('inform','consult','involve','collaborate','empower')", name="level_known"
        ),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("open_to_change <> ''", name="scope_open_given"),
        CheckConstraint("fixed <> ''", name="scope_fixed_given"),
        CheckConstraint(one_of("stage", STAGES), name="stage_known"),
        CheckConstraint("value_pence >= 0", name="value_not_negative"),
        CheckConstraint(one_of("topic", TOPICS, or_nothing=True), name="topic_known"),
        CheckConstraint("minutes_asked BETWEEN 1 AND 6000", name="minutes_sensible"),
        CheckConstraint(one_of("reuse_notice", NOTICES, or_nothing=True), name="notice_known"),
        CheckConstraint("standards_scope IN ('','seven','full')", name="standards_scope_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(150))
    purpose: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(String(12))
    open_to_change: Mapped[str] = mapped_column(Text)
    fixed: Mapped[str] = mapped_column(Text)
    methods: Mapped[str] = mapped_column(Text, default="")
    support_offered: Mapped[str] = mapped_column(Text, default="")
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    lead_partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    stage: Mapped[str] = mapped_column(
        String(10), default="understand", server_default="understand"
    )
    value_pence: Mapped[int | None] = mapped_column(BigInteger)
    topic: Mapped[str] = mapped_column(String(10), default="", server_default="")
    changed_since: Mapped[str] = mapped_column(Text, default="", server_default="")
    minutes_asked: Mapped[int | None] = mapped_column(Integer)
    is_public: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    reuse_notice: Mapped[str] = mapped_column(String(10), default="", server_default="")
    reuse_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    standards_scope: Mapped[str] = mapped_column(String(5), default="", server_default="")
    standards_edition: Mapped[str] = mapped_column(String(8), default="", server_default="")
    view_code: Mapped[str | None] = mapped_column(String(32), index=True, unique=True)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=func.now())

    invitations: Mapped[list["Invitation"]] = relationship(cascade="all, delete-orphan")


class Invitation(db.Model):
    """A body was asked to take part, up to a level (R04). An offer below the wish has a reason.

    ``wish`` is what the body wished at the time; '' if it was never asked. ``told_at`` is None for
    a body that has no address to tell it at.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("engagement_id", "body_id"),
        CheckConstraint(
            "level IN ('inform','consult','involve','collaborate','empower')", name="level_known"
        ),
        CheckConstraint(
            "wish IN ('','none','inform','consult','involve','collaborate','empower')",
            name="wish_known",
        ),
        CheckConstraint(
            f"reason <> '' OR {_rank_of('level')} >= {_rank_of('wish')}",
            name="less_than_wish_has_reason",
        ),
        Index("ix_invitation_asked", "body_id", "invited_at", "engagement_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"))
    level: Mapped[str] = mapped_column(String(12))
    wish: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InvitationAnswer(db.Model):
    """What a body answered to what it was asked; asked anew for another level, it answers anew."""

    __tablename__ = "invitation_answer"
    __table_args__ = (CheckConstraint(one_of("answer", ANSWERS), name="answer_known"),)

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True
    )
    answer: Mapped[str] = mapped_column(String(6))
    note: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class ParticipationFact(db.Model):
    """People who took part, frozen at the act: so many, from this zone, by this channel (R31).

    ``zone_code`` None: the postcode was not given or not known (``place`` says which, or that it
    lies outside). ``body_id``: a body's own contribution, which counts as a body and not as a
    resident. Ballots arrive only as whole batches, never one by one; they alone have an
    ``age_band``, where voters gave it. ``event_id`` names the event that attendance was counted at.
    """

    __tablename__ = "participation_fact"
    __table_args__ = (
        CheckConstraint("act IN ('response','ballot','proposal','attendance')", name="act_known"),
        CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')", name="place_known"
        ),
        CheckConstraint("(place IN ('matched','outside')) OR zone_code IS NULL", name="zone_known"),
        CheckConstraint("place <> 'matched' OR zone_code IS NOT NULL", name="matched_has_zone"),
        CheckConstraint(
            "channel IN ('online','paper','desk','assisted','imported','event')",
            name="channel_known",
        ),
        CheckConstraint("people >= 1", name="people_at_least_one"),
        CheckConstraint(
            f"age_band IS NULL OR (act = 'ballot' AND {AGE_KNOWN})", name="age_band_known"
        ),
        CheckConstraint("event_id IS NULL OR act = 'attendance'", name="event_attended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    act: Mapped[str] = mapped_column(String(12))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"))
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    place: Mapped[str] = mapped_column(String(10))
    age_band: Mapped[str | None] = mapped_column(String(5))
    channel: Mapped[str] = mapped_column(String(10))
    people: Mapped[int] = mapped_column(Integer, default=1)
    on_day: Mapped[date] = mapped_column(Date, index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("engagement_event.id"), index=True)
