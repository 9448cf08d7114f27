"""Events of an engagement: where people meet, who came, what was said, what was photographed."""

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

from engage.engagements.models.engagements import Engagement
from engage.extensions import UTCDateTime, db
from engage.places.models import Locality
from engage.web.kept_pictures import Picture


class EngagementMethod(db.Model):
    """A method of the catalogue (R13), as soon as an officer used or changed it.

    Those that every installation starts with stand in rules.events.METHODS. One that is not
    offered any more stays for the events that used it.
    """

    __tablename__ = "engagement_method"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    words: Mapped[str] = mapped_column(String(200), default="")
    is_offered: Mapped[bool] = mapped_column(Boolean, default=True)


class EngagementEvent(db.Model):
    """An event, with what the place has, what support we offer, and what was said there.

    ``access`` and ``support`` are keys of rules.access, with commas between them. A cancelled
    event stays on its page with its reason, for good. ``attended`` is how many came: where from
    stands in the facts of participation, and for those counted by area in EventArea. Only officers
    read ``rough_notes``; ``notes`` are public once ``notes_published_at`` is set.
    """

    __tablename__ = "engagement_event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("title <> '' AND place <> ''", name="said_what_and_where"),
        CheckConstraint("capacity >= 1", name="capacity_of_some"),
        CheckConstraint("support = '' OR ask_for_support <> ''", name="support_can_be_asked_for"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled_for_a_reason"
        ),
        CheckConstraint("(attended IS NULL) = (counted_at IS NULL)", name="counted_once"),
        CheckConstraint("attended >= 0", name="attended_not_negative"),
        CheckConstraint(
            "counted_at IS NULL OR (counted_at >= ends_at AND cancelled_at IS NULL)",
            name="counted_afterwards",
        ),
        CheckConstraint("notes_published_at IS NULL OR notes <> ''", name="published_notes_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), index=True)
    method_key: Mapped[str] = mapped_column(ForeignKey("engagement_method.key"))
    title: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(Text)
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    capacity: Mapped[int | None] = mapped_column(Integer)
    access: Mapped[str] = mapped_column(String(200), default="")
    access_note: Mapped[str] = mapped_column(Text, default="")
    support: Mapped[str] = mapped_column(String(200), default="")
    ask_for_support: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    attended: Mapped[int | None] = mapped_column(Integer)
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rough_notes: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    notes_published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    engagement: Mapped[Engagement] = relationship()
    method: Mapped[EngagementMethod] = relationship()
    locality: Mapped[Locality | None] = relationship()
    photographs: Mapped[list["EventPhotograph"]] = relationship(
        cascade="all, delete-orphan", order_by="EventPhotograph.id"
    )

    __mapper_args__ = {"version_id_col": version}


class EventArea(db.Model):
    """How many people at an event said by hand or on a sheet that they are from a locality."""

    __tablename__ = "event_area"
    __table_args__ = (CheckConstraint("people >= 1", name="people_at_least_one"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("engagement_event.id"), primary_key=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), primary_key=True)
    people: Mapped[int] = mapped_column(Integer)


class EventPhotograph(db.Model):
    """A photograph of an event, with how those on it agreed: without consent there is none."""

    __tablename__ = "event_photograph"
    __table_args__ = (
        UniqueConstraint("picture_id"),
        CheckConstraint("consent IN ('agreed','parents','nobody')", name="consent_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("engagement_event.id"), index=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"))
    consent: Mapped[str] = mapped_column(String(10))
    consent_on: Mapped[date] = mapped_column(Date)
    consent_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    picture: Mapped[Picture] = relationship()
