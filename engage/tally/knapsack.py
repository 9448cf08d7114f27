"""The best set: the projects that get the most out of the pot together, as a yardstick.

No city counts so; it shows how much of what voters asked for the pot could have paid for. Known
as the knapsack problem. Lists of the partial sets that none beats in both cost and value
(Nemhauser and Ullmann, Management Science 1969) are grown from the projects about which it is
least clear whether they belong, and whatever can no longer reach the best is dropped at once.
Whole numbers only.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt

from engage.tally.election import Count, CountRefused, Election, Method, Project, Rule, Utility, Why
from engage.tally.eligibility import ineligible
from engage.tally.ledger import Ledger
from engage.tally.ties import tie_keys

#: How many partial sets are looked at before the count is given up: some seconds.
MOST_SETS = 5_000_000
#: Numbers up to here are added in 64 bits; larger ones as Python's own whole numbers.
WIDEST = 2**62

#: What can be taken of one site, of which at most one is: (cost, value) of each project.
Site = tuple[tuple[int, int], ...]
#: The (cost, value) of each project, in the order of votes.
Items = dict[Project, tuple[int, int]]
#: 64-bit numbers, or Python's own.
Numbers = npt.NDArray[Any]


class KnapsackRefused(CountRefused):
    """Finding the best set would take too long; the message says so."""


def knapsack(election: Election, method: Method) -> Count:
    """Count by the set of projects with the greatest total value that the pot pays for.

    A project's value is its votes or points, or with the utility `cardinality` its supporters, or
    with `cost` its votes times its cost. Of several best sets that one stands which takes the
    project with more votes (then by the order for ties) where they first differ. Raises
    KnapsackRefused where the search grows out of bounds.
    """
    out, ties = ineligible(election), tie_keys(election)
    ranked = sorted(election.projects, key=lambda p: (-election.votes[p.id], ties[p.id]))
    eligible = [project for project in ranked if project.id not in out]
    values = [_value(project, election, method.utility) for project in eligible]
    best = _best_set(eligible, values, election.pot)
    ledger = Ledger(election)
    for project in best:
        ledger.fund(project, Why.BEST_SET)
    for project in (p for p in ranked if p not in best):
        taken = Why.SITE_TAKEN if ledger.is_taken(project) else Why.NOT_BEST_SET
        ledger.refuse(project, out.get(project.id, taken))
    return ledger.close(Rule.KNAPSACK)


def _value(project: Project, election: Election, utility: Utility) -> int:
    if utility is Utility.CARDINALITY:
        return election.supporters[project.id]
    votes = election.votes[project.id]
    return votes * project.cost if utility is Utility.COST else votes


def _best_set(ranked: Sequence[Project], values: Sequence[int], pot: int) -> list[Project]:
    """Return the first of the best sets: whoever stands earlier is taken where one best set can."""
    unit, worth = gcd(*(p.cost for p in ranked)) or 1, gcd(*values) or 1
    items: Items = {
        project: (project.cost // unit, value // worth)
        for project, value in zip(ranked, values, strict=True)
    }
    search, left = Search(), pot // unit
    needed = search.best(_sites(items, left), left)
    chosen = []
    for project in ranked:
        if project not in items:  # another one of its site is chosen
            continue
        cost, value = items.pop(project)
        rest = {p: item for p, item in items.items() if not p.site or p.site != project.site}
        after = left - cost
        if after >= 0 and search.reaches(_sites(rest, after), after, needed - value):
            chosen.append(project)
            items, left, needed = rest, after, needed - value
    return chosen


def _sites(items: Items, pot: int) -> list[Site]:
    """Return what can be taken of each site, or of a project that shares none, within the pot."""
    sites: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for project, item in items.items():
        if item[0] <= pot:
            own = ("", project.id) if not project.site else (project.site, "")
            sites.setdefault(own, []).append(item)
    return [tuple(site) for site in sites.values()]


class Search:
    """The search for the best value, whose work is counted over all of its calls."""

    def __init__(self) -> None:
        self.left = MOST_SETS

    def reaches(self, sites: Sequence[Site], pot: int, value: int) -> bool:
        """Whether projects worth ``value`` or more together cost no more than the pot."""
        return value <= 0 or self.best(sites, pot, value - 1, value) >= value

    def best(
        self, sites: Sequence[Site], pot: int, floor: int = 0, enough: int | None = None
    ) -> int:
        """Return the greatest value of a set, or ``floor`` where no set is worth more.

        ``enough`` ends the search at any set worth so much.
        """
        relaxed = Relaxed(sites, pot)
        costs, values = relaxed.numbers([0]), relaxed.numbers([0])
        for stage in range(len(sites) + 1):
            bounds, filled = relaxed.judge(stage, costs, values)
            floor = max(floor, int(filled.max(initial=0)))
            kept = bounds > floor
            costs, values = costs[kept], values[kept]
            if not len(costs) or (enough is not None and floor >= enough):
                break
            costs, values = self._grown(costs, values, relaxed.sites[stage], pot)
        return floor

    def _grown(
        self, costs: Numbers, values: Numbers, site: Site, pot: int
    ) -> tuple[Numbers, Numbers]:
        """Return the sets with a project of one more site, or none; beaten sets are left out."""
        fits = [np.searchsorted(costs, pot - cost, side="right") for cost, _ in site]
        self.left -= len(costs) + int(sum(fits))
        if self.left < 0:
            raise KnapsackRefused(
                "The best set of projects can't be found in reasonable time: too many sets cost "
                "and are worth nearly the same. Count by another rule, or with another utility"
            )
        more = [(costs[:n] + c, values[:n] + v) for n, (c, v) in zip(fits, site, strict=True)]
        all_costs = np.concatenate([costs, *(c for c, _ in more)])
        all_values = np.concatenate([values, *(v for _, v in more)])
        order = np.argsort(all_costs, kind="stable")
        costs, values = all_costs[order], all_values[order]
        best = np.maximum.accumulate(values)
        unbeaten = np.append(True, best[1:] > best[:-1])
        costs, values = costs[unbeaten], values[unbeaten]
        last = np.append(costs[1:] != costs[:-1], True)
        return costs[last], values[last]


class Relaxed:
    """What sets could reach at most, if a part of one project could be funded.

    ``sites`` stand in the order in which the search takes them: the clearer it is which project
    of a site belongs, or that none does, the later. Bounds come from the sites not yet taken,
    filled from most value for its cost to least.
    """

    def __init__(self, sites: Sequence[Site], pot: int) -> None:
        steps = sorted(
            ((step, n) for n, site in enumerate(sites) for step in _steps(site)),
            key=lambda entry: -Fraction(entry[0][1], entry[0][0]),
        )
        price = _price([step for step, _ in steps], pot)
        order = sorted(range(len(sites)), key=lambda n: _clearness(sites[n], price))
        self.sites = [sites[n] for n in order]
        place = {n: stage for stage, n in enumerate(order)}
        widest = max(
            sum(c for (c, _), _ in steps) + pot,
            sum(v for (_, v), _ in steps) * 2,
            max((c * v for (c, v), _ in steps), default=0),
        )
        self._dtype = np.int64 if widest < WIDEST else np.object_
        self._stage = np.array([place[n] for _, n in steps], np.int64)
        self._costs = self.numbers([c for (c, _), _ in steps])
        self._values = self.numbers([v for (_, v), _ in steps])
        self._pot = pot

    def numbers(self, numbers: Sequence[int]) -> Numbers:
        return np.array(numbers, self._dtype)

    def judge(self, stage: int, costs: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
        """Return for each set what it could reach at most, and what it surely reaches."""
        waiting = self._stage >= stage
        zero = self.numbers([0])
        step_costs = np.append(self._costs[waiting], 1)
        step_values = np.append(self._values[waiting], 0)
        filled_costs = np.append(zero, np.cumsum(step_costs[:-1]))
        filled_values = np.append(zero, np.cumsum(step_values[:-1]))
        left = self._pot - costs
        whole = np.searchsorted(filled_costs, left, side="right") - 1
        surely = values + filled_values[whole]
        part = (left - filled_costs[whole]) * step_values[whole] // step_costs[whole]
        return surely + part, surely


def _steps(site: Site) -> Iterator[tuple[int, int]]:
    """Yield the (cost, value) of going from nothing to dearer and dearer projects of a site.

    Only by way of projects that no mixture of two others beats, so that each step has less value
    for its cost than the step before.
    """
    hull = [(0, 0)]
    for cost, value in sorted(site, key=lambda item: (item[0], -item[1])):
        if value <= hull[-1][1]:
            continue
        while len(hull) > 1 and not _bends(hull[-2], hull[-1], (cost, value)):
            hull.pop()
        hull.append((cost, value))
    return ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(hull))


def _bends(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Whether the step from a to b has more value for its cost than the step from b to c."""
    return (b[1] - a[1]) * (c[0] - b[0]) > (c[1] - b[1]) * (b[0] - a[0])


def _price(steps: Sequence[tuple[int, int]], pot: int) -> tuple[int, int]:
    """Return (cost, value) of the first step that no longer fits: what money is worth."""
    for cost, value in steps:
        if cost > pot:
            return cost, value
        pot -= cost
    return 1, 0


def _clearness(site: Site, price: tuple[int, int]) -> int:
    """Return how much worse the second best way to deal with a site is than the best."""
    cost, value = price
    gains = sorted([0, *(v * cost - c * value for c, v in site)])
    return gains[-1] - gains[-2]
