"""The trouble of `make chaos` in short: 170 voters, 100 of them while workers are killed."""

from datetime import timedelta

import pytest

from tests.chaos import runs

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
        raced = runs.closing(server, clients=4, seconds=2)
        raced["faults"].pop("refused in time", None)  # what the wait is for
        assert raced["faults"] == {}
        assert raced["accepted"] > 0
