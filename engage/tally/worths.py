"""What ballots are still worth after part of them was needed to fund a project, exactly.

Each transfer multiplies a worth by a fraction, and the fractions' own digits double with every
project that is funded: forty projects would fill any memory. So a worth is held between two
numbers of 512 binary places, which decide nearly every comparison, and its history is kept, from
which the exact fraction is reckoned where they do not.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

#: Binary places of the two numbers that a worth stands between.
PLACES = 512
ONE = 1 << PLACES
#: How long an exact fraction may grow, in bits, before a comparison is given up.
MOST_BITS = 20_000

#: The number of the worth of a ballot of which nothing was needed yet.
WHOLE = 0

#: How many ballots there are of each worth, by the worth's number.
Pile = Mapping[int, int]


class TooNear(ArithmeticError):
    """Two amounts differ by nothing, or by too little to be told in reasonable time."""


class Worths:
    """Every worth that a ballot can have, by a number: another worth, and a transfer of it."""

    def __init__(self) -> None:
        self._between = [(ONE, ONE)]
        self._origin: list[tuple[int, int]] = [(WHOLE, -1)]
        self._transfers: list[tuple[Pile, Fraction]] = []
        self._kept: dict[int, Fraction] = {}
        self._exact: dict[int, Fraction] = {WHOLE: Fraction(1)}

    def between(self, pile: Pile) -> tuple[int, int]:
        """Return two numbers between which the pile's value is, in units of 1 / ONE."""
        low = sum(people * self._between[worth][0] for worth, people in pile.items())
        high = sum(people * self._between[worth][1] for worth, people in pile.items())
        return low, high

    def transfer(self, pile: Pile, needed: Fraction) -> dict[int, int]:
        """Return for each worth in a pile the number of what it is worth after a transfer.

        ``needed`` is the part of the pile's value that is used up; it must be less than all.
        """
        transfer = len(self._transfers)
        self._transfers.append((dict(pile), needed))
        low, high = self.between(pile)
        part, whole = needed.numerator * ONE, needed.denominator
        after = {}
        for worth in pile:
            least, most = self._between[worth]
            least = max(0, least * (low * whole - part) // (low * whole)) if low else 0
            most = -(-most * (high * whole - part) // (high * whole))
            after[worth] = len(self._between)
            self._between.append((least, most))
            self._origin.append((worth, transfer))
        return after

    def sign(self, terms: Mapping[int, int]) -> int:
        """Return -1, 0 or 1: the sign of a sum of worths, each times a whole number.

        Raises TooNear where neither the two numbers nor a fraction of bearable length decide.
        """
        terms = {worth: times for worth, times in terms.items() if times}
        low = sum(n * self._between[worth][n < 0] for worth, n in terms.items())
        high = sum(n * self._between[worth][n > 0] for worth, n in terms.items())
        if low > 0 or high < 0 or not terms:
            return (low > 0) - (high < 0)
        self._reckon(terms)
        total = sum((n * self._fraction(worth) for worth, n in terms.items()), Fraction(0))
        return (total > 0) - (total < 0)

    # Exactly ----------------------------------------------------------------------------------

    def _reckon(self, worths: Iterable[int]) -> None:
        """Reckon the fraction of every transfer that stands behind some worths, oldest first."""
        waiting = {transfer for worth in worths for transfer in self._history(worth)}
        behind: set[int] = set()
        while waiting:
            transfer = waiting.pop()
            behind.add(transfer)
            pile, _ = self._transfers[transfer]
            waiting |= {t for worth in pile for t in self._history(worth)} - behind
        for transfer in sorted(behind - self._kept.keys()):
            pile, needed = self._transfers[transfer]
            value = Fraction(0)
            for worth, people in pile.items():
                value = _bearable(value + people * self._fraction(worth))
            self._kept[transfer] = _bearable(1 - needed / value)

    def _history(self, worth: int) -> Iterator[int]:
        """Yield the transfers that a worth went through, the last one first."""
        while worth != WHOLE:
            worth, transfer = self._origin[worth]
            yield transfer

    def _fraction(self, worth: int) -> Fraction:
        """Return a worth whose transfers are all reckoned."""
        if worth not in self._exact:
            exact = Fraction(1)
            for transfer in self._history(worth):
                exact = _bearable(exact * self._kept[transfer])
            self._exact[worth] = exact
        return self._exact[worth]


def _bearable(fraction: Fraction) -> Fraction:
    if fraction.denominator.bit_length() > MOST_BITS:
        raise TooNear
    return fraction
