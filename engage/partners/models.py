"""Who the partnership is, and who its partners are."""

import hashlib

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import db


class Partnership(db.Model):
    """The one row that says whose site this is: name, council area, colour, logo, contact."""

    __tablename__ = "partnership"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    council_code: Mapped[str | None] = mapped_column(ForeignKey("council.code"))
    colour: Mapped[str] = mapped_column(String(7), default="#0065bd")
    logo_png: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")

    @property
    def logo_version(self) -> str:
        """What changes in the logo's address when the logo does; '' without one."""
        return hashlib.sha256(self.logo_png).hexdigest()[:10] if self.logo_png else ""


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
