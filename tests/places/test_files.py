"""Reading files: what each official form must hold, and how its faults are named."""

from collections.abc import Callable

import pytest

from engage.places.rules import ImportRefused
from engage.places.rules.deprivation import read_index
from engage.places.rules.files import read_table, refuse_if
from engage.places.rules.localities import read_definitions
from engage.places.rules.populations import read_population
from engage.places.rules.postcodes import read_directory
from tests.makers.place_files import (
    Rows,
    band_rows,
    definition_rows,
    file_of,
    lookup_rows,
    postcode_rows,
    year_rows,
)


def faults(read: Callable[[bytes], object], data: bytes) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        read(data)
    return [str(fault) for fault in refused.value.faults]


def index(data: bytes) -> object:
    return read_index(data, "SIMD", "2020v2")


def spoiled(rows: Rows, line: int, column: str, value: str) -> bytes:
    """The file with one cell changed; lines count from 1, the heading's."""
    rows[line - 1][rows[0].index(column)] = value
    return file_of(rows)


# Any file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "Line 1: The file is empty."),
        (b" \r\n\n", "Line 1: The file is empty."),
        (b"\xef\xbb\xbf", "Line 1: The file is empty."),
        (b",,\n,,\n", "Line 1: The file is empty."),
        (b"a,b\n", "Line 2: There is nothing under the heading."),
        (b"a,a\n1,2\n", "Line 1: The column “a” stands twice."),
        (b"a,b\n1\n", "Line 2: The line has 1 cells and the heading 2."),
        (b"a,b\n1,2\n1,2,3\n", "Line 3: The line has 3 cells and the heading 2."),
        (b"a,b\n1,2\x00\n", "Line 2: The line holds a NUL byte, which is not text."),
        (
            b"a,b\n1,B\xf9rn\n",
            "Line 2: The line isn't written in UTF-8. Save the file as “CSV UTF-8”.",
        ),
        (
            "a,b\n1,2\n".encode("utf-16"),
            "Line 1: The file is written in UTF-16. Save it as “CSV UTF-8”.",
        ),
        (
            b"PK\x03\x04...",
            "Line 1: This is a workbook. Save the sheet as “CSV UTF-8” and load that.",
        ),
        (b'a,b\n1,"2\n', "Line 2: The line can't be read as CSV (unexpected end of data)."),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(data, fault):
    assert faults(lambda sent: refuse_if(read_table(sent).faults), data) == [fault]


def test_every_line_in_a_wrong_encoding_is_named():
    found = faults(read_table, b"a\nx\n\xe9\nx\n\xf9\n")
    assert [fault.split(":")[0] for fault in found] == ["Line 3", "Line 5"]


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"\xef\xbb\xbfa,b\n1,2\n",
        b"a,b\r\n1,2\r\n\r\n",
        b'"a","b"\n\n 1 ,2',
        b"a,b\n,\n1,2\n",
    ],
)
def test_a_file_is_read_whatever_its_mark_its_line_ends_and_its_blank_lines(data):
    assert [row.cells for row in read_table(data).rows] == [{"a": "1", "b": "2"}]


def test_a_cell_of_several_lines_does_not_shift_the_lines_that_are_named():
    table = read_table(b'a,b\n"one\ntwo",2\n3,4\n')
    assert [row.line for row in table.rows] == [2, 4]


def test_more_faults_than_a_person_reads_are_counted():
    refused = ImportRefused("Nothing was loaded.", [])
    assert refused.more == 0
    rows = lookup_rows(zones=30)
    for row in rows[1:]:
        row[2] = "many"
    with pytest.raises(ImportRefused) as refused_file:
        index(file_of(rows))
    assert (len(refused_file.value.shown), refused_file.value.more) == (20, 11)


# The look-up of an index ------------------------------------------------------------------------


def test_a_look_up_is_read_zone_by_zone():
    zones = read_index(file_of(lookup_rows()), "SIMD", "2020v2")
    assert [zone.quintile for zone in zones] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]
    assert (zones[0].code, zones[0].ward_name, zones[0].population) == (
        "S01999001",
        "Lyle Harbour",
        120,
    )


@pytest.mark.parametrize(
    ("line", "column", "value", "fault"),
    [
        (3, "DZ", "S12000020", "DZ is “S12000020”, which is not the code of a data zone."),
        (3, "DZ", "", "DZ is “”, which is not the code of a data zone."),
        (3, "DZname", "", "DZname is empty."),
        (3, "DZname", "x" * 101, "DZname is longer than 100 characters."),
        (3, "SIMD2020v2_Rank", "two", "SIMD2020v2_Rank is “two”, which is not a whole number."),
        (3, "SIMD2020v2_Rank", "", "SIMD2020v2_Rank is empty."),
        (3, "SIMD2020v2_Rank", "2.0", "SIMD2020v2_Rank is “2.0”, which is not a whole number."),
        (3, "SIMD2020v2_Rank", "٢", "SIMD2020v2_Rank is “٢”, which is not a whole number."),
        (
            3,
            "SIMD2020v2_Rank",
            "0",
            "The rank is 0; with 11 zones in the file, ranks run from 1 to 11.",
        ),
        (
            3,
            "SIMD2020v2_Rank",
            "12",
            "The rank is 12; with 11 zones in the file, ranks run from 1 to 11.",
        ),
        (3, "SIMD2020v2_Rank", "1", "The rank 1 stands twice: here and on line 2."),
        (3, "SIMD2020v2_Quintile", "2", "The quintile is 2; rank 2 of 11 is in 1."),
        (3, "SIMD2020v2_Decile", "9", "The decile is 9; rank 2 of 11 is in 2."),
        (3, "Population", "-5", "Population is “-5”, which is not a whole number."),
        (3, "Population", "999999999", "Population is “999999999”, which is not a whole number."),
        (3, "LAcode", "Moray", "LAcode is “Moray”, which is not the code of a council area."),
        (3, "LAname", "Strathlyle ", ""),
        (
            3,
            "LAname",
            "Strath Lyle",
            "S12000099 is called “Strath Lyle” here and “Strathlyle” above.",
        ),
        (3, "MMWname", "Harbour", "S13999001 is called “Harbour” here and “Lyle Harbour” above."),
    ],
)
def test_each_fault_of_a_look_up_is_named_with_its_line(line, column, value, fault):
    data = spoiled(lookup_rows(), line, column, value)
    if not fault:
        assert index(data)
        return
    assert f"Line {line}: {fault}" in faults(index, data)


def test_a_zone_that_stands_twice_names_both_lines():
    rows = lookup_rows()
    found = faults(index, file_of([*rows, rows[4]]))
    assert "Line 13: The zone S01999004 stands twice: here and on line 5." in found


@pytest.mark.parametrize("column", ["DZ", "Population", "LAcode", "MMWname", "SIMD2020v2_Quintile"])
def test_a_missing_column_is_named(column):
    rows = lookup_rows()
    place = rows[0].index(column)
    rows = [row[:place] + row[place + 1 :] for row in rows]
    assert f"Line 1: There is no column “{column}”." in faults(index, file_of(rows))


def test_another_version_than_the_files_own_is_pointed_out():
    found = faults(lambda data: read_index(data, "SIMD", "2016"), file_of(lookup_rows()))
    assert (
        "Line 1: The file ranks “SIMD2020v2”: check the name and the version that you gave."
        in found
    )


def test_all_faults_are_named_at_once_in_the_order_of_the_lines():
    rows = lookup_rows()
    rows[8][2], rows[3][5], rows[5][0] = "nine", "few", "zone"
    found = [fault.split(":")[0] for fault in faults(index, file_of(rows))]
    assert found == ["Line 4", "Line 6", "Line 9"]


# Populations ------------------------------------------------------------------------------------


def test_age_bands_that_overlap_are_turned_into_bands_that_do_not():
    assert read_population(file_of(band_rows(1)))[0].people == (10,) * 13


def test_single_years_of_age_are_added_up_into_the_same_bands():
    zone = read_population(file_of(year_rows(1)))[0]
    assert zone.people == (24, 9, 3, 6, 6, 6, 21, 30, 30, 30, 30, 30, 48)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("dz11_code", "Lyle", "dz11_code is “Lyle”, which is not the code of a data zone."),
        ("total", "many", "total is “many”, which is not a whole number."),
        ("a0_7", "11", "a0_7 is 11; the counts by age and over make it 10."),
        ("a8_11", "0", "a8_11 is 0; the counts by age and over make it 20."),
        ("a75plus", "11", "The bands add up to 131, and the total is 130."),
        ("age_11plus", "125", "The counts by age and over don't go down from younger to older."),
    ],
)
def test_bands_that_do_not_add_up_are_named(column, value, fault):
    assert f"Line 2: {fault}" in faults(read_population, spoiled(band_rows(), 2, column, value))


@pytest.mark.parametrize(
    ("line", "column", "value", "fault"),
    [
        (2, "sex", "Men", "Line 2: sex is “Men”; it must be All, Female or Male."),
        (2, "total_population", "1", "Line 2: The ages add up to 273, and the total is 1."),
        (3, "90+", "x", "Line 3: 90+ is “x”, which is not a whole number."),
        (3, "sex", "Male", "Line 4: The line for S01999001 Male stands twice: here and on line 3."),
    ],
)
def test_single_years_that_do_not_add_up_are_named(line, column, value, fault):
    assert fault in faults(read_population, spoiled(year_rows(2), line, column, value))


def test_women_and_men_who_do_not_add_up_to_all_are_named_by_age():
    rows = year_rows(1)
    rows[2][3:5] = ["0", "2"]
    assert faults(read_population, file_of(rows)) == [
        "Line 2: Female and Male don't add up to All at age 0."
    ]


def test_a_zone_without_a_line_for_men_is_named():
    rows = year_rows(2)
    assert faults(read_population, file_of(rows[:-1])) == ["Line 5: The zone has no line for Male."]


def test_populations_of_a_zone_that_stands_twice_are_refused():
    rows = band_rows(2)
    assert "Line 4: The zone S01999001 stands twice: here and on line 2." in faults(
        read_population, file_of([*rows, rows[1]])
    )


@pytest.mark.parametrize(
    ("heading", "fault"),
    [
        ("zone,total", "Line 1: There is no column of data zones, like “dz11_code”."),
        (
            "dz11_code,people",
            "Line 1: The heading has neither “total” (age bands) nor “sex” (single years of age).",
        ),
        ("dz11_code,sex", "Line 1: There is no column “90+”."),
        ("dz11_code,total", "Line 1: There is no column “age_8plus”."),
    ],
)
def test_populations_in_an_unknown_form_are_refused(heading, fault):
    assert fault in faults(read_population, f"{heading}\nS01999001,1\n".encode())


# Postcodes --------------------------------------------------------------------------------------


def test_a_directory_gives_each_postcode_its_zone_and_says_if_it_is_in_use():
    lines = read_directory(file_of(postcode_rows(1)))
    assert [(one.postcode, one.zone_code, one.is_live) for one in lines] == [
        ("XY11AA", "S01999001", True),
        ("XY11AB", "S01999001", False),
    ]


def test_postcodes_outside_scotland_are_passed_over():
    rows = postcode_rows(1)
    rows.append(["TD15 1AA", "", "0", "E06000057", "E05011501", "E92000001", "E01027391", "2"])
    assert len(read_directory(file_of(rows))) == 2


def test_a_directory_without_scotland_is_refused():
    rows = postcode_rows(1)
    for row in rows[1:]:
        row[3] = "E06000057"
    assert faults(read_directory, file_of(rows)) == [
        "Line 2: No line is of a postcode in Scotland."
    ]


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("pcds", "Elgin", "pcds is “Elgin”, which is not a postcode."),
        ("doterm", "2012", "doterm is “2012”, which is not a month like 202103."),
        ("doterm", "201213", "doterm is “201213”, which is not a month like 202103."),
        ("laua", "S1", "laua is “S1”, which is not the code of a council area."),
        ("lsoa11", "", "lsoa11 is “”, which is not the code of a data zone."),
        ("pcds", "xy1 1ab", "The postcode XY11AB stands twice: here and on line 2."),
    ],
)
def test_each_fault_of_a_directory_is_named(column, value, fault):
    line = 3 if "twice" in fault else 2
    spoil = (2, column, value)
    found = faults(read_directory, spoiled(postcode_rows(1), *spoil))
    assert f"Line {line}: {fault}" in found


def test_postcodes_that_somebody_placed_on_a_map_are_not_taken_for_official():
    with pytest.raises(ImportRefused, match="not the official postcode directory") as refused:
        read_directory(b"postcode,dz2011_code,dz_source\nAB37 9AA,S01011046,PIP-simplified\n")
    assert "National Statistics Postcode Lookup" in refused.value.faults[0].reason


# Localities -------------------------------------------------------------------------------------


def test_a_definition_places_each_zone():
    defined = read_definitions(file_of(definition_rows()))
    assert [(one.code, one.kind) for one in defined][4:6] == [
        ("S13999001", "ward"), ("upper-glen", "area"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "column", "value", "fault"),
    [
        (2, "data_zone", "x", "data_zone is “x”, which is not the code of a data zone."),
        (2, "locality_code", "", "locality_code is empty."),
        (
            9,
            "locality_code",
            "a/b",
            "locality_code is “a/b”; use up to 40 letters, digits and hyphens.",
        ),
        (
            2,
            "locality_code",
            "harbour",
            "locality_code is “harbour”; a ward has its official code, like S13003024.",
        ),
        (2, "locality_name", "", "locality_name is empty."),
        (2, "kind", "town", "kind is “town”; it must be ward or area."),
        (3, "data_zone", "S01999001", "The zone S01999001 stands twice: here and on line 2."),
        (
            3,
            "locality_name",
            "Port",
            "S13999001 is “Port” (ward) here, and “Lyle Harbour” (ward) on line 2.",
        ),
        (
            8,
            "kind",
            "ward",
            "locality_code is “upper-glen”; a ward has its official code, like S13003024.",
        ),
        (8, "locality_code", "glen", "“Upper Glen” is the name of upper-glen on line 7."),
    ],
)
def test_each_fault_of_a_definition_is_named(line, column, value, fault):
    found = faults(read_definitions, spoiled(definition_rows(), line, column, value))
    assert f"Line {line}: {fault}" in found
