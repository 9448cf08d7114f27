"""The third sector interface: its standing in the partnership, and whom it supports (R08)."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.bodies.models.bodies import CommunityBody
from engage.extensions import db


class InterfaceStanding(db.Model):
    """Whether a third sector interface is a partner or signed the plan, or why it is neither."""

    __tablename__ = "interface_standing"
    __table_args__ = (
        CheckConstraint("standing IN ('partner','signatory','neither')", name="standing_known"),
        CheckConstraint("standing <> 'neither' OR reason <> ''", name="neither_has_reason"),
    )

    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), primary_key=True)
    standing: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date] = mapped_column(Date)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class SupportLink(db.Model):
    """A third sector interface supports a body: with what, from which day, and until when."""

    __tablename__ = "support_link"
    __table_args__ = (
        CheckConstraint("interface_id <> body_id", name="supports_another"),
        CheckConstraint("what <> ''", name="says_what"),
        CheckConstraint("ended_on IS NULL OR ended_on >= since_on", name="ends_after_it_began"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    interface_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    what: Mapped[str] = mapped_column(String(200))
    since_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

    interface: Mapped[CommunityBody] = relationship(foreign_keys=[interface_id])
    body: Mapped[CommunityBody] = relationship(foreign_keys=[body_id])
