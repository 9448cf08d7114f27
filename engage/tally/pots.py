"""Several pots at once, for areas or for themes: one ballot across them, and a count of each.

Every project is paid for by one pot, and every pot is counted as an election of its own among
the voters who chose something in it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from engage.tally.election import Ballot, BallotType, Count, Election, Limits, Method, Project
from engage.tally.limits import choice_faults
from engage.tally.method import count

Choices = tuple[str, ...]
Points = tuple[int, ...]


class ContestRefused(ValueError):
    """The pots and their projects don't go together; the message says why."""


@dataclass(frozen=True)
class Pot:
    """The money for one area or theme, in minor units, by the ``name`` that voters read.

    ``limits`` judge what a ballot chooses of this pot, and nothing where it chooses nothing here.
    """

    id: str
    amount: int
    limits: Limits = field(default_factory=Limits)
    name: str = ""


@dataclass(frozen=True)
class Contest:
    """Pots, the projects of each by the pot's id, and ballots that may choose in several.

    ``most_pots`` is in how many pots one voter may choose; None: in all. ``limits`` judge the
    ballot as a whole. ``thresholds`` are the fewest votes by the pot's id, 0 where none is given;
    ``support``, ``tie`` and ``ballot_type`` are the same for all (see :class:`Election`). Raises
    ContestRefused for a project or a site in two pots, since pots are counted apart.
    """

    pots: tuple[Pot, ...]
    projects: Mapping[str, tuple[Project, ...]]
    ballots: tuple[Ballot, ...] = ()
    most_pots: int | None = None
    limits: Limits = field(default_factory=Limits)
    tie: tuple[str, ...] = ("cost", "votes", "lot")
    ballot_type: BallotType = BallotType.APPROVAL
    thresholds: Mapping[str, int] = field(default_factory=dict)
    support: Fraction | None = None

    def __post_init__(self) -> None:
        ids = [pot.id for pot in self.pots]
        strange = {*self.projects, *self.thresholds} - {*ids}
        if strange:
            raise ContestRefused(f"There is no pot “{min(strange)}”")
        projects = [project.id for own in self.projects.values() for project in own]
        sites = [s for own in self.projects.values() for s in {p.site for p in own} if s]
        for what, names in (("pot", ids), ("project", projects), ("site", sites)):
            for name, times in Counter(names).items():
                if times > 1:
                    raise ContestRefused(f"The {what} “{name}” stands in the contest twice")

    @cached_property
    def costs(self) -> Mapping[str, int]:
        """The cost of each project of any pot by id, in minor units."""
        return {project.id: project.cost for own in self.projects.values() for project in own}

    @cached_property
    def pot_of(self) -> Mapping[str, str]:
        """The id of the pot that pays for each project, by the project's id."""
        return {project.id: pot for pot, own in self.projects.items() for project in own}


def contest_faults(
    choices: Sequence[str], contest: Contest, points: Sequence[int] | None = None
) -> list[str]:
    """Return what is wrong with a ballot, in words that its voter follows; none: an empty list.

    First the ballot as a whole, then each pot in which it chooses, by the pot's name. ``points``
    are parallel to the choices; None: voters give none.
    """
    faults = choice_faults(choices, contest.limits, contest.costs, points)
    given = dict(zip(choices, points or (), strict=False))
    chosen: dict[str, list[str]] = {}
    for choice in dict.fromkeys(choices):
        if choice in contest.pot_of:
            chosen.setdefault(contest.pot_of[choice], []).append(choice)
    if contest.most_pots is not None and len(chosen) > contest.most_pots:
        pots = "1 pot" if contest.most_pots == 1 else f"{contest.most_pots} pots"
        faults.append(f"Choose projects from {pots} or fewer")
    for pot in contest.pots:
        own = chosen.get(pot.id, [])
        own_points = None if points is None else [given.get(choice, 0) for choice in own]
        if own:
            told = choice_faults(own, pot.limits, contest.costs, own_points)
            faults.extend(f"{pot.name or pot.id}: {fault}" for fault in told)
    return faults


def elections(contest: Contest) -> dict[str, Election]:
    """Return the election of each pot by the pot's id, with identical ballots taken together.

    A ballot counts in the pots where it chooses something, and is no ballot of any other: there
    it lowers no other voter's share. A ranking without points of its own is ranked anew in each
    pot: whatever stands first of a pot's projects is a first choice there. Raises KeyError for a
    project that no pot has.
    """
    ballots: dict[str, Counter[tuple[Choices, Points | None]]] = {
        pot.id: Counter() for pot in contest.pots
    }
    for ballot in contest.ballots:
        places: dict[str, list[int]] = {}
        for place, choice in enumerate(ballot.choices):
            places.setdefault(contest.pot_of[choice], []).append(place)
        for pot, own in places.items():
            choices = tuple(ballot.choices[place] for place in own)
            points = ballot.points and tuple(ballot.points[place] for place in own)
            ballots[pot][choices, points] += ballot.weight
    return {
        pot.id: Election(
            projects=contest.projects.get(pot.id, ()),
            ballots=tuple(
                Ballot(choices, weight, points)
                for (choices, points), weight in ballots[pot.id].items()
            ),
            pot=pot.amount,
            limits=pot.limits,
            tie=contest.tie,
            ballot_type=contest.ballot_type,
            threshold=contest.thresholds.get(pot.id, 0),
            support=contest.support,
        )
        for pot in contest.pots
    }


def count_pots(contest: Contest, method: Method) -> dict[str, Count]:
    """Count each pot by the same method, by the pot's id; what one leaves, no other gets."""
    return {pot: count(election, method) for pot, election in elections(contest).items()}
