"""Sequential Phragmen: every voter earns at the same pace, and supporters buy when they can.

All money that supporters have earned is spent when their project is bought. Reckoned as loads: a
voter's load is the time whose earnings are spent. Los, Christoff and Grossi, “Proportional Budget
Allocations: Towards a Systematization”, IJCAI 2022; Brill and others, AAAI 2023. Here a project
that costs more than the money left is passed over, and the count goes on.
"""

from fractions import Fraction
from math import gcd

import numpy as np

from engage.tally.election import Count, Election, Rule, Utility, Whole, Why
from engage.tally.eligibility import ineligible
from engage.tally.ledger import Ledger
from engage.tally.shares.arrays import Arrays, arrays_of
from engage.tally.ties import settled_by, tie_keys

#: Rounding of a float is far below this part of it.
NEAR = 1e-9


def phragmen(election: Election) -> Count:
    """Count by sequential Phragmen; on ballots with points, a project with any is supported."""
    arrays = arrays_of(election, Utility.CARDINALITY)
    ties, out = tie_keys(election), ineligible(election)
    ledger, loads = Ledger(election), Loads(arrays)
    tied: list[int] = []
    before = ""
    while loads.waiting:
        equal = loads.earliest()
        number = min(equal, key=lambda n: int(arrays.rank[n]))
        project = arrays.projects[number]
        settled = settled_by(election, ties[before], ties[project.id]) if number in tied else ""
        if ledger.is_taken(project):
            ledger.refuse(project, Why.SITE_TAKEN)
        elif project.cost > ledger.left:
            ledger.refuse(project, Why.TOO_DEAR, settled_by=settled)
        else:
            ledger.fund(project, Why.FITS, settled_by=settled)
            loads.put_on(number)
        loads.waiting.discard(number)
        tied, before = equal, project.id
    rest = [project for project in election.projects if project.id in out]
    for project in sorted(rest, key=lambda p: (-election.votes[p.id], ties[p.id])):
        ledger.refuse(project, out[project.id])
    return ledger.close(Rule.PHRAGMEN)


class Loads:
    """Everybody's load, exactly: that of the last funded project that they supported, or none.

    So the loads of a project's supporters add up to a few known loads, each times a whole number
    of people; all loads are numerators over one denominator. ``waiting`` are the projects still
    to be considered.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.waiting = set(range(len(arrays.projects)))
        self._denominator = 1
        self._loads = [0]
        self._last: Whole = np.zeros(len(arrays.weights), np.int64)
        parts = zip(arrays.start[:-1], arrays.start[1:], strict=True)
        self._voters = [arrays.supporters[int(a) : int(b)] for a, b in parts]
        self._weights = [arrays.weights[voters] for voters in self._voters]
        self._people = [int(weights.sum()) for weights in self._weights]
        self._due = [
            int(cost) / people for cost, people in zip(arrays.costs, self._people, strict=True)
        ]

    def earliest(self) -> list[int]:
        """Return the waiting projects that can be bought first, all at exactly the same time.

        A project's time only ever grows, so one whose last known time is later than the best
        found need not be reckoned anew.
        """
        best: Fraction | None = None
        equal: list[int] = []
        for number in sorted(self.waiting, key=self._due.__getitem__):
            if best is not None and self._due[number] > float(best) * (1 + NEAR):
                break
            due = Fraction(self._total(number), self._people[number] * self._denominator)
            self._due[number] = float(due)
            if best is None or due < best:
                best, equal = due, [number]
            elif due == best:
                equal.append(number)
        return equal

    def put_on(self, number: int) -> None:
        """Let the supporters of a project bear it: all have the same load from now on."""
        total, people = self._total(number), self._people[number]
        common = gcd(total, people)
        factor = people // common
        self._loads = [load * factor for load in self._loads] + [total // common]
        self._denominator *= factor
        self._last[self._voters[number]] = len(self._loads) - 1

    def _total(self, number: int) -> int:
        """Return the cost of a project and the loads of its supporters, over the denominator."""
        people = np.zeros(len(self._loads), np.int64)
        np.add.at(people, self._last[self._voters[number]], self._weights[number])
        loads = sum(load * int(n) for load, n in zip(self._loads, people, strict=True) if n)
        return int(self.arrays.costs[number]) * self._denominator + loads
