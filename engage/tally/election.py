"""An election as a counting rule sees it, and the count that comes out of it.

Money is whole minor units (pence, grosz): integers only, so that nothing is ever rounded. A rule
is a function from an :class:`Election` to a :class:`Count`; it changes neither.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Project:
    """One project on the ballot. ``cost`` is whole minor units, above nought.

    ``lot`` is its place in the order that was drawn for ties before voting; None: none was drawn.
    """

    id: str
    cost: int
    name: str = ""
    lot: int | None = None


@dataclass(frozen=True)
class Ballot:
    """The projects that ``weight`` identical ballots chose."""

    choices: tuple[str, ...]
    weight: int = 1


@dataclass(frozen=True)
class Limits:
    """What one ballot may hold. None: no limit. ``max_cost`` is minor units."""

    min_choices: int = 1
    max_choices: int | None = None
    max_cost: int | None = None


@dataclass(frozen=True)
class Election:
    """Projects in the order of the ballot paper, ballots in any order, and the declared rules.

    ``tie`` names what settles equal votes, first things first (see :mod:`engage.tally.ties`).
    """

    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    pot: int
    limits: Limits = field(default_factory=Limits)
    tie: tuple[str, ...] = ("cost", "votes", "lot")


class Why(StrEnum):
    """Why a project was funded or not."""

    FITS = "fits"
    TOO_DEAR = "too_dear"
    NO_VOTES = "no_votes"


@dataclass(frozen=True)
class Decision:
    """What became of one project when its turn came.

    ``left_before`` is the money left at that moment, in minor units. ``settled_by`` names what
    put it behind the project considered just before it when both had the same votes: “cost”,
    “votes”, “lot” or “file”; '' when their votes differed. ``reason`` says it in plain words.
    """

    project: str
    cost: int
    votes: int
    funded: bool
    left_before: int
    why: Why
    settled_by: str
    reason: str


@dataclass(frozen=True)
class Count:
    """What a rule computed. ``winners`` and ``decisions`` stand in the order considered."""

    rule: str
    winners: tuple[str, ...]
    cost: int
    unspent: int
    ballots: int
    decisions: tuple[Decision, ...]


Rule = Callable[[Election], Count]
