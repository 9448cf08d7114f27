"""Who voted, by age and locality, on the page of a result: small numbers are held back together."""

import pytest

from engage.budgeting.queries.turnout import turnout_of
from engage.disclosure.rules import HeldBack
from engage.engagements.actions.planning import replace_ballots
from engage.partners.models import Partnership
from tests.conftest import NOW
from tests.makers.budgeting import make_round
from tests.makers.places import COUNCIL, make_places

pytestmark = pytest.mark.requirement("R31", "R74", "R82")


@pytest.fixture
def counted(session):
    """Record a batch of voters: (zone's place in the list or None, band, how many)."""
    places = make_places(session)
    session.add(Partnership(id=1, name="Strathlyle", colour="#0065bd", council_code=COUNCIL))
    round_ = make_round(session, min_age=14)

    def count(*groups):
        counts = {
            (
                "not_given" if n is None else "matched",
                None if n is None else places.zones[n],
                "online",
                band,
            ): people
            for n, band, people in groups
        }
        replace_ballots(round_.engagement_id, counts, on_day=NOW.date())
        session.commit()
        return round_

    return count


def test_ages_and_localities_are_of_the_same_people(counted):
    told = turnout_of(counted((0, "12-15", 6), (7, "65+", 20), (None, None, 9)))
    assert told.ages == [
        ((14, 15), 6), ((16, 17), 0), ((18, 24), 0), ((25, 44), 0), ((45, 64), 0),
        ((65, None), 20), (None, 9),
    ]  # fmt: skip
    assert told.localities == [("Lyle Harbour", 6), ("Upper Glen", 20), ("", 9)]


def test_a_small_number_takes_another_that_the_total_would_give_away(counted):
    told = turnout_of(counted((0, "12-15", 3), (7, "65+", 20), (None, None, 9)))
    ages = [cell for _, cell in told.ages]
    assert ages[0] == HeldBack(True)
    assert sum(isinstance(cell, HeldBack) for cell in ages) == 2
    assert [cell for _, cell in told.localities] == [HeldBack(True), 20, HeldBack(False)]


def test_nothing_is_told_of_fewer_than_ten_or_where_nobody_said(counted):
    round_ = counted((0, "65+", 9))
    assert (turnout_of(round_).ages, turnout_of(round_).localities) == ((), ())
    told = turnout_of(counted((0, None, 30)))
    assert (told.ages, len(told.localities)) == ([], 3)
    told = turnout_of(counted((None, "65+", 30)))
    assert (len(told.ages), told.localities) == (7, [])


def test_nothing_is_told_where_it_would_give_the_smallest_away(counted):
    round_ = counted((0, "12-15", 4), (0, "16-17", 4), (7, "18-24", 4))
    told = turnout_of(round_)
    assert not told.ages, "three of fewer than 5 that make 12 are 4 each"
