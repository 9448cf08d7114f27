"""That somebody took back what they proposed: kept as it was said, by triggers too."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.proposals import Proposal
from engage.extensions import UTCDateTime, db


class Withdrawal(db.Model):
    """What somebody withdrew, as rules.withdrawing.Kind has it, and why if they said so.

    ``reference_hash`` is that of whoever withdrew; ``successor_id`` whose author goes on with a
    proposal that is made of several. The reason is the team's alone unless ``is_public``,
    and everybody's once an officer has read it: ``is_shown`` is None until then.
    """

    __tablename__ = "proposal_withdrawal"
    __table_args__ = (
        CheckConstraint("kind IN ('whole','part','lead','late')", name="kind_known"),
        CheckConstraint("\"by\" IN ('author','body','officer')", name="by_known"),
        CheckConstraint("NOT is_public OR reason <> ''", name="public_in_words"),
        CheckConstraint("is_shown IS NULL OR is_public", name="shown_if_public"),
        CheckConstraint("(kind = 'lead') = (successor_id IS NOT NULL)", name="lead_has_successor"),
        Index(
            "uq_proposal_withdrawal_once",
            "proposal_id",
            unique=True,
            sqlite_where=text("kind <> 'lead'"),
            postgresql_where=text("kind <> 'lead'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    kind: Mapped[str] = mapped_column(String(8))
    reference_hash: Mapped[str] = mapped_column(String(64), unique=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)
    is_shown: Mapped[bool | None] = mapped_column(Boolean)
    by: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    proposal: Mapped[Proposal] = relationship(foreign_keys=[proposal_id])
