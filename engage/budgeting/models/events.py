"""Where people meet about a round: evenings of pitches, and drop-ins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db, public_id


class RoundEvent(db.Model):
    """An event of a round, with what the place has and what support we offer.

    ``access`` and ``support`` are keys of engagements.rules.access, with commas between them. A
    cancelled event stays on the page with its reason, for good. ``attended`` is how many came: a
    number and no names, entered once it is over. ``changed_at`` is when calendars must fetch it
    again.
    """

    __tablename__ = "round_event"
    __table_args__ = (
        CheckConstraint("kind IN ('pitches','drop_in')", name="kind_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("title <> '' AND place <> ''", name="said_what_and_where"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')", name="cancelled_for_a_reason"
        ),
        CheckConstraint("(attended IS NULL) = (counted_at IS NULL)", name="counted_once"),
        CheckConstraint("attended >= 0", name="attended_not_negative"),
        CheckConstraint(
            "counted_at IS NULL OR (counted_at >= ends_at AND cancelled_at IS NULL)",
            name="counted_afterwards",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(Text)
    access: Mapped[str] = mapped_column(String(200), default="")
    access_note: Mapped[str] = mapped_column(Text, default="")
    support: Mapped[str] = mapped_column(String(200), default="")
    ask_for_support: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    attended: Mapped[int | None] = mapped_column(Integer)
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    round: Mapped[Round] = relationship()

    __mapper_args__ = {"version_id_col": version}
