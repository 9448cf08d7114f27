"""What follows an agreed request: the process, its report (s.31), and the year's (s.32)."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.extensions import UTCDateTime, db
from engage.partners.models import Partner


class OutcomeProcess(db.Model):
    """The outcome improvement process of an agreed request (sections 26, 28 and 29).

    ``comments`` are what the body said about the process as it was proposed; ``notice_on`` the
    day of the notice that it will run so (s.26(5)), from which the time to start it counts.
    """

    __tablename__ = "outcome_process"
    __table_args__ = (
        CheckConstraint("notice_on IS NULL OR operation <> ''", name="notice_says_how"),
        CheckConstraint(
            "started_on IS NULL OR (notice_on IS NOT NULL AND started_on >= notice_on) "
            "OR was_running",
            name="starts_after_notice",
        ),
        CheckConstraint(
            "ended_on IS NULL OR (started_on IS NOT NULL AND ended_on >= started_on)",
            name="ends_after_start",
        ),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("request_decision.request_id"), primary_key=True
    )
    operation: Mapped[str] = mapped_column(Text)
    comments: Mapped[str] = mapped_column(Text, default="")
    commented_on: Mapped[date | None] = mapped_column(Date)
    was_running: Mapped[bool] = mapped_column(Boolean, default=False)
    notice_on: Mapped[date | None] = mapped_column(Date)
    started_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

    steps: Mapped[list["ProcessStep"]] = relationship(
        order_by="ProcessStep.on_day, ProcessStep.id", cascade="all, delete-orphan"
    )


class ProcessStep(db.Model):
    """A stage that a process reached, or a change to it after the body was asked (s.29).

    ``consulted`` says how the body was asked; a change can't do without.
    """

    __tablename__ = "process_step"
    __table_args__ = (
        CheckConstraint("kind IN ('stage','change')", name="kind_known"),
        CheckConstraint("what <> ''", name="says_what"),
        CheckConstraint("kind = 'stage' OR consulted <> ''", name="change_was_talked_about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("outcome_process.request_id"), index=True)
    kind: Mapped[str] = mapped_column(String(6))
    on_day: Mapped[date] = mapped_column(Date)
    what: Mapped[str] = mapped_column(Text)
    consulted: Mapped[str] = mapped_column(Text, default="")


class RequestReport(db.Model):
    """The report on a process that has ended (section 31).

    It stands as a draft while the body is asked for its view (s.31(3)); ``view`` '' after the
    publication means that it gave none. Published, it is never changed.
    """

    __tablename__ = "request_report"
    __table_args__ = (
        CheckConstraint("improved IN ('yes','partly','no','too_early')", name="improved_known"),
        CheckConstraint(
            "published_at IS NULL OR (summary <> '' AND influence <> '' AND informing <> '' "
            "AND asked_on IS NOT NULL)",
            name="published_is_whole",
        ),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey("outcome_process.request_id"), primary_key=True
    )
    summary: Mapped[str] = mapped_column(Text)
    improved: Mapped[str] = mapped_column(String(10))
    improvement: Mapped[str] = mapped_column(Text, default="")
    influence: Mapped[str] = mapped_column(Text)
    informing: Mapped[str] = mapped_column(Text)
    service_changed: Mapped[bool] = mapped_column(Boolean)
    asked_on: Mapped[date | None] = mapped_column(Date)
    view: Mapped[str] = mapped_column(Text, default="")
    viewed_on: Mapped[date | None] = mapped_column(Date)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class YearReport(db.Model):
    """What one authority published about the requests of one reporting year (section 32).

    The figures are those of the day of publication; a correction is a new edition with a reason.
    """

    __tablename__ = "request_year_report"
    __table_args__ = (
        UniqueConstraint("partner_id", "year_start", "edition"),
        CheckConstraint(
            "received >= 0 AND agreed >= 0 AND refused >= 0 AND changed >= 0 "
            "AND agreed + refused <= received AND changed <= agreed",
            name="figures_fit",
        ),
        CheckConstraint("promoted <> '' AND supported <> ''", name="says_what_was_done"),
        CheckConstraint("edition = 1 OR reason <> ''", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    year_start: Mapped[date] = mapped_column(Date)
    edition: Mapped[int] = mapped_column(Integer, default=1)
    reason: Mapped[str] = mapped_column(Text, default="")
    received: Mapped[int] = mapped_column(Integer)
    agreed: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    promoted: Mapped[str] = mapped_column(Text)
    supported: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    partner: Mapped[Partner] = relationship()
