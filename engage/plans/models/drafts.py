"""Plans, their drafts, paragraphs that can be commented on, and priorities."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.extensions import UTCDateTime, db
from engage.places.models import Locality


class Plan(db.Model):
    """A local outcomes improvement plan (s.6) or the plan of one locality (s.10)."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("kind IN ('loip','locality')", name="kind_known"),
        CheckConstraint(
            "(kind = 'locality') = (locality_id IS NOT NULL)", name="locality_if_local"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(150))
    kind: Mapped[str] = mapped_column(String(10))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    locality: Mapped[Locality | None] = relationship()
    drafts: Mapped[list["Draft"]] = relationship(
        cascade="all, delete-orphan", order_by="Draft.number", back_populates="plan"
    )
    priorities: Mapped[list["Priority"]] = relationship(
        cascade="all, delete-orphan", order_by="Priority.number", back_populates="plan"
    )


class Draft(db.Model):
    """One version of a plan's text. Once published it doesn't change: what changes is a new one.

    ``version`` rises with each save, so that two officers can't write over each other unseen.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    plan: Mapped[Plan] = relationship(back_populates="drafts")
    sections: Mapped[list["Section"]] = relationship(
        cascade="all, delete-orphan", order_by="Section.position", back_populates="draft"
    )

    __mapper_args__ = {"version_id_col": version}


class Section(db.Model):
    """A headed part of a draft."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("draft_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    position: Mapped[int] = mapped_column(Integer)
    heading: Mapped[str] = mapped_column(String(200))

    draft: Mapped[Draft] = relationship(back_populates="sections")
    paragraphs: Mapped[list["Paragraph"]] = relationship(
        cascade="all, delete-orphan", order_by="Paragraph.position", back_populates="section"
    )


class Paragraph(db.Model):
    """A paragraph with a name that people can quote, like “2.3”, steady within its draft."""

    __tablename__ = "paragraph"
    __table_args__ = (
        UniqueConstraint("section_id", "position"),
        CheckConstraint("text <> ''", name="text_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)

    section: Mapped[Section] = relationship(back_populates="paragraphs")

    @property
    def label(self) -> str:
        """What people quote: section and paragraph, “2.3”."""
        return f"{self.section.position}.{self.position}"


class Priority(db.Model):
    """A priority of a plan, with what the partnership adds to it (R44). ``text`` is its wording
    now; how it came to be so stands in the influence ledger."""

    __tablename__ = "priority"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(150))
    text: Mapped[str] = mapped_column(Text)
    added_value: Mapped[str] = mapped_column(Text, default="")

    plan: Mapped[Plan] = relationship(back_populates="priorities")
