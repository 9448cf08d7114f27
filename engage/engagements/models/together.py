"""What bodies and services make together, and what bodies learn from each other (R17, R32)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class Coproduction(db.Model):
    """A service that a body makes, or might make, together with a partner (R17).

    ``wish_id`` is the body's wish that it rests on: to decide together at the least, which the
    database asks for. It can't be under way before ``capacity`` says what the check found: what
    the body can take on, and what it needs.
    """

    __tablename__ = "coproduction"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('understand','prioritise','design','resource','deliver','review')",
            name="stage_known",
        ),
        CheckConstraint(
            "state IN ('considered','under_way','ended','not_taken_up')", name="state_known"
        ),
        CheckConstraint("(capacity = '') = (capacity_on IS NULL)", name="capacity_has_day"),
        CheckConstraint("state <> 'under_way' OR capacity <> ''", name="under_way_was_checked"),
        CheckConstraint("state <> 'not_taken_up' OR reason <> ''", name="not_taken_up_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(String(150))
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    wish_id: Mapped[int] = mapped_column(ForeignKey("participation_wish.id"))
    stage: Mapped[str] = mapped_column(String(12))
    who_decides: Mapped[str] = mapped_column(String(150))
    who_holds_money: Mapped[str] = mapped_column(String(150))
    capacity: Mapped[str] = mapped_column(Text, default="")
    capacity_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(14), default="considered")
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PeerLink(db.Model):
    """One body learns from another, and what it learned (R32)."""

    __tablename__ = "peer_link"
    __table_args__ = (
        CheckConstraint("from_body_id <> to_body_id", name="two_bodies"),
        CheckConstraint("activity <> ''", name="activity_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"))
    to_body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"))
    on_day: Mapped[date] = mapped_column(Date)
    activity: Mapped[str] = mapped_column(String(200))
    lesson: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
