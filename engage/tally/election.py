"""An election as a counting rule sees it, the method it is counted by, and the count.

Money is whole minor units (pence, grosz): integers only, so that nothing is ever rounded. A rule
is a function from an :class:`Election` to a :class:`Count`; it changes neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Project:
    """One project on the ballot. ``cost`` is whole minor units, above nought.

    ``lot`` is its place in the order that was drawn for ties before voting; None: none was drawn.
    ``site`` names what only one project can have: of the projects with the same site at most one
    is funded, under every rule; '' shares with nobody. ``area`` is where it is, for the figures
    of spending by area; '' is the whole place. ``smallest`` is the smallest award that its
    proposer would take, in minor units; None: the whole cost or nothing.
    """

    id: str
    cost: int
    name: str = ""
    lot: int | None = None
    site: str = ""
    area: str = ""
    smallest: int | None = None


@dataclass(frozen=True)
class Ballot:
    """What ``weight`` identical ballots say: the projects chosen and the points for each.

    ``choices`` of a ranked ballot stand best first. ``points`` are parallel to ``choices``; None:
    one point each, or on a ranked ballot as many as :func:`Election.points` says.
    """

    choices: tuple[str, ...]
    weight: int = 1
    points: tuple[int, ...] | None = None


class BallotType(StrEnum):
    """What a ballot says of the projects on it, in the words of the Pabulib format.

    Spending within the pot (“knapsack” voting) is approval with a limit on cost.
    """

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    CUMULATIVE = "cumulative"
    ORDINAL = "ordinal"


@dataclass(frozen=True)
class Limits:
    """What one ballot may hold. None: no limit. ``max_cost`` is minor units.

    ``max_points`` bounds the points for one project, ``max_sum_points`` those of the ballot.
    """

    min_choices: int = 1
    max_choices: int | None = None
    max_cost: int | None = None
    min_points: int | None = None
    max_points: int | None = None
    min_sum_points: int | None = None
    max_sum_points: int | None = None


@dataclass(frozen=True)
class Election:
    """Projects in the order of the ballot paper, ballots in any order, and the declared rules.

    ``tie`` names what settles equal votes, first things first (see :mod:`engage.tally.ties`).
    ``threshold`` is the fewest votes (or points) with which a project may be funded.
    ``support`` asks a project of the whole pot for support from that share of the voters, and a
    cheaper one for as much less (Swiecie 2023: 1/3); None asks for nothing.
    """

    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    pot: int
    limits: Limits = field(default_factory=Limits)
    tie: tuple[str, ...] = ("cost", "votes", "lot")
    ballot_type: BallotType = BallotType.APPROVAL
    threshold: int = 0
    support: Fraction | None = None

    @cached_property
    def voters(self) -> int:
        """How many ballots there are, whatever they hold."""
        return sum(ballot.weight for ballot in self.ballots)

    @cached_property
    def costs(self) -> Mapping[str, int]:
        """The cost of each project by id, in minor units."""
        return {project.id: project.cost for project in self.projects}

    def points(self, ballot: Ballot) -> tuple[int, ...]:
        """Return the points of each choice of a ballot.

        A ranked ballot of k projects gives k to its first, one less to the next, 1 to its last:
        so `score` is reckoned in all 175 ranked elections of Pabulib.
        """
        if ballot.points is not None:
            return ballot.points
        if self.ballot_type is BallotType.ORDINAL:
            return tuple(range(len(ballot.choices), 0, -1))
        return (1,) * len(ballot.choices)

    @cached_property
    def entries(self) -> "Entries":
        """Everything that stands on the ballots, as arrays. Raises KeyError for no such project."""
        place = {project.id: n for n, project in enumerate(self.projects)}
        lengths = np.fromiter((len(b.choices) for b in self.ballots), np.int64, len(self.ballots))
        size = int(lengths.sum())
        choices = chain.from_iterable(ballot.choices for ballot in self.ballots)
        if self.ballot_type in (BallotType.APPROVAL, BallotType.CHOOSE_1):
            points = np.ones(size, np.int64)
        else:
            given = chain.from_iterable(self.points(ballot) for ballot in self.ballots)
            points = np.fromiter(given, np.int64, size)
        projects = np.fromiter(map(place.__getitem__, choices), np.int32, size)
        ballots = np.repeat(np.arange(len(self.ballots), dtype=np.int32), lengths)
        order = np.argsort(projects, kind="stable")
        weights = np.fromiter((b.weight for b in self.ballots), np.int64, len(self.ballots))
        entries = Entries(ballots[order], projects[order], points[order], weights)
        return _named_once(entries, self.ballot_type is BallotType.CUMULATIVE)

    @cached_property
    def votes(self) -> Mapping[str, int]:
        """Votes for each project, or points where ballots give points; nobody's stands at 0."""
        return self._by_project(self.entries.points)

    @cached_property
    def supporters(self) -> Mapping[str, int]:
        """How many ballots give each project a vote, or at least one point."""
        return self._by_project((self.entries.points > 0).astype(np.int64))

    def _by_project(self, worth: Whole) -> dict[str, int]:
        entries = self.entries
        totals = np.zeros(len(self.projects), np.int64)
        np.add.at(totals, entries.projects, worth * entries.weights[entries.ballots])
        ids = (project.id for project in self.projects)
        return dict(zip(ids, totals.tolist(), strict=True))


@dataclass(frozen=True)
class Entries:
    """One place for each choice on each ballot: whose it is, which project, how many points.

    ``ballots`` are places in ``Election.ballots``, to which ``weights`` are parallel, and
    ``projects`` are places in ``Election.projects``; they stand by project, then by ballot, and
    every project on a ballot once.
    """

    ballots: npt.NDArray[np.int32]
    projects: npt.NDArray[np.int32]
    points: Whole
    weights: Whole


def _named_once(entries: Entries, add: bool) -> Entries:
    """Take a project named twice on one ballot as named once; with ``add`` its points add up.

    Such ballots break the limits and are reported, but files hold them: four points for one
    project may be written as four times one.
    """
    ballots, projects, points = entries.ballots, entries.projects, entries.points
    again = (projects[1:] == projects[:-1]) & (ballots[1:] == ballots[:-1])
    if not again.any():
        return entries
    starts = np.flatnonzero(np.concatenate(([True], ~again)))
    merge = np.add if add else np.maximum
    return Entries(
        ballots[starts], projects[starts], merge.reduceat(points, starts), entries.weights
    )


class Rule(StrEnum):
    """The counting rules, by the names of the `engage tally` command."""

    GREEDY = "greedy"
    GREEDY_STOP = "greedy-stop"
    GREEDY_PER_COST = "greedy-per-cost"
    EQUAL_SHARES = "equal-shares"
    PHRAGMEN = "phragmen"
    STV = "stv"
    KNAPSACK = "knapsack"


class Utility(StrEnum):
    """What a voter is taken to gain from a funded project that they supported.

    cost: its cost (times the points they gave it). cardinality: one, whatever it costs.
    points: the points they gave it.
    """

    COST = "cost"
    CARDINALITY = "cardinality"
    POINTS = "points"


class Completion(StrEnum):
    """How equal shares spends what its first count leaves.

    none: it doesn't. add1: every voter is given ``Method.increment`` more, again and again, and
    the last outcome that the pot pays for stands (Wieliczka, Swiecie and Assen). add1e: the same,
    but the first outcome stands to which no supported project can be added within the pot.
    utilitarian: the projects with the most votes that fit what is left. add1-utilitarian: both.
    """

    NONE = "none"
    ADD1 = "add1"
    ADD1E = "add1e"
    UTILITARIAN = "utilitarian"
    ADD1_UTILITARIAN = "add1-utilitarian"


class Leftover(StrEnum):
    """What happens to money left, as declared in advance.

    roll-over: it stays with whoever gave it, for the next round. smaller-award: the first project
    in the order of the count that is not funded, and whose proposer accepted an award as small
    as what is left, is given what is left.
    """

    ROLL_OVER = "roll-over"
    SMALLER_AWARD = "smaller-award"


class CountRefused(ValueError):
    """The election can't be counted by this rule; the message says why."""


@dataclass(frozen=True)
class Method:
    """The declared rule with its variants; the rules that don't know a variant pass it over.

    ``comparison``: the outcome of greedy stands instead where more voters have more of their
    projects funded by it (Wieliczka 2023). ``increment`` is add1's step in minor units for each
    voter; 100 is one pound.
    """

    rule: Rule = Rule.GREEDY
    utility: Utility = Utility.COST
    completion: Completion = Completion.NONE
    comparison: bool = False
    increment: int = 100
    leftover: Leftover = Leftover.ROLL_OVER


class Why(StrEnum):
    """Why a project was funded or not."""

    FITS = "fits"
    SUPPORTERS_PAID = "supporters_paid"
    COMPLETED = "completed"
    PART_FUNDED = "part_funded"
    BEST_SET = "best_set"
    NO_VOTES = "no_votes"
    BELOW_THRESHOLD = "below_threshold"
    BELOW_SUPPORT = "below_support"
    TOO_DEAR = "too_dear"
    AFTER_STOP = "after_stop"
    SITE_TAKEN = "site_taken"
    SUPPORTERS_SHORT = "supporters_short"
    EXCLUDED = "excluded"
    NOT_BEST_SET = "not_best_set"


@dataclass(frozen=True)
class Decision:
    """What became of one project when its turn came.

    ``left_before`` is the money left at that moment, in minor units, ``award`` what the project
    gets: its cost, a smaller award, or 0. ``settled_by`` names what put it behind the project
    considered just before it when both stood equal: “cost”, “votes”, “lot” or “file”; ''
    when they differed. For an excluded project it names what put it behind another, with as
    little support, that was still in. ``reason`` says it in plain words. ``payers`` is how many
    supporters paid for it (equal shares), ``share`` the most that one of them paid, in minor units
    and rounded to a thousandth of one; ``held`` what the supporters of a project that fell still
    had together when the count ended, in whole minor units. None: the rule knows no such thing.
    """

    project: str
    cost: int
    votes: int
    funded: bool
    left_before: int
    why: Why
    settled_by: str
    reason: str
    award: int = 0
    payers: int | None = None
    share: Fraction | None = None
    held: int | None = None


@dataclass(frozen=True)
class Area:
    """What one area got: money in minor units, and how many of its projects."""

    name: str
    cost: int
    funded: int
    projects: int


@dataclass(frozen=True)
class Fairness:
    """The figures of one outcome. ``voters`` counts all ballots, empty ones too.

    ``with_a_project`` is how many voters supported at least one funded project, ``projects_each``
    how many funded projects a voter supported on average. ``gini`` is the Gini coefficient of
    what the funded projects that a voter supported cost together: 0 where that is the same for
    all, near 1 where few have nearly everything; None where nobody has anything. ``areas`` stand
    in the order of the ballot paper.
    """

    voters: int
    with_a_project: int
    projects_each: Fraction
    gini: Fraction | None
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Count:
    """What a rule computed. ``winners`` and ``decisions`` stand in the order considered.

    ``rule`` is the rule by which the winners stand: greedy where the comparison preferred it.
    ``cost`` is what all awards come to. ``endowment`` is what every voter began with in the run
    of equal shares that stands, in minor units. ``fairness`` is None until it is reckoned, and
    ``other`` is how another rule would have come out, where that was asked for.
    """

    rule: str
    winners: tuple[str, ...]
    cost: int
    unspent: int
    ballots: int
    decisions: tuple[Decision, ...]
    endowment: Fraction | None = None
    fairness: Fairness | None = None
    other: "Count | None" = None
