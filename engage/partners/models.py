"""Who the partnership is, and who its partners are."""

import hashlib
from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from engage.extensions import UTCDateTime, db


class Partnership(db.Model):
    """The one row that says whose site this is: name, council area, colour, logo, contact.

    ``logo_version`` changes with the logo and stands in its address, so that no page reads the
    picture itself; '' without a logo.
    ``reason_days`` is how many working days may pass until a body reads why it was offered less
    than it wished, or why its ask was not followed.
    """

    __tablename__ = "partnership"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("reason_days BETWEEN 1 AND 100", name="reason_days_possible"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    council_code: Mapped[str | None] = mapped_column(ForeignKey("council.code"))
    colour: Mapped[str] = mapped_column(String(7), default="#0065bd")
    logo_png: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    logo_version: Mapped[str] = mapped_column(String(10), default="", server_default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    reason_days: Mapped[int] = mapped_column(Integer, default=20)
    #: Whether a fund or plan is published only once it was screened for its impacts (R25).
    screening_binds: Mapped[bool] = mapped_column(Boolean, default=False)

    @validates("logo_png")
    def _note_version(self, _name: str, png: bytes | None) -> bytes | None:
        self.logo_version = hashlib.sha256(png).hexdigest()[:10] if png else ""
        return png


class Partner(db.Model):
    """A community planning partner (Schedule 1 of the Act, or by agreement)."""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('council','health_board','police','fire','enterprise','college',"
            "'third_sector','other')",
            name="kind_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    is_statutory: Mapped[bool] = mapped_column(Boolean, default=True)


class LocalHoliday(db.Model):
    """A day on which the council is closed besides Scotland's bank holidays: no working day."""

    __tablename__ = "local_holiday"

    day: Mapped[date] = mapped_column(Date, primary_key=True)


class PartnerContribution(db.Model):
    """What a partner gave in a reporting year so that people could take part (s.14(3)(b), R07).

    ``year_start`` is the year's first day. ``amount`` counts ``unit``; ``value_pence`` is what it
    is worth. ``decision`` says where the partnership decided it. ``kind`` “nil” says that the
    partner gave nothing and why; then it has no other row for that year, which the database holds.
    """

    __tablename__ = "partner_contribution"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('funds','staff','premises','equipment','data','expertise','nil')",
            name="kind_known",
        ),
        CheckConstraint("unit IN ('','pounds','hours','days','items')", name="unit_known"),
        CheckConstraint(
            "(kind = 'nil' AND amount = 0 AND value_pence = 0 AND reason <> '') "
            "OR (kind <> 'nil' AND amount > 0 AND value_pence >= 0 AND unit <> '' "
            "AND purpose <> '')",
            name="given_or_nil",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    year_start: Mapped[date] = mapped_column(Date, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(Integer, default=0)
    unit: Mapped[str] = mapped_column(String(6), default="")
    value_pence: Mapped[int] = mapped_column(Integer, default=0)
    purpose: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(String(150), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
