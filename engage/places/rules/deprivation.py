"""Deprivation indices: how a rank becomes a fifth or a tenth, and what a look-up must hold."""

from dataclasses import dataclass

FIFTHS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class QuintileRow:
    """One fifth of areas within a council area; 1 is the most deprived fifth of Scotland.

    ``population_index`` are the people by the index's own look-up, ``population`` those by the
    estimate (all ages), ``eligible`` those of them who are of the asked age or older.
    """

    quintile: int
    zones: int
    population_index: int
    population: int
    eligible: int


def quintile(rank: int, zones: int) -> int:
    """Return the fifth (1 the most deprived) of a rank among ``zones`` ranked zones.

    The cut points follow from the number of zones: 1,395.2 ranks each for SIMD's 6,976. Whole
    numbers throughout, so that no rank falls to the wrong side of a cut by rounding.

    >>> [quintile(rank, 6976) for rank in (1, 1395, 1396, 6976)]
    [1, 1, 2, 5]
    """
    return _part(rank, zones, 5)


def decile(rank: int, zones: int) -> int:
    """Return the tenth (1 the most deprived) of a rank among ``zones`` ranked zones."""
    return _part(rank, zones, 10)


def _part(rank: int, zones: int, parts: int) -> int:
    if not 1 <= rank <= zones:
        raise ValueError(f"rank {rank} is not one of 1 to {zones}")
    return -(-rank * parts // zones)
