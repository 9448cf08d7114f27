"""What may be asked of places: the story's figures, on Strathlyle's ten zones."""

import pytest

from engage.places import queries
from engage.places.models import DeprivationIndex, PopulationEstimate
from engage.places.rules import Placing, PostcodeRefused, QuintileRow
from tests.makers.places import COUNCIL, NEIGHBOUR, make_places


def test_a_postcode_in_the_council_area_is_matched_to_its_zone_and_locality(session):
    made = make_places(session)
    assert queries.find_place("xy1 0aa", COUNCIL) == Placing(
        "matched", made.zones[0], made.harbour_id
    )


def test_a_postcode_of_the_neighbouring_council_is_outside_and_keeps_its_zone(session):
    made = make_places(session)
    assert queries.find_place(made.outside, COUNCIL) == Placing("outside", "S01999011", None)


def test_a_postcode_of_any_council_is_matched_where_no_council_is_chosen(session):
    made = make_places(session)
    assert queries.find_place(made.outside, None).place == "matched"


def test_a_postcode_that_no_directory_holds_is_unmatched(session):
    made = make_places(session)
    assert queries.find_place(made.unknown, COUNCIL) == Placing("unmatched")


@pytest.mark.parametrize("typed", ["", "   "])
def test_no_postcode_is_not_given(session, typed):
    assert queries.find_place(typed, COUNCIL) == Placing("not_given")


def test_what_is_not_a_postcode_is_refused_with_an_example(session):
    with pytest.raises(PostcodeRefused, match="like AB10 1AB"):
        queries.find_place("Elgin", COUNCIL)


def test_localities_are_listed_by_name(session):
    make_places(session)
    assert [found.name for found in queries.localities_of(COUNCIL)] == [
        "Lyle Harbour",
        "Upper Glen",
    ]


def test_a_council_area_without_localities_has_none_to_choose(session):
    make_places(session)
    assert queries.locality_choices(NEIGHBOUR) == queries.locality_choices(None) == []


def test_a_form_offers_localities_by_id(session):
    made = make_places(session)
    assert queries.locality_choices(COUNCIL)[1] == (str(made.glen_id), "Upper Glen")


def test_a_locality_knows_its_zones(session):
    made = make_places(session)
    assert queries.zones_of_locality(made.glen_id) == set(made.zones[5:])


@pytest.mark.requirement("R31")
def test_the_fifths_of_a_council_area_count_its_own_zones_and_people_only(session):
    make_places(session)
    rows = queries.quintile_rows(COUNCIL, queries.latest_index(), queries.latest_estimate(), 14)
    assert rows == [QuintileRow(fifth, 2, 240, 260, 180) for fifth in (1, 2, 3, 4, 5)]


def test_fifths_without_a_zone_are_shown_as_empty(session):
    make_places(session)
    rows = queries.quintile_rows(NEIGHBOUR, queries.latest_index(), queries.latest_estimate())
    assert [row.zones for row in rows] == [0, 0, 0, 0, 1]


def test_an_age_that_no_band_begins_with_has_no_count(session):
    make_places(session)
    with pytest.raises(ValueError, match="15 and over"):
        queries.quintile_rows(COUNCIL, queries.latest_index(), queries.latest_estimate(), 15)


def test_zones_know_their_fifth(session):
    made = make_places(session)
    fifths = queries.zone_quintiles(queries.latest_index())
    assert [fifths[zone] for zone in made.zones] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_before_anything_is_loaded_there_is_no_index_and_no_estimate(session):
    assert queries.latest_index() is None
    assert queries.latest_estimate() is None


def test_the_newest_index_is_the_one_with_the_newest_version(session, now):
    make_places(session)
    session.add(
        DeprivationIndex(
            name="SIMD", version="2016", zone_vintage=2011, zones=1, file_hash="", loaded_at=now
        )
    )
    assert queries.latest_index().version == "2020v2"


def test_an_estimate_on_other_zones_than_the_index_is_not_offered(session, now):
    make_places(session)
    session.add(
        PopulationEstimate(year=2024, zone_vintage=2022, source="", file_hash="", loaded_at=now)
    )
    assert queries.latest_estimate().label == "mid-2020"
