"""The types of ballot: what each may hold, how it is written down, and as what it is counted."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeVar

from engage.budgeting.rules.ballots import canonical_choices
from engage.budgeting.rules.pots import EachVoter, PotRule, pot_numbered, read_pots
from engage.tally import election as tally
from engage.tally.election import Limits
from engage.tally.limits import choice_faults

#: As many choices as no ballot paper has projects: as good as no limit.
ANY_NUMBER = 1000
#: The most points that a voter can be given to share out, and that a boost can be worth.
MOST_POINTS = 1000
MOST_WORTH = 10

Id = TypeVar("Id", bound=Hashable)


class BallotKind(StrEnum):
    """What a voter does with the ballot paper.

    approval: choose some projects. spend: choose projects that cost no more than the fund
    together. points: share out points. ranking: put projects in order, the best first. boost:
    choose some projects and boost one of them, which then counts more (Leith 2024).
    """

    APPROVAL = "approval"
    SPEND = "spend"
    POINTS = "points"
    RANKING = "ranking"
    BOOST = "boost"


#: As what the counting rules see a ballot, in the words of the Pabulib format.
COUNTED_AS = {
    BallotKind.APPROVAL: tally.BallotType.APPROVAL,
    BallotKind.SPEND: tally.BallotType.APPROVAL,
    BallotKind.POINTS: tally.BallotType.CUMULATIVE,
    BallotKind.RANKING: tally.BallotType.ORDINAL,
    BallotKind.BOOST: tally.BallotType.CUMULATIVE,
}
#: The ballots on which each choice stands with its points.
WITH_POINTS = (BallotKind.POINTS, BallotKind.BOOST)
#: The ballots that are counted by points, and not by how many people chose a project.
COUNTED_BY_POINTS = (BallotKind.POINTS, BallotKind.RANKING, BallotKind.BOOST)
#: The ballots that equal shares goes with: those that say how much each choice is worth beside
#: the others, with no more of one voter than of another.
FOR_EQUAL_SHARES = (BallotKind.APPROVAL, BallotKind.SPEND, BallotKind.POINTS)


class HasTerms(Protocol):
    """What the rules of a round say of its ballots; a round says it, too."""

    @property
    def ballot_type(self) -> str: ...
    @property
    def min_choices(self) -> int: ...
    @property
    def max_choices(self) -> int: ...
    @property
    def pot_pence(self) -> int: ...
    @property
    def points(self) -> int: ...
    @property
    def most_points(self) -> int: ...
    @property
    def boost_worth(self) -> int: ...
    @property
    def pots(self) -> tuple[PotRule, ...]: ...
    @property
    def pots_each_voter(self) -> str: ...


@dataclass(frozen=True)
class BallotTerms:
    """What a ballot of one round may hold.

    ``points`` are what a voter may share out, ``most_points`` of them to one project, and
    ``boost_worth`` is what a boosted vote counts; each means something on its own type only.
    With ``pots`` all of it holds within each part of the fund that a ballot uses, and
    ``each_voter`` says how many it may use.
    """

    kind: BallotKind
    min_choices: int
    max_choices: int
    pot_pence: int
    points: int = 0
    most_points: int = 0
    boost_worth: int = 2
    pots: tuple[PotRule, ...] = ()
    each_voter: str = ""

    def within(self, pot: PotRule) -> "BallotTerms":
        """Return what a ballot may hold of one part of the fund."""
        return replace(self, pot_pence=pot.pence, pots=(), each_voter="")

    @property
    def has_points(self) -> bool:
        """Whether each choice stands on the ballot with its points."""
        return self.kind in WITH_POINTS

    def most_each(self, projects: int) -> int:
        """Return the most that one ballot counts for one project, of so many on the paper."""
        if self.kind is BallotKind.POINTS:
            return self.most_points
        if self.kind is BallotKind.RANKING:
            return min(self.max_choices, projects)
        return self.boost_worth if self.kind is BallotKind.BOOST else 1

    @property
    def limits(self) -> Limits:
        """The same as the counting rules and a published file say it.

        They know no boost: theirs bounds its points only, and `ballot_faults` does the rest.
        """
        if self.kind is BallotKind.SPEND:
            return Limits(self.min_choices, self.max_choices, max_cost=self.pot_pence)
        most, in_all = self.most_points, self.points
        if self.kind is BallotKind.BOOST:
            most, in_all = self.boost_worth, self.max_choices + self.boost_worth - 1
        if not self.has_points:
            return Limits(self.min_choices, self.max_choices)
        return Limits(
            self.min_choices,
            self.max_choices,
            min_points=1,
            max_points=most,
            max_sum_points=in_all,
        )


def terms_of(rules: HasTerms) -> BallotTerms:
    """Return what a ballot under these rules may hold."""
    return BallotTerms(
        BallotKind(rules.ballot_type),
        rules.min_choices,
        rules.max_choices,
        rules.pot_pence,
        rules.points,
        rules.most_points,
        rules.boost_worth,
        rules.pots,
        rules.pots_each_voter,
    )


def published_terms(rules: Mapping[str, Any]) -> BallotTerms:
    """Return the same from rules as they are published. Raises ValueError for no known type."""
    names = ("min_choices", "max_choices", "pot_pence", "points", "most_points", "boost_worth")
    told = {name: rules[name] for name in names if name in rules}
    kind = BallotKind(rules.get("ballot_type", "approval"))
    pots, each_voter = read_pots(rules.get("pots", ())), rules.get("pots_each_voter", "")
    if bool(pots) is not (each_voter in {way.value for way in EachVoter}):
        raise ValueError(each_voter)
    return BallotTerms(kind, **told, pots=pots, each_voter=each_voter)


class Chosen(NamedTuple):
    """What a ballot says: project ids, best first on a ranked one, and the points beside them."""

    ids: tuple[int, ...]
    points: tuple[int, ...] | None = None


def ballot_faults(
    terms: BallotTerms,
    choices: Sequence[Id],
    costs: Mapping[Id, int],
    points: Sequence[int] | None = None,
    pot_of: Mapping[Id, int | None] | None = None,
) -> list[str]:
    """Return what is wrong with a ballot, in words that its voter follows; none: an empty list.

    ``costs`` holds each chosen project that stands on the ballot paper, in pence; ``points`` are
    parallel to the choices on a ballot that gives points, and None on every other. ``pot_of`` is
    the number of each project's part of the fund, where the terms have parts.

    >>> two = BallotTerms(BallotKind.BOOST, 1, 3, 100)
    >>> ballot_faults(two, ["a", "b"], {"a": 1, "b": 1}, [2, 2])
    ['Boost one project only']
    """
    if (points is not None) is not terms.has_points:
        return ["Choose projects from the list"]
    if terms.pots:
        return _faults_by_pot(terms, choices, costs, points, pot_of or {})
    return _faults_within(terms, choices, costs, points)


def _faults_by_pot(
    terms: BallotTerms,
    choices: Sequence[Id],
    costs: Mapping[Id, int],
    points: Sequence[int] | None,
    pot_of: Mapping[Id, int | None],
) -> list[str]:
    """Return what is wrong in each part of the fund that a ballot uses, by the part's name."""
    if not choices:
        return ["Choose projects in at least one part of the fund"]
    if not {*choices} <= costs.keys():
        return ["Choose projects from the list"]
    if points is not None and len(points) != len(choices):
        return ["Give points to each project that you choose"]
    places: dict[int | None, list[int]] = {}
    for place, choice in enumerate(choices):
        places.setdefault(pot_of.get(choice), []).append(place)
    if terms.each_voter == EachVoter.ONE and len(places) > 1:
        return ["Choose projects from one part of the fund only"]
    faults = []
    for number in sorted(places, key=lambda number: number or 0):
        pot, own = pot_numbered(terms.pots, number), places[number]
        if pot is None:
            return ["Choose projects from the list"]
        chosen = [choices[place] for place in own]
        given = None if points is None else [points[place] for place in own]
        told = _faults_within(terms.within(pot), chosen, costs, given, "this part of the fund")
        faults += [f"{pot.name}: {fault}" for fault in told]
    return faults


def _faults_within(
    terms: BallotTerms,
    choices: Sequence[Id],
    costs: Mapping[Id, int],
    points: Sequence[int] | None,
    fund: str = "the fund",
) -> list[str]:
    """Return what is wrong in a fund that is one whole, or within one part of it."""
    if terms.kind is not BallotKind.BOOST or points is None:
        return choice_faults(choices, terms.limits, costs, points, fund)
    faults = choice_faults(choices, terms.limits, costs)
    worths = {1, terms.boost_worth}
    if len(points) != len(choices) or any(given not in worths for given in points):
        faults.append("Give each project that you choose one vote, or boost it")
    if sum(given != 1 for given in points) > 1:
        faults.append("Boost one project only")
    return faults


def in_parts(choices: Sequence[Id], pot_of: Mapping[Id, int | None]) -> list[Id]:
    """Return choices part by part, each part in the order in which its own came: so a ranking in
    several parts is one text, however its parts were mixed.

    >>> in_parts(["c", "a", "b"], {"a": 2, "b": 1, "c": 2})
    ['b', 'c', 'a']
    """
    return sorted(choices, key=lambda choice: pot_of.get(choice) or 0)


def write_choices(
    kind: BallotKind, choices: Sequence[int], points: Sequence[int] | None = None
) -> str:
    """Return a ballot as it is stored and hashed: JSON without blanks, one text for one vote.

    >>> write_choices(BallotKind.RANKING, [12, 3])
    '[12,3]'
    >>> write_choices(BallotKind.POINTS, [12, 3], [1, 4])
    '[[3,4],[12,1]]'
    """
    if kind in WITH_POINTS:
        return json.dumps(sorted(zip(choices, points or (), strict=True)), separators=(",", ":"))
    if kind is BallotKind.RANKING:
        return json.dumps(list(choices), separators=(",", ":"))
    return canonical_choices(choices)


def read_choices(kind: BallotKind, text: str) -> Chosen:
    """Return what `write_choices` wrote.

    >>> read_choices(BallotKind.POINTS, "[[3,4],[12,1]]")
    Chosen(ids=(3, 12), points=(4, 1))
    """
    said = json.loads(text)
    if kind in WITH_POINTS:
        return Chosen(tuple(id_ for id_, _ in said), tuple(given for _, given in said))
    return Chosen(tuple(said))


def type_faults(rules: HasTerms, rule: str) -> dict[str, str]:
    """Return what doesn't fit together in the rules of the ballot: field name to message.

    ``rule`` is the counting rule, which not every ballot goes with.
    """
    kind = BallotKind(rules.ballot_type)
    with_points = kind is BallotKind.POINTS
    checks = {
        "rule": (
            rule == "equal-shares" and kind not in FOR_EQUAL_SHARES,
            "Equal shares does not go with this type of ballot: choose another way to count, "
            "or let people choose projects, spend the fund or share out points",
        ),
        "points": (
            with_points and not rules.min_choices <= rules.points <= MOST_POINTS,
            f"Enter how many points a voter has: from {rules.min_choices} to {MOST_POINTS:,}",
        ),
        "most_points": (
            with_points and rules.points > 0 and not 1 <= rules.most_points <= rules.points,
            "The most points for one project must be 1 or more, and no more than a voter has",
        ),
        "boost_worth": (
            kind is BallotKind.BOOST and not 2 <= rules.boost_worth <= MOST_WORTH,
            f"A boosted vote must count from 2 to {MOST_WORTH} votes",
        ),
        "min_choices": (
            kind is BallotKind.SPEND and rules.min_choices > 1,
            "Where voters spend the fund, 1 is the fewest projects they must choose",
        ),
    }
    return {field: words for field, (wrong, words) in checks.items() if wrong}
