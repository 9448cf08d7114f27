"""What people propose."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.pots import Pot
from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db, public_id


class Proposal(db.Model):
    """What somebody proposed. The proposer follows it by the reference; their name stays private.

    ``beneficiaries`` are the people it is for. It is at a place (``locality_id``, words, a point)
    or in the whole area, where it has none of these. ``match_pence`` is money from elsewhere.
    ``smallest_pence`` is the smallest award that would help; None: only the whole cost. The whole
    of what it says, and said before, stands in its versions.
    ``pot`` is the part of the fund that is asked, or that an officer found to be the right one.
    ``merged_into_id`` is the proposal that it became part of, as all its authors agreed.
    ``theme_id`` is what it is about, as its author chose or the checks found.
    ``withdrawn_at``: its proposer took it back then, or their part where it had become part of
    another; it stays left out, as triggers hold too.
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
        CheckConstraint("channel IN ('online','paper')", name="channel_known"),
        CheckConstraint(
            "match_pence >= 0 AND (match_pence = 0 OR match_from <> '')", name="match_told"
        ),
        CheckConstraint(
            "smallest_pence > 0 AND smallest_pence < cost_pence", name="smallest_below_cost"
        ),
        CheckConstraint("withdrawn_at IS NULL OR stage = 'left_out'", name="withdrawn_is_left_out"),
        CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) "
            "AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name="point_whole",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    beneficiaries: Mapped[str] = mapped_column(Text, default="")
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    smallest_pence: Mapped[int | None] = mapped_column(BigInteger)
    match_pence: Mapped[int] = mapped_column(BigInteger, default=0)
    match_from: Mapped[str] = mapped_column(String(200), default="")
    match_agreed: Mapped[bool] = mapped_column(Boolean, default=False)
    pot_id: Mapped[int | None] = mapped_column(ForeignKey("pot.id"))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("round_theme.id"))
    near: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    channel: Mapped[str] = mapped_column(String(10), default="online")
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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    screened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    round: Mapped[Round] = relationship()
    pot: Mapped[Pot | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def award_pence(self) -> int:
        """What would stand on the ballot: the checked cost, or else the cost asked for."""
        return self.cost_pence if self.checked_cost_pence is None else self.checked_cost_pence
