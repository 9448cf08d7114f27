"""The trouble of `make chaos` in short: 170 voters, 100 of them while workers are killed."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engage.budgeting.models import Ballot
from engage.budgeting.rules.ballots import receipt_of
from tests.budgeting.test_results import tamper
from tests.chaos import runs
from tests.chaos.journal import Sent, Voting, faults
from tests.makers.browsers import Browser
from tests.makers.budgeting import make_round
from tests.makers.voting import cast, make_voter

pytestmark = pytest.mark.requirement("R76")


@pytest.fixture
def network():
    """Ask for connections to a server of our own."""


def test_trouble_loses_no_vote_counts_none_twice_and_adds_none_to_the_seal(
    app, network, monkeypatch
):
    with runs.server_of(app) as server:
        killed = runs.kills(server, ballots=100, number=6)
        assert killed["faults"] == {}
        assert (killed["acknowledged"], killed["killed"]) == (100, 6)

        sent = runs.bursts(server, number=3, size=22)
        assert sent["faults"] == {}
        assert (sent["sent"], sent["accepted"]) == (66, 45)

        # Closed at the very instant, without the wait that lets slow votes in: a harder race.
        monkeypatch.setattr("engage.budgeting.actions.closing.CLOSING_WAIT", timedelta(0))
        raced = runs.closing(server, clients=4)
        raced["faults"].pop("refused in time", None)  # what the wait is for
        assert raced["faults"] == {}
        assert raced["accepted"] > 0
        assert raced["accepted"] + raced["too late"] == 48


# The journals see what they are for --------------------------------------------------------------


def voted(round_):
    """Somebody who voted, with a journal that says so."""
    voter, submission = make_voter(round_), str(uuid.uuid4())
    standing = cast(round_, voter, round_.projects[:1], submission_id=submission)
    sent = Sent(submission, [round_.projects[0].id], 0, 303)
    return Voting(voter.uid, Browser(0, "", ""), [sent], receipt_of(standing.leaf))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (sa.delete(Ballot), {"lost": 3}),
        (sa.update(Ballot).values(version=2), {"double": 3}),
        (sa.update(Ballot).values(choices="[2]"), {"changed": 3}),
        (sa.update(Ballot).values(submission_id="another"), {"wrong": 3, "changed": 3}),
    ],
)
def test_a_box_that_was_changed_does_not_agree_with_the_journals(app, session, change, fault):
    round_ = make_round(session)
    people = [voted(round_) for _ in range(3)]
    assert faults(round_.id, people) == {}
    tamper(session, change)
    assert fault.items() <= faults(round_.id, people).items()


def test_a_ballot_that_nobody_sent_is_seen(app, session):
    round_ = make_round(session)
    people = [voted(round_) for _ in range(3)]
    assert faults(round_.id, people[1:]) == {"from nowhere": 1}
