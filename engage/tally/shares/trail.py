"""The exact state of one run of equal shares, in whole numbers over one common denominator.

A voter who could not pay in full has nothing left for ever, and everybody else has their share
less the prices of the funded projects that they supported. So what a group of voters has
together is a sum over the few projects funded so far, each times a whole number of people: no
voter's money is ever held as a fraction, and one denominator serves for all prices.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd

import numpy as np
import numpy.typing as npt

from engage.tally.election import Whole
from engage.tally.shares.arrays import Arrays, Real

Price = tuple[int, int]
#: Within this part of a price a voter's means are compared in whole numbers; and within this
#: part of the money that a float price was reckoned from, which is what rounding may have cost it.
NEAR = 1e-9
ROUNDING = 1e-12


@dataclass(frozen=True)
class Payment:
    """Who paid for a project: how many voters, and the most that one of them paid.

    ``price`` is what each point cost those who could pay in full, in minor units, exactly.
    """

    price: Fraction
    payers: int
    most: Fraction


class Trail:
    """A run up to some purchase. ``money`` is each voter group's, as near as a float comes."""

    def __init__(self, arrays: Arrays, share: Fraction) -> None:
        self.arrays = arrays
        self.denominator = share.denominator
        self.share = share.numerator
        self.bought: list[int] = []
        self.prices: list[int] = []
        self.money: Real = np.full(len(arrays.weights), float(share))
        self._people: Real = arrays.weights.astype(np.float64)
        self._rounding = ROUNDING * float(share)
        self.solvent: npt.NDArray[np.bool_] = np.ones(len(arrays.weights), np.bool_)
        # One row for each purchase: how many points' worth each voter group paid in full.
        self._gave: npt.NDArray[np.int32] = np.zeros(
            (len(arrays.projects), len(arrays.weights)), np.int32
        )

    def is_near(self, one: int, price: Price, other: int) -> bool:
        """Whether ``other`` could cost as much for a unit of utility as ``one`` at ``price``.

        By floats, to spare an exact price where it could not.
        """
        voters, points = self._solvent_supporters(other)
        about, slack = self._about(other, voters, points)
        if about == np.inf:
            return False
        exact = price[0] / (price[1] * self.denominator) / int(self.arrays.scale[one])
        scale = int(self.arrays.scale[other])
        return abs(about / scale - exact) <= NEAR * exact + slack / scale

    def price(self, project: int) -> Price | None:
        """Return the exact price of one point for ``project`` as (numerator, divisor).

        The price is numerator / (divisor * denominator). None: its supporters together can't pay.
        """
        voters, points = self._solvent_supporters(project)
        cost = int(self.arrays.costs[project]) * self.denominator
        about, slack = self._about(project, voters, points)
        weights = self.arrays.weights[voters]
        if about == np.inf or (slack == np.inf and self._held(voters, weights) < cost):
            return None
        slack = min(slack, about) + self._rounding
        money = self.money[voters]
        if self.arrays.points is not None:
            money = money / points
        poor = money < about - slack
        near = np.flatnonzero(~poor & (money <= about + slack))
        exact = {int(n): self._exact_money(int(voters[n])) for n in near}
        while True:
            payers = int((weights * points)[~poor].sum())
            if payers == 0:
                return max(
                    ((exact[int(n)], int(points[n])) for n in near), key=lambda p: Fraction(*p)
                )
            rest = cost - self._held(voters[poor], weights[poor])
            wrong = [
                n for n in near if not poor[n] and exact[int(n)] * payers < rest * int(points[n])
            ]
            if not wrong:
                return rest, payers
            poor[wrong] = True

    def buy(self, project: int, price: Price) -> Payment:
        """Let the supporters of ``project`` pay for it at ``price``."""
        top, divisor = price
        common = gcd(top, divisor)
        top, factor = top // common, divisor // common
        voters, points = self._solvent_supporters(project)
        money = self.money[voters]
        due = top / (self.denominator * factor) * points
        slack = NEAR * due + self._rounding
        poor = money < due
        for n in np.flatnonzero(np.abs(money - due) <= slack):
            poor[n] = self._exact_money(int(voters[n])) * factor < top * int(points[n])
        self.money[voters] = np.where(poor, 0.0, np.maximum(money - due, 0.0))
        self.solvent[voters[poor]] = False
        self.denominator *= factor
        self.share *= factor
        self.prices = [earlier * factor for earlier in self.prices] + [top]
        self._gave[len(self.bought), voters] = points
        self.bought.append(project)
        exact = Fraction(top, self.denominator)
        most = exact * int(points[~poor].max(initial=0))
        rest = Fraction(float(money[poor].max(initial=0.0)))
        payers = int(self.arrays.weights[voters[poor <= (money > 0)]].sum())
        return Payment(exact, payers, max(most, rest).limit_denominator(10**6))

    def held(self, project: int) -> int:
        """Return what the supporters of a project have together, in whole minor units."""
        voters, _ = self._solvent_supporters(project)
        weights = self.arrays.weights[voters]
        about = float((self.money[voters] * weights).sum())
        slack = self._rounding * float(weights.sum())
        least, most = floor(about - slack), floor(about + slack)
        return least if least == most else self._held(voters, weights) // self.denominator

    def _held(self, voters: npt.NDArray[np.int32], weights: Whole) -> int:
        people: list[int] = (self._gave[: len(self.prices), voters] @ weights).tolist()
        spent = sum(price * n for price, n in zip(self.prices, people, strict=True))
        return int(weights.sum()) * self.share - int(spent)

    def _exact_money(self, voter: int) -> int:
        gave: list[int] = self._gave[: len(self.prices), voter].tolist()
        spent = sum(price * n for price, n in zip(self.prices, gave, strict=True))
        return self.share - int(spent)

    def _solvent_supporters(self, project: int) -> tuple[npt.NDArray[np.int32], Whole]:
        part = slice(self.arrays.start[project], self.arrays.start[project + 1])
        voters = self.arrays.supporters[part]
        solvent = self.solvent[voters]
        voters, points = voters[solvent], self.arrays.points
        return voters, np.ones(len(voters), np.int64) if points is None else points[part][solvent]

    def _about(
        self, project: int, voters: npt.NDArray[np.int32], points: Whole
    ) -> tuple[float, float]:
        """Return the price of one point as a float, and by how much it may be out.

        An infinite price: its supporters can't pay. An infinite slack: it isn't clear whether.
        """
        money, units = self.money[voters], self._people[voters]
        cost = float(self.arrays.costs[project])
        means = money * units
        total = float(means.sum())
        if total < cost * (1 - NEAR):
            return np.inf, 0.0
        if self.arrays.points is not None:
            money, units = money / points, units * points
        price, payers = cost / float(units.sum()), -1.0
        while total > cost * (1 + NEAR):
            rich = money >= price
            now = float((units * rich).sum())
            if now in (payers, 0.0):
                break
            payers, before = now, price
            price = (cost - total + float((means * rich).sum())) / payers
            if price <= before:  # two steps that rounding lets take turns
                break
        if payers <= 0:
            return float(money.max()), np.inf
        return price, NEAR * price + ROUNDING * (cost + total) / payers
