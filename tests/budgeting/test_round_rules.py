"""Plain rules of rounds: stages, what blocks a move, awards, hashes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engage.budgeting.rules.proposing import check_award, check_place
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.rounds import (
    BallotLine,
    RoundRules,
    hash_ballot,
    hash_rules,
    round_faults,
)
from engage.budgeting.rules.stages import (
    Move,
    Situation,
    Stage,
    blockers,
    next_stage,
    takes_proposals,
    takes_votes,
)

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = RoundRules(
    pot_pence=600_000,
    min_award_pence=50_000,
    max_award_pence=300_000,
    min_choices=1,
    max_choices=3,
    min_age=11,
    who_may_vote="Everybody in Mastrick",
    rule="greedy",
    tie_order="cost,votes,lot",
    allow_change=True,
    proposals_open_at=AT,
    proposals_close_at=AT + 10 * DAY,
    voting_opens_at=AT + 20 * DAY,
    voting_closes_at=AT + 30 * DAY,
)

ALLOWED = {
    ("preparing", "open_proposals"): "proposals",
    ("proposals", "close_proposals"): "screening",
    ("screening", "settle_ballot"): "voting",
    ("voting", "close_voting"): "closed",
    ("closed", "count"): "closed",
    ("closed", "declare"): "declared",
}


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("move", list(Move))
def test_a_round_moves_on_from_one_stage_only(stage: Stage, move: Move) -> None:
    if (stage.value, move.value) in ALLOWED:
        assert next_stage(stage, move) == ALLOWED[stage.value, move.value]
    else:
        with pytest.raises(RoundRefused) as refused:
            next_stage(stage, move)
        assert str(refused.value)


NOW = Situation(
    stage="screening",
    at=AT,
    proposals_close_at=AT - DAY,
    voting_closes_at=AT + DAY,
    waiting=0,
    accepted=3,
    min_choices=1,
    counted=False,
)


@pytest.mark.parametrize(
    ("move", "changes", "words"),
    [
        (Move.OPEN_PROPOSALS, {"stage": "preparing", "proposals_close_at": AT + DAY}, []),
        (Move.OPEN_PROPOSALS, {"stage": "preparing"}, ["Proposals would close in the past"]),
        (Move.CLOSE_PROPOSALS, {"stage": "proposals"}, []),
        (
            Move.CLOSE_PROPOSALS,
            {"stage": "proposals", "proposals_close_at": AT + DAY},
            ["People can send proposals until the closing time"],
        ),
        (Move.SETTLE_BALLOT, {}, []),
        (Move.SETTLE_BALLOT, {"waiting": 2}, ["Check every proposal first: 2 still to check"]),
        (Move.SETTLE_BALLOT, {"accepted": 0}, ["Accept at least as many proposals"]),
        (Move.SETTLE_BALLOT, {"min_choices": 4}, ["Accept at least as many proposals"]),
        (Move.SETTLE_BALLOT, {"voting_closes_at": AT}, ["The time for voting has passed"]),
        (Move.CLOSE_VOTING, {"stage": "voting"}, ["Voting closes by the clock"]),
        (Move.CLOSE_VOTING, {"stage": "voting", "voting_closes_at": AT}, []),
        (Move.COUNT, {"stage": "closed"}, []),
        (Move.COUNT, {"stage": "voting"}, ["Votes are counted after voting has closed"]),
        (Move.DECLARE, {"stage": "closed"}, ["Count the votes before you declare"]),
        (Move.DECLARE, {"stage": "closed", "counted": True}, []),
    ],
)
def test_what_blocks_a_move_is_said(move: Move, changes: dict[str, Any], words: list[str]) -> None:
    said = blockers(move, replace(NOW, **changes))
    assert len(said) == len(words)
    assert all(sentence.startswith(start) for sentence, start in zip(said, words, strict=True))


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, None),
        ({"pot_pence": 0}, "pot_pence"),
        ({"max_award_pence": 600_001}, "max_award_pence"),
        ({"min_award_pence": 300_001}, "min_award_pence"),
        ({"max_choices": 1, "min_choices": 2}, "max_choices"),
        ({"proposals_close_at": AT}, "proposals_close_at"),
        ({"voting_opens_at": AT + 9 * DAY}, "voting_opens_at"),
        ({"voting_closes_at": AT + 20 * DAY}, "voting_closes_at"),
    ],
)
def test_rules_that_do_not_fit_together_are_named(
    changes: dict[str, Any], field: str | None
) -> None:
    assert (field is None) == (round_faults(replace(RULES, **changes)) == {})
    if field:
        assert field in round_faults(replace(RULES, **changes))


@pytest.mark.parametrize("change", [{"pot_pence": 600_001}, {"tie_order": "lot"}, {"min_age": 12}])
def test_any_change_of_the_rules_changes_their_hash(change: dict[str, Any]) -> None:
    assert hash_rules(replace(RULES, **change)) != hash_rules(RULES)


def test_the_hash_of_the_ballot_covers_rules_costs_and_lots_but_not_the_order_given() -> None:
    lines = [BallotLine(1, 1, "Bench", 500, 2), BallotLine(2, 2, "Park", 900, 1)]
    whole = hash_ballot("r", lines)
    assert hash_ballot("r", lines[::-1]) == whole
    assert hash_ballot("s", lines) != whole
    assert hash_ballot("r", [lines[0], replace(lines[1], lot=3)]) != whole
    assert hash_ballot("r", [lines[0], replace(lines[1], cost_pence=901)]) != whole


@pytest.mark.requirement("R14")
@pytest.mark.parametrize(
    ("pence", "fits"),
    [(49_999, False), (50_000, True), (300_000, True), (300_001, False)],
)
def test_a_cost_must_lie_within_the_awards(pence: int, fits: bool) -> None:
    if fits:
        check_award(pence, 50_000, 300_000)
    else:
        with pytest.raises(ProposalRefused, match="Enter a cost from £500 to £3,000"):
            check_award(pence, 50_000, 300_000)


def test_a_free_project_is_no_award_even_without_a_smallest_one() -> None:
    with pytest.raises(ProposalRefused, match=r"from £0\.01"):
        check_award(0, 0, 300_000)


@pytest.mark.parametrize(
    ("place", "locality", "wanted", "words"),
    [
        ("matched", 3, None, ""),
        ("matched", 3, 3, ""),
        ("matched", 3, 4, "lies outside"),
        ("matched", None, 4, "lies outside"),
        ("outside", None, None, "lies outside"),
        ("unmatched", None, 3, ""),
        ("not_given", None, None, "Enter your postcode"),
    ],
)
def test_a_proposal_comes_from_the_area(
    place: str, locality: int | None, wanted: int | None, words: str
) -> None:
    if not words:
        check_place(place, locality, wanted)
    else:
        with pytest.raises(ProposalRefused, match=words):
            check_place(place, locality, wanted)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(AT - DAY, False), (AT, True), (AT + DAY, True), (AT + 2 * DAY, False)],
)
def test_the_clock_decides_within_the_stage(at: datetime, is_open: bool) -> None:
    assert takes_proposals("proposals", AT, AT + 2 * DAY, at) is is_open
    assert takes_votes("voting", AT, AT + 2 * DAY, at) is is_open
    assert not takes_votes("screening", AT, AT + 2 * DAY, at)
    assert not takes_proposals("screening", AT, AT + 2 * DAY, at)
