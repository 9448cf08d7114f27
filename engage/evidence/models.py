"""Figures that were published, with everything needed to work them out again (R83)."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class PublishedEvidence(db.Model):
    """The evidence of one reporting year as it was published; a correction is a new edition.

    ``figures`` is canonical JSON with small numbers already held back; ``basis`` names the rule,
    index and population versions and the disclosure rule that were used.
    """

    __tablename__ = "published_evidence"
    __table_args__ = (UniqueConstraint("year_start", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year_start: Mapped[date] = mapped_column(Date)
    edition: Mapped[int] = mapped_column(Integer)
    index_id: Mapped[int] = mapped_column(ForeignKey("deprivation_index.id"))
    estimate_id: Mapped[int] = mapped_column(ForeignKey("population_estimate.id"))
    basis: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(300), default="")
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class BudgetBase(db.Model):
    """What the 1% of a reporting year is of (R77): net spending met other than from council tax.

    ``source`` says where the figure stands. A correction is the next edition.
    """

    __tablename__ = "budget_base"
    __table_args__ = (
        CheckConstraint("pence > 0", name="pence_positive"),
        CheckConstraint("source <> ''", name="source_given"),
    )

    year_start: Mapped[date] = mapped_column(Date, primary_key=True)
    edition: Mapped[int] = mapped_column(Integer, primary_key=True)
    pence: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Publication(db.Model):
    """Something that told people what came of taking part, in one form and language (R20).

    ``year_start`` is the reporting year that it tells of. ``reach`` is how many people it reached,
    where that is known.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('report','summary','easy_read','meeting','poster','film','talk','social',"
            "'newsletter','radio')",
            name="kind_known",
        ),
        CheckConstraint("reach IS NULL OR reach >= 0", name="reach_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year_start: Mapped[date] = mapped_column(Date, index=True)
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(150))
    format: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(40))
    published_on: Mapped[date] = mapped_column(Date)
    audience: Mapped[str] = mapped_column(String(150))
    address: Mapped[str] = mapped_column(String(300), default="")
    reach: Mapped[int | None] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReaderReply(db.Model):
    """What somebody thought of how a year was told (R20): no name, no address, no time of day."""

    __tablename__ = "reader_reply"
    __table_args__ = (
        CheckConstraint(
            "wanted IN ('','short','easy_read','meeting','film','print','gaelic','bsl','other')",
            name="wanted_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year_start: Mapped[date] = mapped_column(Date, index=True)
    understood: Mapped[bool] = mapped_column(Boolean)
    useful: Mapped[bool] = mapped_column(Boolean)
    wanted: Mapped[str] = mapped_column(String(10), default="")
    on_day: Mapped[date] = mapped_column(Date)
