"""Localities: what the law lets a locality be, and what a definition must hold (R38)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engage.places.rules.files import (
    WARD,
    ZONE,
    Cells,
    Fault,
    read_table,
    refuse_if,
    repeated,
)

#: Regulation 2(1) of the Community Planning (Locality Planning) (Scotland) Regulations 2016: a
#: locality is an electoral ward, of any size, or an area of not more than this many people.
MOST_PEOPLE = 30_000

#: Guidance (G151) expects localities of fewer people than this; more is advice, not an error (R40).
EXPECTED_PEOPLE = 10_000

KINDS = {"ward": "electoral ward", "area": "named area"}
COLUMNS = ("data_zone", "locality_code", "locality_name", "kind")


@dataclass(frozen=True)
class DefinedZone:
    """One line of a definition: a zone, and the locality that it is put in as best fit."""

    line: int
    zone_code: str
    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class AreaRow:
    """One locality in a list: ``people`` by the newest estimate (None without one), and how many
    of its data zones are in each fifth, the most deprived first."""

    code: str
    name: str
    kind: str
    people: int | None
    fifths: tuple[int, ...]

    @property
    def zones(self) -> int:
        """How many data zones it is made of."""
        return sum(self.fifths)

    @property
    def is_large(self) -> bool:
        """True where it has more people than guidance expects (G151, R40): advice, no error."""
        return self.people is not None and self.people >= EXPECTED_PEOPLE


@dataclass(frozen=True)
class ZoneRow:
    """One data zone of a locality; ``people`` is None without an estimate."""

    code: str
    name: str
    rank: int
    quintile: int
    people: int | None


def is_lawful(kind: str, people: int) -> bool:
    """Say whether a ward or an area of so many people may be a locality (regulation 2(1))."""
    return kind == "ward" or people <= MOST_PEOPLE


def read_definitions(data: bytes) -> list[DefinedZone]:
    """Read which zone belongs to which locality. Raises ImportRefused with every fault.

    What needs the council's zones or their people is judged by ``faults_of_division``.
    """
    table = read_table(data, COLUMNS)
    faults = list(table.faults)
    read = [_defined_zone(Cells(row, faults)) for row in table.rows]
    faults += repeated(((one.line, one.zone_code) for one in read), "The zone {} stands twice")
    faults += _contradictions(read)
    refuse_if(faults)
    return read


def faults_of_division(
    defined: Sequence[DefinedZone],
    council_of: Mapping[str, str],
    council_code: str,
    people_of: Mapping[str, int],
) -> list[Fault]:
    """Return why ``defined`` doesn't divide the council area as the law asks; empty if it does.

    Every zone of the council must stand in exactly one locality, and a named area may hold at
    most 30,000 people. ``council_of`` gives the council of every known zone; ``people_of`` the
    people of each zone by the latest estimate, empty where none is loaded.
    """
    faults = []
    for one in defined:
        council = council_of.get(one.zone_code)
        if council is None:
            faults.append(Fault(one.line, f"The zone {one.zone_code} is not known."))
        elif council != council_code:
            faults.append(
                Fault(one.line, f"The zone {one.zone_code} lies in {council}, not {council_code}.")
            )
    end = max((one.line for one in defined), default=1)
    placed = {one.zone_code for one in defined}
    faults += [
        Fault(end, f"The file ends without a line for the zone {zone}.")
        for zone in sorted(council_of)
        if council_of[zone] == council_code and zone not in placed
    ]
    return faults + _too_large(defined, people_of)


def _too_large(defined: Sequence[DefinedZone], people_of: Mapping[str, int]) -> list[Fault]:
    people: dict[str, int] = {}
    first: dict[str, DefinedZone] = {}
    for one in defined:
        first.setdefault(one.code, one)
        people[one.code] = people.get(one.code, 0) + people_of.get(one.zone_code, 0)
    return [
        Fault(
            one.line,
            f"The area “{one.name}” has {people[code]:,} people; only an electoral ward may have "
            f"more than {MOST_PEOPLE:,}.",
        )
        for code, one in first.items()
        if not is_lawful(one.kind, people[code])
    ]


def _defined_zone(cells: Cells) -> DefinedZone:
    code, kind = cells.row["locality_code"], cells.row["kind"].lower()
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", code):
        cells.fault(
            f"locality_code is “{code[:40]}”; use up to 40 letters, digits and hyphens."
            if code
            else "locality_code is empty."
        )
    if kind not in KINDS:
        cells.fault(f"kind is “{kind[:40]}”; it must be ward or area.")
    elif kind == "ward" and not WARD.fullmatch(code):
        cells.fault(
            f"locality_code is “{code[:40]}”; a ward has its official code, like S13003024."
        )
    return DefinedZone(
        line=cells.row.line,
        zone_code=cells.code("data_zone", ZONE, "data zone"),
        code=code,
        name=cells.name("locality_name"),
        kind=kind,
    )


def _contradictions(read: Sequence[DefinedZone]) -> list[Fault]:
    """Find localities with two names or kinds, and names that two localities share."""
    faults = []
    by_code: dict[str, DefinedZone] = {}
    by_name: dict[str, DefinedZone] = {}
    for one in read:
        same = by_code.setdefault(one.code, one)
        if (one.name, one.kind) != (same.name, same.kind):
            faults.append(
                Fault(
                    one.line,
                    f"{one.code} is “{one.name}” ({one.kind}) here, and “{same.name}” "
                    f"({same.kind}) on line {same.line}.",
                )
            )
        namesake = by_name.setdefault(one.name, one)
        if namesake.code != one.code:
            faults.append(
                Fault(
                    one.line,
                    f"“{one.name}” is the name of {namesake.code} on line {namesake.line}.",
                )
            )
    return faults
