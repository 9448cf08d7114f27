"""What a proposal is about, and the same said in other words: easier ones, or in Gaelic."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.extensions import UTCDateTime, db


class RoundTheme(db.Model):
    """What proposals of a round can be about; fixed once proposals open."""

    __tablename__ = "round_theme"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 12", name="at_most_twelve"),
        CheckConstraint("length(trim(name)) > 0", name="name_given"),
        UniqueConstraint("round_id", "position"),
        UniqueConstraint("round_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))


class ProposalWording(db.Model):
    """A proposal's title and summary in other words, as an officer keeps them.

    ``kind`` is “easy” or “gaelic”. Nobody else reads them before they are approved, and the
    ballot takes over approved ones only; once it is settled, nothing of them changes. Where the
    proposal changes afterwards, they wait to be approved again.
    """

    __tablename__ = "proposal_wording"
    __table_args__ = (
        CheckConstraint("kind IN ('easy','gaelic')", name="kind_known"),
        CheckConstraint("title <> '' OR summary <> ''", name="says_something"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
