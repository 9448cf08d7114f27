"""Small numbers are held back before anything is shown or exported (R74).

Rule ``disclosure-1``, after Public Health Scotland's disclosure protocol and census practice:

1. A count from 1 to 4 is held back (``threshold`` 5; an installation may set 10). 0 is shown.
2. Where totals would let a reader work a held-back count out, further counts are held back: in a
   row the smallest other count above the threshold, then the next; in a table with margins the
   smallest set; a total itself only when nothing else is left.
3. That goes on until a reader who knows the whole published table, what each mark means, and that
   the smallest was chosen, is left with two values or more for every count of 1 to 4. It is
   checked exactly, not assumed.
4. A rate, a share or an interval is hidden with the count that it was made of.

Nothing is rounded. Not covered: a reader who sees two tables of nearly the same people, like two
editions of one report, and subtracts them.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

#: The name and version of this rule, which every published figure states.
RULE = "disclosure-1"
#: The smallest count that may be shown, apart from 0.
THRESHOLD = 5


@dataclass(frozen=True)
class HeldBack:
    """Stands where a count was held back; ``str`` of it is what a page shows.

    ``is_small`` says that the count itself is from 1 to ``threshold`` - 1. Without it nothing is
    said about the count: it was held back so that another one can't be worked out.
    """

    is_small: bool = True
    threshold: int = THRESHOLD

    def __str__(self) -> str:
        return f"fewer than {self.threshold}" if self.is_small else "held back"


#: What a public table shows for a count.
Cell = int | HeldBack
#: Counts linked by sums. Each key has (count, from, to): at every knot, what comes in equals what
#: goes out. Three counts and their total are three links a to b, and one link b to a.
Links = Mapping[Hashable, tuple[int, Hashable, Hashable]]


def hold_back(count: int, threshold: int = THRESHOLD) -> Cell:
    """Return a count that stands in no sum, or a mark where it is from 1 to ``threshold`` - 1."""
    _refuse_negative([count])
    return HeldBack(True, threshold) if 0 < count < threshold else count


def hold_back_row(
    counts: Sequence[int], total: int | None = None, threshold: int = THRESHOLD
) -> tuple[list[Cell], Cell]:
    """Return the counts and their total as they may be published together.

    ``total`` None means that it is the counts' own sum; given, it must be (ValueError).

    >>> cells, total = hold_back_row([3, 12, 40], 55)
    >>> [str(cell) for cell in cells], total
    (['fewer than 5', 'held back', '40'], 55)
    """
    if total is not None and total != sum(counts):
        raise ValueError(f"the counts make {sum(counts)} and not {total}")
    links: dict[Hashable, tuple[int, Hashable, Hashable]] = {
        i: (count, "parts", "whole") for i, count in enumerate(counts)
    }
    links["total"] = (sum(counts), "whole", "parts")
    cells = hold_back_linked(links, totals=["total"], threshold=threshold)
    return [cells[i] for i in range(len(counts))], cells["total"]


def hold_back_table(
    rows: Sequence[Sequence[int]], threshold: int = THRESHOLD
) -> tuple[list[list[Cell]], list[Cell], list[Cell], Cell]:
    """Return a two-way table's cells, row totals, column totals and grand total, for publication.

    Raises ValueError where the rows differ in length.
    """
    width = len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise ValueError("the rows of a table have the same length")
    links: dict[Hashable, tuple[int, Hashable, Hashable]] = {}
    for r, row in enumerate(rows):
        links[r, None] = (sum(row), "rows", ("row", r))
        for c, count in enumerate(row):
            links[r, c] = (count, ("row", r), ("column", c))
    for c in range(width):
        links[None, c] = (sum(row[c] for row in rows), ("column", c), "columns")
    links[None, None] = (sum(map(sum, rows)), "columns", "rows")
    totals = [key for key in links if isinstance(key, tuple) and None in key]
    cells = hold_back_linked(links, totals=totals, threshold=threshold)
    return (
        [[cells[r, c] for c in range(width)] for r in range(len(rows))],
        [cells[r, None] for r in range(len(rows))],
        [cells[None, c] for c in range(width)],
        cells[None, None],
    )


def hold_back_linked(
    links: Links, totals: Sequence[Hashable] = (), threshold: int = THRESHOLD
) -> dict[Hashable, Cell]:
    """Return every count of ``links`` as it may be published with all the others.

    ``totals`` names the sums, which are held back only when nothing else is left to hold back.
    Raises ValueError for a negative count, and for a knot where the counts don't agree.
    """
    _refuse_negative([count for count, _, _ in links.values()])
    _refuse_unbalanced(links)
    table = _Table(links, frozenset(totals), threshold)
    while True:
        ways = {key: table.way_round(key) for key in links if key in table.small}
        solved = [key for key, way in ways.items() if way != []]
        if not solved:
            return {key: table.shown(key) for key in links}
        table.hide(ways[solved[0]])


class _Table:
    """Counts on their way to publication: what is hidden, and what a reader knows of that.

    ``spans`` holds, for each hidden count, the least and the most that it can be by its mark and
    the rule (None: no limit).
    """

    def __init__(self, links: Links, totals: frozenset[Hashable], threshold: int) -> None:
        self.links, self.totals, self.threshold = links, totals, threshold
        self.small = {key for key, (n, _, _) in links.items() if 0 < n < threshold}
        self.spans: dict[Hashable, tuple[int, int | None]] = dict.fromkeys(
            self.small, (1, threshold - 1)
        )

    def shown(self, key: Hashable) -> Cell:
        """Return what the published table holds for ``key``."""
        if key in self.spans:
            return HeldBack(key in self.small, self.threshold)
        return self.links[key][0]

    def hide(self, keys: list[Hashable] | None) -> None:
        """Hide more counts, as ``way_round`` asked for.

        A reader knows that the smallest of a row was chosen, so it can't be more than the smallest
        that is left. None: nothing is left to hide and the marks themselves give counts away (four
        counts and their total, all fewer than 5, are 1 each). Then marks stop saying “small”: the
        totals' if any does, else all.
        """
        if keys is None:
            unsaid = (self.small & self.totals) or set(self.small)
            self.small -= unsaid
            self.spans.update(dict.fromkeys(unsaid, (1, None)))
            return
        for key in keys:
            peers = [
                n
                for other, (n, *knots) in self.links.items()
                if n > self.threshold and other not in self.spans and other not in keys
                if knots == list(self.links[key][1:])
            ]
            self.spans[key] = (self.threshold + 1, min(peers, default=None))

    def way_round(self, key: Hashable) -> list[Hashable] | None:
        """Return what else must be hidden so that two values or more fit the hidden count ``key``.

        [] when they do already, None when nothing helps. The tables that fit what is published are
        flows in a network; two of them differ by steps of 1 around closed paths of hidden counts
        that keep every span. So the answer is the cheapest closed path through ``key``, either way
        round, where a hidden count costs nothing, a shown one its size, and a total the most.
        """
        count, tail, head = self.links[key]
        least, most = self.spans[key]
        ways = []
        if most is None or count < most:
            ways.append(self._cheapest(head, tail, key))
        if count > least:
            ways.append(self._cheapest(tail, head, key))
        found = [way for way in ways if way is not None]
        return min(found, key=lambda way: way[0])[1] if found else None

    def _cheapest(
        self, start: Hashable, end: Hashable, without: Hashable
    ) -> tuple[int, list[Hashable]] | None:
        """Return the cheapest path from ``start`` to ``end``: its price and what it would hide."""
        steps = self._steps(without)
        waiting: list[tuple[int, int, Hashable, list[Hashable]]] = [(0, 0, start, [])]
        done: set[Hashable] = set()
        pushed = 0
        while waiting:
            price, _, here, hides = heappop(waiting)
            if here == end:
                return price, hides
            if here in done:
                continue
            done.add(here)
            for there, cost, key in steps.get(here, []):
                pushed += 1
                more = [*hides, key] if cost else hides
                heappush(waiting, (price + cost, pushed, there, more))
        return None

    def _steps(self, without: Hashable) -> dict[Hashable, list[tuple[Hashable, int, Hashable]]]:
        """Return, for each knot, where 1 more can flow to, at what cost, over which count."""
        dearest = 1 + sum(n for n, _, _ in self.links.values())
        steps: dict[Hashable, list[tuple[Hashable, int, Hashable]]] = {}
        for key, (count, tail, head) in self.links.items():
            hidden = key in self.spans
            if key == without or not (hidden or count > self.threshold):
                continue
            cost = 0 if hidden else count + (dearest if key in self.totals else 0)
            least, most = self.spans.get(key, (0, None))
            if most is None or count < most:
                steps.setdefault(tail, []).append((head, cost, key))
            if count > least:
                steps.setdefault(head, []).append((tail, cost, key))
        return steps


def _refuse_negative(counts: Sequence[int]) -> None:
    if any(count < 0 for count in counts):
        raise ValueError("a count is 0 or more")


def _refuse_unbalanced(links: Links) -> None:
    balance: dict[Hashable, int] = {}
    for count, tail, head in links.values():
        balance[tail] = balance.get(tail, 0) - count
        balance[head] = balance.get(head, 0) + count
    if any(balance.values()):
        raise ValueError("the totals are not the sums of their counts")
