"""Groups of the partnership, the seats that communities have in them, and what they brought."""

from datetime import date

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

from engage.bodies.models import CommunityBody
from engage.extensions import db


class PartnershipGroup(db.Model):
    """A board, a theme group or a locality group of the partnership (R16).

    One without a seat for communities says why. Its public word is “board or group”, since
    “group” alone is a community's.
    """

    __tablename__ = "partnership_group"
    __table_args__ = (
        CheckConstraint("level IN ('board','theme','locality')", name="level_known"),
        CheckConstraint("has_seats OR no_seat_reason <> ''", name="no_seat_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(150), unique=True)
    level: Mapped[str] = mapped_column(String(10))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    has_seats: Mapped[bool] = mapped_column(Boolean)
    no_seat_reason: Mapped[str] = mapped_column(Text, default="")

    seats: Mapped[list["GroupSeat"]] = relationship(
        cascade="all, delete-orphan", order_by="GroupSeat.from_on, GroupSeat.id"
    )
    meetings: Mapped[list["GroupMeeting"]] = relationship(
        cascade="all, delete-orphan", order_by="GroupMeeting.on_day, GroupMeeting.id"
    )


class GroupSeat(db.Model):
    """A body's seat, with a vote or without, from a day until another; None while it lasts.

    Who sits on it stands nowhere: the seat is the body's.
    """

    __tablename__ = "group_seat"
    __table_args__ = (
        UniqueConstraint("group_id", "body_id", "from_on"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    votes: Mapped[bool] = mapped_column(Boolean)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)

    body: Mapped[CommunityBody] = relationship()


class GroupMeeting(db.Model):
    """A meeting that took place: which bodies came, how many people for them, what they brought.

    ``challenge`` is what communities asked the partnership to account for, at a meeting that
    looks at how it does (``is_monitoring``); ``answer`` is what was answered.
    """

    __tablename__ = "group_meeting"
    __table_args__ = (
        UniqueConstraint("group_id", "on_day"),
        CheckConstraint("people >= 0", name="people_counted"),
        CheckConstraint("challenge = '' OR is_monitoring", name="challenge_where_it_is_monitored"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"), index=True)
    on_day: Mapped[date] = mapped_column(Date, index=True)
    people: Mapped[int] = mapped_column(Integer, default=0)
    is_monitoring: Mapped[bool] = mapped_column(Boolean, default=False)
    challenge: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")

    attended: Mapped[list["MeetingBody"]] = relationship(cascade="all, delete-orphan")
    items: Mapped[list["AgendaItem"]] = relationship(
        cascade="all, delete-orphan", order_by="AgendaItem.id"
    )


class MeetingBody(db.Model):
    """A body that was at a meeting."""

    __tablename__ = "meeting_body"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), primary_key=True)


class AgendaItem(db.Model):
    """What a community put on the agenda, and what became of it."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("what <> ''", name="says_what"),
        CheckConstraint("fate IN ('open','agreed','in_part','not_agreed')", name="fate_known"),
        CheckConstraint("fate = 'open' OR became <> ''", name="settled_says_how"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"))
    what: Mapped[str] = mapped_column(Text)
    fate: Mapped[str] = mapped_column(String(10), default="open")
    became: Mapped[str] = mapped_column(Text, default="")

    body: Mapped[CommunityBody | None] = relationship()
