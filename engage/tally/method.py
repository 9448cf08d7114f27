"""One door to every rule: an election and the declared method in, the count out."""

from collections.abc import Callable

from engage.tally.election import Count, Election, Leftover, Method, Rule, Why
from engage.tally.equal_shares import equal_shares
from engage.tally.greedy import greedy
from engage.tally.phragmen import phragmen

RULES: dict[Rule, Callable[[Election, Method], Count]] = {
    Rule.GREEDY: lambda election, method: greedy(election),
    Rule.GREEDY_STOP: lambda election, method: greedy(election, Rule.GREEDY_STOP),
    Rule.GREEDY_PER_COST: lambda election, method: greedy(election, Rule.GREEDY_PER_COST),
    Rule.EQUAL_SHARES: equal_shares,
    Rule.PHRAGMEN: lambda election, method: phragmen(election),
}


def count(election: Election, method: Method) -> Count:
    """Count an election by the declared method."""
    return RULES[method.rule](election, method)
