"""One run of equal shares in floats with numpy: it searches, and says where it can't decide.

Within a run a project's price never falls, since nobody's money grows. So the last price that was
reckoned for a project bounds it from below, and in each round only those projects are reckoned
anew whose bound lies below the best price found.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engage.tally.shares.arrays import Arrays, Real
from engage.tally.shares.trail import NEAR, ROUNDING


@dataclass(frozen=True)
class Quote:
    """A price for a unit of utility. ``slack`` is how far rounding may have put it out.

    An infinite slack: it isn't clear whether the supporters can pay at all. ``payers`` is how
    many points are paid for in full where nobody pays in part, so that the price is exactly the
    cost divided by them; else 0.
    """

    project: int
    price: float
    slack: float
    payers: int


class Search:
    """The float state of a run: what each voter group has, and what is known of each project.

    ``lower`` bounds a project's price for a unit of utility from below; infinite: it is out.
    ``margin`` is the part of a price by which it must be lower to be taken without asking.
    """

    def __init__(self, arrays: Arrays, margin: float = NEAR) -> None:
        self.arrays = arrays
        self.margin = margin
        self.bought: list[int] = []
        self.prices: list[float] = []
        self.money: Real = np.empty(0)
        self.lower: Real = np.empty(0)
        self._share = 0.0
        self._blurred = False
        parts = zip(arrays.start[:-1], arrays.start[1:], strict=True)
        self._parts = [slice(int(a), int(b)) for a, b in parts]
        given = 1 if arrays.points is None else arrays.points
        self._units: Real = (arrays.weights[arrays.supporters] * given).astype(np.float64)
        totals = np.array([self._units[part].sum() for part in self._parts])
        self._first: Real = arrays.costs / (totals * arrays.scale) if len(totals) else totals
        self._units_in = totals
        self._worth = arrays.costs // arrays.scale

    def begin(self, share: float) -> None:
        """Give every voter ``share`` minor units and forget what was bought."""
        self._share, self._blurred = share, False
        self.money = np.full(len(self.arrays.weights), share)
        self.lower = self._first.copy()
        self.bought, self.prices = [], []

    def advance(self) -> list[int]:
        """Buy while it is clear what comes next; return the projects between which it isn't.

        An empty list: nothing more can be bought.
        """
        while True:
            doubts, best = self._cheapest()
            if doubts:
                return doubts
            if best is None:
                return []
            self.buy(best.project, best.price * float(self.arrays.scale[best.project]))

    def shut(self, project: int) -> None:
        """Take a project out for the rest of the run."""
        self.lower[project] = np.inf

    def buy(self, project: int, price: float) -> None:
        """Let the supporters of ``project`` pay ``price`` for each point, or all they have."""
        part = self._parts[project]
        voters = self.arrays.supporters[part]
        due = price if self.arrays.points is None else price * self.arrays.points[part]
        left = self.money[voters] - due
        tiny = ROUNDING * self._share
        self._blurred = self._blurred or bool(np.any(np.abs(left) < tiny))
        left[left < tiny] = 0.0
        self.money[voters] = left
        self.shut(project)
        if self.arrays.site[project] >= 0:
            self.lower[self.arrays.site == self.arrays.site[project]] = np.inf
        self.bought.append(project)
        self.prices.append(price)

    def _cheapest(self) -> tuple[list[int], Quote | None]:
        """Return the lowest quote; where that is in doubt, all the projects that it may be."""
        waiting = self.lower.copy()
        limit = np.inf
        unsure: list[int] = []
        quotes: list[Quote] = []
        while len(waiting):
            project = int(waiting.argmin())
            if waiting[project] > limit or waiting[project] == np.inf:
                break
            waiting[project] = np.inf
            quote = self._quote(project, limit)
            if quote is None:
                continue
            if quote.slack == np.inf:
                unsure.append(project)
            else:
                quotes.append(quote)
                limit = min(limit, (quote.price + quote.slack) * (1 + self.margin))
        near = [quote for quote in quotes if quote.price - quote.slack <= limit]
        whole = self.margin <= NEAR and all(quote.payers for quote in near)
        if unsure or (len(near) > 1 and not whole):
            return unsure + [quote.project for quote in near], None
        return [], min(near, key=self._order) if near else None

    def _order(self, quote: Quote) -> tuple[Fraction, int]:
        """Order prices that are a cost divided by a whole number, exactly; then by ties."""
        worth = int(self._worth[quote.project])
        return Fraction(worth, quote.payers or 1), int(self.arrays.rank[quote.project])

    def _quote(self, project: int, limit: float) -> Quote | None:
        """Return the price of a project; None where it is above ``limit`` or can't be paid.

        Newton's method from below: each step is a lower bound itself, so it may end early. Where
        somebody holds just the price, rounding lets two steps take turns for ever; so it ends when
        the price no longer rises, and the slack covers what lies between them.
        """
        part = self._parts[project]
        units, money = self._units[part], self.money[self.arrays.supporters[part]]
        if self.arrays.points is not None:
            money = money / self.arrays.points[part]
        cost, scale = float(self.arrays.costs[project]), float(self.arrays.scale[project])
        means = money * units
        total = float(means.sum())
        if total < cost * (1 - NEAR):
            self.shut(project)
            return None
        price, payers, spent = float(self.lower[project]) * scale, -1.0, 0.0
        while total > cost * (1 + NEAR):
            rich = money >= price
            now = float((units * rich).sum())
            if now in (payers, 0.0):
                break
            payers, before = now, price
            spent = total - float((means * rich).sum())
            price = (cost - spent) / payers
            slack = ROUNDING * (cost + self._share * float(self._units_in[project])) / payers
            self.lower[project] = (price - slack) / scale
            if self.lower[project] > limit:
                return None
            if price <= before:
                break
        if payers <= 0:
            return Quote(project, float(self.lower[project]), np.inf, 0)
        simple = not self._blurred and float(money[money > 0].min()) >= price * (1 + NEAR)
        return Quote(project, price / scale, slack / scale, int(payers) if simple else 0)
