"""The shared calendar: what partners run elsewhere, and the elections to be quiet before (R12)."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.engagements.models.engagements import one_of
from engage.engagements.rules.about import TOPICS
from engage.engagements.rules.calendar import ENTRY_KINDS
from engage.extensions import UTCDateTime, db, public_id


class CalendarEntry(db.Model):
    """A partner's own engagement that is not run on this site. ``uid`` names it in every feed."""

    __tablename__ = "calendar_entry"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint(one_of("kind", ENTRY_KINDS), name="kind_known"),
        CheckConstraint(one_of("topic", TOPICS, or_nothing=True), name="topic_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    title: Mapped[str] = mapped_column(String(150))
    about: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(String(10), default="")
    changed_since: Mapped[str] = mapped_column(Text, default="")
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    link: Mapped[str] = mapped_column(String(500), default="")
    is_public: Mapped[bool] = mapped_column(Boolean, default=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Election(db.Model):
    """A poll, and the day from which a council says little before it; ``source`` is who says so."""

    __tablename__ = "election"
    __table_args__ = (
        CheckConstraint("quiet_from <= poll_on", name="quiet_before_the_poll"),
        CheckConstraint("source <> ''", name="source_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(150))
    poll_on: Mapped[date] = mapped_column(Date, index=True)
    quiet_from: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
