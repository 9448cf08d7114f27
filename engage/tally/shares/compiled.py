"""The search of :mod:`engage.tally.shares.plain` again, compiled with numba where it is installed.

The same state, the same answers, the same doubts; only the loops differ. A project's supporters
without any money are moved behind its others, so that they are looked at no more.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from engage.tally.election import Whole
from engage.tally.shares.arrays import Arrays, Real
from engage.tally.shares.plain import Search
from engage.tally.shares.trail import NEAR, ROUNDING

Places = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

#: Sums are taken by blocks of so many, so that rounding stays far below ``ROUNDING``.
BLOCK = 256
#: What a quote can come to.
SHUT, ABOVE_LIMIT, UNSURE, QUOTED = 0, 1, 2, 3


class CompiledSearch(Search):
    """A search whose loops are machine code. The first one of a program waits for the compiler."""

    def __init__(self, arrays: Arrays, margin: float = NEAR) -> None:
        super().__init__(arrays, margin)
        count = len(arrays.costs)
        self._people = arrays.weights.astype(np.float64)
        self._ends = arrays.start[1:].copy()
        self._voters = arrays.supporters.copy()
        self._points = np.ones(0) if arrays.points is None else arrays.points.astype(np.float64)
        self._table: Real = np.stack(
            [arrays.costs, arrays.scale, self._units_in, np.zeros(count), np.zeros(count)]
        ).astype(np.float64)
        self._whole: Whole = np.stack(
            [self._worth, np.zeros_like(arrays.costs), arrays.rank, arrays.site]
        )
        self._room: Real = np.empty((2, int(np.diff(arrays.start).max(initial=0))))
        self._found: Whole = np.empty((2, count), np.int64)
        self._paid: Real = np.empty(count)
        self._clear: Flags = np.ones(1, np.bool_)

    def begin(self, share: float) -> None:
        """Give every voter ``share`` minor units and forget what was bought."""
        super().begin(share)
        self._ends[:] = self.arrays.start[1:]
        self._clear[0] = True

    def advance(self) -> list[int]:
        """Buy while it is clear what comes next; return the projects between which it isn't."""
        self._clear[0] &= not self._blurred
        purse = (self.money, self._people, self._share, self._clear)
        support = (self.arrays.start, self._ends, self._voters, self._points)
        bought, doubts = _advance(
            purse,
            support,
            self.lower,
            self._table,
            self._whole,
            self.margin,
            self._room,
            self._found,
            self._paid,
        )
        self.bought.extend(self._found[0, :bought].tolist())
        self.prices.extend(self._paid[:bought].tolist())
        return list(map(int, self._found[1, :doubts]))


# The rows of the table: what is known of each project, and what its last quote said.
COST, SCALE, UNITS, PRICE, SLACK = 0, 1, 2, 3, 4
# And of the whole numbers: cost by scale, payers of an exact price (or 0), order of ties, site.
WORTH, PAYERS, RANK, SITE = 0, 1, 2, 3


@njit(nogil=True, cache=True)
def _first_pass(
    purse: Any, support: Any, room: Real, project: int, asked: float
) -> tuple[int, float, float, float, float]:
    """Gather what the supporters have; return how many have any, and what ``asked`` would bring.

    That is: the points of those who could pay in full, the money of the others, the money of
    those who could, and the least that anybody has for a point.
    """
    money, people, _, _ = purse
    start, ends, voters, points = support
    weighted = len(points) > 0
    rich, poor, means, least, kept = 0.0, 0.0, 0.0, np.inf, 0
    entry, end = start[project], ends[project]
    while entry < end:
        rich_part, poor_part, means_part = 0.0, 0.0, 0.0
        stop = min(entry + BLOCK, end)
        while entry < stop:
            voter = voters[entry]
            has = money[voter]
            if has == 0.0:
                end -= 1
                stop = min(stop, end)
                voters[entry], voters[end] = voters[end], voter
                if weighted:
                    points[entry], points[end] = points[end], points[entry]
                continue
            units = people[voter]
            worth = has * units
            if weighted:
                has /= points[entry]
                units *= points[entry]
            room[0, kept] = has
            room[1, kept] = units
            kept += 1
            entry += 1
            least = min(least, has)
            if has >= asked:
                rich_part += units
                means_part += worth
            else:
                poor_part += worth
        rich += rich_part
        poor += poor_part
        means += means_part
    ends[project] = end
    return kept, rich, poor, means, least


@njit(nogil=True, cache=True)
def _next_pass(room: Real, kept: int, asked: float) -> tuple[float, float]:
    """Return the points of those who could pay ``asked`` in full, and the others' money."""
    rich, poor = 0.0, 0.0
    for at in range(0, kept, BLOCK):
        rich_part, poor_part = 0.0, 0.0
        for n in range(at, min(at + BLOCK, kept)):
            if room[0, n] >= asked:
                rich_part += room[1, n]
            else:
                poor_part += room[0, n] * room[1, n]
        rich += rich_part
        poor += poor_part
    return rich, poor


@njit(nogil=True, cache=True)
def _quote(
    purse: Any,
    support: Any,
    lower: Real,
    table: Real,
    whole: Whole,
    room: Real,
    project: int,
    limit: float,
) -> int:
    """Reckon the price of a project by Newton's method from below, into the table.

    It ends when the price no longer rises, as in ``plain``.
    """
    _, _, share, clear = purse
    cost, scale = table[COST, project], table[SCALE, project]
    asked = lower[project] * scale
    kept, rich, poor, means, least = _first_pass(purse, support, room, project, asked)
    if poor + means < cost * (1 - NEAR):
        lower[project] = np.inf
        return SHUT
    if poor + means <= cost * (1 + NEAR) or rich == 0.0:
        return UNSURE
    payers, spent, slack = 0.0, 0.0, 0.0
    while rich not in (0.0, payers):
        payers, spent, before = rich, poor, asked
        asked = (cost - spent) / payers
        slack = ROUNDING * (cost + share * table[UNITS, project]) / payers
        lower[project] = (asked - slack) / scale
        if lower[project] > limit:
            return ABOVE_LIMIT
        if asked <= before:
            break
        rich, poor = _next_pass(room, kept, asked)
    table[PRICE, project] = asked / scale
    table[SLACK, project] = slack / scale
    is_whole = clear[0] and least >= asked * (1 + NEAR)
    whole[PAYERS, project] = np.int64(payers) if is_whole else 0
    return QUOTED


@njit(nogil=True, cache=True)
def _lowest(waiting: Real) -> int:
    """Return the project with the lowest bound; -1: all are out."""
    found, bound = -1, np.inf
    for project in range(len(waiting)):
        if waiting[project] < bound:
            found, bound = project, waiting[project]
    return found


@njit(nogil=True, cache=True)
def _choose(
    table: Real, whole: Whole, near: Whole, quoted: int, limit: float
) -> tuple[int, int, bool]:
    """Return the best of the quotes, how many lie near it (first in ``near``), and whether all
    of these prices are a cost divided by a whole number, so that whole numbers decided.
    """
    best, several, all_whole = -1, 0, True
    for n in range(quoted):
        project = near[n]
        if table[PRICE, project] - table[SLACK, project] > limit:
            continue
        near[several] = project
        several += 1
        all_whole = all_whole and whole[PAYERS, project] > 0
        if best < 0:
            best = project
            continue
        ours = whole[WORTH, project] * whole[PAYERS, best]
        theirs = whole[WORTH, best] * whole[PAYERS, project]
        if ours < theirs or (ours == theirs and whole[RANK, project] < whole[RANK, best]):
            best = project
    return best, several, all_whole


@njit(nogil=True, cache=True)
def _buy(purse: Any, support: Any, lower: Real, table: Real, whole: Whole, project: int) -> float:
    """Let the supporters pay for a project; return the price of a point."""
    money, _, share, clear = purse
    start, ends, voters, points = support
    asked = table[PRICE, project] * table[SCALE, project]
    tiny = ROUNDING * share
    for entry in range(start[project], ends[project]):
        voter = voters[entry]
        due = asked * points[entry] if len(points) > 0 else asked
        left = money[voter] - due
        if abs(left) < tiny:
            clear[0] = False
        money[voter] = left if left >= tiny else 0.0
    lower[project] = np.inf
    site = whole[SITE, project]
    for other in range(len(lower)):
        if site >= 0 and whole[SITE, other] == site:
            lower[other] = np.inf
    return float(asked)


@njit(nogil=True, cache=True)
def _advance(
    purse: Any,
    support: Any,
    lower: Real,
    table: Real,
    whole: Whole,
    margin: float,
    room: Real,
    found: Whole,
    paid: Real,
) -> tuple[int, int]:
    """Buy while it is clear what comes next.

    Return how many projects were bought, into ``found[0]`` and ``paid``, and between how many
    the next purchase lies, into ``found[1]``.
    """
    turn = 0
    near = np.empty(len(lower), np.int64)
    while True:
        waiting = lower.copy()
        limit, quoted, unsure = np.inf, 0, 0
        project = _lowest(waiting)
        while project >= 0 and waiting[project] <= limit:
            waiting[project] = np.inf
            answer = _quote(purse, support, lower, table, whole, room, project, limit)
            if answer == UNSURE:
                found[1, unsure] = project
                unsure += 1
            elif answer == QUOTED:
                near[quoted] = project
                quoted += 1
                most = table[PRICE, project] + table[SLACK, project]
                limit = min(limit, most * (1 + margin))
            project = _lowest(waiting)
        best, several, all_whole = _choose(table, whole, near, quoted, limit)
        if unsure > 0 or (several > 1 and not (all_whole and margin <= NEAR)):
            found[1, unsure : unsure + several] = near[:several]
            return turn, unsure + several
        if best < 0:
            return turn, 0
        paid[turn] = _buy(purse, support, lower, table, whole, best)
        found[0, turn] = best
        turn += 1
