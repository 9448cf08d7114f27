"""Impact assessments of what is planned (R25), each of one kind and of one thing."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.engagements.models.engagements import Engagement
from engage.extensions import UTCDateTime, db


class Assessment(db.Model):
    """One assessment of an engagement (a consultation or a fund) or of a plan.

    It begins with a screening: “not needed” carries its reason and is signed off as it is; a full
    one has evidence, who was engaged, and what is done about it, before an officer signs. Signed,
    its words stay; published, all of it does. ``plan_id`` points to a room beside this one.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("kind", "engagement_id"),
        UniqueConstraint("kind", "plan_id"),
        CheckConstraint(
            "kind IN ('equality','fairer_scotland','children','islands')", name="kind_known"
        ),
        CheckConstraint("(engagement_id IS NULL) <> (plan_id IS NULL)", name="is_of_one_thing"),
        CheckConstraint("kind <> 'fairer_scotland' OR is_strategic", name="fairer_if_strategic"),
        CheckConstraint("needed OR reason <> ''", name="not_needed_has_reason"),
        CheckConstraint(
            "signed_at IS NULL OR NOT needed OR (evidence <> '' AND engaged <> '' "
            "AND mitigation <> '')",
            name="signed_is_whole",
        ),
        CheckConstraint("(signed_at IS NULL) = (signed_role = '')", name="signed_by_somebody"),
        CheckConstraint(
            "published_on IS NULL OR signed_at IS NOT NULL", name="published_is_signed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(15))
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    is_strategic: Mapped[bool] = mapped_column(Boolean, default=False)
    needed: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    engaged: Mapped[str] = mapped_column(Text, default="")
    mitigation: Mapped[str] = mapped_column(Text, default="")
    screened_on: Mapped[date] = mapped_column(Date)
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    signed_role: Mapped[str] = mapped_column(String(100), default="")
    published_on: Mapped[date | None] = mapped_column(Date)

    engagement: Mapped[Engagement | None] = relationship()
