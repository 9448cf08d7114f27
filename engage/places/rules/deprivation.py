"""Deprivation indices: how a rank becomes a fifth or a tenth, and what a look-up must hold."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engage.places.rules.files import (
    COUNCIL,
    WARD,
    ZONE,
    Cells,
    Fault,
    ImportRefused,
    read_table,
    refuse_if,
    repeated,
)

FIFTHS = (1, 2, 3, 4, 5)

#: What a look-up must hold beside the rank, the quintile and the decile.
LOOKUP_COLUMNS = ("DZ", "DZname", "Population", "LAcode", "LAname", "MMWcode", "MMWname")


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


@dataclass(frozen=True)
class RankedZone:
    """One line of an index's look-up: a zone, where it stands and what it belongs to."""

    line: int
    code: str
    name: str
    rank: int
    quintile: int
    decile: int
    population: int
    council_code: str
    council_name: str
    ward_code: str
    ward_name: str


def read_index(data: bytes, name: str, version: str) -> list[RankedZone]:
    """Read the official look-up of an index: one line for each zone that it ranks.

    The columns of rank, quintile and decile carry the index's name and version
    (SIMD2020v2_Rank). Raises ImportRefused with every fault: a zone or a rank that stands twice,
    a rank outside 1 to the number of zones, a quintile or decile that contradicts the rank, a
    council or ward with two names.
    """
    rank, fifth, tenth = (f"{name}{version}_{part}" for part in ("Rank", "Quintile", "Decile"))
    try:
        table = read_table(data, (*LOOKUP_COLUMNS, rank, fifth, tenth))
    except ImportRefused as refusal:
        raise _with_hint(refusal, data, rank) from None
    faults = list(table.faults)
    zones = [_ranked_zone(Cells(row, faults), rank, fifth, tenth) for row in table.rows]
    count = len({zone.code for zone in zones})
    for zone in zones:
        faults += _faults_of_rank(zone, count)
    faults += repeated(((zone.line, zone.code) for zone in zones), "The zone {} stands twice")
    ranks = ((zone.line, str(zone.rank)) for zone in zones if zone.rank >= 0)
    faults += repeated(ranks, "The rank {} stands twice")
    faults += _two_names((zone.line, zone.council_code, zone.council_name) for zone in zones)
    faults += _two_names((zone.line, zone.ward_code, zone.ward_name) for zone in zones)
    refuse_if(faults)
    return zones


def _ranked_zone(cells: Cells, rank: str, fifth: str, tenth: str) -> RankedZone:
    return RankedZone(
        line=cells.row.line,
        code=cells.code("DZ", ZONE, "data zone"),
        name=cells.name("DZname"),
        rank=cells.number(rank),
        quintile=cells.number(fifth),
        decile=cells.number(tenth),
        population=cells.number("Population"),
        council_code=cells.code("LAcode", COUNCIL, "council area"),
        council_name=cells.name("LAname"),
        ward_code=cells.code("MMWcode", WARD, "ward"),
        ward_name=cells.name("MMWname"),
    )


def _faults_of_rank(zone: RankedZone, count: int) -> list[Fault]:
    if zone.rank < 0:
        return []
    if not 1 <= zone.rank <= count:
        return [
            Fault(
                zone.line,
                f"The rank is {zone.rank}; with {count:,} zones in the file, ranks run from 1 "
                f"to {count:,}.",
            )
        ]
    return [
        Fault(zone.line, f"The {word} is {given}; rank {zone.rank} of {count:,} is in {right}.")
        for word, given, right in (
            ("quintile", zone.quintile, quintile(zone.rank, count)),
            ("decile", zone.decile, decile(zone.rank, count)),
        )
        if given not in (right, -1)
    ]


def _two_names(named: Iterable[tuple[int, str, str]]) -> list[Fault]:
    """Return a fault for each line that calls a code otherwise than the first line with it."""
    names: dict[str, str] = {}
    return [
        Fault(line, f"{code} is called “{name}” here and “{names[code]}” above.")
        for line, code, name in named
        if names.setdefault(code, name) != name
    ]


def _with_hint(refusal: ImportRefused, data: bytes, rank: str) -> ImportRefused:
    """Add what the file calls its index, where the name or the version doesn't fit it."""
    heading = data.split(b"\n", 1)[0].decode("utf-8", "replace")
    named = re.findall(r"(?:^|,)\"?(\w+?)_Rank\b", heading)
    if not named or f"There is no column “{rank}”." not in {f.reason for f in refusal.faults}:
        return refusal
    hint = f"The file ranks “{named[0]}”: check the name and the version that you gave."
    return ImportRefused(str(refusal), [*refusal.faults, Fault(refusal.faults[0].line, hint)])
