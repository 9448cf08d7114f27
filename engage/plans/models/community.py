"""Plans that communities made themselves, kept where everybody finds them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.bodies.models import CommunityBody
from engage.extensions import UTCDateTime, db
from engage.places.models import Locality


class CommunityPlan(db.Model):
    """A plan, profile or minutes of a body's own making, for findings to rest on.

    No localities at all means the whole council area. ``reason`` is what the body of a declined
    plan was told. A plan that a newer one replaced stays readable: ``replaced_by_id`` names it.
    """

    __tablename__ = "community_plan"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('planning_for_real','community_profile','local_place_plan',"
            "'community_action_plan','minutes','other')",
            name="kind_known",
        ),
        CheckConstraint(
            "stage IN ('waiting','registered','declined','replaced')", name="stage_known"
        ),
        CheckConstraint("title <> '' AND summary <> ''", name="said_what"),
        CheckConstraint("(stage = 'declined') = (reason <> '')", name="declined_has_reason"),
        CheckConstraint("(stage = 'waiting') = (decided_at IS NULL)", name="decided_or_waiting"),
        CheckConstraint(
            "(stage = 'replaced') = (replaced_by_id IS NOT NULL)", name="replaced_by_one"
        ),
        CheckConstraint(
            "replaced_by_id IS NULL OR replaced_by_id <> id", name="replaced_by_another"
        ),
        CheckConstraint(
            "link = '' OR substr(link, 1, 8) = 'https://' OR substr(link, 1, 7) = 'http://'",
            name="link_of_the_web",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("community_body.id"), index=True)
    kind: Mapped[str] = mapped_column(String(25))
    title: Mapped[str] = mapped_column(String(150))
    made_on: Mapped[date] = mapped_column(Date, index=True)
    method: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(500), default="")
    stage: Mapped[str] = mapped_column(String(12), default="waiting", index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("community_plan.id"))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    body: Mapped[CommunityBody] = relationship()
    areas: Mapped[list[Locality]] = relationship(
        secondary="community_plan_locality", order_by=Locality.name
    )
    file: Mapped["CommunityPlanFile | None"] = relationship(cascade="all, delete-orphan")
    replaced_by: Mapped["CommunityPlan | None"] = relationship(remote_side="CommunityPlan.id")

    __mapper_args__ = {"version_id_col": version}


class CommunityPlanLocality(db.Model):
    """A locality that a community's plan is about."""

    __tablename__ = "community_plan_locality"

    plan_id: Mapped[int] = mapped_column(ForeignKey("community_plan.id"), primary_key=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), primary_key=True)


class CommunityPlanFile(db.Model):
    """The document itself: of a known kind, and only ever handed out as a download."""

    __tablename__ = "community_plan_file"
    __table_args__ = (
        CheckConstraint("kind IN ('pdf','docx','odt')", name="kind_known"),
        CheckConstraint("length(content) BETWEEN 1 AND 10000000", name="size_limited"),
        CheckConstraint("size = length(content)", name="size_told"),
    )

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("community_plan.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(4))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
