"""Acts that need two people: the requests, the voters to check, and the votes that were removed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.budgeting.models.columns import exactly
from engage.budgeting.models.rounds import Round
from engage.extensions import UTCDateTime, db, public_id


class Approval(db.Model):
    """What one person asked for and a second one decides: it is done only if they agree.

    ``details`` is canonical JSON of all that would be done, ``details_hash`` its SHA-256, and
    ``object`` a short name of what it is about. ``until`` is the new closing instant of an
    extension, which the database compares. A request that was decided never changes again.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("what IN ('extend','remove','certify')", name="what_known"),
        CheckConstraint(
            "outcome IN ('waiting','agreed','turned_down','withdrawn')", name="outcome_known"
        ),
        CheckConstraint("decided_by <> requested_by", name="two_people"),
        CheckConstraint(
            "(outcome IN ('agreed','turned_down')) = (decided_by IS NOT NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("(outcome = 'waiting') = (decided_at IS NULL)", name="decided_then"),
        CheckConstraint("(what = 'extend') = (until IS NOT NULL)", name="extends_until"),
        CheckConstraint("what = 'certify' OR reason <> ''", name="reason_given"),
        Index(
            "uq_approval_waiting",
            "round_id",
            "what",
            "object",
            unique=True,
            sqlite_where=text("outcome = 'waiting'"),
            postgresql_where=text("outcome = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    what: Mapped[str] = mapped_column(String(10))
    object: Mapped[str] = mapped_column(String(80))
    details: Mapped[str] = mapped_column(Text)
    details_hash: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    requested_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(12), default="waiting")

    round: Mapped[Round] = relationship()


class RoundScrutineer(db.Model):
    """The person from outside who may be the second one in a round. ``name`` is public.

    Fixed once proposals open, so that everybody knows who it is before anybody votes.
    """

    __tablename__ = "round_scrutineer"
    __table_args__ = (
        CheckConstraint("account_id <> named_by", name="two_people"),
        CheckConstraint("name <> ''", name="name_given"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(100))
    named_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class VoterReview(db.Model):
    """One reason why a voter stands on the list to check. Nobody on it is kept from voting.

    Part of the named side. It has no time, and nothing of what was chosen. ``together`` is the
    same for voters who stand here for the same reason together, and is emptied when the result is
    confirmed. ``public_id`` names the line on officers' pages, where the uid is never shown.
    """

    __tablename__ = "voter_review"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('source','postcode','age','twice','report')", name="reason_known"
        ),
        CheckConstraint("state IN ('waiting','asked','kept','removed')", name="state_known"),
        CheckConstraint(
            "(state IN ('asked','removed')) = (approval_id IS NOT NULL)", name="removed_by_request"
        ),
        CheckConstraint(
            "(state IN ('kept','removed')) = (decided_by IS NOT NULL)", name="decided_by_somebody"
        ),
        Index("ix_voter_review_round_id_state", "round_id", "state"),
        {"sqlite_with_rowid": False},
    )

    voter_uid: Mapped[bytes] = mapped_column(ForeignKey("voter.uid"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(10), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=public_id)
    together: Mapped[str] = mapped_column(String(12), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class VoteRemoval(db.Model):
    """A vote that two people removed: its fingerprint, so that its receipt is answered.

    Part of the ballot side: it names no voter. ``ballot_key`` is what the database compares when
    the ballot goes, and is emptied when the result is confirmed. ``seal_n`` is the seal after it.
    """

    __tablename__ = "vote_removal"
    __table_args__ = (
        exactly("leaf", 32),
        exactly("ballot_key", 32),
        CheckConstraint("code IN ('ineligible','twice','invented','asked')", name="code_known"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    ballot_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    code: Mapped[str] = mapped_column(String(12))
    seal_n: Mapped[int] = mapped_column(Integer)
