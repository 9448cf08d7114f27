"""What people propose."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db, public_id


class Proposal(db.Model):
    """What somebody proposed. The proposer follows it by the reference; their name stays private.

    ``reference_hash`` is the SHA-256 of the reference, and the address of notices about it.
    ``cost_pence`` is what was asked for; ``checked_cost_pence`` is what an officer found it to
    cost, with the reason, and None where the checks left the cost alone. ``place`` is what the
    look-up of the postcode said.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("stage IN ('submitted','accepted','left_out')", name="stage_known"),
        CheckConstraint("cost_pence > 0", name="cost_positive"),
        CheckConstraint(
            "stage <> 'left_out' OR (reason IS NOT NULL AND reason <> '')", name="reason_given"
        ),
        CheckConstraint("checked_cost_pence > 0", name="checked_cost_positive"),
        CheckConstraint(
            "checked_cost_pence IS NULL OR (cost_reason IS NOT NULL AND cost_reason <> '')",
            name="cost_reason_given",
        ),
        CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')", name="place_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    body_id: Mapped[int | None] = mapped_column(ForeignKey("community_body.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reference_hash: Mapped[str] = mapped_column(String(64), unique=True)
    place: Mapped[str] = mapped_column(String(10), default="not_given")
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    stage: Mapped[str] = mapped_column(String(12), default="submitted", index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    checked_cost_pence: Mapped[int | None] = mapped_column(BigInteger)
    cost_reason: Mapped[str | None] = mapped_column(Text)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    screened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    round: Mapped[Round] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def award_pence(self) -> int:
        """What would stand on the ballot: the checked cost, or else the cost asked for."""
        return self.cost_pence if self.checked_cost_pence is None else self.checked_cost_pence
