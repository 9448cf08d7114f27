"""Proposals that become one, if all their authors agree."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.proposals import Proposal
from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db, public_id


class Merge(db.Model):
    """What an officer suggests: that its parts become one proposal, in exactly these words.

    The lead goes on as that proposal; the others end as merged into it. Nothing happens unless
    the author of each part says yes.
    """

    __tablename__ = "proposal_merge"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('waiting','agreed','turned_down','withdrawn')", name="outcome_known"
        ),
        CheckConstraint("cost_pence > 0", name="cost_positive"),
        CheckConstraint("title <> '' AND summary <> ''", name="words_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    suggested_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    suggested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(12), default="waiting")
    version: Mapped[int] = mapped_column(Integer, default=1)

    round: Mapped[Round] = relationship()
    lead: Mapped[Proposal] = relationship()
    parts: Mapped[list["MergePart"]] = relationship(order_by="MergePart.proposal_id")

    __mapper_args__ = {"version_id_col": version}


class MergePart(db.Model):
    """One of the proposals, and what its author says: “yes” or “no”, once."""

    __tablename__ = "merge_part"
    __table_args__ = (CheckConstraint("answer IN ('yes','no')", name="answer_known"),)

    merge_id: Mapped[int] = mapped_column(ForeignKey("proposal_merge.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    answer: Mapped[str | None] = mapped_column(String(3))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    proposal: Mapped[Proposal] = relationship()
