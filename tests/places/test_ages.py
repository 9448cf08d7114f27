"""Age bands: which are offered, and which one somebody is in."""

from datetime import date
from itertools import pairwise

import pytest

from engage.places.rules import AGE_BANDS, AGE_CUTS, age_on, band_of, bands_from
from engage.web.filters import ages

pytestmark = pytest.mark.requirement("R31", "R82")


def test_the_bands_follow_one_another_and_the_residents_of_each_can_be_counted():
    ends = list(AGE_BANDS.values())
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(ends))
    assert ends[-1][1] is None
    assert {first for first, _last in ends} <= set(AGE_CUTS)


@pytest.mark.parametrize(
    ("min_age", "first", "ends"),
    [
        (8, "8-11", (8, 11)),
        (11, "8-11", (11, 11)),
        (12, "12-15", (12, 15)),
        (14, "12-15", (14, 15)),
        (16, "16-17", (16, 17)),
        (18, "18-24", (18, 24)),
    ],
)
def test_only_bands_of_people_who_may_vote_are_offered(min_age, first, ends):
    offered = bands_from(min_age)
    assert next(iter(offered.items())) == (first, ends)
    assert list(offered)[-1] == "65+"


@pytest.mark.parametrize(
    ("age", "band"),
    [(7, None), (8, "8-11"), (17, "16-17"), (18, "18-24"), (65, "65+"), (101, "65+")],
)
def test_an_age_is_in_one_band(age, band):
    assert band_of(age) == band


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 3, 27), date(2026, 3, 26), 15),
        (date(2010, 3, 27), date(2026, 3, 27), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_an_age_changes_on_the_birthday(born, day, age):
    assert age_on(day, born) == age


def test_a_band_is_written_in_words(app):
    with app.test_request_context():
        assert [ages(ends) for ends in ((8, 11), (11, 11), (65, None))] == [
            "8 to 11",
            "11",
            "65 and over",
        ]
