"""The parts of a round's fund."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.budgeting.rules.pots import PotRule
from engage.extensions import db


class Pot(db.Model):
    """One part of a round's fund: rules of the round, fixed with the others by triggers.

    Together they are the whole fund. A project is paid for by exactly one of them, and what its
    awards hold is never more than its money, by triggers too.
    """

    __tablename__ = "pot"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 20", name="at_most_twenty"),
        CheckConstraint("pence > 0", name="pence_positive"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("locality_id IS NOT NULL OR theme <> ''", name="for_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(100))
    pence: Mapped[int] = mapped_column(BigInteger)
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    theme: Mapped[str] = mapped_column(String(100), default="")

    @property
    def rule(self) -> PotRule:
        """The part as a value, to be judged or hashed."""
        return PotRule(self.number, self.name, self.pence, self.locality_id, self.theme)

    def become(self, rule: PotRule) -> None:
        """Say what a rule says; the number stays."""
        self.name, self.pence = rule.name, rule.pence
        self.locality_id, self.theme = rule.locality_id, rule.theme
