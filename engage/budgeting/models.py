"""Rounds and proposals; the voters on one side, the ballots on the other, and no way between.

The named side (voter, voter_identity, voter_code, voter_link, voting_pass) knows who may vote.
The ballot side (ballot, seal) knows what was chosen. Only a key kept outside the database leads
from one to the other. No ballot has a time, an address or a serial number, and nothing that
names a voter is written while a vote is cast.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engage.engagements.models import Engagement
from engage.extensions import UTCDateTime, db, public_id


def _bytes(column: str, size: int) -> CheckConstraint:
    """A column of exactly ``size`` bytes (both databases count a binary value's bytes)."""
    return CheckConstraint(f"length({column}) = {size}", name=f"{column}_size")


class Round(db.Model):
    """One participatory budgeting round and its rules (R14).

    Money is whole pence. Rules are frozen when proposals open (``rules_hash``), projects and
    costs when voting opens (``ballot_hash``), by triggers too. ``rule``, ``completion``,
    ``comparison`` and ``increment_pence`` are those of engage.tally.election.Method,
    ``threshold`` the fewest votes with which a project may be funded. ``is_imported``: an election
    that was held elsewhere, whose ballots came in a file; ``file_hash`` is that file's SHA-256.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("pot_pence > 0", name="pot_positive"),
        CheckConstraint("min_award_pence >= 0", name="min_award_not_negative"),
        CheckConstraint("max_award_pence >= min_award_pence", name="awards_in_order"),
        CheckConstraint("max_award_pence <= pot_pence", name="award_within_pot"),
        CheckConstraint("min_choices >= 1", name="at_least_one_choice"),
        CheckConstraint("max_choices >= min_choices", name="choices_in_order"),
        CheckConstraint("min_age BETWEEN 0 AND 18", name="age_sensible"),
        CheckConstraint("proposals_close_at > proposals_open_at", name="proposals_in_order"),
        CheckConstraint("voting_opens_at >= proposals_close_at", name="voting_after_proposals"),
        CheckConstraint("voting_closes_at > voting_opens_at", name="voting_in_order"),
        CheckConstraint(
            "stage IN ('preparing','proposals','screening','voting','closed','declared')",
            name="stage_known",
        ),
        CheckConstraint(
            "rule IN ('greedy','greedy-stop','greedy-per-cost','equal-shares')", name="rule_known"
        ),
        CheckConstraint(
            "completion IN ('none','add1','add1e','utilitarian','add1-utilitarian') "
            "AND (completion = 'none' OR rule = 'equal-shares')",
            name="completion_known",
        ),
        CheckConstraint(
            "NOT comparison OR rule = 'equal-shares'", name="comparison_of_equal_shares"
        ),
        CheckConstraint("increment_pence > 0", name="increment_positive"),
        CheckConstraint("threshold >= 0", name="threshold_not_negative"),
        CheckConstraint(
            "stage NOT IN ('voting','closed','declared') "
            "OR (ballot_hash IS NOT NULL AND key_check IS NOT NULL)",
            name="voting_is_keyed",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), unique=True)
    pot_pence: Mapped[int] = mapped_column(BigInteger)
    min_award_pence: Mapped[int] = mapped_column(BigInteger)
    max_award_pence: Mapped[int] = mapped_column(BigInteger)
    min_choices: Mapped[int] = mapped_column(Integer, default=1)
    max_choices: Mapped[int] = mapped_column(Integer)
    min_age: Mapped[int] = mapped_column(Integer)
    who_may_vote: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(String(20), default="greedy")
    completion: Mapped[str] = mapped_column(String(20), default="none")
    comparison: Mapped[bool] = mapped_column(Boolean, default=False)
    increment_pence: Mapped[int] = mapped_column(BigInteger, default=100)
    threshold: Mapped[int] = mapped_column(Integer, default=0)
    tie_order: Mapped[str] = mapped_column(String(40), default="cost,votes,lot")
    allow_change: Mapped[bool] = mapped_column(Boolean, default=True)
    proposals_open_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposals_close_at: Mapped[datetime] = mapped_column(UTCDateTime)
    voting_opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    voting_closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stage: Mapped[str] = mapped_column(String(12), default="preparing", index=True)
    is_imported: Mapped[bool] = mapped_column(Boolean, default=False)
    file_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    rules_hash: Mapped[str | None] = mapped_column(String(64))
    ballot_hash: Mapped[str | None] = mapped_column(String(64))
    key_check: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer, default=1)

    engagement: Mapped[Engagement] = relationship()
    projects: Mapped[list["Project"]] = relationship(
        order_by="Project.number", back_populates="round", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


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


class Project(db.Model):
    """What stands on the ballot, with its cost. ``lot`` is its place in the order drawn for ties.

    ``reference`` is its id in a file from elsewhere, '' for our own.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "lot"),
        CheckConstraint("cost_pence > 0", name="cost_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int] = mapped_column(Integer)
    reference: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    lot: Mapped[int] = mapped_column(Integer)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), unique=True)

    round: Mapped[Round] = relationship(back_populates="projects")
    proposal: Mapped[Proposal | None] = relationship()


# The named side ------------------------------------------------------------------------------


class Voter(db.Model):
    """Somebody who may vote in one round. ``uid`` is random, never shown and never logged.

    No name, no address and no postcode: the postcode was looked up and forgotten.
    """

    __tablename__ = "voter"
    __table_args__ = (
        _bytes("uid", 16),
        CheckConstraint("status IN ('eligible','excluded','withdrawn')", name="status_known"),
        CheckConstraint(
            "place IN ('matched','outside','unmatched','not_given')", name="place_known"
        ),
        {"sqlite_with_rowid": False},
    )

    uid: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    place: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="eligible")
    registered_on: Mapped[date] = mapped_column(Date)


class VoterIdentity(db.Model):
    """One way a voter is known: a keyed hash of an e-mail address or of a code's locator.

    The primary key makes each identity one voter in each round, whatever else goes wrong.
    """

    __tablename__ = "voter_identity"
    __table_args__ = (_bytes("identity_key", 32), {"sqlite_with_rowid": False})

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    identity_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    voter_uid: Mapped[bytes] = mapped_column(ForeignKey("voter.uid"))


class VoterCode(db.Model):
    """A code that lets its holder vote: the locator in the clear, the secret hashed.

    ``voter_uid`` is None until the code is first used.
    """

    __tablename__ = "voter_code"
    __table_args__ = (
        CheckConstraint("status IN ('issued','void')", name="status_known"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    locator: Mapped[str] = mapped_column(String(5), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10), default="issued")
    voter_uid: Mapped[bytes | None] = mapped_column(ForeignKey("voter.uid"), unique=True)


class VoterLink(db.Model):
    """A link sent to somebody who asked to vote by e-mail; opening it shows that it is theirs."""

    __tablename__ = "voter_link"
    __table_args__ = (_bytes("identity_key", 32), {"sqlite_with_rowid": False})

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    identity_key: Mapped[bytes] = mapped_column(LargeBinary)
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("data_zone.code"))
    place: Mapped[str] = mapped_column(String(10))
    expires_on: Mapped[date] = mapped_column(Date)
    is_used: Mapped[bool] = mapped_column(Boolean, default=False)


class VotingPass(db.Model):
    """An open voting session of one browser; only the hash of its token is kept."""

    __tablename__ = "voting_pass"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    voter_uid: Mapped[bytes] = mapped_column(ForeignKey("voter.uid"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


# The ballot side -----------------------------------------------------------------------------


class Ballot(db.Model):
    """One ballot. ``ballot_key`` is an HMAC of the voter's uid under the round's key.

    ``choices`` is canonical JSON: a sorted list of project ids. ``leaf`` is what the receipt is
    made of. No time, no address, no serial, no reference to a voter.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        _bytes("ballot_key", 32),
        _bytes("salt", 16),
        _bytes("leaf", 32),
        CheckConstraint(
            "source IN ('online','paper','desk','assisted','imported')", name="source_known"
        ),
        CheckConstraint("version >= 1", name="version_from_one"),
        UniqueConstraint("round_id", "leaf"),
        {"sqlite_with_rowid": False, "sqlite_strict": True},
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    ballot_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    submission_id: Mapped[str] = mapped_column(Text)
    choices: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class Seal(db.Model):
    """A fingerprint of all ballots at one moment, in any order, chained to the one before."""

    __tablename__ = "seal"
    __table_args__ = (CheckConstraint("n >= 1", name="n_from_one"), {"sqlite_with_rowid": False})

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ballots: Mapped[int] = mapped_column(Integer)
    root: Mapped[str] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(20))


# What came of it -----------------------------------------------------------------------------


class RoundCount(db.Model):
    """What the rule computed from the sealed ballots: ``outcome`` is canonical JSON."""

    __tablename__ = "round_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    seal_hash: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(Text)


class Result(db.Model):
    """The count that was declared: one for each round, for good."""

    __tablename__ = "result"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("round_count.id"), unique=True)
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    count: Mapped[RoundCount] = relationship()
