"""How long a link to vote works."""

from datetime import UTC, date, datetime

import pytest

from engage.budgeting.rules.links import last_day, outlives_voting

ASKED = datetime(2026, 6, 10, 9, tzinfo=UTC)


def test_a_link_that_is_asked_for_after_midnight_in_summer_has_the_whole_next_day():
    assert last_day(datetime(2026, 6, 10, 23, 30, tzinfo=UTC)) == date(2026, 6, 12)


@pytest.mark.parametrize(
    ("closes_at", "is_sooner"),
    [
        (datetime(2026, 6, 10, 10, tzinfo=UTC), True),
        (datetime(2026, 6, 11, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 11, 23, tzinfo=UTC), False),
    ],
)
def test_voting_that_closes_by_the_end_of_tomorrow_ends_a_link(closes_at, is_sooner):
    assert outlives_voting(ASKED, closes_at) is is_sooner
