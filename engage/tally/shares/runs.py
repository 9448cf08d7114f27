"""Runs of equal shares: floats search, whole numbers decide wherever floats come close."""

from dataclasses import dataclass
from fractions import Fraction

from engage.tally.shares.plain import Search
from engage.tally.shares.trail import Trail


class Strayed(ArithmeticError):
    """Floats bought a project that its supporters can't pay for: rounding reached too far."""


@dataclass(frozen=True)
class Run:
    """What one run bought, in order, when every voter began with ``share`` minor units.

    ``prices`` are those of a point, in floats; ``cost`` is that of all together.
    """

    share: Fraction
    bought: tuple[int, ...]
    prices: tuple[float, ...]
    cost: int


def run(search: Search, share: Fraction) -> Run:
    """Return what equal shares buys when every voter has ``share`` minor units.

    Raises Strayed where whole numbers, asked on the way, find that a purchase was none.
    """
    arrays = search.arrays
    search.begin(float(share))
    trail: Trail | None = None
    while doubts := search.advance():
        trail = trail or Trail(arrays, share)
        for project in search.bought[len(trail.bought) :]:
            price = trail.price(project)
            if price is None:
                raise Strayed
            trail.buy(project, price)
        _decide(search, trail, doubts)
    cost = sum(int(arrays.costs[project]) for project in search.bought)
    return Run(share, tuple(search.bought), tuple(search.prices), cost)


def _decide(search: Search, trail: Trail, doubts: list[int]) -> None:
    """Buy, of the projects in doubt, the one with the lowest exact price; shut what can't be paid.

    Where none can be paid for, the search goes on without them.
    """
    arrays = search.arrays
    prices = {}
    for project in doubts:
        price = trail.price(project)
        if price is None:
            search.shut(project)
        else:
            prices[project] = price
    if not prices:
        return

    def key(project: int) -> tuple[Fraction, int]:
        top, divisor = prices[project]
        return Fraction(top, divisor * int(arrays.scale[project])), int(arrays.rank[project])

    best = min(prices, key=key)
    paid = trail.buy(best, prices[best])
    search.buy(best, float(paid.price))
