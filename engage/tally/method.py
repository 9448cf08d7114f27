"""One door to every rule: an election and the declared method in, the whole count out."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from engage.tally.election import (
    BallotType,
    Completion,
    Count,
    Decision,
    Election,
    Leftover,
    Method,
    Project,
    Rule,
    Utility,
    Why,
)
from engage.tally.eligibility import ineligible
from engage.tally.equal_shares import equal_shares
from engage.tally.fairness import fairness
from engage.tally.greedy import greedy
from engage.tally.knapsack import knapsack
from engage.tally.ledger import reason_for
from engage.tally.phragmen import phragmen
from engage.tally.stv import stv

RULES: dict[Rule, Callable[[Election, Method], Count]] = {
    Rule.GREEDY: lambda election, method: greedy(election),
    Rule.GREEDY_STOP: lambda election, method: greedy(election, Rule.GREEDY_STOP),
    Rule.GREEDY_PER_COST: lambda election, method: greedy(election, Rule.GREEDY_PER_COST),
    Rule.EQUAL_SHARES: equal_shares,
    Rule.PHRAGMEN: lambda election, method: phragmen(election),
    Rule.STV: lambda election, method: stv(election),
    Rule.KNAPSACK: knapsack,
}


def count(election: Election, method: Method) -> Count:
    """Count an election by the declared method, with its fairness figures."""
    counted = RULES[method.rule](election, method)
    if method.leftover is Leftover.SMALLER_AWARD:
        counted = offer_smaller_award(election, counted)
    return replace(counted, fairness=fairness(election, counted.winners))


def count_both(election: Election, method: Method) -> tuple[Count, Method]:
    """Count by the declared method, and tell how the other kind of rule would have come out.

    Return the count, with the other one in it, and the method of the other.
    """
    counted = count(election, method)
    other = other_method(election, method, counted)
    return replace(counted, other=count(election, other)), other


def other_method(election: Election, method: Method, counted: Count) -> Method:
    """Return the method that a count is told beside.

    That is equal shares for a rule that goes by votes, and greedy for every other; where the
    comparison preferred greedy, it is the equal shares that did not stand.
    """
    if method.rule is not counted.rule and method.comparison:
        return replace(method, comparison=False)
    if method.rule in (Rule.GREEDY, Rule.GREEDY_STOP, Rule.GREEDY_PER_COST, Rule.KNAPSACK):
        step = sensible_increment(election)
        return Method(Rule.EQUAL_SHARES, completion=Completion.ADD1_UTILITARIAN, increment=step)
    return Method()


def sensible_increment(election: Election) -> int:
    """Return a step for add1 in minor units: one pound, or a hundredth of a voter's share.

    The greater of the two, in whole pounds. Where the pot is large beside the number of voters,
    steps of one pound would be thousands, and a hall would wait for them.
    """
    share = Fraction(election.pot, election.voters or 1)
    return 100 * max(1, round(share / 100 / 100))


def rules_for(election: Election) -> list[Method]:
    """Return each rule that the ballots allow, with its usual variants, to be put side by side."""
    step = sensible_increment(election)
    methods = [
        Method(Rule.GREEDY),
        Method(Rule.GREEDY_STOP),
        Method(Rule.GREEDY_PER_COST),
        Method(Rule.EQUAL_SHARES),
        Method(Rule.EQUAL_SHARES, completion=Completion.ADD1, increment=step),
        Method(Rule.EQUAL_SHARES, completion=Completion.ADD1_UTILITARIAN, increment=step),
        Method(Rule.PHRAGMEN),
        Method(Rule.KNAPSACK, Utility.POINTS),
    ]
    if election.ballot_type in (BallotType.ORDINAL, BallotType.CHOOSE_1):
        methods.append(Method(Rule.STV))
    return methods


def offer_smaller_award(election: Election, counted: Count) -> Count:
    """Give what is left to the first unfunded project whose proposer takes so small an award.

    Only projects that failed for want of money are offered it, in the order of the count; none
    that costs more than the whole pot, which no rule considers.
    """
    out = ineligible(election)
    projects = {project.id: project for project in election.projects}
    taken = {projects[winner].site for winner in counted.winners} - {""}
    for place, decision in enumerate(counted.decisions):
        project = projects[decision.project]
        if project.id in out or project.site in taken:
            continue
        if _takes(project, decision, counted.unspent):
            funded = replace(
                decision,
                funded=True,
                why=Why.PART_FUNDED,
                award=counted.unspent,
                left_before=counted.unspent,
                reason=reason_for(Why.PART_FUNDED),
            )
            rest = counted.decisions[:place] + counted.decisions[place + 1 :]
            return replace(
                counted,
                winners=(*counted.winners, project.id),
                cost=counted.cost + counted.unspent,
                unspent=0,
                decisions=(*rest, funded),
            )
    return counted


#: What an award that is smaller than the cost can put right.
_SHORT = (Why.TOO_DEAR, Why.SUPPORTERS_SHORT, Why.AFTER_STOP, Why.NOT_BEST_SET, Why.EXCLUDED)


def _takes(project: Project, decision: Decision, left: int) -> bool:
    """Whether the project failed for want of money, and what is left would do for it."""
    if decision.why not in _SHORT or project.smallest is None:
        return False
    return 0 < project.smallest <= left < project.cost
