"""Populations: the age bands that are kept, and what an estimate's file must hold."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from engage.places.rules.files import (
    ZONE,
    Cells,
    Fault,
    Row,
    Table,
    read_table,
    refusal,
    refuse_if,
    repeated,
)

#: The lower ends of the age bands that are kept. They don't overlap, the last one is open, and
#: each voting age that rounds use (8, 11, 12, 14, 16, 18) is a cut, so that the people of that
#: age and over are a sum of whole bands.
AGE_CUTS = (0, 8, 11, 12, 14, 16, 18, 25, 35, 45, 55, 65, 75)

#: (first age, last age) of each band; the last age of the open band is None.
BANDS: tuple[tuple[int, int | None], ...] = tuple(
    (start, AGE_CUTS[i + 1] - 1 if i + 1 < len(AGE_CUTS) else None)
    for i, start in enumerate(AGE_CUTS)
)

_OVER = ("age_8plus", "age_11plus", "age_12plus", "age_14plus", "age_16plus", "age_18plus")
_ADULTS = ("a25_34", "a35_44", "a45_54", "a55_64", "a65_74", "a75plus")
_YOUNG = ("a0_7", "a8_11", "a12_15", "a16_24")
_YEARS = (*(str(age) for age in range(90)), "90+")
_SEXES = ("All", "Female", "Male")


@dataclass(frozen=True)
class ZonePeople:
    """The people of one zone in each band of AGE_CUTS, in that order."""

    line: int
    code: str
    people: tuple[int, ...]


def read_population(data: bytes) -> list[ZonePeople]:
    """Read population estimates by zone, in either of the two forms that are published.

    By age bands: a line for each zone, with the total, the people aged 8, 11, 12, 14, 16 and 18
    and over, and ten bands. By single years: a line for each zone and sex (All, Female, Male).
    Raises ImportRefused with every fault, also where parts don't add up to their total.
    """
    table = read_table(data)
    zone = next((name for name in table.columns if re.fullmatch(r"dz\d\d_code", name)), None)
    if zone is None:
        raise refusal(Fault(1, "There is no column of data zones, like “dz11_code”."))
    if "sex" in table.columns:
        table.require(("total_population", *_YEARS))
        return _by_single_years(table, zone)
    if "total" in table.columns:
        table.require(("total", *_OVER, *_YOUNG, *_ADULTS))
        return _by_bands(table, zone)
    raise refusal(
        Fault(1, "The heading has neither “total” (age bands) nor “sex” (single years of age).")
    )


def _by_bands(table: Table, zone: str) -> list[ZonePeople]:
    faults = list(table.faults)
    read: list[ZonePeople] = []
    for row in table.rows:
        cells = Cells(row, faults)
        code = cells.code(zone, ZONE, "data zone")
        count = {name: cells.number(name) for name in ("total", *_OVER, *_YOUNG, *_ADULTS)}
        people = _bands_of(cells, count) if cells.sound else ()
        read.append(ZonePeople(row.line, code, people))
    faults += repeated(((zone.line, zone.code) for zone in read), "The zone {} stands twice")
    refuse_if(faults)
    return read


def _bands_of(cells: Cells, count: dict[str, int]) -> tuple[int, ...]:
    """Turn overlapping counts (8 and over, 11 and over ...) into bands that don't overlap."""
    steps = [count[name] for name in ("total", *_OVER)]
    young = [before - after for before, after in pairwise(steps)]
    to_24 = count["a16_24"] - young[5]
    people = (*young, to_24, *(count[name] for name in _ADULTS))
    bands = {
        "a0_7": young[0],
        "a8_11": young[1] + young[2],
        "a12_15": young[3] + young[4],
    }
    for name, right in bands.items():
        if count[name] != right:
            cells.fault(f"{name} is {count[name]}; the counts by age and over make it {right}.")
    if min(people) < 0:
        cells.fault("The counts by age and over don't go down from younger to older.")
    elif sum(people) != count["total"]:
        cells.fault(f"The bands add up to {sum(people)}, and the total is {count['total']}.")
    return people


def _by_single_years(table: Table, zone: str) -> list[ZonePeople]:
    faults = list(table.faults)
    read: dict[str, dict[str, tuple[Row, list[int]]]] = {}
    keys: list[tuple[int, str]] = []
    for row in table.rows:
        cells = Cells(row, faults)
        code, sex = cells.code(zone, ZONE, "data zone"), row["sex"]
        if sex not in _SEXES:
            cells.fault(f"sex is “{sex}”; it must be All, Female or Male.")
        total, years = cells.number("total_population"), cells.numbers(_YEARS)
        if cells.sound and sum(years) != total:
            cells.fault(f"The ages add up to {sum(years)}, and the total is {total}.")
        keys.append((row.line, f"{code} {sex}"))
        if cells.sound:
            read.setdefault(code, {})[sex] = (row, years)
    faults += repeated(keys, "The line for {} stands twice")
    if not faults:
        faults += [fault for sexes in read.values() for fault in _faults_of_sexes(sexes)]
    refuse_if(faults)
    return [
        ZonePeople(sexes["All"][0].line, code, _sums(sexes["All"][1]))
        for code, sexes in read.items()
    ]


def _faults_of_sexes(sexes: dict[str, tuple[Row, list[int]]]) -> Iterable[Fault]:
    line = next(iter(sexes.values()))[0].line
    missing = [sex for sex in _SEXES if sex not in sexes]
    if missing:
        yield Fault(line, f"The zone has no line for {' and '.join(missing)}.")
        return
    of_all, female, male = (sexes[sex][1] for sex in _SEXES)
    wrong = [
        age for age, every, f, m in zip(_YEARS, of_all, female, male, strict=True) if every != f + m
    ]
    if wrong:
        yield Fault(line, f"Female and Male don't add up to All at age {wrong[0]}.")


def _sums(years: list[int]) -> tuple[int, ...]:
    """Add single years of age (the last is 90 and over) up into the bands."""
    return tuple(
        sum(years[first : last + 1 if last is not None else None]) for first, last in BANDS
    )
