"""Community council areas: for each a body, or an explicit “none” (R01)."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.bodies.models.bodies import CommunityBody
from engage.extensions import db


class CouncilArea(db.Model):
    """An area for which a community council may stand.

    ``answer`` None: nobody has said yet who speaks for it. “none” and “dormant” have a reason and
    a date.
    """

    __tablename__ = "community_council_area"
    __table_args__ = (
        CheckConstraint("answer IN ('body','none','dormant')", name="answer_known"),
        CheckConstraint(
            "(answer IS NOT NULL AND answer = 'body') = (body_id IS NOT NULL)", name="body_is_named"
        ),
        CheckConstraint(
            "answer IS NULL OR answer = 'body' OR reason <> ''", name="none_has_reason"
        ),
        CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name="answer_has_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(150))
    name_key: Mapped[str] = mapped_column(String(150), unique=True)
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"), index=True)
    answer: Mapped[str | None] = mapped_column(String(8))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None] = mapped_column(Date)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    body: Mapped[CommunityBody | None] = relationship()
