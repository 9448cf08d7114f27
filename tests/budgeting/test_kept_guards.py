"""What the database itself keeps of votes, rules and results; each guard is tried without it."""

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Ballot
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def round_(session):
    return make_round(session)


# A vote and its voter ----------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["online", "assisted"])
def test_a_vote_that_is_in_is_changed_online_alone(round_, before):
    cast(round_, make_voter(round_), round_.projects[:1], source=before)
    again = sa.update(Ballot).values(version=2)
    assert is_guarded("ballot", again.values(source="assisted"))
    assert not refused(again.values(source="online"))
