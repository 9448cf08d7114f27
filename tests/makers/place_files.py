"""Invented files in the form of the official ones, as rows that a test may spoil."""

from collections.abc import Sequence

from engage.places.rules import decile, quintile
from tests.makers.places import COUNCIL, NEIGHBOUR

Rows = list[list[str]]

LOOKUP = ["DZ", "DZname", "SIMD2020v2_Rank", "SIMD2020v2_Decile", "SIMD2020v2_Quintile",
          "Population", "LAcode", "LAname", "MMWcode", "MMWname"]  # fmt: skip
BANDS = ["dz11_code", "total", "age_8plus", "age_11plus", "age_12plus", "age_14plus", "age_16plus",
         "age_18plus", "a0_7", "a8_11", "a12_15", "a16_24", "a25_34", "a35_44", "a45_54", "a55_64",
         "a65_74", "a75plus"]  # fmt: skip


def zone(number: int) -> str:
    """The code of the invented zone with this number."""
    return f"S01999{number:03d}"


def file_of(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as a CSV file."""
    return "\n".join(",".join(row) for row in rows).encode()


def lookup_rows(zones: int = 10, neighbours: int = 1) -> Rows:
    """An index's look-up: zones of Strathlyle in two wards, then zones of Glenfarrow."""
    count = zones + neighbours
    rows = [list(LOOKUP)]
    for number in range(1, count + 1):
        place = (
            [NEIGHBOUR, "Glenfarrow", "S13998001", "Farrow"]
            if number > zones
            else [COUNCIL, "Strathlyle", "S13999001", "Lyle Harbour"]
            if number <= zones // 2
            else [COUNCIL, "Strathlyle", "S13999002", "Lyle Glen"]
        )
        standing = [str(number), str(decile(number, count)), str(quintile(number, count))]
        rows.append([zone(number), f"Lyle - {number:02d}", *standing, "120", *place])
    return rows


def band_rows(zones: int = 11, people: int = 10) -> Rows:
    """Populations by age band: ``people`` in each of the 13 bands that are kept."""
    over = [str(people * left) for left in (13, 12, 11, 10, 9, 8, 7)]
    young = [str(people * width) for width in (1, 2, 2, 2)]
    row = [*over, *young, *[str(people)] * 6]
    return [list(BANDS), *([zone(number), *row] for number in range(1, zones + 1))]


def year_rows(zones: int = 11) -> Rows:
    """Populations by single year of age and sex: one woman and two men of each age."""
    rows = [["dz11_code", "total_population", "sex", *map(str, range(90)), "90+"]]
    for number in range(1, zones + 1):
        for sex, each in (("All", 3), ("Female", 1), ("Male", 2)):
            rows.append([zone(number), str(91 * each), sex, *[str(each)] * 91])
    return rows


def postcode_rows(zones: int = 10) -> Rows:
    """An extract of the postcode directory: a postcode in use and an ended one in each zone."""
    rows = [["pcds", "doterm", "usertype", "laua", "ward", "ctry", "lsoa11", "ru11ind"]]
    for number in range(1, zones + 1):
        for letters, ended in (("AA", ""), ("AB", "201209")):
            postcode = f"XY{number} 1{letters}"
            rows.append(
                [postcode, ended, "0", COUNCIL, "S13999001", "S92000003", zone(number), "2"]
            )
    return rows


def definition_rows(zones: int = 10) -> Rows:
    """Strathlyle in two: the ward Lyle Harbour, and the named area Upper Glen."""
    rows = [["data_zone", "locality_code", "locality_name", "kind"]]
    for number in range(1, zones + 1):
        ward = number <= zones // 2
        rows.append(
            [zone(number), "S13999001", "Lyle Harbour", "ward"]
            if ward
            else [zone(number), "upper-glen", "Upper Glen", "area"]
        )
    return rows
