"""What was tried to reach people, and what was done so that they could take part (R05, R06)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class OutreachAttempt(db.Model):
    """One try to bring a body, or a community that has none, to take part (s.4(6)(b), R05).

    ``partner_id`` None: the council's own officers. ``next_step`` is done by ``next_on``.
    """

    __tablename__ = "outreach_attempt"
    __table_args__ = (
        CheckConstraint(
            "channel IN ('email','letter','phone','visit','event','school','messenger','social')",
            name="channel_known",
        ),
        CheckConstraint("response IN ('yes','no','none')", name="response_known"),
        CheckConstraint("(body_id IS NULL) <> (community_id IS NULL)", name="one_addressee"),
        CheckConstraint("offered <> ''", name="offer_given"),
        Index("ix_outreach_attempt_in_year", "on_day", "body_id", "channel", "response"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"), index=True)
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"), index=True)
    on_day: Mapped[date] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(10))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    offered: Mapped[str] = mapped_column(Text)
    response: Mapped[str] = mapped_column(String(5))
    next_step: Mapped[str] = mapped_column(Text, default="")
    next_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SupportNeed(db.Model):
    """A barrier that a body, or people at an engagement, met, and what was done about it (R06).

    Never a name: ``body_id`` or ``engagement_id`` says whose. ``minutes`` are of staff and
    volunteers. ``outcome`` '' is still to come; one that is “not_met” has a reason.
    """

    __tablename__ = "support_need"
    __table_args__ = (
        CheckConstraint(
            "barrier IN ('transport','childcare','assistance','venue','interpreter','bsl',"
            "'translation','communication','timing','digital','expenses','skills','constitution')",
            name="barrier_known",
        ),
        CheckConstraint("outcome IN ('','met','part','not_met')", name="outcome_known"),
        CheckConstraint("outcome <> 'not_met' OR reason <> ''", name="not_met_has_reason"),
        CheckConstraint("(outcome = '') = (settled_on IS NULL)", name="outcome_has_day"),
        CheckConstraint("body_id IS NOT NULL OR engagement_id IS NOT NULL", name="whose_given"),
        CheckConstraint("cost_pence >= 0 AND minutes >= 0", name="cost_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"), index=True)
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), index=True)
    raised_on: Mapped[date] = mapped_column(Date, index=True)
    raised_by: Mapped[str] = mapped_column(String(10), default="officer")
    barrier: Mapped[str] = mapped_column(String(15))
    wanted: Mapped[str] = mapped_column(Text, default="")
    support: Mapped[str] = mapped_column(Text, default="")
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    cost_pence: Mapped[int] = mapped_column(Integer, default=0)
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    outcome: Mapped[str] = mapped_column(String(8), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    settled_on: Mapped[date | None] = mapped_column(Date)
