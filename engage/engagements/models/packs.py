"""Who runs an engagement beside its lead, and what people are given to read (R10)."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.engagements.models.engagements import one_of
from engage.engagements.rules.about import FORMATS, LANGUAGES
from engage.extensions import db


class EngagementPartner(db.Model):
    """A partner that helps to run an engagement, beside the one that leads it."""

    __tablename__ = "engagement_partner"
    __table_args__ = (UniqueConstraint("engagement_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)


class InformationPack(db.Model):
    """Something to read before taking part: a link, or a file of our own, in one language.

    Once the engagement is open the database keeps what stands here; a new version is a new row.
    """

    __tablename__ = "information_pack"
    __table_args__ = (
        CheckConstraint(one_of("format", FORMATS), name="format_known"),
        CheckConstraint(one_of("language", LANGUAGES), name="language_known"),
        CheckConstraint("link <> '' OR file_pdf IS NOT NULL", name="there_to_read"),
        UniqueConstraint("engagement_id", "title", "version", "format", "language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))
    title: Mapped[str] = mapped_column(String(150))
    version: Mapped[str] = mapped_column(String(20))
    format: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(6))
    link: Mapped[str] = mapped_column(String(500), default="")
    file_pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    published_on: Mapped[date] = mapped_column(Date)
