"""Where a body is offered less than it wishes, or its ask is not followed (R04)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class Declination(db.Model):
    """A body does not get what it wished or asked for: why, who decided, and when it was told.

    ``kind`` is “offer” (an invitation below the wish, at most one for each), “not_asked” (it
    wished to take part in ``engagement_id`` and was not invited) or “ask” (something else that it
    asked for, in ``ask``). ``decided_by`` is a group or a role, never a person. ``due_on`` is the
    day by which the body is to be told. The database closes none without a reason, who decided and
    ``notified_on``, and keeps a closed one as it was told until it is reopened. “lapsed”: the
    offer was raised, or what was asked for was done after all.
    """

    __tablename__ = "declination"
    __table_args__ = (
        CheckConstraint("kind IN ('offer','not_asked','ask')", name="kind_known"),
        CheckConstraint("state IN ('open','closed','reopened','lapsed')", name="state_known"),
        CheckConstraint(
            "reason_code IN ('','law','decided','time','money','scope','fair','safety','other')",
            name="reason_known",
        ),
        CheckConstraint("channel IN ('','email','letter','phone','meeting')", name="channel_known"),
        CheckConstraint(
            "state <> 'closed' OR (reason <> '' AND decided_by <> '' AND notified_on IS NOT NULL)",
            name="closed_is_whole",
        ),
        CheckConstraint("(notified_on IS NULL) = (channel = '')", name="told_by_a_channel"),
        CheckConstraint("state <> 'reopened' OR reopened_on IS NOT NULL", name="reopened_has_day"),
        CheckConstraint("kind <> 'ask' OR ask <> ''", name="ask_given"),
        CheckConstraint("kind <> 'offer' OR invitation_id IS NOT NULL", name="offer_given"),
        CheckConstraint("(reply = '') = (replied_at IS NULL)", name="reply_has_time"),
        Index("ix_declination_state_due_on", "state", "due_on"),
        Index("ix_declination_decided_on", "decided_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), unique=True)
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), index=True)
    ask: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[str] = mapped_column(String(12), default="")
    offer: Mapped[str] = mapped_column(String(12), default="")
    reason_code: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decided_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    notified_on: Mapped[date | None] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(10), default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reopened_on: Mapped[date | None] = mapped_column(Date)
    reopened_why: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def is_waiting(self) -> bool:
        """True while the body is still to be told."""
        return self.state in ("open", "reopened")
