"""Counting a fund in parts: each part is an election of its own, among those who used it."""

from collections.abc import Mapping
from dataclasses import replace

from engage.budgeting.rules.ballot_types import BallotTerms
from engage.tally.election import Ballot, Election
from engage.tally.pots import Contest, Pot, elections


def elections_by_pot(
    whole: Election, terms: BallotTerms, pot_of: Mapping[str, int | None]
) -> dict[int, Election]:
    """Return the election of each part by its number; a fund without parts is the one election 0.

    ``whole`` holds every project and every ballot as it was cast, ``pot_of`` each project's part.
    A ballot that uses a part counts in it with what it chooses there, and nowhere else.
    """
    if not terms.pots:
        return {0: whole}
    numbers = [pot.number for pot in terms.pots]
    contest = Contest(
        pots=tuple(
            Pot(str(pot.number), pot.pence, terms.within(pot).limits, pot.name)
            for pot in terms.pots
        ),
        projects={
            str(number): tuple(p for p in whole.projects if pot_of[p.id] == number)
            for number in numbers
        },
        ballots=whole.ballots,
        tie=whole.tie,
        ballot_type=whole.ballot_type,
        thresholds={str(number): whole.threshold for number in numbers},
    )
    found = elections(contest)
    return {
        number: replace(election, ballots=tuple(sorted(election.ballots, key=_order)))
        for number in numbers
        for election in [found[str(number)]]
    }


def _order(ballot: Ballot) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return ballot.choices, ballot.points or ()
