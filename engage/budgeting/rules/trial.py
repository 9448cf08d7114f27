"""Trying a round's rules on invented projects and votes, before anybody relies on them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, log
from random import Random

from engage.budgeting.rules.ballot_types import (
    ANY_NUMBER,
    COUNTED_AS,
    COUNTED_BY_POINTS,
    BallotKind,
    terms_of,
)
from engage.budgeting.rules.pots import EachVoter
from engage.budgeting.rules.refusals import pounds
from engage.budgeting.rules.rounds import RoundRules
from engage.tally.election import Ballot, Count, Election, Project, Why
from engage.tally.ties import read_tie_order

#: The two neighbourhoods that voters come from, and how many in ten live in each.
SIDES = (("North side", 6), ("South side", 4))
#: How much likelier a voter chooses a project of their own side.
OWN_SIDE = 4
#: How many of those who may boost a project do.
BOOSTS = 0.8
#: From what part of the fund on it is worth a remark that it is left over.
MUCH_LEFT = 4

#: How often over the invented projects would spend the fund, and how many there are at most.
CONTESTED = 1.6
MOST_PROJECTS = 200

#: A ballot: the projects on it, and the points beside them, () where there are none.
Said = tuple[tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Trial:
    """What is invented: how many projects and voters, and which of many like elections."""

    projects: int = 12
    voters: int = 200
    number: int = 1


def usual_trial(rules: RoundRules) -> Trial:
    """Return a trial with enough projects that the money is contested, as far as a page shows them.

    A dozen small grants can't spend a large fund, and what they leave says nothing of the rules.
    """
    least, most = max(rules.min_award_pence, 1), rules.max_award_pence
    mean = (most - least) / log(most / least) if most > least else most
    enough = ceil(CONTESTED * rules.pot_pence / mean)
    return Trial(projects=min(max(Trial.projects, enough), MOST_PROJECTS))


def invented_elections(rules: RoundRules, trial: Trial) -> dict[int, Election]:
    """Return the invented election of each part of the fund by its number; 0: it has no parts.

    The parts have like numbers of projects. Where each voter picks one part, as many pick it as
    its share of the money says; else all vote in it.
    """
    if not rules.pots:
        return {0: invented_election(rules, trial)}
    found, first = {}, 1
    for place, pot in enumerate(rules.pots):
        projects = (trial.projects + place) // len(rules.pots) or 1
        voters = trial.voters
        if rules.pots_each_voter == EachVoter.ONE:
            voters = max(1, round(trial.voters * pot.pence / rules.pot_pence))
        own = replace(
            rules,
            pot_pence=pot.pence,
            max_award_pence=min(rules.max_award_pence, pot.pence),
            min_award_pence=min(rules.min_award_pence, pot.pence),
        )
        number = trial.number * 100 + pot.number
        found[pot.number] = invented_election(own, Trial(projects, voters, number), first)
        first += projects
    return found


def invented_election(rules: RoundRules, trial: Trial, first: int = 1) -> Election:
    """Return an election under the rules that looks like a real one; the same for the same trial.

    Its projects are numbered from ``first`` on.

    Costs lie between the smallest and the largest award, most of them nearer the smallest. Some
    projects are liked far more than others, and people prefer those of their own side of town.
    """
    draw = Random(f"{trial.projects},{trial.voters},{trial.number}")  # noqa: S311 - no secret
    projects = _projects(rules, trial, draw, first)
    liked = [draw.paretovariate(1.2) for _ in projects]
    ballots: Counter[Said] = Counter()
    costs = {project.id: project.cost for project in projects}
    for _ in range(trial.voters):
        side = draw.choices([name for name, _ in SIDES], [part for _, part in SIDES])[0]
        likings = {
            project.id: like * (OWN_SIDE if project.area == side else 1)
            for project, like in zip(projects, liked, strict=True)
        }
        ballots[_said(rules, _picked(rules, likings, costs, draw), draw)] += 1
    return Election(
        projects=tuple(projects),
        ballots=tuple(
            Ballot(choices, weight, points or None)
            for (choices, points), weight in sorted(ballots.items())
        ),
        pot=rules.pot_pence,
        limits=terms_of(rules).limits,
        tie=read_tie_order(rules.tie_order),
        ballot_type=COUNTED_AS[BallotKind(rules.ballot_type)],
        threshold=rules.threshold,
    )


def _projects(rules: RoundRules, trial: Trial, draw: Random, first: int) -> list[Project]:
    least, most = max(rules.min_award_pence, 1), rules.max_award_pence
    projects = []
    for number in range(first, first + trial.projects):
        side = SIDES[number % 2][0]
        cost = round(least * (most / least) ** draw.random())
        step = 10_000 if cost > 100_000 else 100
        cost = min(max(round(cost / step) * step, least), most)
        projects.append(Project(str(number), cost, f"Project {number} ({side})", number, area=side))
    return projects


def _picked(
    rules: RoundRules, likings: dict[str, float], costs: dict[str, int], draw: Random
) -> list[str]:
    """Return the projects that one voter chooses, the one they thought of first at the start."""
    most = min(rules.max_choices, len(likings))
    if rules.ballot_type == BallotKind.POINTS:
        most = min(most, rules.points)
    number = draw.randint(min(rules.min_choices, most), most)
    left, chosen, money = dict(likings), list[str](), rules.pot_pence
    while left and len(chosen) < number:
        picked = draw.choices(list(left), list(left.values()))[0]
        del left[picked]
        if rules.ballot_type != BallotKind.SPEND or costs[picked] <= money:
            chosen.append(picked)
            money -= costs[picked]
    return chosen


def _said(rules: RoundRules, chosen: list[str], draw: Random) -> Said:
    """Return what one voter's ballot says of the projects they chose, () without points."""
    if rules.ballot_type == BallotKind.RANKING:
        return tuple(chosen), ()
    points = dict.fromkeys(sorted(chosen, key=int), 1)
    if rules.ballot_type == BallotKind.BOOST:
        if draw.random() < BOOSTS:
            points[chosen[0]] = rules.boost_worth
        return tuple(points), tuple(points.values())
    if rules.ballot_type != BallotKind.POINTS:
        return tuple(points), ()
    for _ in range(rules.points - len(chosen)):
        if can_take := [id_ for id_ in chosen if points[id_] < rules.most_points]:
            points[draw.choice(can_take)] += 1
    return tuple(points), tuple(points.values())


def remarks(rules: RoundRules, counts: Mapping[int, Count]) -> list[str]:
    """Return what an officer should notice, part by part where the fund has parts."""
    if not rules.pots:
        return observations(rules, counts[0])
    found = []
    for pot in rules.pots:
        own = replace(rules, pot_pence=pot.pence, pots=(), pots_each_voter="")
        found += [f"{pot.name}: {words}" for words in observations(own, counts[pot.number])]
    return found


def observations(rules: RoundRules, count: Count) -> list[str]:
    """Return what an officer should notice of the rules, most telling first; none: all is well."""
    decisions = count.decisions
    under = sum(decision.why is Why.BELOW_THRESHOLD for decision in decisions)
    left = f"{pounds(count.unspent)} of the fund would be left over"
    asked = sum(decision.cost for decision in decisions)
    votes = "points" if rules.ballot_type in COUNTED_BY_POINTS else "votes"
    limited = rules.ballot_type != BallotKind.SPEND and rules.max_choices < ANY_NUMBER
    remarks = [
        (not count.winners, "Nothing would be funded"),
        (
            rules.max_award_pence >= rules.pot_pence,
            "One project alone could take the whole fund: the largest award is as large as it",
        ),
        (
            asked < rules.pot_pence,
            f"The {len(decisions)} invented projects cost {pounds(asked)} together, less than the "
            "fund: try more projects",
        ),
        (
            bool(count.winners)
            and asked >= rules.pot_pence
            and count.unspent * MUCH_LEFT > rules.pot_pence,
            left,
        ),
        (
            under > 0,
            f"{under} of {len(decisions)} projects would have fewer {votes} than a project needs",
        ),
        (
            limited and rules.max_choices * rules.min_award_pence > rules.pot_pence,
            "A voter may choose more projects than the fund can pay for",
        ),
        (
            rules.min_choices > 1 and rules.min_choices == rules.max_choices,
            f"Every voter must choose exactly {rules.min_choices}: a vote with fewer is refused",
        ),
    ]
    return [words for is_so, words in remarks if is_so]
