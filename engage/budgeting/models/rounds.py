"""Rounds, the projects on their ballot, and what came of it."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

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

from engage.budgeting.models.pots import Pot
from engage.budgeting.rules.pots import PotRule, as_pots
from engage.budgeting.rules.ways import USUAL_CONNECTION, USUAL_WAYS, Connection, Way, known_words
from engage.engagements.models import Engagement
from engage.extensions import UTCDateTime, db

if TYPE_CHECKING:
    from engage.budgeting.models.proposals import Proposal


def new_record_name() -> str:
    """Return a name by chance, which no other round of any database has."""
    return secrets.token_hex(8)


class Round(db.Model):
    """One participatory budgeting round and its rules (R14).

    Money is whole pence. Rules are frozen when proposals open (``rules_hash``), projects and
    costs when voting opens (``ballot_hash``), by triggers too. ``rule``, ``completion``,
    ``comparison`` and ``increment_pence`` are those of engage.tally.election.Method,
    ``threshold`` the fewest votes (or points) with which a project may be funded. ``ballot_type``,
    ``leftover`` says whether money that is left is kept or offered as a smaller award.
    ``points``, ``most_points`` and ``boost_worth`` are those of rules.ballot_types.
    ``discussion_opens_at`` and ``discussion_closes_at``: when people may ask about the proposals;
    None: they are not asked about. ``reply_days``: for how long somebody may reply whose proposal
    was left out; 0: until the ballot is settled. ``takes_paper``: people may vote on paper, too.
    ``separate_contests``: they may vote once online and once on paper, as two contests of which
    each takes one ballot of each person. ``ways`` and ``connection`` are words of rules.ways.
    ``is_imported``: an election that was held elsewhere, whose ballots came in a file;
    ``file_hash`` is that file's SHA-256.
    ``challenge_days``: how long after the close the sheet with the round's key is kept outside.
    ``pots`` are the parts of the fund as values, none where it is one whole (``pots_each_voter``
    '' then, and else a word of rules.pots.EachVoter).
    ``record_name`` is drawn once and names the record of its seals outside, so that another
    database's round with the same number has another record.
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
        CheckConstraint("challenge_days BETWEEN 0 AND 366", name="challenge_sensible"),
        CheckConstraint(
            "who_may_propose IN ('resident','body','either')", name="who_may_propose_known"
        ),
        CheckConstraint("money_kind IN ('revenue','capital')", name="money_kind_known"),
        CheckConstraint("money_source IN ('grants','mainstream')", name="money_source_known"),
        CheckConstraint(
            "ballot_type IN ('approval','spend','points','ranking','boost')",
            name="ballot_type_known",
        ),
        CheckConstraint("(ballot_type = 'points') = (points >= 1)", name="points_to_share"),
        CheckConstraint(
            "most_points <= points AND (ballot_type = 'points') = (most_points >= 1)",
            name="most_points_known",
        ),
        CheckConstraint("boost_worth >= 2", name="boost_counts_more"),
        CheckConstraint("takes_paper OR NOT separate_contests", name="contests_need_paper"),
        CheckConstraint("pots_each_voter IN ('','all','one')", name="pots_each_voter_known"),
        CheckConstraint("leftover IN ('keep','smaller_award')", name="leftover_known"),
        CheckConstraint(
            f"(ways = '' AND takes_paper) OR ({known_words('ways', Way)})", name="ways_known"
        ),
        CheckConstraint(known_words("connection", Connection), name="connection_known"),
        CheckConstraint(
            "(discussion_opens_at IS NULL) = (discussion_closes_at IS NULL) "
            "AND discussion_closes_at > discussion_opens_at "
            "AND discussion_closes_at <= voting_closes_at "
            "AND (NOT has_proposals OR discussion_opens_at >= proposals_close_at)",
            name="discussion_in_order",
        ),
        CheckConstraint("reply_days BETWEEN 0 AND 60", name="reply_days_sensible"),
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
    has_proposals: Mapped[bool] = mapped_column(Boolean, default=True)
    who_may_propose: Mapped[str] = mapped_column(String(10), default="either")
    money_kind: Mapped[str] = mapped_column(String(10), default="revenue")
    money_source: Mapped[str] = mapped_column(String(10), default="grants")
    deliver_by: Mapped[date | None] = mapped_column(Date)
    must_hear_pitches: Mapped[bool] = mapped_column(Boolean, default=False)
    ballot_type: Mapped[str] = mapped_column(String(10), default="approval")
    points: Mapped[int] = mapped_column(Integer, default=0)
    most_points: Mapped[int] = mapped_column(Integer, default=0)
    boost_worth: Mapped[int] = mapped_column(Integer, default=2)
    challenge_days: Mapped[int] = mapped_column(Integer, default=95)
    leftover: Mapped[str] = mapped_column(String(20), default="keep")
    ways: Mapped[str] = mapped_column(String(60), default=USUAL_WAYS)
    connection: Mapped[str] = mapped_column(String(40), default=USUAL_CONNECTION)
    reply_days: Mapped[int] = mapped_column(Integer, default=0)
    tie_order: Mapped[str] = mapped_column(String(40), default="cost,votes,lot")
    allow_change: Mapped[bool] = mapped_column(Boolean, default=True)
    takes_paper: Mapped[bool] = mapped_column(Boolean, default=False)
    separate_contests: Mapped[bool] = mapped_column(Boolean, default=False)
    pots_each_voter: Mapped[str] = mapped_column(String(3), default="")
    proposals_open_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposals_close_at: Mapped[datetime] = mapped_column(UTCDateTime)
    voting_opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    voting_closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    discussion_opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    discussion_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stage: Mapped[str] = mapped_column(String(12), default="preparing", index=True)
    record_name: Mapped[str] = mapped_column(String(16), default=new_record_name)
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

    pot_rows: Mapped[list[Pot]] = relationship(order_by=Pot.number, cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    @property
    def pots(self) -> tuple[PotRule, ...]:
        """The parts of the fund; a round without them is asked nothing."""
        return tuple(row.rule for row in self.pot_rows) if self.pots_each_voter else ()

    @pots.setter
    def pots(self, pots: Sequence[PotRule | dict[str, Any]]) -> None:
        wanted = {pot.number: pot for pot in as_pots(pots)}
        if not wanted and not self.pots_each_voter:
            return
        for row in [row for row in self.pot_rows if row.number not in wanted]:
            self.pot_rows.remove(row)
        kept = {row.number: row for row in self.pot_rows}
        for number, pot in wanted.items():
            if number not in kept:
                kept[number] = Pot(number=number)
                self.pot_rows.append(kept[number])
            kept[number].become(pot)

    def pot_id(self, number: int | None) -> int | None:
        """The id of the part with this number; None where there is none."""
        if number is None:
            return None
        return next((row.id for row in self.pot_rows if row.number == number), None)


class RuleVersion(db.Model):
    """The rules of a round as they stood from ``at`` on, with the reason for the change (R14).

    Version 1 is what was published first. ``rules`` is canonical JSON whose SHA-256 is
    ``rules_hash``. Rows are kept as they are; a round that is public changes its rules only to
    those of its newest version.
    """

    __tablename__ = "rule_version"
    __table_args__ = (
        CheckConstraint("n >= 1", name="n_from_one"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text)
    rules: Mapped[str] = mapped_column(Text)
    rules_hash: Mapped[str] = mapped_column(String(64))


class Project(db.Model):
    """What stands on the ballot, with its cost. ``lot`` is its place in the order drawn for ties.

    ``smallest_pence`` is the smallest award that its proposer takes; None: only the whole cost.
    ``pot`` is the part of the fund that pays for it, in every round whose fund has parts.
    ``reference`` is its id in a file from elsewhere, '' for our own. As they stood when the ballot
    was settled: ``place``, ``near`` and ``theme`` in words, the first photograph, and the approved
    words in easy read and in Gaelic, '' where there are none.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "lot"),
        CheckConstraint("cost_pence > 0", name="cost_positive"),
        CheckConstraint(
            "smallest_pence > 0 AND smallest_pence < cost_pence", name="smallest_below_cost"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int] = mapped_column(Integer)
    reference: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    smallest_pence: Mapped[int | None] = mapped_column(BigInteger)
    lot: Mapped[int] = mapped_column(Integer)
    pot_id: Mapped[int | None] = mapped_column(ForeignKey("pot.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), unique=True)
    place: Mapped[str] = mapped_column(String(100), default="")
    near: Mapped[str] = mapped_column(String(200), default="")
    theme: Mapped[str] = mapped_column(String(60), default="")
    easy_title: Mapped[str] = mapped_column(String(120), default="")
    easy_summary: Mapped[str] = mapped_column(Text, default="")
    gaelic_title: Mapped[str] = mapped_column(String(120), default="")
    gaelic_summary: Mapped[str] = mapped_column(Text, default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))

    round: Mapped[Round] = relationship(back_populates="projects")
    proposal: Mapped["Proposal | None"] = relationship()
    pot: Mapped[Pot | None] = relationship()


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
