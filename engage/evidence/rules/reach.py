"""How reach is measured: rates and shares with their intervals, fifth by fifth.

Measures are those of public health observatories: a rate for each 1,000 residents with Byar's
interval (Breslow and Day 1987, volume 2, page 69; used by ScotPHO and the English fingertips
tables), a share with Wilson's (1927). No single index is given: on one uneven pattern an index of
inequality reports success while the most deprived fifth is reached least (see the tests).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The name and version of these rules, which every published figure states.
RULE = "reach-2"
#: The 97.5th centile of the normal distribution, for 95% intervals.
Z = 1.959964
FIFTHS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Interval:
    """A value and the ends of its 95% interval, all in the same unit."""

    value: float
    low: float
    high: float


def byar(count: int) -> tuple[float, float]:
    """Return the ends of Byar's 95% interval for a Poisson count; the lower end of 0 is 0.

    Within 0.1 of the exact (chi-squared) limits for every count. ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("a count is 0 or more")
    more = count + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    return low, more * (1 - 1 / (9 * more) + Z / (3 * math.sqrt(more))) ** 3


def rate_per_1000(count: int, people: int) -> Interval | None:
    """Return how many of each 1,000 residents took part, with Byar's interval.

    ``people`` are the eligible residents. None where there are none: nothing can be said.
    """
    if people <= 0:
        return None
    low, high = byar(count)
    return Interval(1000 * count / people, 1000 * low / people, 1000 * high / people)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the ends of Wilson's 95% interval for the share ``part`` of ``whole`` (1 or more)."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError("a part is from 0 to the whole, and the whole is 1 or more")
    share, squared = part / whole, Z * Z
    scale = 1 + squared / whole
    middle = share + squared / (2 * whole)
    half = Z * math.sqrt(share * (1 - share) / whole + squared / (4 * whole * whole))
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def share_ratio(count: int, total: int, people: int, all_people: int) -> Interval | None:
    """Return a group's share of those who took part over its share of the residents.

    1 is what even reach would give; the interval is Wilson's of the first share. None where
    nobody took part or nobody lives there.
    """
    if total <= 0 or people <= 0 or all_people <= 0:
        return None
    expected = people / all_people
    low, high = wilson(count, total)
    return Interval(count / total / expected, low / expected, high / expected)


@dataclass(frozen=True)
class Fifth:
    """One fifth of areas (1 the most deprived): who may take part, who did, and how that compares.

    ``rate`` and ``ratio`` are None where nothing can be said.
    """

    quintile: int
    eligible: int
    people: int
    rate: Interval | None
    ratio: Interval | None


def fifths(eligible: Mapping[int, int], people: Mapping[int, int]) -> list[Fifth]:
    """Return the five fifths from most to least deprived; a fifth that is missing counts 0."""
    total, everybody = (sum(counts.get(q, 0) for q in FIFTHS) for counts in (people, eligible))
    return [
        Fifth(
            quintile=q,
            eligible=eligible.get(q, 0),
            people=people.get(q, 0),
            rate=rate_per_1000(people.get(q, 0), eligible.get(q, 0)),
            ratio=share_ratio(people.get(q, 0), total, eligible.get(q, 0), everybody),
        )
        for q in FIFTHS
    ]


@dataclass(frozen=True)
class AgeGroup:
    """One age band: how many residents may take part, and how many of those who told theirs did."""

    band: str
    eligible: int
    people: int
    rate: Interval | None


def age_groups(eligible: Mapping[str, int], people: Mapping[str, int]) -> list[AgeGroup]:
    """Return a group for each band of ``eligible``, in its order."""
    return [
        AgeGroup(
            band, residents, people.get(band, 0), rate_per_1000(people.get(band, 0), residents)
        )
        for band, residents in eligible.items()
    ]


def least_reached(rows: Sequence[Fifth | AgeGroup]) -> list[int]:
    """Return the places of the rows, from 1, whose whole interval lies below the others together.

    The others have an interval too: few of them may have come by chance. That two 95% intervals
    don't overlap is more than one comparison needs, and about what five at once need: with even
    reach, some fifth is named in 1 to 3 of 100 measures.
    """
    low = []
    for place, row in enumerate(rows, 1):
        others = [other for other in rows if other is not row]
        rest = rate_per_1000(sum(o.people for o in others), sum(o.eligible for o in others))
        if row.rate is not None and rest is not None and row.rate.high < rest.low:
            low.append(place)
    return low
