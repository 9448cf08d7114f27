"""The plain rules of places: fifths, postcodes, ages, the law's limit for localities."""

import pytest

from engage.places.rules import BANDS, PostcodeRefused, decile, quintile, tidy_postcode
from engage.places.rules.localities import DefinedZone, faults_of_division, is_lawful
from tests.makers.places import COUNCIL, NEIGHBOUR


@pytest.mark.parametrize(
    ("rank", "zones", "fifth"),
    [
        (1, 6976, 1),
        (1395, 6976, 1),  # 6,976 zones are cut at 1,395.2, 2,790.4, 4,185.6 and 5,580.8
        (1396, 6976, 2),
        (2790, 6976, 2),
        (2791, 6976, 3),
        (4185, 6976, 3),
        (4186, 6976, 4),
        (5580, 6976, 4),
        (5581, 6976, 5),
        (6976, 6976, 5),
        (1301, 6505, 1),  # 6,505 zones are cut evenly, at 1,301
        (1302, 6505, 2),
        (1478, 7392, 1),  # 7,392 zones are cut at 1,478.4
        (1479, 7392, 2),
        (2, 11, 1),
        (3, 11, 2),
    ],
)
def test_a_rank_falls_into_the_fifth_that_the_number_of_zones_gives(rank, zones, fifth):
    assert quintile(rank, zones) == fifth


@pytest.mark.parametrize(("rank", "tenth"), [(1, 1), (697, 1), (698, 2), (6278, 9), (6279, 10)])
def test_tenths_are_cut_at_697_point_6(rank, tenth):
    assert decile(rank, 6976) == tenth


@pytest.mark.parametrize("rank", [0, -1, 6977])
def test_a_rank_outside_the_index_has_no_fifth(rank):
    with pytest.raises(ValueError, match="not one of 1 to 6976"):
        quintile(rank, 6976)


def test_age_bands_follow_one_another_without_gap_or_overlap():
    ends = [last for first, last in BANDS[:-1]]
    starts = [first for first, last in BANDS]
    assert starts[1:] == [end + 1 for end in ends]
    assert BANDS[0][0] == 0
    assert BANDS[-1] == (75, None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("AB10 1AB", "AB101AB"),
        ("  ab10  1ab ", "AB101AB"),
        ("ab10-1ab", "AB101AB"),
        ("ab10\u00a01ab", "AB101AB"),
        ("ＡＢ１０ １ＡＢ", "AB101AB"),
        ("g1 1xq", "G11XQ"),
        ("EC1A 1BB", "EC1A1BB"),
        ("W1A 0AX", "W1A0AX"),
    ],
)
def test_a_postcode_is_known_however_it_is_typed(typed, kept):
    assert tidy_postcode(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "Elgin", "AB10", "AB10 1A", "AB10 1ABC", "10AB 1AB", "AB100 1AB", "ÄB10 1AB", "٣"]
)
def test_what_has_not_the_shape_of_a_postcode_is_refused(typed):
    with pytest.raises(PostcodeRefused, match="Enter your postcode, like AB10 1AB"):
        tidy_postcode(typed)


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(
    ("kind", "people", "lawful"),
    [
        ("area", 0, True),
        ("area", 30_000, True),  # regulation 2(1): not more than 30,000
        ("area", 30_001, False),
        ("ward", 30_001, True),  # an electoral ward, of any size
        ("ward", 38_061, True),
    ],
)
def test_a_locality_is_a_ward_of_any_size_or_an_area_of_30000_people_at_most(kind, people, lawful):
    assert is_lawful(kind, people) is lawful


ZONES = {"S01999001": COUNCIL, "S01999002": COUNCIL, "S01999011": NEIGHBOUR}


def division(*zones: str, kind: str = "area") -> list[DefinedZone]:
    return [DefinedZone(line, code, "lyle", "Lyle", kind) for line, code in enumerate(zones, 2)]


def reasons(defined: list[DefinedZone], people: dict[str, int] | None = None) -> list[str]:
    return [str(fault) for fault in faults_of_division(defined, ZONES, COUNCIL, people or {})]


def test_a_division_that_places_every_zone_of_the_council_has_no_fault():
    assert reasons(division("S01999001", "S01999002")) == []


@pytest.mark.requirement("R38")
def test_a_division_that_leaves_a_zone_out_names_it():
    assert reasons(division("S01999001")) == [
        "Line 2: The file ends without a line for the zone S01999002."
    ]


def test_a_division_with_a_zone_of_the_neighbours_names_its_line():
    assert reasons(division("S01999001", "S01999002", "S01999011")) == [
        f"Line 4: The zone S01999011 lies in {NEIGHBOUR}, not {COUNCIL}."
    ]


def test_a_division_with_a_zone_that_nobody_knows_names_its_line():
    assert reasons(division("S01999001", "S01999002", "S01000001")) == [
        "Line 4: The zone S01000001 is not known."
    ]


@pytest.mark.requirement("R38")
def test_an_area_of_too_many_people_is_named_with_its_people():
    people = {"S01999001": 20_000, "S01999002": 10_001}
    assert reasons(division("S01999001", "S01999002"), people) == [
        "Line 2: The area “Lyle” has 30,001 people; only an electoral ward may have more than "
        "30,000."
    ]


@pytest.mark.requirement("R38")
def test_a_ward_of_too_many_people_for_an_area_passes():
    people = {"S01999001": 20_000, "S01999002": 18_061}
    assert reasons(division("S01999001", "S01999002", kind="ward"), people) == []
